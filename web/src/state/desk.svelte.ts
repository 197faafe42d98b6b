import { problemOf, type Problem } from '../api/problem'
import type { Conversation, Person } from '../api/types'
import { text } from '../text/desk'
import type { ConversationChange } from './conversations.svelte'
import type { Workspace } from './workspace.svelte'

/** How long a word about what was done stays on screen. */
export const toastFor = 6_000
/** How long after it the last thing done can still be undone with its key. */
export const undoFor = 60_000

export interface Toast {
  key: number
  words: string
  /** Whether it can be undone from here. */
  undo: boolean
  /** Set when the server refused; what had been shown is taken back then. */
  problem: Problem | null
}

interface Done {
  key: number
  until: number
  undo: () => Promise<void>
}

/**
 * What a person does with a conversation: finish, hand over, mark unread, and take the last of it back.
 * Everything shows at once; a refusal takes it off again and says why. Without an id the open conversation is meant.
 */
export class Desk {
  readonly #ws: Workspace
  readonly #later: (ms: number, fn: () => void) => void
  #last: Done | null = null
  #key = 0
  toast = $state.raw<Toast | null>(null)
  /** The conversation for which a colleague is being chosen. */
  assigning = $state<string | null>(null)

  constructor(ws: Workspace, later: (ms: number, fn: () => void) => void = (ms, fn) => void setTimeout(fn, ms)) {
    this.#ws = ws
    this.#later = later
  }

  /** Marks a conversation done and, when it was the open one, opens the next. */
  async finish(id: string | null = this.#ws.openId): Promise<void> {
    const c = this.#get(id)
    if (!c || c.state === 'done') return
    const { route } = this.#ws.router
    // Beside search results there is no next one in a list: the conversation stays.
    const wasOpen = c.id === this.#ws.openId && !(route.page === 'inbox' && typeof route.search === 'string')
    if (wasOpen) this.#advance(c.id)
    // Who is done with waits no longer.
    await this.#change(c, { state: 'done', waiting_since: null }, text.did.done(nameOf(c)), wasOpen)
  }

  async reopen(id: string | null = this.#ws.openId): Promise<void> {
    const c = this.#get(id)
    if (!c || c.state === 'open') return
    await this.#change(c, { state: 'open' }, text.did.reopened(nameOf(c)))
  }

  /** Hands a conversation to a colleague; null: to nobody. */
  async assign(id: string | null, to: Person | null): Promise<void> {
    const c = this.#get(id)
    if (!c || (c.assignee?.id ?? null) === (to?.id ?? null)) return
    const mine = to !== null && to.id === this.#ws.me?.user?.id
    const words = to === null ? text.did.unassigned(nameOf(c)) : mine ? text.did.toMe(nameOf(c)) : text.did.assigned(nameOf(c), to.name)
    await this.#change(c, { assignee: to === null ? null : { id: to.id, name: to.name } }, words)
  }

  async assignToMe(id: string | null = this.#ws.openId): Promise<void> {
    const me = this.#ws.me?.user
    if (me) await this.assign(id, me)
  }

  /** Unread from that message on; without one, from the person's last message on. */
  async markUnread(id: string | null = this.#ws.openId, messageId?: string): Promise<void> {
    const c = this.#get(id)
    if (!c) return
    const words = text.did.unread(nameOf(c))
    // Left open, it would be read again at once.
    if (c.id === this.#ws.openId) this.#ws.router.go({ page: 'inbox', conversation: null })
    await this.#attempt(words, null, () =>
      this.#ws.conversations.change(c.id, { unread: Math.max(1, c.unread) }, () => this.#ws.api.markUnread(c.id, messageId)),
    )
  }

