export interface Segment {
  text: string
  href: string | null
}

const address = /https?:\/\/[^\s<>"]+|mailto:[^\s<>"@]+@[^\s<>"]+|tel:\+?[\d()./-]{4,}/g

/**
 * Cuts a text into plain parts and links. Only http(s), mailto and tel addresses that are written out become links
 * (I45), shown as written, so that the real domain is what one reads; closing punctuation stays outside.
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

/** Where a link really leads, when what is written reads as if it led elsewhere; else null. */
export function domainOf(link: { text: string; href: string }): string | null {
  const { hostname } = new URL(link.href)
  if (hostname === '') return null
  // The domain as written: what a name before an @ or a letter of another script only pretends to be does not count.
  const written = /^https?:\/\/([^/?#]*)/i.exec(link.text)?.[1]?.toLowerCase() ?? ''
  return written.replace(/:\d+$/, '') === hostname ? null : hostname
}
