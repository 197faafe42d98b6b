/** One row as the viewport needs to know it. */
export interface Row {
  key: string
  /** How high it probably is, in pixels, until it has been seen. */
  estimate: number
  /** It may stand elsewhere after a load, as the line of a day does: nothing is held by it. */
  floating?: boolean
}

/** The tops of rows that stand below each other, measured where seen and estimated elsewhere. */
class Layout {
  readonly keys: readonly string[]
  readonly #rows: readonly Row[]
  readonly #tops: Float64Array
  readonly #at: Map<string, number>

  constructor(rows: readonly Row[], measured: ReadonlyMap<string, number>) {
    this.#rows = rows
    this.keys = rows.map((r) => r.key)
    this.#at = new Map(this.keys.map((key, i) => [key, i]))
    this.#tops = new Float64Array(rows.length + 1)
    for (let i = 0; i < rows.length; i++) this.#tops[i + 1] = this.#tops[i]! + (measured.get(rows[i]!.key) ?? rows[i]!.estimate)
  }

  get total(): number {
    return this.#tops[this.keys.length]!
  }

  top(i: number): number {
    return this.#tops[Math.max(0, Math.min(i, this.keys.length))]!
  }

  index(key: string): number {
    return this.#at.get(key) ?? -1
  }

  /** This row, or the next one that stays with what is around it. */
  steady(i: number): number {
    for (let at = i; at < this.#rows.length; at++) if (!this.#rows[at]!.floating) return at
    return i
  }

  /** The row that covers this height; the first or last one beyond the ends. */
  at(y: number): number {
    let [low, high] = [0, this.keys.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.#tops[middle]! <= y) low = middle
      else high = middle - 1
    }
    return Math.max(0, low)
  }
}

/** What is held in place while rows come, go and change: the end, or one row at a height of the pane. */
type Anchor = 'end' | { key: string; offset: number }

/** More rows than these are never mounted at once. */
export const mostMounted = 60
/** Rows this far outside the view are mounted already. */
const ahead = 500
/** This close to the end counts as being there. */
const near = 48
/** Assumed where nothing has been laid out yet. */
const unknownHeight = 800

/**
 * Which of many rows of different heights are mounted, and where the pane stands. The place is kept as an
 * anchor, not as a number of pixels: whatever is loaded above or grows, what is being read stays where it is,
 * and who stands at the end stays at the end.
 */
export class Viewport {
  readonly #rows: () => readonly Row[]
  readonly #measured = new Map<string, number>()
  #version = $state(0)
  #anchor = $state.raw<Anchor>('end')
  #height = $state(0)
  /** What stands above the first row in the pane. */
  #lead = 0
  #pane: HTMLElement | null = null
  #lastTop = 0
  #width = 0

