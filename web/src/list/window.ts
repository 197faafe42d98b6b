// Which rows of a long list are in the page: those in sight, some beyond, and the chosen one wherever it is.

/** No more rows than this are ever in the page. */
export const mostRows = 60
const beyond = 8

export interface Sight {
  /** How far the list is scrolled, in pixels. */
  top: number
  /** The height of what is seen. */
  height: number
  /** The height of one row; all are equal. */
  row: number
  total: number
}

export interface Span {
  from: number
  /** The first that is not in it. */
  to: number
}

/** The rows in sight and some beyond them, never more than mostRows − 1: one place is the chosen row's. */
export function spanOf({ top, height, row, total }: Sight): Span {
  const first = Math.floor(Math.max(0, top) / row)
  const seen = Math.min(Math.ceil(height / row) + 1, mostRows - 1)
  const spare = Math.min(beyond, Math.floor((mostRows - 1 - seen) / 2))
  const from = Math.max(0, Math.min(first, total - seen) - spare)
  return { from, to: Math.max(from, Math.min(total, first + seen + spare)) }
}

/** The numbers of the rows to have in the page, in order; chosen is -1 when no row is. */
export function mountedRows(span: Span, chosen: number): number[] {
  const inside = Array.from({ length: span.to - span.from }, (_, i) => span.from + i)
  if (chosen < 0 || (chosen >= span.from && chosen < span.to)) return inside
  return chosen < span.from ? [chosen, ...inside] : [...inside, chosen]
}

/** How far to scroll so that a row is in sight, moving as little as possible. */
export function scrolledTo(index: number, { top, height, row }: Sight): number {
  const start = index * row
  if (start < top) return start
  return start + row > top + height ? start + row - height : top
}
