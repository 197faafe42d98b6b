import type { Kind, Platform } from '../api/types'

/** How much one message of a platform holds (reference limits, 9; ux 3). */
export interface TextLimit {
  text: number
  caption: number
  /** Instagram counts bytes, the others UTF-16 units as a browser counts them. */
  unit: 'characters' | 'bytes'
}

const limits: Record<Platform, TextLimit> = {
  whatsapp: { text: 4096, caption: 1024, unit: 'characters' },
  telegram: { text: 4096, caption: 1024, unit: 'characters' },
  discord: { text: 2000, caption: 2000, unit: 'characters' },
  messenger: { text: 2000, caption: 2000, unit: 'characters' },
  instagram: { text: 1000, caption: 1000, unit: 'bytes' },
}

export function limitOf(platform: Platform): TextLimit {
  return limits[platform]
}

/** A text's length as its platform counts. */
export function lengthOf(text: string, unit: TextLimit['unit']): number {
  return unit === 'bytes' ? new TextEncoder().encode(text).length : text.length
}

/** Files that WhatsApp shows without words: a voice message, an audio file, a sticker. */
const silent: ReadonlySet<Kind | undefined> = new Set(['voice', 'audio', 'sticker'])

export function takesCaption(kind: Kind | undefined): boolean {
  return !silent.has(kind)
}
