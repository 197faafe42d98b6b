import { SvelteMap } from 'svelte/reactivity'
import type { Api } from '../api/client'
import { problemOf, Problem } from '../api/problem'
import type { Kind, Media, Message, NewContent, NewMessage } from '../api/types'
import type { Keep } from './keep'

/** How a message looks until the server has it: what it is besides its words. */
export interface Look {
  kind: Kind
  media: readonly Media[]
  details: Record<string, unknown> | null
}

/** A message that was written here and that the server has not taken yet. */
export interface Outgoing {
  client_id: string
  conversation_id: string
  body: NewMessage
  /** What the bubble shows; for a template, its text with the values filled in. */
  shown: string
  look: Look
  /** When it was written, in server time. */
  created_at: number
  state: 'leaving' | 'waiting' | 'refused'
  /** Why it was refused, in the server's words. */
  refusal: { title: string; detail: string; code: string } | null
}

export interface OutboxHandlers {
  /** The server took it, maybe earlier than this answer: it is the same message, never a second one. */
  taken(message: Message): void
  /** It came too late: the window is closed. Words and files belong back in the field. */
  windowClosed(outgoing: Outgoing, problem: Problem): void
  /** A reaction was refused: it has no bubble that could say so. */
  reactionRefused(outgoing: Outgoing, problem: Problem): void
}

const plain: Look = { kind: 'text', media: [], details: null }

const firstWait = 1_000
const longestWait = 30_000

/**
 * Sends what is written, one after the other per conversation. Each message is kept in the browser until the
 * server has taken or the person has discarded it; without an answer it is sent again with the same
 * client id, which can never make two messages of it.
 */
export class Outbox {
  readonly #api: Api
  readonly #keep: Keep
  readonly #handlers: OutboxHandlers
  readonly #later: (ms: number, fn: () => void) => void
  readonly #waiting = new SvelteMap<string, Outgoing>()
  readonly #busy = new Set<string>()
  readonly #failures = new Map<string, number>()

  readonly all = $derived.by(() => [...this.#waiting.values()].sort((a, b) => a.created_at - b.created_at))

  constructor(api: Api, keep: Keep, handlers: OutboxHandlers, later: (ms: number, fn: () => void) => void = (ms, fn) => void setTimeout(fn, ms)) {
    this.#api = api
    this.#keep = keep
    this.#handlers = handlers
    this.#later = later
    for (const name of keep.names('outbox.')) {
      const o = keep.get<Outgoing>(name)
      // What an earlier version has kept has no look.
      if (o) this.#waiting.set(o.client_id, { ...o, look: o.look ?? plain, state: o.state === 'refused' ? 'refused' : 'waiting' })
    }
  }

  of(conversationId: string): Outgoing[] {
    return this.all.filter((o) => o.conversation_id === conversationId)
  }

  send(conversationId: string, content: NewContent, shown: string, now: number, look: Look = plain): void {
    const client_id = crypto.randomUUID()
    this.#set({
      client_id,
      conversation_id: conversationId,
      body: { client_id, ...content },
      shown,
      look,
      created_at: now,
      state: 'leaving',
      refusal: null,
    })
    void this.#run(conversationId)
  }

  /** Tries everything that waits; for the moment when the server is back. */
  flush(): void {
    for (const id of new Set(this.all.filter((o) => o.state !== 'refused').map((o) => o.conversation_id))) void this.#run(id)
  }

  discard(clientId: string): void {
    this.#waiting.delete(clientId)
    this.#keep.remove(`outbox.${clientId}`)
  }

  async #run(conversationId: string): Promise<void> {
    if (this.#busy.has(conversationId)) return
    this.#busy.add(conversationId)
    try {
      for (;;) {
        const next = this.of(conversationId).find((o) => o.state !== 'refused')
        if (!next || !(await this.#sendOne(next))) return
      }
    } finally {
      this.#busy.delete(conversationId)
    }
  }

  /** True when the next one may go. */
  async #sendOne(o: Outgoing): Promise<boolean> {
    this.#set({ ...o, state: 'leaving' })
    try {
      const message = await this.#api.send(o.conversation_id, o.body)
      this.#failures.delete(o.conversation_id)
      this.#handlers.taken(message)
      this.discard(o.client_id)
      return true
    } catch (error) {
      return this.#notTaken(o, problemOf(error))
    }
  }

  #notTaken(o: Outgoing, problem: Problem): boolean {
    if (problem.status === 401) {
      this.#set({ ...o, state: 'waiting' })
      return false
    }
    if (problem.passing) {
      this.#set({ ...o, state: 'waiting' })
      const n = this.#failures.get(o.conversation_id) ?? 0
      this.#failures.set(o.conversation_id, n + 1)
      const wait = problem.retryAfterSeconds ? problem.retryAfterSeconds * 1000 : Math.min(longestWait, firstWait * 2 ** n)
      this.#later(wait, () => void this.#run(o.conversation_id))
      return false
    }
    if (o.body.reaction) {
      this.discard(o.client_id)
      this.#handlers.reactionRefused(o, problem)
      return true
    }
    if (problem.code === 'wa.window' && (o.body.text !== undefined || o.body.media !== undefined)) {
      this.discard(o.client_id)
      this.#handlers.windowClosed(o, problem)
      return true
    }
    this.#set({ ...o, state: 'refused', refusal: { title: problem.title, detail: problem.detail, code: problem.code } })
    return true
  }

  #set(o: Outgoing): void {
    this.#waiting.set(o.client_id, o)
    this.#keep.set(`outbox.${o.client_id}`, o)
  }
}
