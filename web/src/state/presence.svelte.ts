import { SvelteMap } from 'svelte/reactivity'
import type { Api } from '../api/client'
import type { Person, Present } from '../api/types'

/** A word about somebody holds this long. */
export const leaseFor = 30_000
/** One's own word is said again before it ends. */
export const repeatEvery = 10_000
/** Passing by is not viewing: going through the list tells nobody anything. */
export const settledAfter = 700
/** Who has not pressed a key for this long no longer types. */
export const stillTyping = 6_000

interface Options {
  me: () => string | null
  now: () => number
  /** Whether a person can be looking: the page is in front. */
  inFront?: () => boolean
  later?: (ms: number, fn: () => void) => () => void
}

/** Who looks at which conversation or types in it: colleagues as the server tells, and oneself to the server. */
export class Presence {
  readonly #api: Api
  readonly #options: Options
  readonly #later: (ms: number, fn: () => void) => () => void
  readonly #others = new SvelteMap<string, Present & { until: number }>()
  #here: string | null = null
  #said: 'viewing' | 'typing' | null = null
  #typedAt = -Infinity
  #callOff: () => void = () => {}

  constructor(api: Api, options: Options) {
    this.#api = api
    this.#options = options
    this.#later =
      options.later ??
      ((ms, fn) => {
        const timer = setTimeout(fn, ms)
        return () => clearTimeout(timer)
      })
  }

  /** The colleagues at a conversation, those who type first. */
  at(conversationId: string): { user: Person; state: 'viewing' | 'typing' }[] {
    const now = this.#options.now()
    return [...this.#others.values()]
      .filter((p) => p.conversation_id === conversationId && p.until > now && p.user.id !== this.#options.me())
      .map((p) => ({ user: p.user, state: p.state as 'viewing' | 'typing' }))
      .sort((a, b) => (a.state === b.state ? a.user.name.localeCompare(b.user.name) : a.state === 'typing' ? -1 : 1))
  }

  typists(conversationId: string): Person[] {
    return this.at(conversationId).flatMap((p) => (p.state === 'typing' ? [p.user] : []))
  }

  hear(p: Present): void {
    const key = `${p.conversation_id} ${p.user.id}`
    if (p.state === 'gone') this.#others.delete(key)
    else this.#others.set(key, { ...p, until: this.#options.now() + leaseFor })
  }

  /** Asks for everybody at once; for the moment when the stream stands (again). */
  async load(): Promise<void> {
    try {
      const { items } = await this.#api.presence()
      this.#others.clear()
      for (const p of items) this.hear(p)
    } catch {
      // Without it the page lacks a courtesy; the next event or reconnect brings it.
    }
  }

  /** The person has opened this conversation, or closed it (null). */
  enter(conversationId: string | null): void {
    if (this.#here === conversationId) return
    if (this.#here !== null && this.#said !== null) this.#post(this.#here, 'gone')
    this.#callOff()
    this.#here = conversationId
    this.#said = null
    this.#typedAt = -Infinity
    if (conversationId !== null) this.#callOff = this.#later(settledAfter, () => this.#beat())
  }

  /** The person has typed something in the open conversation. */
  typed(): void {
    this.#typedAt = this.#options.now()
    if (this.#said !== 'typing') this.#beat()
  }

  /** What was typed is sent or gone: says so before the next beat. */
  stopped(): void {
    this.#typedAt = -Infinity
    if (this.#said === 'typing') this.#beat()
  }

  #beat(): void {
    this.#callOff()
    if (this.#here === null) return
    const since = this.#options.now() - this.#typedAt
    const typing = since < stillTyping
    if (this.#options.inFront?.() ?? document.visibilityState === 'visible') {
      this.#said = typing ? 'typing' : 'viewing'
      this.#post(this.#here, this.#said)
    }
    this.#callOff = this.#later(typing ? Math.max(500, stillTyping - since) : repeatEvery, () => this.#beat())
  }

  #post(conversationId: string, state: Present['state']): void {
    this.#api.sayPresence(conversationId, state).catch(() => {
      // Told again with the next beat; nobody waits for it.
    })
  }
}
