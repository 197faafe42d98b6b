import { afterEach, describe, expect, it } from 'vitest'
import { flushSync } from 'svelte'
import { message, world, type World } from '../../fixture/world'
import type { Message, NewMessage } from '../api/types'
import type { FeedHandlers } from '../live/feed'
import { apiWith, later, MemoryStorage, settled, Waits, type Call, type Reply } from '../testing/support'
import { ServerClock } from './server-clock.svelte'
import { Workspace, type LiveFeed } from './workspace.svelte'

const now = Date.parse('2026-11-22T12:00:00Z')

/** A feed that the test speaks for. */
class ToldFeed implements LiveFeed {
  started = 0
  stopped = 0
  constructor(readonly handlers: FeedHandlers) {}
  start(): void {
    this.started++
  }
  stop(): void {
    this.stopped++
  }
  nudge(): void {}
}

class Bench {
  readonly world: World = world('full', now)
  readonly calls: Call[]
  readonly ws: Workspace
  feed!: ToldFeed
  readonly waits = new Waits()
  signedIn = true
  down = false
  windowOver = false
  hold: Promise<void> | null = null
  #n = 0

  constructor() {
    const { api, calls } = apiWith(async (call) => {
      const reply = this.#answer(call)
      if (this.hold && call.path.startsWith('/api/v1/messages/')) await this.hold
      return reply
    })
    this.calls = calls
    this.ws = new Workspace({
      api,
      clock: new ServerClock(() => now),
      storage: new MemoryStorage(),
      later: this.waits.later,
      feed: (handlers) => (this.feed = new ToldFeed(handlers)),
    })
  }

  messages(id: string): Message[] {
    return this.world.messages.get(id)!
  }

  /** Stores a message on the server side and announces it. */
  arrive(m: Message): void {
    this.messages(m.conversation_id).push(m)
    const conversation = this.world.conversations.find((c) => c.id === m.conversation_id)!
    conversation.last_message = m
    this.change('message.created', m.id, m.conversation_id)
  }

