import { SvelteSet } from 'svelte/reactivity'
import type { Api } from '../api/client'
import { problemOf, type Problem } from '../api/problem'
import type { OutcomeGroup, OutcomeMessage, Outcomes as Summary } from '../api/types'

/** How long changes are gathered before the groups are read anew. */
const gather = 1_000

/** What failed and what waits: the groups, the one that is open, and what is selected in it. */
export class Outcomes {
  readonly #api: Api
  readonly #dayBegan: () => number
  readonly #later: (ms: number, fn: () => void) => void
  days = $state(7)
  /** The connection whose messages are meant, null for all. */
  connection = $state<string | null>(null)
  summary = $state.raw<Summary | null>(null)
  problem = $state<Problem | null>(null)
  open = $state<string | null>(null)
  items = $state.raw<OutcomeMessage[]>([])
  reading = $state(false)
  readonly selected = new SvelteSet<string>()
  #next = $state<string | null>(null)
  #asked = 0
  #listed = 0
  #due = false

  constructor(api: Api, dayBegan: () => number, later: (ms: number, fn: () => void) => void = (ms, fn) => void setTimeout(fn, ms)) {
    this.#api = api
    this.#dayBegan = dayBegan
    this.#later = later
  }

  get more(): boolean {
    return this.#next !== null
  }

  get #on(): { connection_id?: string } {
    return this.connection ? { connection_id: this.connection } : {}
  }

  /** A group as it is asked for, for what is done to all of it. */
  whole(key: string): { key: string; days: number; connection_id?: string } {
    return { key, days: this.days, ...this.#on }
  }

  group(key: string | null): OutcomeGroup | null {
    return this.summary?.groups.find((g) => g.key === key) ?? null
  }

  /** Reads the groups, and the open one from its start. An answer to an earlier question is dropped. */
  async load(): Promise<void> {
    const asked = ++this.#asked
    try {
      const summary = await this.#api.outcomes(this.days, new Date(this.#dayBegan()).toISOString(), this.connection)
      if (asked !== this.#asked) return
      this.summary = summary
      this.problem = null
      if (this.open !== null) await this.#list(Math.max(this.items.length, page))
    } catch (error) {
      if (asked === this.#asked) this.problem = problemOf(error)
    }
  }

  /** Something has changed: read anew, once for all that changes within a moment. */
  touch(): void {
    if (this.#due) return
    this.#due = true
    this.#later(gather, () => {
      this.#due = false
      void this.load()
    })
  }

  async show(key: string | null): Promise<void> {
    if (key === this.open) return
    this.open = key
    this.items = []
    this.#next = null
    this.selected.clear()
    if (key !== null) await this.#list(page)
  }

  async loadMore(): Promise<void> {
    if (this.open === null || this.#next === null || this.reading) return
    const [key, after] = [this.open, this.#next]
    const listed = ++this.#listed
    this.reading = true
    try {
      const found = await this.#api.outcomeMessages(key, this.days, { after, limit: page, ...this.#on })
      // The list was read anew meanwhile: these would stand in it twice.
      if (listed !== this.#listed) return
      this.items = [...this.items, ...found.items]
      this.#next = found.next
    } catch (error) {
      if (listed === this.#listed) this.problem = problemOf(error)
    } finally {
      if (listed === this.#listed) this.reading = false
    }
  }

  async #list(limit: number): Promise<void> {
    const key = this.open
    if (key === null) return
    const listed = ++this.#listed
    this.reading = true
    try {
      const found = await this.#api.outcomeMessages(key, this.days, { limit: Math.min(limit, most), ...this.#on })
      if (listed !== this.#listed) return
      this.items = found.items
      this.#next = found.next
      const here = new Set(found.items.map((m) => m.id))
      for (const id of [...this.selected]) if (!here.has(id)) this.selected.delete(id)
    } catch (error) {
      if (listed === this.#listed) this.problem = problemOf(error)
    } finally {
      if (listed === this.#listed) this.reading = false
    }
  }

  toggle(id: string): void {
    if (!this.selected.delete(id)) this.selected.add(id)
  }

  /** Every message of a group up to a bound, for what is done one by one. */
  async all(key: string): Promise<OutcomeMessage[]> {
    const found: OutcomeMessage[] = []
    for (let after: string | undefined; found.length < bulk; ) {
      const part = await this.#api.outcomeMessages(key, this.days, { limit: most, ...(after ? { after } : {}), ...this.#on })
      found.push(...part.items)
      if (part.next === null) break
      after = part.next
    }
    return found.slice(0, bulk)
  }
}

const page = 50
/** The longest page that the server gives. */
const most = 200
/** How many messages are acted on at once, at most. */
export const bulk = 500
