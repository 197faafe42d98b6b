import { describe, expect, it } from 'vitest'
import { message } from '../../fixture/world'
import type { Message } from '../api/types'
import { apiWith, MemoryStorage, settled } from '../testing/support'
import { Drafts } from './drafts.svelte'
import { Keep } from './keep'
import { Undo } from './undo.svelte'

const now = Date.parse('2026-11-22T12:00:00Z')
const me = { id: 'u1', name: 'Bia' }
const caio = { id: 'u2', name: 'Caio' }
const held = (more: Partial<Message> = {}) =>
  message(now, { id: 'h1', direction: 'out', status: 'held', author: me, text: 'It ships today', reply_to: 'm1', undo_until: new Date(now + 3_000).toISOString(), ...more })
const theirs = (status: Message['status']) => message(now, { id: 't1', direction: 'out', status, author: caio, text: 'Hello' })

function setup(messages: Message[], answer: Message['status'] = 'cancelled') {
  const { api, calls } = apiWith((call) => ({ body: { ...messages.find((m) => call.path.includes(m.id)), status: call.path.endsWith('send_now') ? 'queued' : answer } }))
  const drafts = new Drafts(new Keep('co.u1', new MemoryStorage()), { later: () => {} })
  const answered: Message[] = []
  const undo = new Undo({ api, me: () => me.id, now: () => now, drafts: () => drafts, messages: () => messages, answered: (m) => answered.push(m) })
  const asked = () => calls.map((c) => `${c.method} ${c.path.replace('/api/v1/', '')}`)
  return { undo, drafts, answered, asked }
}

describe('taking back', () => {
  it('puts words and what they answer back into the field', async () => {
    const message = held()
    const { undo, drafts, answered, asked } = setup([message])
    drafts.set('c1', { text: 'typed since' })
    expect(await undo.takeBack(message)).toBe(true)
    expect(drafts.get('c1')).toMatchObject({ text: 'It ships today\ntyped since', reply_to: 'm1' })
    expect([asked(), answered.map((m) => m.status)]).toEqual([['POST messages/h1/cancel'], ['cancelled']])
  })

  it('changes nothing when the message had left already', async () => {
    const { undo, drafts } = setup([held()], 'sent')
    expect(await undo.takeBack(held())).toBe(false)
    expect(drafts.get('c1').text).toBe('')
  })

  it('is possible only while the server holds it', () => {
    const { undo } = setup([])
    expect(undo.holds(held())).toBe(true)
    expect(undo.holds(held({ undo_until: new Date(now - 1).toISOString() }))).toBe(false)
    expect(undo.holds(held({ status: 'queued' }))).toBe(false)
    expect(undo.holds(held({ undo_until: null }))).toBe(false)
  })
})

describe('a colleague’s reply in that time', () => {
  it('stops ours, keeps its words, and says whose reply it was', async () => {
    const { undo, drafts } = setup([held()])
    undo.heard(theirs('queued'), theirs('held'))
    await settled()
    expect(undo.stopped('c1')).toEqual({ by: caio, at: now })
    expect(drafts.get('c1').text).toBe('It ships today')
    undo.decided('c1')
    expect(undo.stopped('c1')).toBeNull()
  })

  it.each([
    ['is still held itself', theirs('held'), null],
    ['only went on its way', theirs('delivered'), theirs('sent')],
    ['is our own', { ...theirs('queued'), author: me }, null],
    ['had left before ours was written', message(now - 60_000, { id: 't1', direction: 'out', status: 'read', author: caio, undo_until: new Date(now - 57_000).toISOString() }), null],
    ['came from the customer', message(now, { id: 't1' }), null],
  ] as [string, Message, Message | null][])('does nothing when it %s', async (_, heard, before) => {
    const { undo, asked } = setup([held()])
    undo.heard(heard, before)
    await settled()
    expect([asked(), undo.stopped('c1')]).toEqual([[], null])
  })

  it('does not speak of stopping what had left', async () => {
    const { undo } = setup([held()], 'queued')
    undo.heard(theirs('queued'), null)
    await settled()
    expect(undo.stopped('c1')).toBeNull()
  })
})
