import { createContext } from 'svelte'
import { SvelteMap, SvelteSet } from 'svelte/reactivity'
import type { Api } from '../api/client'
import { problemOf, type Problem } from '../api/problem'
import { BrowserBell } from '../notify/bell'
import { Notifier } from '../notify/notifier.svelte'
import { openPages, type OpenPages } from '../notify/pages'
import { Commands } from '../keys/commands.svelte'
import type { Conversation, Me, Message, Right, Settings } from '../api/types'
import { ChangeRoutes, type AnyChange, type ChangeKind, type ChangeMap } from '../live/changes'
import { Feed, type FeedHandlers } from '../live/feed'
import { neighbours, SharedFeed } from '../live/shared'
import { Announcer } from './announcer.svelte'
import { Connections } from './connections.svelte'
import { Conversations } from './conversations.svelte'
import { Deliveries } from './deliveries.svelte'
import { Evidence } from './evidence.svelte'
import { Outcomes } from './outcomes.svelte'
import { Desk } from './desk.svelte'
import { Drafts } from './drafts.svelte'
import { browserStorage, Keep } from './keep'
import { Outbox, type Outgoing } from './outbox.svelte'
import { Player, type Track } from './player.svelte'
import { Presence } from './presence.svelte'
import { refusedSignIn, Router } from './router.svelte'
import { ServerClock } from './server-clock.svelte'
import { Search } from '../search/search.svelte'
import { wear } from './look'
import { Team } from './team.svelte'
import { Thread } from './thread.svelte'
import { isWritten, Undo } from './undo.svelte'
import { text } from '../text/en'
import { threadText } from '../text/thread'
import { Uploads } from './uploads.svelte'

/** At most this many threads stay in memory; the least recently opened goes first. */
const threadsKept = 30
/** Who is where is asked for this long after the stream stands. */
const presenceAfter = 1_500
/** A page that found no server looks for it again after this long, for ever. */
const startAgainAfter = 3_000

/** So long after the stream is back, what comes is no longer what came while it was away. */
const caughtUpAfter = 5_000

/** Where the server has said nothing about a person's settings. */
const usualSettings: Settings = {
  undo_seconds: 0,
  send_with: 'enter',
  single_keys: true,
  assign_on_reply: true,
  density: 'comfortable',
  theme: 'system',
  text_size: 100,
  notify: { desktop: false, sound: true, title: true },
  clock: 'auto',
}

/** What the workspace needs of a stream of changes. */
export type LiveFeed = Pick<Feed, 'start' | 'stop' | 'nudge'>

/** One stream for all pages of this browser where it can be shared, else one for this page. */
function browserFeed(handlers: FeedHandlers, scope: string): LiveFeed {
  const options = { url: '/api/v1/stream', handlers }
  const others = neighbours(scope)
  return others ? new SharedFeed(options, others) : new Feed(options)
}

export type Phase = 'starting' | 'ready' | 'signed_out' | 'unreachable'

/**
 * Everything one page of the browser knows, tied together: who is signed in, the lists, the open threads,
 * and the one stream that keeps them true. Facts come in through the same put() whether they were loaded or
 * announced.
 */
