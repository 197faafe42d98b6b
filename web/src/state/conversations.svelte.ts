import { SvelteMap } from 'svelte/reactivity'
import type { Api } from '../api/client'
import { problemOf } from '../api/problem'
import { viewNames, type Conversation, type Counts, type ViewName } from '../api/types'
import { Refresher } from '../live/refresher'
import { belongs } from './views'
import { pageSize, ViewList } from './view-list.svelte'

/** How much is read at once, and how often in a row, to follow a rain of changes. */
const rainPage = 100
const rainPages = 5
/** From so many changed conversations on they are read together. */
const rainFrom = 4
/** Changes gather for this long, and for this long after the last ones were read. */
const gatherFor = 30
const restFor = 250
/** Counts are read again at most this often while changes come. */
const countAfter = 500
/** "999 and more": a count that says no number any more, so none is worked out from it. */
const countedTo = 1000

/** What a person may change about a conversation here, before the server has agreed. */
export type ConversationChange = Partial<Pick<Conversation, 'state' | 'assignee' | 'unread' | 'waiting_since'>>

export interface ConversationsOptions {
  /** Which list is shown. */
  view: () => ViewName
  /** Whose conversations are "mine"; null for an API key. */
  me: () => string | null
  /** Hears of what was read because it changed, not of lists. before is null for a conversation not known until then. */
  heard?: (conversation: Conversation, before: Conversation | null) => void
  later?: (ms: number, fn: () => void) => void
}

/**
 * The conversations known here and the lists made of them. First loads, further pages, live changes and
 * answers all end in put(). What a person does shows at once, as a change laid over the server's fact, and is
 * taken off again when the server refuses: what stays is then the newest fact, not an old copy.
 */
export class Conversations {
  readonly #api: Api
  readonly #options: ConversationsOptions
  readonly #known = new SvelteMap<string, Conversation>()
  readonly #lists: Record<ViewName, ViewList>
  readonly #refresher: Refresher
  #ranAt = -Infinity
  readonly #counter: Refresher
  /** The server's word on conversations that have a change laid over them. */
  readonly #facts = new Map<string, Conversation>()
  readonly #laid = new Map<string, ConversationChange[]>()
  counts = $state.raw<Counts | null>(null)

