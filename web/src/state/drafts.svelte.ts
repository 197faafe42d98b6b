import { SvelteMap } from 'svelte/reactivity'
import type { Keep } from './keep'

export interface Draft {
  text: string
  reply_to: string | null
}

const empty: Draft = { text: '', reply_to: null }

/** What is typed but not sent, per conversation. Each change is in the browser's storage before the next key. */
export class Drafts {
  readonly #keep: Keep
  readonly #drafts = new SvelteMap<string, Draft>()

  constructor(keep: Keep) {
    this.#keep = keep
    for (const name of keep.names('draft.')) {
      const draft = keep.get<Draft>(name)
      if (draft) this.#drafts.set(name.slice('draft.'.length), draft)
    }
  }

  get(conversationId: string): Draft {
    return this.#drafts.get(conversationId) ?? empty
  }

  set(conversationId: string, change: Partial<Draft>): void {
    const draft = { ...this.get(conversationId), ...change }
    if (draft.text === '' && draft.reply_to === null) {
      this.#drafts.delete(conversationId)
      this.#keep.remove(`draft.${conversationId}`)
      return
    }
    this.#drafts.set(conversationId, draft)
    this.#keep.set(`draft.${conversationId}`, draft)
  }

  clear(conversationId: string): void {
    this.set(conversationId, empty)
  }

  /** Puts a text back without losing what has been typed since: it goes before it. */
  putBack(conversationId: string, text: string, replyTo: string | null): void {
    const now = this.get(conversationId)
    this.set(conversationId, { text: now.text ? `${text}\n${now.text}` : text, reply_to: now.reply_to ?? replyTo })
  }
}
