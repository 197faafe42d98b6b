import { describe, expect, it } from 'vitest'
import { message } from '../../fixture/world'
import type { Problem } from '../api/problem'
import type { Message, NewMessage } from '../api/types'
import { apiWith, later, MemoryStorage, settled, Waits, type Call, type Reply } from '../testing/support'
import { Keep } from './keep'
import { Outbox } from './outbox.svelte'

const windowClosed: Reply = { status: 422, body: { title: 'The free-reply time has ended.', status: 422, detail: 'Send a template.', cause: 'wa.window' } }

function taken(call: Call): Reply {
  const body = call.body as NewMessage
  return { status: 201, body: message(0, { direction: 'out', client_id: body.client_id, text: body.text ?? '', status: 'queued' }) }
}

function setup(answer: (call: Call, n: number) => Reply | Promise<Reply>, storage = new MemoryStorage()) {
  let n = 0
  const { api, calls } = apiWith((call) => answer(call, n++))
  const waits = new Waits()
  const got: { taken: Message[]; closed: Problem[] } = { taken: [], closed: [] }
  const outbox = new Outbox(
    api,
    new Keep('co.u1', storage),
    {
      taken: (m) => got.taken.push(m),
      windowClosed: (_, p) => got.closed.push(p),
      reactionRefused: (_, p) => got.closed.push(p),
    },
    waits.later,
  )
  const texts = () => calls.map((c) => (c.body as NewMessage).text)
  const ids = () => calls.map((c) => (c.body as NewMessage).client_id)
  return { outbox, calls, waits, got, texts, ids, storage }
}