export class Workspace {
  readonly api: Api
  readonly router = new Router()
  readonly clock: ServerClock
  readonly announcer = new Announcer()
  /** What keys and palette can do where the person is. */
  readonly commands = new Commands()
  readonly conversations: Conversations
  readonly connections: Connections
  readonly evidence: Evidence
  readonly outcomes: Outcomes
  readonly deliveries: Deliveries
  readonly team: Team
  /** What a person does with a conversation: finish, hand over, undo. */
  readonly desk: Desk
  readonly search: Search
  readonly bell = new BrowserBell((id) => this.router.go({ page: 'inbox', conversation: id }))
  /** What is worth a sound or a notification. */
  readonly notifier: Notifier
  #pages: OpenPages | null = null
  /** Since when the stream or the network is away (server time), until a moment after both are back; null otherwise. */
  #away: number | null = null
  /** How many messages came while the stream was away. */
  missed = $state(0)
  readonly presence: Presence
  /** Files on their way to the server. */
  readonly uploads: Uploads
  /** Messages between sending and leaving. */
  readonly held: Undo
  /** Plays voice messages, whichever conversation is open. */
  readonly player = new Player((track) => this.#nextVoice(track))
  /** The picture that is shown large. */
  viewing = $state.raw<{ conversation: string; media: string } | null>(null)
  readonly #makeFeed: (handlers: FeedHandlers, scope: string) => LiveFeed
  #feed: LiveFeed | null = null
  readonly #routes = new ChangeRoutes()
  readonly #threads = new SvelteMap<string, Thread>()
  readonly #stale = new Set<string>()
  readonly #storage: Storage | null
  readonly #later: (ms: number, fn: () => void) => void

  phase = $state<Phase>('starting')
  me = $state.raw<Me | null>(null)
  readonly settings: Settings = $derived({ ...usualSettings, ...this.me?.settings })
  problem = $state<Problem | null>(null)
  /** Whether the stream stands; null until it first did. */
  live = $state<boolean | null>(null)
  /** What the browser says about its network: false is certain, true is not. */
  online = $state(navigator.onLine)
  /** Free texts that came too late, per conversation; see refusal(). */
  readonly #refusals = new SvelteMap<string, { problem: Problem; window: string | null }>()
  /** Conversations shown with the template form. */
  readonly templating = new SvelteSet<string>()
  drafts = $state.raw<Drafts>(new Drafts(new Keep('nobody', null)))
  outbox = $state.raw<Outbox | null>(null)

  constructor(options: {
    api: Api
    feed?: (handlers: FeedHandlers, scope: string) => LiveFeed
    clock?: ServerClock
    storage?: Storage | null
    later?: (ms: number, fn: () => void) => void
  }) {
    this.api = options.api
    this.api.onSignedOut = () => this.signedOut()
    this.clock = options.clock ?? new ServerClock()
    this.#storage = options.storage === undefined ? browserStorage() : options.storage
    this.#later = options.later ?? ((ms, fn) => void setTimeout(fn, ms))
    this.conversations = new Conversations(this.api, {
      view: () => this.router.view,
      me: () => this.me?.user?.id ?? null,
      heard: (c, before) => {
        this.#missed(c, before)
        this.notifier.heard(c, before)
      },
      later: this.#later,
    })
    this.notifier = new Notifier({
      settings: () => this.settings.notify,
      me: () => this.me?.user?.id ?? null,
      now: () => this.clock.now,
      look: (id) => this.conversations.get(id),
      message: (id) => this.api.message(id),
      tells: () => this.#pages?.tells() ?? false,
      inFront: () => this.#pages?.inFront() ?? true,
      bell: this.bell,
      later: this.#later,
    })
    this.connections = new Connections(this.api)
    this.evidence = new Evidence(this.api)
    this.outcomes = new Outcomes(this.api, () => new Date(this.clock.now).setHours(0, 0, 0, 0))
    this.deliveries = new Deliveries(this.api)
    this.team = new Team(this.api)
    this.desk = new Desk(this, this.#later)
    this.search = new Search(this.api, this.#later)
    this.presence = new Presence(this.api, { me: () => this.#myId, now: () => this.clock.now })
    this.uploads = new Uploads(
      (file, how) => this.api.upload(file, how),
      (id, media) => this.drafts.set(id, { media: [...this.drafts.get(id).media, media] }),
    )
    this.held = new Undo({
      api: this.api,
      me: () => this.#myId,
      now: () => this.clock.exact(),
      drafts: () => this.drafts,
      messages: (id) => this.thread(id).messages,
      answered: (message) => this.thread(message.conversation_id).answered(message),
    })
    this.#makeFeed = options.feed ?? browserFeed
    this.#route()
  }

  /** Signs in with what the browser has, then opens the stream, which loads the rest. */
  async start(): Promise<void> {
    try {
      this.me = await this.api.me()
    } catch (error) {
      this.problem = problemOf(error)
      if (this.problem.status === 401) return
      this.phase = 'unreachable'
      this.#later(startAgainAfter, () => {
        if (this.phase === 'unreachable') void this.start()
      })
      return
    }
    const scope = `${this.me.company.id}.${this.me.user?.id ?? 'key'}`
    const keep = new Keep(scope, this.#storage)
    this.router.remember({ get: () => keep.get('view'), set: (view) => keep.set('view', view) })
    this.drafts = new Drafts(keep, {
      save: (id, d, at) =>
        this.api.keepDraft(id, { text: d.text, ...(d.reply_to ? { reply_to: d.reply_to } : {}), media: d.media.map((m) => m.id), updated_at: new Date(at).toISOString() }),
      now: () => this.clock.exact(),
    })
    this.outbox = new Outbox(this.api, keep, {
      taken: (message) => this.#taken(message),
      windowClosed: (outgoing, problem) => this.#windowClosed(outgoing, problem),
      reactionRefused: (outgoing, problem) => this.#refusals.set(outgoing.conversation_id, { problem, window: this.#window(outgoing.conversation_id) }),
    })
    if (this.router.route.page === 'door' && this.router.route.door === 'login') this.router.go({ page: 'inbox', conversation: null }, 'replace')
    wear(this.settings)
    this.#pages?.stop()
    this.#pages = openPages(scope)
    this.problem = null
    this.phase = 'ready'
    this.#feed?.stop()
    this.#feed = this.#makeFeed(
      {
        opened: (fresh) => this.#opened(fresh),
        change: (change) => this.#change(change),
        lost: () => {
          this.live = false
          this.#left()
        },
        presence: (present) => this.presence.hear(present),
        signedOut: () => this.signedOut(),
      },
      scope,
    )
    this.#feed.start()
  }

  /** Follows the browser: ticking clock, back and forward, network and visibility. The result undoes it. */
  run(): () => void {
    const front = () => {
      this.clock.tick()
      if (document.visibilityState !== 'visible') return
      this.#feed?.nudge()
      this.notifier.seen()
      if (this.phase === 'ready') void this.#takeDrafts()
    }
    const network = () => {
      this.online = navigator.onLine
      if (!this.online) return this.#left()
      if (this.live) this.#back()
      this.#feed?.nudge()
      this.#makeUp()
    }
    const stops = [this.clock.run(), this.router.run()]
    addEventListener('online', network)
    addEventListener('offline', network)
    document.addEventListener('visibilitychange', front)
    addEventListener('focus', front)
    return () => {
      for (const stop of stops) stop()
      removeEventListener('online', network)
      removeEventListener('offline', network)
      document.removeEventListener('visibilitychange', front)
      removeEventListener('focus', front)
      this.#pages?.stop()
      this.#feed?.stop()
    }
  }

  /** Goes on as whoever has just signed in: to the page that was asked for, or the inbox. */
  async entered(): Promise<void> {
    if (this.router.route.page === 'door' || location.pathname === refusedSignIn) this.router.go({ page: 'inbox', conversation: null }, 'replace')
    this.phase = 'starting'
    await this.start()
  }

  /** What the server now says about who is signed in. */
  isNow(me: Me): void {
    this.me = me
    wear(this.settings)
  }

  async #lookAgain(): Promise<void> {
    try {
      this.isNow(await this.api.me())
    } catch {
      // The next change, or the next start, finds out.
    }
  }

  signedOut(): void {
    if (this.phase === 'signed_out') return
    this.#feed?.stop()
    this.phase = 'signed_out'
  }

  /** Whether this person has a right; the server decides it again for each request. */
  may(right: Right): boolean {
    return this.me?.rights.includes(right) ?? false
  }

  /** How many conversations have something new for this person. */
  get unread(): number {
    return this.conversations.counts?.unread_mine ?? 0
  }

  get #myId(): string | null {
    return this.me?.user?.id ?? null
  }

  get openId(): string | null {
    return this.router.route.page === 'inbox' ? this.router.route.conversation : null
  }

  /** The thread of a conversation, as known so far. open() also reads what is missing. */
  thread(id: string): Thread {
    let thread = this.#threads.get(id)
    if (!thread) {
      thread = new Thread(this.api, id, (message, before) => this.#heard(message, before))
      this.#threads.set(id, thread)
      const first = this.#threads.keys().next().value
      if (this.#threads.size > threadsKept && first !== undefined && first !== id && first !== this.openId) this.#threads.delete(first)
    }
    return thread
  }

  /** Shows a conversation and reads what is not known or not fresh. */
  open(id: string): Thread {
    const thread = this.thread(id)
    // The one opened last is dropped last.
    this.#threads.delete(id)
    this.#threads.set(id, thread)
    const stale = this.#stale.delete(id)
    if (!thread.loaded || stale) void thread.load()
    if (!this.conversations.get(id)) this.conversations.touch(id)
    return thread
  }

  /** Reads the threads beside the open one, so that the next step shows them at once. */
  prefetch(): void {
    if (this.live !== true || this.openId === null) return
    const ids = this.conversations.current.ids
    const at = ids.indexOf(this.openId)
    for (const id of at === -1 ? [] : [ids[at + 1], ids[at + 2], ids[at - 1]]) {
      if (id === undefined) continue
      const thread = this.thread(id)
      if (!thread.loaded && !thread.loading) void thread.load()
    }
  }

  /** Shows a picture large. */
  view(conversation: string, media: string): void {
    this.viewing = { conversation, media }
  }

  /** Opens the conversation `step` places below (or above) the open one, reading further pages as needed. False: there is none. */
  async step(step: 1 | -1, wanted: (c: Conversation) => boolean = () => true): Promise<boolean> {
    const list = this.conversations.current
    for (let at = this.openId === null ? -1 : list.ids.indexOf(this.openId), first = true; ; first = false) {
      at = at === -1 && first && step === -1 ? list.ids.length - 1 : at + step
      if (at >= list.ids.length && list.more) await this.conversations.loadMore()
      const id = list.ids[at]
      if (id === undefined) return false
      const c = this.conversations.get(id)
      if (!c || !wanted(c)) continue
      // Going through the list is one step for the browser's back button.
      this.router.go({ page: 'inbox', conversation: id }, this.openId === null ? 'push' : 'replace')
      return true
    }
  }

  /** The server's words about a free text that came after the window had closed, until another window opens. */
  refusal(conversationId: string): Problem | null {
    const refused = this.#refusals.get(conversationId)
    const window = this.conversations.get(conversationId)?.window.expires_at ?? null
    return refused && refused.window === window ? refused.problem : null
  }

  forgetRefusal(conversationId: string): void {
    this.#refusals.delete(conversationId)
  }

  async retry(message: Message): Promise<void> {
    this.thread(message.conversation_id).answered(await this.api.retry(message.id, message.attempts, message.status === 'unknown'))
  }

  /** Puts a message that has not left yet back into the field, and says so when it had left already. */
  async takeBack(message: Message): Promise<void> {
    if (!(await this.held.takeBack(message))) this.desk.say(threadText.undo.tooLate)
  }

  async cancel(message: Message): Promise<void> {
    this.thread(message.conversation_id).answered(await this.api.cancel(message.id))
  }

  /** Puts an emoji on a message, or with an empty one takes it off. It shows at once. */
  react(message: Message, emoji: string): void {
    const look = { kind: 'reaction' as const, media: [], details: null }
    this.outbox?.send(message.conversation_id, { reaction: { message_id: message.id, emoji }, undo_seconds: 0 }, emoji, this.clock.exact(), look)
  }

  /** Says that a failed or unconfirmed message needs nothing more. */
  async dismiss(message: Message): Promise<void> {
    this.thread(message.conversation_id).answered(await this.api.dismiss(message.id))
  }

  /** False when the server could not be told; it is still unread then. */
  async markRead(conversationId: string, messageId: string): Promise<boolean> {
    try {
      await this.api.markRead(conversationId, messageId)
      this.conversations.touch(conversationId)
      return true
    } catch {
      return false
    }
  }

  #nextVoice(after: Track): Track | null {
    const messages = this.thread(after.conversation_id).messages
    const next = messages[messages.findIndex((m) => m.id === after.message_id) + 1]
    const media = next?.kind === 'voice' ? next.media[0] : undefined
    if (!next || media?.state !== 'ready' || !media.url) return null
    return { id: media.id, url: media.url, conversation_id: next.conversation_id, message_id: next.id, who: this.#nameOf(next), duration_ms: media.duration_ms }
  }

  #left(): void {
    if (this.#away !== null) return
    this.clock.tick()
    this.#away = this.clock.now
    this.missed = 0
  }

  #back(): void {
    this.#later(caughtUpAfter, () => {
      if (this.live && this.online) this.#away = null
    })
  }