  readonly #layout = $derived.by(() => {
    void this.#version
    return new Layout(this.#rows(), this.#measured)
  })
  /** Where the pane's upper edge stands among the rows. */
  readonly #top = $derived.by(() => {
    const layout = this.#layout
    const anchor = this.#anchor
    const i = anchor === 'end' ? -1 : layout.index(anchor.key)
    return anchor === 'end' || i === -1 ? Math.max(0, layout.total - this.height) : layout.top(i) - anchor.offset
  })
  #lastRange = { first: 0, last: 0, before: 0, after: 0 }
  /** The rows to mount, from first up to but not including last, and the room that the others take. */
  readonly range = $derived.by(() => {
    const layout = this.#layout
    const n = layout.keys.length
    const from = layout.at(this.#top - ahead)
    const to = n === 0 ? 0 : layout.at(this.#top + this.height + ahead) + 1
    const spare = Math.max(0, to - from - mostMounted)
    const first = Math.min(from + Math.floor(spare / 2), layout.at(this.#top))
    const last = Math.min(to, first + mostMounted)
    const now = { first, last, before: layout.top(first), after: layout.total - layout.top(last) }
    const old = this.#lastRange
    const same = old.first === first && old.last === last && old.before === now.before && old.after === now.after
    return same ? old : (this.#lastRange = now)
  })

  constructor(rows: () => readonly Row[]) {
    this.#rows = rows
  }

  get height(): number {
    return this.#height || unknownHeight
  }

  get atEnd(): boolean {
    return this.#anchor === 'end'
  }

  /** How many pixels of known rows are above and below the view. */
  get beyond(): { above: number; below: number } {
    return { above: this.#top, below: this.#layout.total - this.#top - this.height }
  }

  /** The key of the first row in view. */
  get firstInView(): string | null {
    return this.#layout.keys[this.#layout.at(this.#top)] ?? null
  }

  /** Follows a pane and the element in it that holds the rows; the returned function lets go. */
  attach(pane: HTMLElement, holder: HTMLElement): () => void {
    this.#pane = pane
    const sized = () => {
      this.#height = pane.clientHeight
      // In another width every text breaks elsewhere: what is not in sight is estimated anew.
      if (this.#width !== 0 && this.#width !== pane.clientWidth) this.#measured.clear()
      this.#width = pane.clientWidth
      this.settle(holder)
    }
    sized()
    const observer = new ResizeObserver(sized)
    observer.observe(pane)
    return () => {
      observer.disconnect()
      this.#pane = null
    }
  }

  /** Call after the mounted rows have changed: measures them, then puts the pane where the anchor wants it. */
  settle(holder: HTMLElement): void {
    this.#lead = holder.offsetTop
    let changed = false
    for (const row of holder.children) changed = this.#measure(row as HTMLElement) || changed
    if (changed) this.#version++
    this.#place()
  }

  /** A mounted row has another height than before. */
  resized(row: HTMLElement): void {
    if (this.#measure(row)) this.#version++
  }

  scrolled(mayEnd: boolean): void {
    const pane = this.#pane
    if (!pane) return
    const up = pane.scrollTop < this.#lastTop
    this.#lastTop = pane.scrollTop
    // Only a move upwards leaves the end: a pane that shrinks or a thread that grows does not.
    if (mayEnd && pane.scrollHeight - pane.scrollTop - pane.clientHeight < near) this.#anchor = 'end'
    else if (up || this.#anchor !== 'end') this.#hold(pane.scrollTop - this.#lead)
  }

  toEnd(): void {
    this.#anchor = 'end'
    this.#place()
  }

  /** Stops following the end: the row at the upper edge stays there. */
  leaveEnd(): void {
    if (this.#anchor === 'end') this.#hold(this.#top)
  }

  /** Brings a row into the middle of the pane. */
  show(key: string): void {
    const i = this.#layout.index(key)
    if (i === -1) return
    const height = this.#layout.top(i + 1) - this.#layout.top(i)
    this.#anchor = { key, offset: Math.max(0, (this.height - height) / 2) }
    this.#place()
  }

  /** Moves the pane as little as shows the whole row. */
  reveal(key: string): void {
    const i = this.#layout.index(key)
    if (i === -1) return
    const [top, bottom] = [this.#layout.top(i) - this.#top, this.#layout.top(i + 1) - this.#top]
    if (top < 0) this.#anchor = { key, offset: near / 2 }
    else if (bottom > this.height) this.#anchor = { key, offset: Math.max(0, this.height - (bottom - top) - near / 2) }
    this.#place()
  }

  #hold(top: number): void {
    const i = this.#layout.steady(this.#layout.at(top))
    const key = this.#layout.keys[i]
    if (key !== undefined) this.#anchor = { key, offset: this.#layout.top(i) - top }
  }

  #measure(row: HTMLElement): boolean {
    const key = row.dataset.key
    const height = row.offsetHeight
    if (!key || height === 0 || this.#measured.get(key) === height) return false
    this.#measured.set(key, height)
    return true
  }

  #place(): void {
    const pane = this.#pane
    if (!pane) return
    const wanted = this.#anchor === 'end' ? pane.scrollHeight - pane.clientHeight : this.#top + this.#lead
    if (Math.abs(pane.scrollTop - wanted) > 1) pane.scrollTop = wanted
    this.#lastTop = pane.scrollTop
  }
}
