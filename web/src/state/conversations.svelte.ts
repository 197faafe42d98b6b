import { SvelteMap } from 'svelte/reactivity'
import type { Api } from '../api/client'
import { problemOf, type Problem } from '../api/problem'
import type { Conversation } from '../api/types'
import { Refresher } from '../live/refresher'
import { moment } from '../message/order'

const pageSize = 50

/** The conversations known here, newest activity first. First load, older pages and live changes all end in put(). */
export class Conversations {
  readonly #api: Api
  readonly #known = new SvelteMap<string, Conversation>()
  readonly #refresher: Refresher
  #next = $state<string | null>(null)
  loaded = $state(false)
  loading = $state(false)
  problem = $state<Problem | null>(null)

  readonly list = $derived.by(() => [...this.#known.values()].sort(byActivity))
  readonly unread = $derived.by(() => this.list.reduce((sum, c) => sum + (c.unread > 0 ? 1 : 0), 0))

  constructor(api: Api) {
    this.#api = api
    this.#refresher = new Refresher(async (id) => this.put([await api.conversation(id)]), {
      readMany: async (ids) => {
        const newest = (await api.conversations({ limit: pageSize })).items
        this.put(newest)
        const read = new Set(newest.map((c) => c.id))
        // One that is neither shown nor among the newest is found on scrolling.
        return [...ids].filter((id) => !read.has(id) && this.#known.has(id))
      },
    })
  }

  get more(): boolean {
    return this.#next !== null
  }

  get(id: string): Conversation | null {
    return this.#known.get(id) ?? null
  }

  put(conversations: readonly Conversation[]): void {
    for (const c of conversations) this.#known.set(c.id, c)
  }

  /** Something about this conversation changed: read it again soon. */
  touch(id: string): void {
    this.#refresher.ask(id)
  }

  again(): void {
    this.#refresher.again()
  }

  /** Reads the newest page afresh. What was known beyond it may be out of date and is read again on scrolling. */
  async load(): Promise<void> {
    await this.#page(async () => {
      const page = await this.#api.conversations({ limit: pageSize })
      this.#known.clear()
      this.put(page.items)
      this.#next = page.next
      this.loaded = true
    })
  }

  async loadOlder(): Promise<void> {
    const after = this.#next
    if (after === null || this.loading) return
    await this.#page(async () => {
      const page = await this.#api.conversations({ limit: pageSize, after })
      this.put(page.items)
      this.#next = page.next
    })
  }

  async #page(read: () => Promise<void>): Promise<void> {
    this.loading = true
    try {
      await this.#refresher.during(read)
      this.problem = null
    } catch (error) {
      this.problem = problemOf(error)
    } finally {
      this.loading = false
    }
  }
}

function byActivity(a: Conversation, b: Conversation): number {
  const at = (c: Conversation) => (c.last_message ? moment(c.last_message) : 0)
  return at(b) - at(a) || (a.id < b.id ? 1 : -1)
}
