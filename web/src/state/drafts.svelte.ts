import { SvelteMap } from 'svelte/reactivity'
import { problemOf } from '../api/problem'
import type { KeptDraft, Media } from '../api/types'
import type { Keep } from './keep'

export interface Draft {
  text: string
  reply_to: string | null
  /** Files that the server has, in the order in which they go. */
  media: readonly Media[]
}

const empty: Draft = { text: '', reply_to: null, media: [] }

/** A draft as it lies in the browser. */
interface Stored extends Draft {
  /** When it was typed, in server time. */
  at: number
  /** The server has it so. */
  saved: boolean
}

/** Changes gather this long before the server gets them. */
export const gatherFor = 1_000
const againAfter = 5_000

interface Options {
  save?: (conversationId: string, draft: Draft, at: number) => Promise<void>
  now?: () => number
  later?: (ms: number, fn: () => void) => void
}

/**
 * What is typed but not sent, per conversation. Each change is in the browser's storage before the next key and
 * on the server about a second later, so that it survives a crash, a sign-out and a change of computer. A change
 * that the server does not have yet stays marked until it does.
 */
export class Drafts {
  readonly #keep: Keep
  readonly #options: Required<Options>
  readonly #drafts = new SvelteMap<string, Stored>()
  readonly #waiting = new Set<string>()
  readonly #saving = new Set<string>()
  /** Counts what happens here, and when it last happened to each draft. */
  #steps = 0
  readonly #stepOf = new Map<string, number>()

  constructor(keep: Keep, options: Options = {}) {
    this.#keep = keep
    this.#options = {
      save: options.save ?? (() => Promise.resolve()),
      now: options.now ?? Date.now,
      later: options.later ?? ((ms, fn) => void setTimeout(fn, ms)),
    }
    for (const name of keep.names('draft.')) {
      const draft = keep.get<Partial<Stored>>(name)
      // What an earlier version has kept lacks the newer parts.
      if (draft) this.#drafts.set(name.slice('draft.'.length), { ...empty, at: 0, saved: false, ...draft })
    }
  }

  get(conversationId: string): Draft {
    return this.#drafts.get(conversationId) ?? empty
  }

  set(conversationId: string, change: Partial<Draft>): void {
    const draft = { ...this.#plain(conversationId), ...change }
    this.#put(conversationId, { ...draft, at: this.#options.now(), saved: false })
    this.#soon(conversationId, gatherFor)
  }

  clear(conversationId: string): void {
    if (this.#drafts.has(conversationId)) this.set(conversationId, empty)
  }

  /** Puts a message back without losing what has been typed since: its text goes before it. */
  putBack(conversationId: string, message: { text: string; reply_to?: string | null; media?: readonly Media[] }): void {
    const now = this.get(conversationId)
    const known = new Set(now.media.map((m) => m.id))
    this.set(conversationId, {
      text: [message.text, now.text].filter(Boolean).join('\n'),
      reply_to: now.reply_to ?? message.reply_to ?? null,
      media: [...(message.media ?? []).filter((m) => !known.has(m.id)), ...now.media],
    })
  }

  /** Where this stands, for take(): to be noted before the server is asked. */
  get step(): number {
    return this.#steps
  }

  /**
   * Takes what the server keeps. What has been typed here and not told yet is never lost: it stands, after what
   * another browser has saved later. Of a draft that was typed or saved here after the server was asked, that
   * answer knows nothing, and says nothing.
   */
  take(kept: readonly KeptDraft[], asked = this.#steps): void {
    const settled = (id: string) => (this.#stepOf.get(id) ?? 0) <= asked
    const theirs = new Map(kept.filter((d) => settled(d.conversation_id)).map((d) => [d.conversation_id, d]))
    for (const [id, mine] of [...this.#drafts].filter(([id]) => settled(id))) {
      if (!theirs.has(id) && mine.saved) this.#drop(id)
    }
    for (const [id, draft] of theirs) {
      const mine = this.#drafts.get(id)
      const at = Date.parse(draft.updated_at)
      const incoming: Stored = { text: draft.text, reply_to: draft.reply_to, media: draft.media, at, saved: true }
      if (!mine || (mine.saved && at >= mine.at)) this.#put(id, incoming)
      else if (!mine.saved && at > mine.at && mine.text !== '' && !draft.text.includes(mine.text)) {
        this.#put(id, incoming)
        this.set(id, { text: [draft.text, mine.text].filter(Boolean).join('\n') })
      } else if (!mine.saved && at > mine.at) this.#put(id, incoming)
    }
  }

  /** Tells the server what it does not have yet; for the moment when it is back. */
  flush(): void {
    for (const [id, draft] of this.#drafts) if (!draft.saved) void this.#save(id)
  }

  #plain(id: string): Draft {
    const { text, reply_to, media } = this.get(id)
    return { text, reply_to, media }
  }

  #put(id: string, draft: Stored): void {
    this.#stepOf.set(id, ++this.#steps)
    if (isEmpty(draft) && draft.saved) return this.#drop(id)
    this.#drafts.set(id, draft)
    this.#keep.set(`draft.${id}`, draft)
  }

  #drop(id: string): void {
    this.#drafts.delete(id)
    this.#keep.remove(`draft.${id}`)
  }

  #soon(id: string, ms: number): void {
    if (this.#waiting.has(id)) return
    this.#waiting.add(id)
    this.#options.later(ms, () => {
      this.#waiting.delete(id)
      void this.#save(id)
    })
  }

  async #save(id: string): Promise<void> {
    const draft = this.#drafts.get(id)
    if (!draft || draft.saved) return
    if (this.#saving.has(id)) return this.#soon(id, gatherFor)
    this.#saving.add(id)
    try {
      await this.#options.save(id, draft, draft.at)
      // What was typed meanwhile is another draft, and not told yet.
      if (this.#drafts.get(id) === draft) this.#put(id, { ...draft, saved: true })
    } catch (error) {
      // One that the server refuses (an answered message that is gone, say) stays in the browser as it is.
      const { passing, status } = problemOf(error)
      if (passing || status === 401) this.#soon(id, againAfter)
    } finally {
      this.#saving.delete(id)
    }
  }
}

function isEmpty(draft: Draft): boolean {
  return draft.text === '' && draft.reply_to === null && draft.media.length === 0
}
