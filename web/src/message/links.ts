export interface Segment {
  text: string
  href: string | null
}

const address = /https?:\/\/[^\s<>"]+/g

/**
 * Cuts a text into plain parts and http(s) links. Only addresses that are written out become links, shown as
 * written, so that the real domain is what one reads; closing punctuation stays outside.
 */
export function segments(text: string): Segment[] {
  const out: Segment[] = []
  let last = 0
  for (const match of text.matchAll(address)) {
    let link = match[0].replace(/[.,;:!?'”’…]+$/, '')
    if (link.endsWith(')') && !link.includes('(')) link = link.slice(0, -1)
    if (!URL.canParse(link)) continue
    if (match.index > last) out.push({ text: text.slice(last, match.index), href: null })
    out.push({ text: link, href: new URL(link).href })
    last = match.index + link.length
  }
  if (last < text.length) out.push({ text: text.slice(last), href: null })
  return out
}
