import type { Message } from '../api/types'

/** The moment at which a message stands in the thread, as the server orders it. */
export function moment(message: Pick<Message, 'at'>): number {
  return Date.parse(message.at)
}

/** Oldest first; equal moments by id, which is ordered by time. */
export function byMoment(a: Message, b: Message): number {
  return moment(a) - moment(b) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}

/**
 * Takes messages into an ordered list and gives the new list; one that is known is replaced. What comes at the
 * end, at the beginning, or in the place of a known one is put there without ordering thousands anew.
 */
export function merged(known: readonly Message[], incoming: readonly Message[]): Message[] {
  const fresh = new Map(incoming.map((m) => [m.id, m]))
  let moved = false
  const out = known.map((m) => {
    const now = fresh.get(m.id)
    if (!now) return m
    fresh.delete(m.id)
    moved ||= now.at !== m.at
    return now
  })
  const added = [...fresh.values()].sort(byMoment)
  if (moved) return [...out, ...added].sort(byMoment)
  const [first, last] = [added[0], added.at(-1)]
  if (!first || !last) return out
  if (out.length === 0 || byMoment(first, out.at(-1)!) > 0) return [...out, ...added]
  if (byMoment(last, out[0]!) < 0) return [...added, ...out]
  return [...out, ...added].sort(byMoment)
}

export type Line =
  | { type: 'day'; key: string; at: number }
  | { type: 'new'; key: string }
  | {
      type: 'message'
      key: string
      message: Message
      /** It follows the bubble above closely. */
      joined: boolean
    }

/** Bubbles of one side and one author within this time stand close together. */
const together = 3 * 60_000

/**
 * The lines of a thread: day separators between messages of different days, and the divider before the first
 * message that was new. Reactions whose target is in the thread are no lines of their own, because they are
 * shown on their target. A message's key is its client id where it has one, so that the bubble shown before the
 * server answered stays the same one.
 */
export function lines(messages: readonly Message[], dayKey: (at: number) => string, newFrom: string | null = null): Line[] {
  const ids = new Set(messages.map((m) => m.id))
  const out: Line[] = []
  let day = ''
  let before: Message | null = null
  for (const message of messages) {
    if (message.kind === 'reaction' && message.reply_to !== null && ids.has(message.reply_to)) continue
    const at = moment(message)
    const today = dayKey(at)
    if (today !== day) {
      day = today
      before = null
      out.push({ type: 'day', key: `day ${day}`, at })
    }
    if (message.id === newFrom) {
      before = null
      out.push({ type: 'new', key: 'new' })
    }
    out.push({ type: 'message', key: message.client_id ?? message.id, message, joined: before !== null && follows(before, message) })
    before = message
  }
  return out
}

function follows(before: Message, message: Message): boolean {
  return (
    before.direction === message.direction &&
    before.author?.id === message.author?.id &&
    before.kind !== 'system' &&
    message.kind !== 'system' &&
    moment(message) - moment(before) < together
  )
}
