import type { Conversation, Message } from '../api/types'

/** What may be done about a message that did not get through: send it again, now or with the risk of a double; wait; a template; nothing. */
export type Again = 'now' | 'confirm' | 'later' | 'template' | 'none'

/** Whether sending it again would be taken now, as far as its cause and the window tell; the server judges anew. */
export function againOf(message: Message, window: Conversation['window'] | null, now: number): Again {
  if (message.retry || (message.status !== 'failed' && message.status !== 'unknown')) return 'none'
  if (message.status === 'unknown') return 'confirm'
  const closed = message.kind !== 'template' && (window ? window.state === 'closed' : message.cause === 'wa.window')
  if (closed) return 'template'
  if (!message.again?.possible) return 'none'
  return message.again.after && Date.parse(message.again.after) > now ? 'later' : 'now'
}
