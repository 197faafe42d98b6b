import type { Api } from '../api/client'
import { problemOf, type Problem } from '../api/problem'
import type { Message } from '../api/types'
import { Refresher } from '../live/refresher'
import { byMoment, merged } from '../message/order'

const firstPage = 50
/** Pages read on scrolling are larger: fewer waits on a long way. */
const furtherPage = 100
/** Of a very long thread only this much stays in memory; the far end is read again on coming back. */
const keptAtMost = 2_000

/** How to read on beyond one end of what is known: by the page's cursor, or around the message at the end. */
type Edge = { cursor: string } | { around: string }

/**
 * A stretch of one conversation, oldest message first, without holes. First load, older and newer pages, live
 * changes and answers end in put(). Mostly the stretch ends at the newest message; after opening at an old one
 * it does not, and then live messages wait outside until one goes there.
 */
export class Thread {
  readonly conversationId: string
  readonly #api: Api
  readonly #refresher: Refresher
  readonly #onLive: (message: Message, before: Message | null) => void
  #byId = new Map<string, Message>()
  #older = $state.raw<Edge | null>(null)
  #newer = $state.raw<Edge | null>(null)
  messages = $state.raw<readonly Message[]>([])
  loaded = $state(false)
  loading = $state(false)
  absent = $state(false)
  problem = $state<Problem | null>(null)
  /** Messages that came while the stretch did not reach to the end. */
  below = $state(0)

  readonly clientIds = $derived.by(() => new Set(this.messages.flatMap((m) => m.client_id ?? [])))

  /** onLive hears of messages that came or changed while the thread was open, not of history. */
  constructor(api: Api, conversationId: string, onLive: (message: Message, before: Message | null) => void = () => {}) {
    this.#api = api
    this.conversationId = conversationId
    this.#onLive = onLive
    this.#refresher = new Refresher(async (id) => this.#live(await api.message(id)), {
      readMany: async (ids) => {
        const page = await api.messages(conversationId, { limit: firstPage })
        const newest = page.items.toReversed()
        if (this.loaded && this.atNewest && page.next !== null && !this.#byId.has(newest[0]!.id)) {
          // More has come than a page holds, single messages of it perhaps known already: what is known would end
          // before a hole. It is read anew on scrolling.
          this.#older = { cursor: page.next }
          this.#show([])
          for (const message of newest) this.#live(message)
          return []
        }
        for (const message of newest) if (ids.has(message.id)) this.#live(message)
        const read = new Set(newest.map((m) => m.id))
        return [...ids].filter((id) => !read.has(id))
      },
    })
  }

  /** There are older messages than those here. */
  get more(): boolean {
    return this.#older !== null
  }

  /** The newest message of the conversation is here. */
  get atNewest(): boolean {
    return this.#newer === null
  }

  get(id: string): Message | null {
    return this.#byId.get(id) ?? null
  }

  put(messages: readonly Message[]): void {
    this.#show(merged(this.messages, messages))
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
    if (this.#byId.has(message.id)) this.touch(message.id)
    else if (this.#belongs(message)) this.put([message])
  }

  /**
   * Reads what may have changed: the newest page, or in an old stretch the part around the message being read.
   * With a hole between it and what is known, the known is dropped and read anew on scrolling.
   */
  async load(reading: string | null = null): Promise<void> {
    if (this.loaded && !this.atNewest) {
      const middle = reading ?? this.messages[Math.floor(this.messages.length / 2)]?.id
      if (middle) return this.#around(middle)
    }
    await this.toNewest()
  }

  /** Reads the newest page and makes the stretch end there. */
  async toNewest(): Promise<void> {
    await this.#page(async () => {
      const page = await this.#api.messages(this.conversationId, { limit: firstPage })
      const joined = this.atNewest && page.items.some((m) => this.#byId.has(m.id))
      if (!this.loaded || !joined) this.#older = page.next === null ? null : { cursor: page.next }
      this.#newer = null
      this.below = 0
      this.#show(merged(joined ? this.messages : [], page.items))
      this.loaded = true
    })
  }

  /** Makes sure that one message is here, with what stands around it. False when there is no such message. */
  async openAt(id: string): Promise<boolean> {
    if (this.#byId.has(id)) return true
    await this.#around(id)
    return this.#byId.has(id)
  }

  async loadOlder(): Promise<void> {
    const edge = this.#older
    if (edge === null || this.loading) return
    await this.#page(async () => {
      const page = await this.#further('cursor' in edge ? { after: edge.cursor } : edge)
      this.#older = page.next === null ? null : { cursor: page.next }
      const all = merged(this.messages, page.items)
      if (all.length > keptAtMost) this.#newer = { around: all[keptAtMost - 1]!.id }
      this.#show(all.slice(0, keptAtMost))
    })
  }

  async loadNewer(): Promise<void> {
    const edge = this.#newer
    if (edge === null || this.loading) return
    await this.#page(async () => {
      const page = await this.#further('cursor' in edge ? { newer: edge.cursor } : edge)
      this.#newer = page.previous ? { cursor: page.previous } : null
      if (this.atNewest) this.below = 0
      const all = merged(this.messages, page.items)
      if (all.length > keptAtMost) this.#older = { around: all.at(-keptAtMost)!.id }
      this.#show(all.slice(-keptAtMost))
    })
  }

  #further(where: { after?: string; newer?: string; around?: string }) {
    return this.#api.messages(this.conversationId, { limit: furtherPage, ...where })
  }

  async #around(id: string): Promise<void> {
    await this.#page(async () => {
      const page = await this.#api.messages(this.conversationId, { limit: firstPage, around: id })
      const joined = page.items.some((m) => this.#byId.has(m.id))
      if (!joined) {
        this.#older = page.next === null ? null : { cursor: page.next }
        this.#newer = page.previous ? { cursor: page.previous } : null
      }
      this.#show(merged(joined ? this.messages : [], page.items))
      this.loaded = true
    })
  }

  #show(messages: readonly Message[]): void {
    this.messages = messages
    this.#byId = new Map(messages.map((m) => [m.id, m]))
  }

  #live(message: Message): void {
    const before = this.get(message.id)
    if (this.#belongs(message)) this.put([message])
    else if (this.#beyond(message)) this.below++
    else return
    this.#onLive(message, before)
  }

  // A change to a message outside the stretch would stand alone beyond a hole.
  #belongs(message: Message): boolean {
    if (this.#byId.has(message.id)) return true
    const oldest = this.messages[0]
    return (this.#older === null || !oldest || byMoment(message, oldest) > 0) && !this.#beyond(message)
  }

  #beyond(message: Message): boolean {
    const newest = this.messages.at(-1)
    return this.#newer !== null && !!newest && !this.#byId.has(message.id) && byMoment(message, newest) > 0
  }

  async #page(read: () => Promise<void>): Promise<void> {
    this.loading = true
    try {
      await this.#refresher.during(read)
      this.problem = null
      this.absent = false
    } catch (error) {
      this.problem = problemOf(error)
      this.absent = this.problem.status === 404 && !this.loaded
    } finally {
      this.loading = false
    }
  }
}
