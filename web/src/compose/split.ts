import { lengthOf, type TextLimit } from './limits'

// Where a long text is best cut: between paragraphs, lines, sentences, words.
const seams = [/\n\s*\n/g, /\n/g, /[.!?…。！？]\s|[。！？]/g, /\s/g]

/**
 * Cuts a text into messages that each hold it, in order, at the best seam in the second half of each. Put together
 * again they say the same; only white space at the seams is gone.
 */
export function split(text: string, limit: number, unit: TextLimit['unit'] = 'characters'): string[] {
  const parts: string[] = []
  let rest = text.trim()
  while (lengthOf(rest, unit) > limit) {
    const most = holds(rest, limit, unit)
    const cut = seam(rest.slice(0, most), rest) ?? most
    parts.push(rest.slice(0, cut).trimEnd())
    rest = rest.slice(cut).trimStart()
  }
  if (rest !== '') parts.push(rest)
  return parts
}

/** How many UTF-16 units of the text fit, without cutting a sign in two. */
function holds(text: string, limit: number, unit: TextLimit['unit']): number {
  let [n, size] = [0, 0]
  for (const { segment } of new Intl.Segmenter().segment(text.slice(0, limit + 64))) {
    size += lengthOf(segment, unit)
    if (size > limit) break
    n += segment.length
  }
  // One sign that is longer than a whole message is cut: nothing else would end.
  return n > 0 ? n : limit
}

function seam(head: string, whole: string): number | null {
  for (const kind of seams) {
    let at: number | null = null
    for (const match of (head + whole.slice(head.length, head.length + 1)).matchAll(kind)) {
      const end = match.index + match[0].length
      if (end <= head.length + 1 && match.index > head.length / 2) at = Math.min(end, head.length)
    }
    if (at !== null) return at
  }
  return null
}
