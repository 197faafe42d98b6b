import { SvelteMap } from 'svelte/reactivity'
import type { Api } from '../api/client'
import { problemOf, type Problem } from '../api/problem'
import type { Message } from '../api/types'
import { Refresher } from '../live/refresher'
import { byMoment } from '../message/order'

const pageSize = 50

/** The messages of one conversation, oldest first. First load, older pages, live changes and answers end in put(). */
export class Thread {
  readonly conversationId: string
  readonly #api: Api
  readonly #known = new SvelteMap<string, Message>()
  readonly #refresher: Refresher
  readonly #onLive: (message: Message, before: Message | null) => void
  #next = $state<string | null>(null)
  loaded = $state(false)
  loading = $state(false)
  absent = $state(false)
  problem = $state<Problem | null>(null)

  readonly messages = $derived.by(() => [...this.#known.values()].sort(byMoment))
  readonly clientIds = $derived.by(() => new Set(this.messages.flatMap((m) => m.client_id ?? [])))

  /** onLive hears of messages that came or changed while the thread was open, not of history. */
  constructor(api: Api, conversationId: string, onLive: (message: Message, before: Message | null) => void = () => {}) {
    this.#api = api
    this.conversationId = conversationId
    this.#onLive = onLive
    this.#refresher = new Refresher(async (id) => this.#live(await api.message(id)), {
      readMany: async (ids) => {
        const newest = (await api.messages(conversationId, { limit: pageSize })).items
        for (const message of newest.reverse()) if (ids.has(message.id)) this.#live(message)
        const read = new Set(newest.map((m) => m.id))
        return [...ids].filter((id) => !read.has(id))
      },
    })
  }

  get more(): boolean {
    return this.#next !== null
  }

  get(id: string): Message | null {
    return this.#known.get(id) ?? null
  }

  put(messages: readonly Message[]): void {
    for (const m of messages) this.#known.set(m.id, m)
  }

  /** A message came or changed: read it soon. */
  touch(id: string): void {
    this.#refresher.ask(id)
  }

  again(): void {
    this.#refresher.again()
  }

  /**
   * Takes the answer to a request that made or changed a message. The feed may already have brought a later
   * state than this answer, so one that is known is read again instead of overwritten.
   */
  answered(message: Message): void {
    if (this.#known.has(message.id)) this.touch(message.id)
    else this.put([message])
  }

  /** Reads the newest page; with a hole between it and what is known, the known is dropped and read anew on scrolling. */
  async load(): Promise<void> {
    await this.#page(async () => {
      const page = await this.#api.messages(this.conversationId, { limit: pageSize })
      const joined = page.items.some((m) => this.#known.has(m.id))
      if (this.loaded && !joined) this.#known.clear()
      if (!this.loaded || !joined) this.#next = page.next
      this.put(page.items)
      this.loaded = true
    })
  }

  async loadOlder(): Promise<void> {
    const after = this.#next
    if (after === null || this.loading) return
    await this.#page(async () => {
      const page = await this.#api.messages(this.conversationId, { limit: pageSize, after })
      this.put(page.items)
      this.#next = page.next
    })
  }

  #live(message: Message): void {
    const before = this.get(message.id)
    if (!this.#belongs(message)) return
    this.put([message])
    this.#onLive(message, before)
  }

  // A change to a message older than the oldest loaded one would stand alone above a hole.
  #belongs(message: Message): boolean {
    const oldest = this.messages[0]
    return this.#known.has(message.id) || this.#next === null || !oldest || byMoment(message, oldest) > 0
  }

  async #page(read: () => Promise<void>): Promise<void> {
    this.loading = true
    try {
      await this.#refresher.during(read)
      this.problem = null
      this.absent = false
    } catch (error) {
      this.problem = problemOf(error)
      this.absent = this.problem.status === 404
    } finally {
      this.loading = false
    }
  }
}