// X4: what is written here becomes exactly one message, whatever the network does.
describe('Outbox', () => {
  it('X4: sends with a client id and the header that the server asks for', async () => {
    const { outbox, calls, got } = setup(taken)
    outbox.send('c1', { text: 'hello', reply_to: 'm1' }, 'hello', 0)
    await settled()
    expect(calls[0]).toMatchObject({ method: 'POST', path: '/api/v1/conversations/c1/messages', body: { text: 'hello', reply_to: 'm1' } })
    expect(calls[0]!.headers.get('X-Clearline')).toBe('1')
    expect(got.taken).toHaveLength(1)
    expect(outbox.all).toEqual([])
  })

  it('X4: repeats a send without an answer under the same client id', async () => {
    const { outbox, waits, got, ids } = setup((call, n) => (n < 2 ? new TypeError('network') : taken(call)))
    outbox.send('c1', { text: 'once' }, 'once', 0)
    await settled()
    expect(outbox.all[0]!.state).toBe('waiting')
    waits.end((ms) => ms === 1000)
    await settled()
    waits.end((ms) => ms === 2000)
    await settled()
    expect(new Set(ids()).size).toBe(1)
    expect(ids()).toHaveLength(3)
    expect(got.taken).toHaveLength(1)
  })

  it('waits as long as a busy server asks', async () => {
    const { outbox, waits } = setup(() => ({ status: 503, headers: { 'Retry-After': '7' }, body: { title: 'Busy', status: 503 } }))
    outbox.send('c1', { text: 'x' }, 'x', 0)
    await settled()
    expect(waits.pending.map((w) => w.ms)).toEqual([7000])
  })

  it('keeps the order of a conversation and does not let one hold up another', async () => {
    const first = later<Reply>()
    const { outbox, texts } = setup((call) => ((call.body as NewMessage).text === 'one' ? first.promise : taken(call)))
    outbox.send('c1', { text: 'one' }, 'one', 0)
    outbox.send('c1', { text: 'two' }, 'two', 1)
    outbox.send('c2', { text: 'other' }, 'other', 2)
    await settled()
    expect(texts()).toEqual(['one', 'other'])
    first.resolve({ status: 201, body: message(0, { direction: 'out' }) })
    await settled()
    expect(texts()).toEqual(['one', 'other', 'two'])
  })

  it('survives a reload, with the same client id', async () => {
    const before = setup(() => new TypeError('network'))
    before.outbox.send('c1', { text: 'kept' }, 'kept', 0)
    await settled()
    const after = setup(taken, before.storage)
    expect(after.outbox.of('c1').map((o) => o.state)).toEqual(['waiting'])
    after.outbox.flush()
    await settled()
    expect(after.ids()).toEqual(before.ids())
    expect(after.storage.length).toBe(0)
  })

  // C9: free text after the window is refused by the server; the words go back to their writer.
  it('C9: gives a text back when the window has closed', async () => {
    const { outbox, got, storage } = setup(() => windowClosed)
    outbox.send('c1', { text: 'too late' }, 'too late', 0)
    await settled()
    expect(got.closed.map((p) => [p.code, p.title, p.detail])).toEqual([['wa.window', 'The free-reply time has ended.', 'Send a template.']])
    expect(outbox.all).toEqual([])
    expect(storage.length).toBe(0)
  })

  it('keeps what is refused for another reason until the person decides', async () => {
    const refusal = { status: 422, body: { title: 'The template needs 2 values.', status: 422, detail: 'One was given.', cause: 'wa.tpl_params' } }
    const { outbox, got, texts } = setup((call, n) => (n === 0 ? refusal : taken(call)))
    outbox.send('c1', { template: { name: 'a', language: 'en' } }, 'Hello ____', 0)
    outbox.send('c1', { text: 'next' }, 'next', 1)
    await settled()
    expect(outbox.all.map((o) => [o.state, o.refusal])).toEqual([['refused', { title: 'The template needs 2 values.', detail: 'One was given.', code: 'wa.tpl_params' }]])
    expect(texts()).toEqual([undefined, 'next'])
    expect(got.taken).toHaveLength(1)
    outbox.flush()
    await settled()
    expect(texts()).toHaveLength(2)
    outbox.discard(outbox.all[0]!.client_id)
    expect(outbox.all).toEqual([])
  })

  it('C9: gives files back that came too late, and keeps a refused place as it is', async () => {
    const { outbox, got } = setup(() => windowClosed)
    const look = { kind: 'image' as const, media: [], details: null }
    outbox.send('c1', { media: ['f1'] }, '', 0, look)
    outbox.send('c1', { location: { latitude: 1, longitude: 2 } }, '', 1, { ...look, kind: 'location' })
    await settled()
    expect(got.closed.map((p) => p.code)).toEqual(['wa.window'])
    expect(outbox.all.map((o) => [o.look.kind, o.state, o.refusal?.code])).toEqual([['location', 'refused', 'wa.window']])
  })

  it('M1: tells of a reaction that was refused, since it has no bubble that could', async () => {
    const { outbox, got } = setup(() => ({ status: 422, body: { title: 'Too old for a reaction.', status: 422, detail: '', cause: 'send.bad_param' } }))
    outbox.send('c1', { reaction: { message_id: 'm1', emoji: '👍' } }, '👍', 0, { kind: 'reaction', media: [], details: null })
    await settled()
    expect([got.closed.map((p) => p.title), outbox.all]).toEqual([['Too old for a reaction.'], []])
  })

  it('goes on with what an earlier version has kept', async () => {
    const storage = new MemoryStorage()
    storage.setItem('clearline.co.u1.outbox.k', JSON.stringify({ client_id: 'k', conversation_id: 'c1', body: { client_id: 'k', text: 'old' }, shown: 'old', created_at: 0, state: 'waiting', refusal: null }))
    const { outbox, texts } = setup(taken, storage)
    expect(outbox.all[0]!.look.kind).toBe('text')
    outbox.flush()
    await settled()
    expect(texts()).toEqual(['old'])
  })

  it('waits for the sign-in when the session has ended', async () => {
    const { outbox, waits } = setup(() => ({ status: 401, body: { title: 'You are not signed in.', status: 401, cause: 'api.sign_in' } }))
    outbox.send('c1', { text: 'x' }, 'x', 0)
    await settled()
    expect([outbox.all[0]!.state, waits.pending.length]).toEqual(['waiting', 0])
  })
})

describe('Keep', () => {
  it('holds what a full storage refuses, until the page closes', () => {
    const storage = new MemoryStorage()
    storage.full = true
    const keep = new Keep('co.u1', storage)
    keep.set('draft.c1', { text: 'x' })
    expect(keep.get('draft.c1')).toEqual({ text: 'x' })
    expect(keep.names('draft.')).toEqual(['draft.c1'])
    keep.remove('draft.c1')
    expect(keep.get('draft.c1')).toBeNull()
  })

  it('shows one person nothing of another', () => {
    const storage = new MemoryStorage()
    new Keep('co.u1', storage).set('draft.c1', 1)
    expect(new Keep('co.u2', storage).names('')).toEqual([])
    expect(new Keep('co.u2', storage).get('draft.c1')).toBeNull()
  })

  it('takes a broken entry for none', () => {
    const storage = new MemoryStorage()
    storage.setItem('clearline.co.u1.draft.c1', '{broken')
    expect(new Keep('co.u1', storage).get('draft.c1')).toBeNull()
  })
})