  /** Counts what came while this page was away. */
  #missed(c: Conversation, before: Conversation | null): void {
    if (this.#away === null) return
    const first = before === null && c.last_message !== null && Date.parse(c.last_message.at) > this.#away
    if (before !== null || first) this.missed += Math.max(0, c.unread - (before?.unread ?? 0))
  }

  #nameOf(message: Message): string {
    const name = message.direction === 'in' ? this.conversations.get(message.conversation_id)?.contact.name : message.author?.name
    return name || (message.direction === 'in' ? text.thread.unnamed : text.thread.quoteYou)
  }

  #opened(fresh: boolean): void {
    this.live = true
    this.#back()
    if (fresh) {
      for (const id of this.#threads.keys()) this.#stale.add(id)
      void this.connections.load()
      void this.conversations.load().then(() => {
        const id = this.openId
        if (id === null) return
        // The open one may be in another list, and then is not fresh yet.
        if (!this.conversations.current.ids.includes(id)) this.conversations.touch(id)
        this.open(id)
      })
    } else {
      void this.conversations.ensure()
      this.conversations.touchCounts()
    }
    this.#makeUp()
  }

  /** The server may be reachable again: what failed is asked for, and what waits is sent. */
  #makeUp(): void {
    this.conversations.again()
    this.connections.again()
    for (const thread of this.#threads.values()) thread.again()
    this.outbox?.flush()
    this.uploads.flush()
    // A courtesy need not share a slow line with what one came for; the stream brings what happens meanwhile.
    this.#later(presenceAfter, () => void this.presence.load())
    // The server's first: what a killed browser has left on the disk may be older, and would be taken for saved.
    void this.#takeDrafts().then(() => this.drafts.flush())
  }

  #draftsAsked = false
  #draftsSoon(): void {
    if (this.#draftsAsked) return
    this.#draftsAsked = true
    this.#later(500, () => {
      this.#draftsAsked = false
      void this.#takeDrafts()
    })
  }

  /** Another browser of this person may have written on. */
  async #takeDrafts(): Promise<void> {
    const drafts = this.drafts
    if (this.#myId === null) return
    try {
      const asked = drafts.step
      drafts.take((await this.api.drafts()).items, asked)
    } catch {
      // Those of this browser stand.
    }
  }

  #change(change: AnyChange): void {
    this.clock.learn(change.at)
    this.#routes.deliver(change)
  }

  #route(): void {
    const message = (change: { id: string; conversation_id: string }) => {
      this.conversations.touch(change.conversation_id)
      this.conversations.touchCounts()
      const thread = this.#threads.get(change.conversation_id)
      if (change.conversation_id === this.openId && thread) thread.touch(change.id)
      else this.#stale.add(change.conversation_id)
    }
    this.#routes.on('message.created', message)
    this.#routes.on('message.changed', message)
    this.#routes.on('conversation.changed', (change) => {
      this.conversations.touch(change.id)
      this.conversations.touchCounts()
      // It may be this person's draft, written in another browser.
      if (change.id === this.openId) this.#draftsSoon()
    })
    this.#routes.on('user.changed', (change) => {
      this.team.changed()
      if (change.id === this.me?.user?.id) void this.#lookAgain()
    })
    this.#routes.on('connection.changed', (change) => this.connections.touch(change.id))
    this.#routes.on('templates.changed', (change) => this.connections.templatesChanged(change.id))
    this.#routes.on('company.changed', () => void this.#lookAgain())
  }

  /** Tells a page that is open of changes nobody else keeps; the returned function ends it. */
  onChange<K extends ChangeKind>(kind: K, handler: (change: ChangeMap[K]) => void): () => void {
    return this.#routes.on(kind, handler)
  }

  #taken(message: Message): void {
    this.thread(message.conversation_id).answered(message)
    // The key that takes back the last thing done takes back a message while it is held.
    if (message.undo_until) this.desk.undoable(() => (isWritten(message) ? this.takeBack(message) : this.cancel(message)), Date.parse(message.undo_until))
  }

  #windowClosed(outgoing: Outgoing, problem: Problem): void {
    const id = outgoing.conversation_id
    this.drafts.putBack(id, { text: outgoing.body.text ?? '', reply_to: outgoing.body.reply_to ?? null, media: outgoing.look.media })
    this.#refusals.set(id, { problem, window: this.#window(id) })
    this.conversations.touch(id)
  }

  #window(conversationId: string): string | null {
    return this.conversations.get(conversationId)?.window.expires_at ?? null
  }

  #heard(message: Message, before: Message | null): void {
    const conversation = this.conversations.get(message.conversation_id)
    this.announcer.hear(message, before, conversation?.contact.name ?? '')
    this.held.heard(message, before)
  }
}

export const [getWorkspace, setWorkspace] = createContext<Workspace>()
