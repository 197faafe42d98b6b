import { segments } from './links'

/** A piece of a text as it is drawn. */
export type Piece =
  | { type: 'text'; text: string }
  | { type: 'link'; text: string; href: string }
  | { type: 'bold'; pieces: Piece[] }
  | { type: 'italic'; pieces: Piece[] }
  | { type: 'strike'; pieces: Piece[] }
  | { type: 'code'; text: string }
  | { type: 'block'; text: string }

const signs: Record<string, 'bold' | 'italic' | 'strike'> = { '*': 'bold', _: 'italic', '~': 'strike' }
/** Marks within marks go no deeper than there are kinds of them. */
const deepest = 3

/**
 * Reads WhatsApp's formatting: *bold* _italic_ ~strike~ `code` ```block```. A mark counts only where it stands at
 * the edge of words on one line, so that 2*3*4, snake_case_names and a lone asterisk stay what they are. Nothing
 * is lost: what is no mark is text. The result is data; whoever draws it makes elements and text nodes of it.
 */
export function markup(text: string): Piece[] {
  const out: Piece[] = []
  let last = 0
  // Blocks first: nothing inside them is formatted.
  for (const match of text.matchAll(/```([\s\S]+?)```/g)) {
    if (match[1]!.trim() === '') continue
    out.push(...inline(text.slice(last, match.index), 0))
    out.push({ type: 'block', text: match[1]!.replace(/^\n|\n$/g, '') })
    last = match.index + match[0].length
  }
  out.push(...inline(text.slice(last), 0))
  return out
}

function inline(text: string, depth: number): Piece[] {
  const out: Piece[] = []
  let plain = ''
  const flush = () => {
    if (plain) out.push(...linked(plain))
    plain = ''
  }
  for (let i = 0; i < text.length; ) {
    // An address keeps its underscores.
    const address = /^https?:\/\/[^\s<>"]+/.exec(text.slice(i, i + 2_000))?.[0]
    if (address && !/[\p{L}\p{N}]/u.test(text[i - 1] ?? '')) {
      const end = depth > 0 ? address : address.replace(/[*_~]+$/, '')
      plain += end
      i += end.length
      continue
    }
    const close = closing(text, i)
    if (close === -1 || (text[i] !== '`' && depth >= deepest)) {
      plain += text[i]
      i++
      continue
    }
    flush()
    const inner = text.slice(i + 1, close)
    if (text[i] === '`') out.push({ type: 'code', text: inner })
    else out.push({ type: signs[text[i]!]!, pieces: inline(inner, depth + 1) })
    i = close + 1
  }
  flush()
  return out
}

/** Where the mark that begins here ends, or -1 when none begins here. */
function closing(text: string, at: number): number {
  const sign = text[at]!
  if (!(sign in signs) && sign !== '`') return -1
  if (wordy(text[at - 1]) || text[at - 1] === sign || blank(text[at + 1]) || text[at + 1] === sign) return -1
  for (let end = at + 2; end < text.length && text[end] !== '\n'; end++) {
    if (text[end] === sign && !blank(text[end - 1]) && !wordy(text[end + 1]) && text[end + 1] !== sign) return end
  }
  return -1
}

function linked(text: string): Piece[] {
  return segments(text).map((s) => (s.href ? { type: 'link', text: s.text, href: s.href } : { type: 'text', text: s.text }))
}

function wordy(c: string | undefined): boolean {
  return c !== undefined && /[\p{L}\p{N}]/u.test(c)
}

function blank(c: string | undefined): boolean {
  return c === undefined || /\s/.test(c)
}