  /** Takes the conversation that nobody has and that waits longest, and opens it. */
  async takeOldest(): Promise<void> {
    let oldest: Conversation | null = null
    try {
      const waiting = (await this.#ws.api.conversations({ view: 'waiting', limit: 200 })).items
      this.#ws.conversations.put(waiting)
      oldest = waiting.find((c) => c.assignee === null) ?? null
      if (!oldest) {
        const open = (await this.#ws.api.conversations({ view: 'unassigned', limit: 200 })).items
        this.#ws.conversations.put(open)
        oldest = open.at(-1) ?? null
      }
    } catch (error) {
      this.say(text.did.notTaken, problemOf(error))
      return
    }
    if (!oldest) {
      this.say(text.did.nothingToTake)
      return
    }
    this.#ws.router.go({ page: 'inbox', conversation: oldest.id })
    await this.assignToMe(oldest.id)
  }

  /**
   * Remembers something done elsewhere so that the same key takes it back; for a message that waits to leave,
   * until is when it leaves (server time). With words it is also said.
   */
  undoable(undo: () => Promise<void>, until: number = this.#ws.clock.now + undoFor, words?: string): void {
    const key = this.#key++
    this.#last = { key, until, undo }
    if (words !== undefined) this.#show({ key, words, undo: true, problem: null })
  }

  get canUndo(): boolean {
    return this.#last !== null
  }

  /** Takes back the last thing done. */
  async undo(): Promise<void> {
    const last = this.#last
    this.#last = null
    this.#ws.clock.tick()
    if (!last || last.until < this.#ws.clock.now) {
      this.say(text.did.nothingToUndo)
      return
    }
    if (this.toast?.key === last.key) this.toast = null
    try {
      await last.undo()
    } catch (error) {
      this.say(text.did.notUndone, problemOf(error))
    }
  }

  /** Says something for a moment. */
  say(words: string, problem: Problem | null = null): void {
    this.#show({ key: this.#key++, words, undo: false, problem })
  }

  dismiss(): void {
    this.toast = null
  }

  #get(id: string | null): Conversation | null {
    return id === null ? null : this.#ws.conversations.get(id)
  }

  /** Opens the conversation after this one, or before it at the end; with none left, the list. */
  #advance(id: string): void {
    const ids = this.#ws.conversations.current.ids
    const at = ids.indexOf(id)
    const next = at === -1 ? null : (ids[at + 1] ?? ids[at - 1] ?? null)
    this.#ws.router.go({ page: 'inbox', conversation: next }, next === null ? 'push' : 'replace')
  }

  #change(c: Conversation, change: ConversationChange, words: string, returns = false): Promise<void> {
    const back: ConversationChange = {
      ...(change.state === undefined ? {} : { state: c.state, waiting_since: c.waiting_since }),
      ...(change.assignee === undefined ? {} : { assignee: c.assignee }),
    }
    const undo = () => {
      // Finishing opened the next one; taking it back leads back.
      if (returns) this.#ws.router.go({ page: 'inbox', conversation: c.id })
      return this.#request(c.id, back)
    }
    return this.#attempt(words, undo, () => this.#request(c.id, change))
  }

  #request(id: string, change: ConversationChange): Promise<void> {
    const body = {
      ...(change.state === 'open' || change.state === 'done' ? { state: change.state } : {}),
      ...(change.assignee === undefined ? {} : { assignee: change.assignee?.id ?? null }),
    }
    return this.#ws.conversations.change(id, change, () => this.#ws.api.changeConversation(id, body))
  }

  /** Says at once what was done; when it was refused, says that instead, and there is nothing to undo. */
  async #attempt(words: string, undo: (() => Promise<void>) | null, act: () => Promise<void>): Promise<void> {
    const key = this.#key++
    if (undo) this.#last = { key, until: this.#ws.clock.now + undoFor, undo }
    this.#show({ key, words, undo: undo !== null, problem: null })
    try {
      await act()
    } catch (error) {
      if (this.#last?.key === key) this.#last = null
      this.say(text.did.refused(words), problemOf(error))
    }
  }

  #show(toast: Toast): void {
    this.toast = toast
    // A refusal stays until it is closed or something else is done: it must not be missed.
    if (toast.problem === null) {
      this.#later(toastFor, () => {
        if (this.toast?.key === toast.key) this.toast = null
      })
    }
  }
}

function nameOf(c: Conversation): string {
  return c.contact.name || text.somebody
}
