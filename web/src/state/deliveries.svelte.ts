import type { Api } from '../api/client'
import { problemOf, type Problem } from '../api/problem'
import type { Delivery, Ledger, ReplayResult } from '../api/types'

const pageSize = 50
/** How many pages without any item are read in a row. */
const stretches = 5

export type DeliveryFilter = Delivery['state'] | 'all'

/** The deliveries page: one filter, its list, newest first, and the ledger above it. */
export class Deliveries {
  readonly #api: Api
  readonly #connection: string | null
  filter = $state<DeliveryFilter>('all')
  items = $state.raw<Delivery[]>([])
  ledger = $state.raw<Ledger | null>(null)
  loaded = $state(false)
  loading = $state(false)
  problem = $state<Problem | null>(null)
  /** The one that an address names, shown above the list whatever the filter. */
  one = $state.raw<Delivery | null>(null)
  oneProblem = $state<Problem | null>(null)
  #next = $state<string | null>(null)
  #asked = 0
  #named = 0

  /** connection: only those of this one. */
  constructor(api: Api, connection: string | null = null) {
    this.#api = api
    this.#connection = connection
  }

  get more(): boolean {
    return this.#next !== null
  }

  show(filter: DeliveryFilter): Promise<void> {
    this.filter = filter
    this.items = []
    this.loaded = false
    return this.load()
  }

  /** Reads the newest page and the ledger. An answer to an earlier question is dropped. */
  async load(): Promise<void> {
    const asked = ++this.#asked
    this.loading = true
    try {
      const [page, ledger] = await Promise.all([this.#api.deliveries(this.#query()), this.#api.ledger()])
      if (asked !== this.#asked) return
      this.items = page.items
      this.#next = page.next
      this.ledger = ledger
      this.loaded = true
      this.problem = null
    } catch (error) {
      if (asked === this.#asked) this.problem = problemOf(error)
    } finally {
      if (asked === this.#asked) this.loading = false
    }
  }

  /** Brings what has come or changed since, without moving what was loaded. Failing, it says nothing: the next look does. */
  async refresh(): Promise<void> {
    if (!this.loaded || this.loading) return
    const asked = this.#asked
    try {
      const [page, ledger] = await Promise.all([this.#api.deliveries(this.#query()), this.#api.ledger()])
      if (asked !== this.#asked) return
      const fresh = new Set(page.items.map((d) => d.id))
      const joined = this.items.some((d) => fresh.has(d.id))
      const oldest = page.items.at(-1)
      // Beyond a hole, and in a filtered list what has left its state, is read again on scrolling.
      const rest = joined && oldest ? this.items.filter((d) => !fresh.has(d.id) && d.received_at < oldest.received_at) : []
      this.items = [...page.items, ...rest]
      if (rest.length === 0) this.#next = page.next
      this.ledger = ledger
    } catch {
      // Kept as it is.
    }
  }

  async loadOlder(): Promise<void> {
    if (this.#next === null || this.loading) return
    const asked = ++this.#asked
    this.loading = true
    try {
      // Of one connection there may be none for a long stretch; the rest is asked for by the next call.
      for (let tries = 0, found = 0; tries < stretches && found === 0 && this.#next !== null; tries++) {
        const page = await this.#api.deliveries({ ...this.#query(), after: this.#next })
        if (asked !== this.#asked) return
        this.items = [...this.items, ...page.items]
        this.#next = page.next
        found = page.items.length
      }
      this.problem = null
    } catch (error) {
      if (asked === this.#asked) this.problem = problemOf(error)
    } finally {
      if (asked === this.#asked) this.loading = false
    }
  }

  /** Reads the one that an address names; null: none. An answer for an earlier address is dropped. */
  async showOne(id: string | null): Promise<void> {
    const named = ++this.#named
    this.oneProblem = null
    this.one = id === null ? null : (this.items.find((d) => d.id === id) ?? null)
    if (id === null || this.one) return
    try {
      const one = await this.#api.delivery(id)
      if (named === this.#named) this.one = one
    } catch (error) {
      if (named === this.#named) this.oneProblem = problemOf(error)
    }
  }

  raw(id: string): Promise<string | null> {
    return this.#api.delivery(id).then((d) => d.raw)
  }

  /** Processes a kept delivery again, then shows what it is now. Throws a Problem. */
  async replay(id: string): Promise<ReplayResult> {
    const result = await this.#api.replay(id)
    const [fresh, ledger] = await Promise.all([this.#api.delivery(id), this.#api.ledger()])
    this.items = this.items.map((d) => (d.id === id ? fresh : d))
    if (this.one?.id === id) this.one = fresh
    this.ledger = ledger
    return result
  }

  #query(): { limit: number; state?: Delivery['state']; connection_id?: string } {
    return { limit: pageSize, ...(this.filter === 'all' ? {} : { state: this.filter }), ...(this.#connection === null ? {} : { connection_id: this.#connection }) }
  }
}
