import type { Api } from '../api/client'
import { problemOf, type Problem } from '../api/problem'
import type { SearchAnswer, SearchContact, SearchHit } from '../api/types'

/** A pause in typing after which the server is asked. */
export const typingPause = 150
const pageSize = 30

export type Found = { type: 'contact'; key: string; contact: SearchContact } | { type: 'message'; key: string; hit: SearchHit }

/**
 * What is searched for and what was found. The answer to an earlier question is dropped, however late it
 * comes; what was chosen and how far was scrolled stays until something else is asked.
 */
export class Search {
  readonly #api: Api
  readonly #later: (ms: number, fn: () => void) => void
  #asked = 0
  typed = $state('')
  /** What the answer below is an answer to. */
  query = $state('')
  answer = $state.raw<SearchAnswer | null>(null)
  hits = $state.raw<readonly SearchHit[]>([])
  busy = $state(false)
  problem = $state<Problem | null>(null)
  chosen = $state(-1)
  scrollTop = 0
  #next = $state<string | null>(null)

  /** People first, then messages. */
  readonly found: readonly Found[] = $derived.by(() => [
    ...(this.answer?.contacts ?? []).map((contact) => ({ type: 'contact' as const, key: `c${contact.conversation_id}`, contact })),
    ...this.hits.map((hit) => ({ type: 'message' as const, key: `m${hit.message.id}`, hit })),
  ])

  constructor(api: Api, later: (ms: number, fn: () => void) => void = (ms, fn) => void setTimeout(fn, ms)) {
    this.#api = api
    this.#later = later
  }

  get more(): boolean {
    return this.#next !== null
  }

  /** Nothing was found: not while an answer is awaited, and not while nothing is asked. */
  get nothing(): boolean {
    return this.answer !== null && !this.busy && this.found.length === 0 && this.answer.exact === null
  }

  /** Takes what is typed and asks after a pause in the typing. */
  type(typed: string): void {
    this.typed = typed
    const asked = ++this.#asked
    if (typed.trim() === '') return this.#clear()
    this.busy = true
    this.#later(typingPause, () => {
      if (asked === this.#asked) void this.#ask(asked, typed.trim())
    })
  }

  /** Asks now. */
  async ask(query: string): Promise<void> {
    this.typed = query
    const asked = ++this.#asked
    if (query.trim() === '') return this.#clear()
    await this.#ask(asked, query.trim())
  }

  async loadMore(): Promise<void> {
    if (this.#next === null || this.busy) return
    const asked = this.#asked
    this.busy = true
    try {
      const answer = await this.#api.search(this.query, { limit: pageSize, after: this.#next })
      if (asked !== this.#asked) return
      this.hits = [...this.hits, ...answer.messages.items]
      this.#next = answer.messages.next
      this.problem = null
    } catch (error) {
      if (asked === this.#asked) this.problem = problemOf(error)
    } finally {
      if (asked === this.#asked) this.busy = false
    }
  }

  async #ask(asked: number, query: string): Promise<void> {
    this.busy = true
    try {
      const answer = await this.#api.search(query, { limit: pageSize })
      if (asked !== this.#asked) return
      this.query = query
      this.answer = answer
      this.hits = answer.messages.items
      this.#next = answer.messages.next
      this.chosen = -1
      this.scrollTop = 0
      this.problem = null
    } catch (error) {
      if (asked === this.#asked) this.problem = problemOf(error)
    } finally {
      if (asked === this.#asked) this.busy = false
    }
  }

  #clear(): void {
    this.query = ''
    this.answer = null
    this.hits = []
    this.#next = null
    this.chosen = -1
    this.busy = false
    this.problem = null
  }
}
