import { SvelteMap } from 'svelte/reactivity'
import type { Api } from '../api/client'
import type { Message, Story } from '../api/types'

/** What the facts say of the possible reasons behind messages that did not get through; read once for each state of a message. */
export class Evidence {
  readonly #api: Api
  readonly #known = new SvelteMap<string, Story['candidates']>()
  readonly #asked = new Set<string>()

  constructor(api: Api) {
    this.#api = api
  }

  /** Empty until it has been read, and when it cannot be: the page of the cause stands without it. */
  of(message: Message): Story['candidates'] {
    return this.#known.get(keyOf(message)) ?? []
  }

  async read(message: Message): Promise<void> {
    const key = keyOf(message)
    if (this.#asked.has(key)) return
    this.#asked.add(key)
    try {
      this.#known.set(key, (await this.#api.story(message.id)).candidates)
    } catch {
      this.#asked.delete(key)
    }
  }
}

const keyOf = (m: Message): string => `${m.id} ${m.status} ${m.cause} ${m.attempts}`
