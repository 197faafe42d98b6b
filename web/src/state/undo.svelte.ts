import { SvelteMap } from 'svelte/reactivity'
import type { Api } from '../api/client'
import type { Message, Person } from '../api/types'
import { moment } from '../message/order'
import type { Drafts } from './drafts.svelte'

/** A reply that was stopped before it left, because a colleague's had just gone. */
export interface Stopped {
  by: Person
  /** When the colleague's reply came, in server time. */
  at: number
}

interface Parts {
  api: Api
  me: () => string | null
  now: () => number
  drafts: () => Drafts
  messages: (conversationId: string) => readonly Message[]
  /** Takes the server's answer about a message. */
  answered: (message: Message) => void
}

/**
 * The moment between sending and leaving, which the server holds: a message can be taken back into the field,
 * let go at once, and is stopped by itself when a colleague's reply lands in that time.
 */
export class Undo {
  readonly #parts: Parts
  readonly #stopped = new SvelteMap<string, Stopped>()
  readonly #taking = new Set<string>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  stopped(conversationId: string): Stopped | null {
    return this.#stopped.get(conversationId) ?? null
  }

  /** The person has decided what becomes of the stopped reply. */
  decided(conversationId: string): void {
    this.#stopped.delete(conversationId)
  }

  /** Whether a message can still be taken back. */
  holds(message: Message): boolean {
    return message.status === 'held' && !!message.undo_until && Date.parse(message.undo_until) > this.#parts.now()
  }

  /** Puts a held message back into the field. False when it had left already; throws a Problem without an answer. */
  async takeBack(message: Message): Promise<boolean> {
    if (this.#taking.has(message.id)) return false
    this.#taking.add(message.id)
    try {
      const now = await this.#parts.api.cancel(message.id)
      this.#parts.answered(now)
      if (now.status !== 'cancelled') return false
      this.#parts.drafts().putBack(message.conversation_id, message)
      return true
    } finally {
      this.#taking.delete(message.id)
    }
  }

  async sendNow(message: Message): Promise<void> {
    this.#parts.answered(await this.#parts.api.sendNow(message.id))
  }

  /** A message came or changed. A colleague's reply that has gone stops what of ours is still held. */
  heard(message: Message, before: Message | null): void {
    const author = message.author
    const gone = (m: Message | null) => m !== null && m.status !== 'held' && m.status !== 'cancelled'
    if (message.direction !== 'out' || message.kind === 'reaction' || !author || author.id === this.#parts.me()) return
    if (!gone(message) || gone(before)) return
    const at = this.#parts.now()
    // One that we only hear of now may have left long before ours was written, while there was no network.
    const left = before?.status === 'held' ? Infinity : Math.max(moment(message), Date.parse(message.created_at), Date.parse(message.undo_until ?? message.created_at))
    for (const held of this.#parts.messages(message.conversation_id)) {
      if (held.author?.id !== this.#parts.me() || held.direction !== 'out' || !this.holds(held) || !isWritten(held)) continue
      if (left < Date.parse(held.created_at)) continue
      void this.takeBack(held)
        .then((taken) => {
          if (taken) this.#stopped.set(message.conversation_id, { by: author, at })
        })
        .catch(() => {
          // It leaves then, as it would have without a colleague.
        })
    }
  }
}

/** Words and files go back into the field; a template or a place has no field to go back to. */
export function isWritten(message: Pick<Message, 'kind'>): boolean {
  return ['text', 'image', 'video', 'audio', 'voice', 'document', 'sticker'].includes(message.kind)
}
