import type { Message } from '../api/types'
import { text } from '../text/en'
import { choice, contactCards, location, notice, word } from './details'

type Previewed = Pick<Message, 'kind' | 'text' | 'details' | 'deleted_at' | 'media'>

/** One line that says what a message is: its words, else its kind. Never empty. */
export function preview(message: Previewed): string {
  if (message.deleted_at) return text.thread.deleted
  const words = message.text.replace(/\s+/g, ' ').trim()
  const kind = text.kind[message.kind] ?? message.kind
  switch (message.kind) {
    case 'text':
      return words || kind
    case 'interactive':
      return words || choice(message.details)?.title || kind
    case 'template':
      return words || `${kind}: ${word((message.details?.template as { name?: unknown } | undefined)?.name) ?? ''}`.replace(/: $/, '')
    case 'reaction':
      return words ? `${kind} ${words}` : text.thread.reactionTaken
    case 'system': {
      const n = notice(message.details)
      return (n.type && text.card.system[n.type]) || words || n.body || kind
    }
    case 'location': {
      const l = location(message.details)
      return [kind, l?.name ?? l?.address ?? words].filter(Boolean).join(': ')
    }
    case 'contacts':
      return [kind, contactCards(message.details)[0]?.name ?? words].filter(Boolean).join(': ')
    case 'document':
      return [kind, words || message.media[0]?.name].filter(Boolean).join(': ')
    default:
      return words ? `${kind}: ${words}` : kind
  }
}