  change(kind: string, id: string, conversationId: string | null = null): void {
    this.feed.handlers.change({ n: ++this.#n, at: new Date(now).toISOString(), kind, id, conversation_id: conversationId })
  }

  async started(): Promise<this> {
    await this.ws.start()
    this.feed.handlers.opened(true)
    await settled()
    return this
  }

  /** Lets the gathering pause of the refresher (a timer of 30 ms) and the reads after it pass. */
  async caughtUp(done: () => boolean): Promise<void> {
    const { promise, resolve } = later<void>()
    const check = setInterval(() => {
      if (!done()) return
      clearInterval(check)
      resolve()
    }, 5)
    await promise
    flushSync()
  }

  #answer(call: Call): Reply {
    if (this.down) return new TypeError('network')
    if (!this.signedIn) return { status: 401, body: { title: 'You are not signed in.', status: 401 } }
    const url = new URL(call.path, 'http://x')
    const [room, id, act] = url.pathname.split('/').slice(3)
    const page = (items: unknown[]) => ({ body: structuredClone({ items, next: null }) })
    if (room === 'me') return { body: { user: { id: 'u1', name: 'Bia', role: 'agent' }, company: { id: 'co', name: 'Shop' }, demo: null } }
    if (room === 'connections') return page(this.world.connections)
    if (room === 'messages') return { body: structuredClone([...this.world.messages.values()].flat().find((m) => m.id === id)) }
    if (room === 'conversations' && !id) return page(this.world.conversations.filter((c) => url.searchParams.get('view') !== 'open' || c.state === 'open'))
    if (act === 'messages' && call.method === 'GET') return page([...this.messages(id!)].reverse())
    if (act === 'messages' && this.windowOver) return { status: 422, body: { title: 'Too late', status: 422, cause: 'wa.window' } }
    if (act === 'messages') {
      const body = call.body as NewMessage
      return { status: 201, body: message(now, { id: 'sent1', conversation_id: id!, direction: 'out', client_id: body.client_id, text: body.text ?? '', status: 'queued' }) }
    }
    const conversation = this.world.conversations.find((c) => c.id === id)
    return conversation ? { body: structuredClone(conversation) } : { status: 404, body: { title: 'Absent', status: 404, cause: 'api.absent' } }
  }
}

afterEach(() => history.replaceState(null, '', '/'))

describe('Workspace', () => {
  it('asks to sign in when there is no session, and opens no stream', async () => {
    const bench = new Bench()
    bench.signedIn = false
    await bench.ws.start()
    expect([bench.ws.phase, bench.feed]).toEqual(['signed_out', undefined])
  })

  it('looks for an absent server again by itself', async () => {
    const bench = new Bench()
    bench.down = true
    await bench.ws.start()
    expect(bench.ws.phase).toBe('unreachable')
    bench.down = false
    bench.waits.end()
    await settled()
    expect([bench.ws.phase, bench.feed.started]).toEqual(['ready', 1])
  })

  it('asks to sign in as soon as any answer says that the session is over', async () => {
    const bench = await new Bench().started()
    bench.signedIn = false
    await bench.ws.conversations.load()
    expect([bench.ws.phase, bench.feed.stopped]).toEqual(['signed_out', 1])
  })

  it('loads after the stream stands, newest activity first', async () => {
    const bench = await new Bench().started()
    expect(bench.ws.conversations.list.map((c) => c.id)).toEqual(bench.world.conversations.filter((c) => c.state === 'open').map((c) => c.id))
    expect(bench.calls.map((c) => c.path)).toContain('/api/v1/conversations?view=open&limit=50')
  })

  // C1: a customer's message appears by itself.
  it('C1: shows what arrives in the open thread and moves its conversation up', async () => {
    const bench = await new Bench().started()
    bench.ws.router.go({ page: 'inbox', conversation: 'c5' })
    const thread = bench.ws.open('c5')
    await settled()
    bench.arrive(message(now, { id: 'new1', conversation_id: 'c5', text: 'Are you there?' }))
    await bench.caughtUp(() => thread.get('new1') !== null && bench.ws.conversations.list[0]?.id === 'c5')
    expect(thread.messages.at(-1)!.text).toBe('Are you there?')
    expect(bench.ws.announcer.log.at(-1)!.line).toContain('Are you there?')
  })

  it('follows a rain of messages with few requests', async () => {
    const bench = await new Bench().started()
    bench.ws.router.go({ page: 'inbox', conversation: 'c5' })
    const thread = bench.ws.open('c5')
    await settled()
    const before = bench.calls.length
    for (let i = 0; i < 45; i++) bench.arrive(message(now + i, { id: `rain${String(i).padStart(2, '0')}`, conversation_id: 'c5', text: `drop ${i}` }))
    await bench.caughtUp(() => thread.get('rain44') !== null && bench.ws.conversations.get('c5')?.last_message?.id === 'rain44')
    expect(thread.messages.filter((m) => m.id.startsWith('rain')).map((m) => m.text)).toEqual(Array.from({ length: 45 }, (_, i) => `drop ${i}`))
    expect(bench.calls.length - before).toBeLessThan(6)
  })

  it('reads conversations that change at the same time together', async () => {
    const bench = await new Bench().started()
    await settled()
    const open = bench.world.conversations.filter((c) => c.state === 'open').slice(-5)
    const before = bench.calls.length
    for (const [i, c] of open.entries()) bench.arrive(message(now + i, { id: `crowd${i}`, conversation_id: c.id, text: 'all at once' }))
    await bench.caughtUp(() => open.every((c) => bench.ws.conversations.get(c.id)?.last_message?.text === 'all at once'))
    const asked = bench.calls.slice(before).map((c) => c.path)
    expect(asked.filter((path) => path.startsWith('/api/v1/conversations?view=all'))).toHaveLength(1)
    expect(asked.filter((path) => /^\/api\/v1\/conversations\/c\d+$/.test(path))).toEqual([])
  })

  it('announces nothing while history is loaded', async () => {
    const bench = await new Bench().started()
    bench.ws.open('c1')
    await settled()
    expect(bench.ws.announcer.log).toEqual([])
    expect(bench.ws.announcer.alert).toBe('')
  })

  it('reads a thread again that changed while it was not open', async () => {
    const bench = await new Bench().started()
    const thread = bench.ws.open('c6')
    await settled()
    bench.arrive(message(now, { id: 'new2', conversation_id: 'c6', text: 'later' }))
    expect(thread.get('new2')).toBeNull()
    bench.ws.open('c6')
    await settled()
    expect(thread.get('new2')!.text).toBe('later')
  })

  it('reads the threads beside the open one, once', async () => {
    const bench = await new Bench().started()
    bench.ws.router.go({ page: 'inbox', conversation: 'c2' })
    bench.ws.open('c2')
    await settled()
    bench.ws.prefetch()
    await settled()
    bench.ws.prefetch()
    await settled()
    const read = bench.calls.map((c) => /conversations\/(\w+)\/messages/.exec(c.path)?.[1]).filter(Boolean)
    expect(read.slice().sort()).toEqual(['c1', 'c2', 'c3', 'c4'])
    expect(bench.ws.thread('c3').loaded).toBe(true)
  })

  // X4: the answer to a send may come after the feed has told more.
  it('X4: makes one bubble of an answer and its announcement, and never goes back', async () => {
    const bench = await new Bench().started()
    bench.ws.router.go({ page: 'inbox', conversation: 'c5' })
    const thread = bench.ws.open('c5')
    await settled()
    const delivered = message(now, { id: 'sent1', conversation_id: 'c5', direction: 'out', text: 'hi', client_id: 'k', status: 'delivered' })
    bench.arrive(delivered)
    await bench.caughtUp(() => thread.get('sent1') !== null)
    thread.answered({ ...delivered, status: 'queued' })
    expect(thread.messages.filter((m) => m.id === 'sent1').map((m) => m.status)).toEqual(['delivered'])
    expect(thread.clientIds.has('k')).toBe(true)
  })

  it('tells a screen reader once when a send fails', async () => {
    const bench = await new Bench().started()
    bench.ws.router.go({ page: 'inbox', conversation: 'c5' })
    const thread = bench.ws.open('c5')
    await settled()
    const sent = message(now, { id: 's5', conversation_id: 'c5', direction: 'out', text: 'hi', status: 'sent' })
    bench.arrive(sent)
    await bench.caughtUp(() => thread.get('s5') !== null)
    Object.assign(sent, { status: 'failed', cause: 'wa.undeliverable' })
    bench.change('message.changed', 's5', 'c5')
    await bench.caughtUp(() => thread.get('s5')!.status === 'failed')
    expect(bench.ws.announcer.alert).toContain('could not deliver')
  })

  // C9: the refused text is back in the field.
  it('C9: puts a refused text back and says why', async () => {
    const bench = await new Bench().started()
    bench.windowOver = true
    bench.ws.drafts.set('c5', { text: 'typed since' })
    bench.ws.outbox!.send('c5', { text: 'too late' }, 'too late', now)
    await settled()
    expect(bench.ws.drafts.get('c5').text).toBe('too late\ntyped since')
    expect(bench.ws.refusal('c5')!.title).toBe('Too late')
    const conversation = bench.world.conversations.find((c) => c.id === 'c5')!
    bench.ws.conversations.put([{ ...conversation, window: { ...conversation.window, state: 'closed' } }])
    expect(bench.ws.refusal('c5')!.title).toBe('Too late')
    bench.ws.conversations.put([{ ...conversation, window: { state: 'open', expires_at: '2026-11-23T12:00:00Z' } }])
    expect(bench.ws.refusal('c5')).toBeNull()
  })

  it('opens the next and the previous conversation', async () => {
    const bench = await new Bench().started()
    const ids = bench.ws.conversations.list.map((c) => c.id)
    bench.ws.step(1)
    expect(bench.ws.openId).toBe(ids[0])
    bench.ws.step(1)
    expect(bench.ws.openId).toBe(ids[1])
    bench.ws.step(-1)
    bench.ws.step(-1)
    expect(bench.ws.openId).toBe(ids[0])
    expect(location.pathname).toBe(`/conversations/${ids[0]}`)
  })

  it('reads everything again when the log was too old', async () => {
    const bench = await new Bench().started()
    bench.world.conversations.length = 2
    bench.feed.handlers.opened(true)
    await settled()
    expect(bench.ws.conversations.list).toHaveLength(2)
  })

  it('reads the open conversation again too, when it is in none of the lists shown', async () => {
    const bench = await new Bench().started()
    bench.ws.router.go({ page: 'inbox', conversation: 'c2' })
    bench.ws.open('c2')
    await settled()
    Object.assign(bench.world.conversations.find((c) => c.id === 'c2')!, { state: 'done', unread: 7 })
    bench.feed.handlers.opened(true)
    await bench.caughtUp(() => bench.ws.conversations.get('c2')?.state === 'done')
    expect(bench.ws.conversations.get('c2')!.unread).toBe(7)
  })

  it('learns the server’s time from what has just happened', async () => {
    const bench = await new Bench().started()
    bench.feed.handlers.change({ n: 99, at: '2026-11-23T13:00:00Z', kind: 'unheard.of', id: 'x', conversation_id: null })
    expect(bench.ws.clock.now).toBe(Date.parse('2026-11-23T13:00:00Z'))
  })
})
