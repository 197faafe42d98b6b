const key = 'clearline.emoji'
const kept = 16

/** The emoji used lately in this browser, the last one first. */
export function recent(): string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
    return Array.isArray(stored) ? stored.filter((s) => typeof s === 'string').slice(0, kept) : []
  } catch {
    return []
  }
}

export function used(sign: string): void {
  try {
    localStorage.setItem(key, JSON.stringify([sign, ...recent().filter((s) => s !== sign)].slice(0, kept)))
  } catch {
    // It is only not remembered.
  }
}

/** The word after a colon that the caret stands behind, where an emoji may be meant; else null. */
export function emojiWord(text: string, caret: number): { word: string; start: number } | null {
  const match = /(?:^|[\s(])(:([a-z0-9_+-]{2,24}))$/i.exec(text.slice(0, caret))
  return match ? { word: match[2]!, start: caret - match[1]!.length } : null
}
