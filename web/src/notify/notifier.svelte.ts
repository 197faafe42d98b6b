import type { Conversation, Message, Settings } from '../api/types'

/** After this long a message that somebody has read meanwhile is no news any more. */
export const settleFor = 1_000
/** More notices than this at once become one that says how many. */
const mostAtOnce = 3
/** An unknown conversation's message is news when it is not older than this. */
const newsFor = 2 * 60_000

export interface Notice {
  /** mine: assigned to this person · unassigned: to nobody · failed: something this person sent did not arrive. */
  kind: 'mine' | 'unassigned' | 'failed'
  conversation: Conversation
  message: Message | null
}

/** What a notice is told with. */
export interface Bell {
  /** A short sound. */
  ring(): void
  /** A notification of the desktop. */
  show(notice: Notice): void
  /** One for many. */
  showMany(count: number): void
}

export interface NotifierOptions {
  settings: () => Settings['notify']
  /** Who is signed in here; null for an API key. */
  me: () => string | null
  now: () => number
  /** What is known of a conversation at this moment. */
  look: (id: string) => Conversation | null
  message: (id: string) => Promise<Message>
  /** Of all pages of this browser one tells. */
  tells: () => boolean
  /** Whether any page of this browser is in front. */
  inFront: () => boolean
  bell: Bell
  later?: (ms: number, fn: () => void) => void
}

/**
 * Decides what is worth a sound or a notification: a message in a conversation that is this person's or
 * nobody's, and something this person sent that did not arrive. What somebody reads at once is not told.
 */
export class Notifier {
  readonly #o: NotifierOptions
  readonly #later: (ms: number, fn: () => void) => void
  readonly #waiting = new Map<string, Notice>()
  #scheduled = false
  /** Whether something has come since a page was last in front. */
  fresh = $state(false)

  constructor(options: NotifierOptions) {
    this.#o = options
    this.#later = options.later ?? ((ms, fn) => void setTimeout(fn, ms))
  }

  /** A page came to the front: what came until now is seen. */
  seen(): void {
    this.fresh = false
  }

  /** Hears how a conversation is now and was before; before is null when it was not known. */
  heard(c: Conversation, before: Conversation | null): void {
    const last = c.last_message
    const arrived = last?.direction === 'in' && c.unread > 0 && last.id !== before?.last_message?.id && (before !== null || this.#o.now() - Date.parse(last.at) < newsFor)
    if (arrived && c.state === 'open') {
      const kind = c.assignee === null ? 'unassigned' : c.assignee.id === this.#o.me() ? 'mine' : null
      if (kind) this.#wait({ kind, conversation: c, message: last })
    }
    const trouble = c.trouble
    if (trouble?.status === 'failed' && before !== null && before.trouble?.message_id !== trouble.message_id) void this.#failed(c, trouble.message_id)
  }

  async #failed(c: Conversation, messageId: string): Promise<void> {
    try {
      const message = c.last_message?.id === messageId ? c.last_message : await this.#o.message(messageId)
      if (message.author && message.author.id === this.#o.me()) this.#wait({ kind: 'failed', conversation: c, message })
    } catch {
      // The row and the list of failures say it all the same.
    }
  }

  #wait(notice: Notice): void {
    this.#waiting.set(`${notice.kind} ${notice.conversation.id}`, notice)
    if (this.#scheduled) return
    this.#scheduled = true
    this.#later(settleFor, () => {
      this.#scheduled = false
      const notices = [...this.#waiting.values()].filter((n) => this.#isStillNews(n))
      this.#waiting.clear()
      this.#tell(notices)
    })
  }

  #isStillNews(notice: Notice): boolean {
    const now = this.#o.look(notice.conversation.id)
    if (notice.kind === 'failed') return (now?.trouble ?? null) !== null
    return now !== null && now.unread > 0
  }

  #tell(notices: readonly Notice[]): void {
    if (notices.length === 0) return
    if (!this.#o.inFront()) this.fresh = true
    if (!this.#o.tells()) return
    const { sound, desktop } = this.#o.settings()
    if (sound) this.#o.bell.ring()
    if (!desktop || this.#o.inFront()) return
    if (notices.length > mostAtOnce) this.#o.bell.showMany(notices.length)
    else for (const notice of notices) this.#o.bell.show(notice)
  }
}
