import type { Conversation, ViewName } from '../api/types'
import { moment } from '../message/order.ts'

/** Where a conversation stands in a list: smaller is higher, equal moments by the id's order. */
export interface Place {
  at: number
  id: string
}

/** Whether a conversation belongs to a list, as the server decides it; me is null for an API key. */
export function belongs(view: ViewName, c: Conversation, me: string | null): boolean {
  switch (view) {
    case 'all':
      return true
    case 'open':
      return c.state === 'open'
    case 'done':
      return c.state === 'done'
    case 'mine':
      return c.state === 'open' && me !== null && c.assignee?.id === me
    case 'unassigned':
      return c.state === 'open' && c.assignee === null
    case 'waiting':
      return c.waiting_since !== null
    case 'failed':
      return c.trouble !== null
  }
}

/** The same order as the server's: newest activity first; waiting: the longest first; failed: the newest trouble first. */
export function placeOf(view: ViewName, c: Conversation): Place {
  if (view === 'waiting') return { at: c.waiting_since ? Date.parse(c.waiting_since) : Infinity, id: c.id }
  if (view === 'failed') return { at: 0, id: c.trouble?.message_id ?? '' }
  return { at: c.last_message ? -moment(c.last_message) : 0, id: c.id }
}

/** Ids are ordered by time. Of two that were made by one server the longer is the later. */
export function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)
}

export function comparePlaces(view: ViewName, a: Place, b: Place): number {
  return a.at - b.at || (view === 'waiting' ? compareIds(a.id, b.id) : compareIds(b.id, a.id))
}
