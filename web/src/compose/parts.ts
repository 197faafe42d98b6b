import type { Kind, Media, NewContent } from '../api/types'
import { lengthOf, takesCaption, type TextLimit } from './limits'
import { split } from './split'

/** One message of what is being sent. */
export interface Part {
  content: NewContent
  shown: string
  kind: Kind
  media: Media[]
}

/**
 * The messages that a text and files make, in order: one per file, the text as caption of the first that can have
 * one, else a message of its own before them. A text too long for one message goes in several. What is answered
 * is answered by the first.
 */
export function parts(text: string, media: readonly Media[], replyTo: string | null, limit: TextLimit): Part[] {
  const words = text.trim()
  const captioned = words !== '' && lengthOf(words, limit.unit) <= limit.caption ? media.findIndex((m) => takesCaption(m.kind)) : -1
  const texts = words !== '' && captioned === -1 ? split(words, limit.text, limit.unit) : []
  const all: Part[] = texts.map((t) => ({ content: { text: t }, shown: t, kind: 'text', media: [] }))
  media.forEach((m, i) => {
    const caption = i === captioned ? words : ''
    all.push({ content: caption ? { media: [m.id], text: caption } : { media: [m.id] }, shown: caption, kind: m.kind ?? 'document', media: [m] })
  })
  const first = all[0]
  if (first && replyTo !== null) first.content = { ...first.content, reply_to: replyTo }
  return all
}
