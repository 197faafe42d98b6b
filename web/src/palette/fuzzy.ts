// Finding a name by some of its letters: "asme" finds "Assign to me". Accents are no hurdle.

export interface Match {
  /** Higher is nearer. */
  score: number
  /** The positions of the letters found, as offsets into the text. */
  hits: number[]
}

const whole = 1000
const wordStart = 60
const following = 30

/** One letter as it is compared: small, without its accents. */
function plain(letter: string): string {
  return letter.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}

function letters(text: string): string[] {
  return Array.from({ length: text.length }, (_, i) => plain(text[i]!))
}

/** How well a text answers what was typed; null when it does not. Every word typed must be found. */
export function fuzzy(typed: string, text: string): Match | null {
  const inText = letters(text)
  const match: Match = { score: 0, hits: [] }
  for (const word of typed.split(/\s+/).filter(Boolean)) {
    const found = oneWord(letters(word), inText)
    if (!found) return null
    match.score += found.score
    match.hits.push(...found.hits)
  }
  // Of two that fit equally the shorter one is nearer.
  match.score -= text.length / 100
  match.hits.sort((a, b) => a - b)
  return match
}

function startsWord(text: string[], at: number): boolean {
  return at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1]!)
}

function oneWord(word: string[], text: string[]): Match | null {
  let best: Match | null = null
  for (let at = 0; at <= text.length - word.length; at++) {
    if (!word.every((letter, i) => text[at + i] === letter)) continue
    const score = whole + (startsWord(text, at) ? wordStart : 0) - at / 10
    if (!best || score > best.score) best = { score, hits: word.map((_, i) => at + i) }
  }
  return best ?? scattered(word, text)
}

/** The letters in order, each at the start of a word or right after the one before it. */
function scattered(word: string[], text: string[]): Match | null {
  const hits: number[] = []
  let score = 0
  let from = 0
  for (const letter of word) {
    const follows = hits.length > 0 && text[from] === letter
    const at = follows ? from : text.findIndex((t, i) => i >= from && t === letter && startsWord(text, i))
    if (at === -1) return null
    score += follows ? following : wordStart
    hits.push(at)
    from = at + 1
  }
  return { score, hits }
}

/** Cuts a text into parts that were found and parts that were not. */
export function parts(text: string, hits: readonly number[]): { text: string; hit: boolean }[] {
  const at = new Set(hits)
  const out: { text: string; hit: boolean }[] = []
  for (let i = 0; i < text.length; i++) {
    const last = out.at(-1)
    if (last && last.hit === at.has(i)) last.text += text[i]
    else out.push({ text: text[i]!, hit: at.has(i) })
  }
  return out
}