  readonly list = $derived.by(() => this.current.ids.flatMap((id) => this.#known.get(id) ?? []))

  constructor(api: Api, options: ConversationsOptions) {
    this.#api = api
    this.#options = options
    this.#lists = Object.fromEntries(
      viewNames.map((view) => [view, new ViewList(view, options.me, (after) => api.conversations({ view, limit: pageSize, ...(after ? { after } : {}) }))]),
    ) as Record<ViewName, ViewList>
    const later = options.later ?? ((ms: number, fn: () => void) => void setTimeout(fn, ms))
    this.#refresher = new Refresher(async (id) => this.#live([await api.conversation(id)]), {
      readMany: (ids) => this.#readMany(ids),
      many: rainFrom,
      // The first change shows at once; in a rain the page has time between two looks for who is typing in it.
      gather: (run) => {
        const wait = Math.max(gatherFor, this.#ranAt + restFor - performance.now())
        setTimeout(() => {
          this.#ranAt = performance.now()
          run()
        }, wait)
      },
    })
    this.#counter = new Refresher(
      async () => {
        this.counts = await api.counts()
      },
      // The first counts are wanted at once.
      { gather: (run) => (this.counts === null ? run() : later(countAfter, run)) },
    )
  }

  /** The list that is shown. */
  get current(): ViewList {
    return this.#lists[this.#options.view()]
  }

  of(view: ViewName): ViewList {
    return this.#lists[view]
  }

  get loaded(): boolean {
    return this.current.loaded
  }

  get(id: string): Conversation | null {
    return this.#known.get(id) ?? null
  }

  #live(conversations: readonly Conversation[]): void {
    const before = conversations.map((c) => this.get(c.id))
    this.put(conversations)
    conversations.forEach((c, i) => this.#options.heard?.(c, before[i]!))
  }

  /** The one door for facts. */
  put(conversations: readonly Conversation[]): void {
    const shown = conversations.map((c) => {
      if (!this.#laid.has(c.id)) return c
      this.#facts.set(c.id, c)
      return this.#covered(c)
    })
    this.#show(shown)
  }

  /** Something about this conversation changed: read it again soon. */
  touch(id: string): void {
    this.#refresher.ask(id)
  }

  touchCounts(): void {
    this.#counter.ask('counts')
  }

  again(): void {
    this.#refresher.again()
    this.#counter.again()
  }

  /** Reads the shown list afresh; the others are read afresh when they are next shown. */
  async load(): Promise<void> {
    for (const view of viewNames) if (this.#lists[view] !== this.current) this.#lists[view].forget()
    this.touchCounts()
    const list = this.current
    await this.#refresher.during(() => list.load((items) => this.put(items)))
  }

  /** Reads the shown list if nothing of it is known yet. */
  async ensure(): Promise<void> {
    const list = this.current
    if (list.loaded || list.loading) return
    await this.#refresher.during(() => list.load((items) => this.put(items)))
  }

  async loadMore(): Promise<void> {
    const list = this.current
    if (!list.more || list.loading) return
    await this.#refresher.during(() => list.loadMore((items) => this.put(items)))
  }

  /**
   * Shows a change at once and asks the server for it. When the server refuses, the change is taken off and the
   * refusal is thrown as a Problem.
   */
  async change(id: string, change: ConversationChange, request: () => Promise<Conversation>): Promise<void> {
    const before = this.get(id)
    if (before) {
      if (!this.#facts.has(id)) this.#facts.set(id, before)
      this.#laid.set(id, [...(this.#laid.get(id) ?? []), change])
      this.#count(before, { ...before, ...change })
      this.#show([{ ...before, ...change }], true)
    }
    const known = this.#facts.get(id)
    try {
      const answer = await request()
      // Facts that came meanwhile may be newer than this answer, so it is read once more then.
      if (this.#facts.get(id) !== known) this.touch(id)
      if (before) this.#facts.set(id, answer)
      else this.put([answer])
    } catch (error) {
      throw problemOf(error)
    } finally {
      if (before) this.#takeOff(id, change)
      this.touchCounts()
    }
  }

  #takeOff(id: string, change: ConversationChange): void {
    const left = (this.#laid.get(id) ?? []).filter((c) => c !== change)
    const fact = this.#facts.get(id)
    if (left.length > 0) this.#laid.set(id, left)
    else {
      this.#laid.delete(id)
      this.#facts.delete(id)
    }
    if (fact) this.#show([left.length > 0 ? this.#covered(fact) : fact], true)
  }

  #covered(fact: Conversation): Conversation {
    return Object.assign({}, fact, ...(this.#laid.get(fact.id) ?? [])) as Conversation
  }

  #show(conversations: readonly Conversation[], own = false): void {
    for (const c of conversations) this.#known.set(c.id, c)
    for (const view of viewNames) this.#lists[view].take(conversations, own)
  }

  /** Works the counts out for what was done here, until they are read again. */
  #count(before: Conversation, after: Conversation): void {
    if (!this.counts) return
    const me = this.#options.me()
    const counts = { ...this.counts }
    const move = (name: keyof Counts, was: boolean, is: boolean) => {
      if (counts[name] < countedTo) counts[name] = Math.max(0, counts[name] + Number(is) - Number(was))
    }
    for (const view of ['open', 'mine', 'unassigned', 'waiting', 'failed'] as const) move(view, belongs(view, before, me), belongs(view, after, me))
    const unread = (c: Conversation) => c.unread > 0 && belongs('mine', c, me)
    move('unread_mine', unread(before), unread(after))
    this.counts = counts
  }

  // A message moves its conversation to the head of the list of all, so a few pages cover most of a rain.
  async #readMany(ids: ReadonlySet<string>): Promise<Iterable<string>> {
    const left = new Set(ids)
    let after: string | undefined
    for (let i = 0; i < rainPages && left.size > 0; i++) {
      // What has just changed stands at the head of the list of all.
      const limit = Math.min(rainPage, Math.max(10, 2 * left.size))
      const page = await this.#api.conversations({ view: 'all', limit, ...(after ? { after } : {}) })
      const before = left.size
      this.#live(page.items.filter((c) => left.has(c.id)))
      for (const c of page.items) left.delete(c.id)
      if (!page.next || left.size === before) break
      after = page.next
    }
    return left
  }
}
