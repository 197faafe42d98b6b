import type { Message } from '../api/types'

/** The moment at which a message stands in the thread, as the server orders it. */
export function moment(message: Pick<Message, 'at'>): number {
  return Date.parse(message.at)
}

/** Oldest first; equal moments by id, which is ordered by time. */
export function byMoment(a: Message, b: Message): number {
  return moment(a) - moment(b) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}

export type Line = { type: 'day'; key: string; at: number } | { type: 'message'; key: string; message: Message }

/**
 * The lines of a thread: day separators between messages of different days. Reactions whose target is in the
 * thread are no lines of their own, because they are shown on their target. A message's key is its client id
 * where it has one, so that the bubble shown before the server answered stays the same one.
 */
export function lines(messages: readonly Message[], dayKey: (at: number) => string): Line[] {
  const ids = new Set(messages.map((m) => m.id))
  const out: Line[] = []
  let day = ''
  for (const message of messages) {
    if (message.kind === 'reaction' && message.reply_to !== null && ids.has(message.reply_to)) continue
    const at = moment(message)
    if (dayKey(at) !== day) {
      day = dayKey(at)
      out.push({ type: 'day', key: `day ${day}`, at })
    }
    out.push({ type: 'message', key: message.client_id ?? message.id, message })
  }
  return out
}
