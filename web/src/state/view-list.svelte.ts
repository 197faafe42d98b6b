import type { Conversation, ViewName } from '../api/types'
import { problemOf, type Problem } from '../api/problem'
import { belongs, comparePlaces, placeOf, type Place } from './views'

/** What is read of a list at once. */
export const pageSize = 50

export interface ViewPage {
  items: Conversation[]
  next: string | null
}

/**
 * One list of the inbox: the ids it shows, in order, as far as they have been read. Facts come in through
 * take(), whoever brought them. While a reader is in the list it is held still: what changes places then is
 * counted and comes when the reader asks or leaves.
 */
export class ViewList {
  readonly view: ViewName
  readonly #me: () => string | null
  readonly #read: (after: string | null) => Promise<ViewPage>
  /** The true order, and under which place each id stands in it. */
  #order: string[] = []
  readonly #places = new Map<string, Place>()
  /** What is on screen while the list is held still; null otherwise. */
  #still: Set<string> | null = null
  readonly #moved = new Set<string>()
  #next = $state<string | null>(null)
  #asked = 0

  ids = $state.raw<readonly string[]>([])
  /** How many conversations would change places if the list were not held still. */
  heldBack = $state(0)
  loaded = $state(false)
  loading = $state(false)
  problem = $state<Problem | null>(null)
  /** Where the reader stood, in pixels; kept while another page or list is shown. */
  scrollTop = 0

  constructor(view: ViewName, me: () => string | null, read: (after: string | null) => Promise<ViewPage>) {
    this.view = view
    this.#me = me
    this.#read = read
  }

  get more(): boolean {
    return this.#next !== null
  }

  /** Reads the first page afresh. Beyond it the list is read again on scrolling. */
  async load(put: (items: Conversation[]) => void): Promise<void> {
    await this.#page(null, (page) => {
      this.#order = []
      this.#places.clear()
      this.#next = page.next
      this.loaded = true
      put(page.items)
      for (const c of page.items) this.#place(c, true)
      this.show()
    })
  }

  async loadMore(put: (items: Conversation[]) => void): Promise<void> {
    if (this.#next === null || this.loading) return
    await this.#page(this.#next, (page) => {
      this.#next = page.next
      put(page.items)
      for (const c of page.items) this.#place(c, true)
      const still = this.#still
      if (!still) {
        this.ids = this.#order.slice()
        return
      }
      // A list that is held still grows at its end all the same: that moves nothing.
      const added = page.items.map((c) => c.id).filter((id) => !still.has(id) && this.#places.has(id))
      for (const id of added) {
        still.add(id)
        this.#moved.delete(id)
      }
      this.ids = [...this.ids, ...added]
      this.heldBack = this.#moved.size
    })
  }

  /** What was read is out of date: it is read again when it is next shown. */
  forget(): void {
    this.loaded = false
  }

  /** Takes facts in. own: the reader did it here, so it shows at once even in a list that is held still. */
  take(conversations: readonly Conversation[], own = false): void {
    if (!this.loaded) return
    let changed = false
    for (const c of conversations) {
      if (!this.#place(c)) continue
      changed = true
      if (this.#still && !own) this.#moved.add(c.id)
    }
    if (!changed) return
    if (this.#still && !own) this.heldBack = this.#moved.size
    else if (this.#still) this.#ownChange(conversations)
    else this.ids = this.#order.slice()
  }

  /** Holds the list still, or lets it go and shows what has changed meanwhile. */
  hold(still: boolean): void {
    if (still === (this.#still !== null)) return
    this.#still = still ? new Set(this.ids) : null
    if (!still) this.show()
  }

  /** Shows what was held back. */
  show(): void {
    this.#moved.clear()
    this.heldBack = 0
    this.ids = this.#order.slice()
    if (this.#still) this.#still = new Set(this.ids)
  }

  #ownChange(conversations: readonly Conversation[]): void {
    const gone = new Set(conversations.filter((c) => !this.#places.has(c.id)).map((c) => c.id))
    if (gone.size < conversations.length) return this.show()
    for (const id of gone) this.#moved.delete(id)
    this.heldBack = this.#moved.size
    this.ids = this.ids.filter((id) => !gone.has(id))
    this.#still = new Set(this.ids)
  }

  /** Puts one conversation where it belongs; false when that changes nothing. */
  #place(c: Conversation, ofPage = false): boolean {
    const before = this.#places.get(c.id)
    const place = belongs(this.view, c, this.#me()) ? placeOf(this.view, c) : null
    if (before && place && comparePlaces(this.view, before, place) === 0) return false
    if (before) {
      this.#order.splice(this.#find(before), 1)
      this.#places.delete(c.id)
    }
    if (!place) return before !== undefined
    const at = this.#find(place)
    // Below what has been read there is a part that has not: it is found there on scrolling.
    if (at === this.#order.length && this.#next !== null && !ofPage) return before !== undefined
    this.#order.splice(at, 0, c.id)
    this.#places.set(c.id, place)
    return true
  }

  /** The first position that is not before the place. */
  #find(place: Place): number {
    let low = 0
    let high = this.#order.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (comparePlaces(this.view, this.#places.get(this.#order[middle]!)!, place) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  async #page(after: string | null, apply: (page: ViewPage) => void): Promise<void> {
    const asked = ++this.#asked
    this.loading = true
    try {
      const page = await this.#read(after)
      if (asked !== this.#asked) return
      apply(page)
      this.problem = null
    } catch (error) {
      if (asked === this.#asked) this.problem = problemOf(error)
    } finally {
      if (asked === this.#asked) this.loading = false
    }
  }
}
