import { describe, expect, it } from 'vitest'
import { message, world } from '../../fixture/world'
import type { Conversation, Message, Settings } from '../api/types'
import { settled, Waits } from '../testing/support'
import { Notifier, type Notice } from './notifier.svelte'

const now = Date.parse('2026-11-22T12:00:00Z')
const base = world('full', now).conversations[0]!

function bench(more: { notify?: Partial<Settings['notify']>; tells?: boolean; inFront?: boolean } = {}) {
  const told: string[] = []
  const waits = new Waits()
  const known = new Map<string, Conversation>()
  const messages = new Map<string, Message>()
  const state = { inFront: false, ...more }
  const notifier = new Notifier({
    settings: () => ({ desktop: true, sound: true, title: true, ...more.notify }),
    me: () => 'u1',
    now: () => now,
    look: (id) => known.get(id) ?? null,
    message: async (id) => messages.get(id)!,
    tells: () => state.tells ?? true,
    inFront: () => state.inFront,
    bell: {
      ring: () => told.push('ring'),
      show: (n: Notice) => told.push(`${n.kind} ${n.conversation.id}`),
      showMany: (n) => told.push(`many ${n}`),
    },
    later: waits.later,
  })
  const becomes = (after: Conversation, before: Conversation | null) => {
    known.set(after.id, after)
    notifier.heard(after, before)
  }
  return { notifier, told, waits, known, messages, becomes, state }
}

const quiet = (id: string, more: Partial<Conversation> = {}): Conversation => ({ ...base, id, unread: 0, assignee: null, trouble: null, last_message: message(now - 9e6, { id: `old${id}` }), ...more })
const wrote = (c: Conversation, more: Partial<Conversation> = {}): Conversation => ({ ...c, unread: c.unread + 1, last_message: message(now, { id: `new${c.id}` }), ...more })
const mine = { id: 'u1', name: 'Bia' }
const other = { id: 'u2', name: 'Caio' }

describe('what is told', () => {
  it('a message in a conversation that is mine or nobody’s, never in a colleague’s', () => {
    const { told, waits, becomes } = bench()
    for (const [id, assignee] of [['a', mine], ['b', null], ['c', other]] as const) {
      const before = quiet(id, { assignee })
      becomes(wrote(before), before)
    }
    waits.end()
    expect(told).toEqual(['ring', 'mine a', 'unassigned b'])
  })

  it('not what somebody has read at once', () => {
    const { told, waits, known, becomes } = bench()
    const before = quiet('a')
    becomes(wrote(before), before)
    known.set('a', { ...wrote(before), unread: 0 })
    waits.end()
    expect(told).toEqual([])
  })

  it('not what was said before, nor what this side wrote', () => {
    const { told, waits, becomes } = bench()
    const before = wrote(quiet('a'))
    becomes({ ...before, assignee: mine }, before)
    becomes({ ...before, last_message: message(now, { id: 'x', direction: 'out' }) }, before)
    becomes(wrote(quiet('old'), { last_message: message(now - 9e6, { id: 'y' }) }), null)
    expect(waits.pending).toEqual([])
    expect(told).toEqual([])
  })

  it('a first message of somebody new', () => {
    const { told, waits, becomes } = bench()
    becomes(wrote(quiet('new')), null)
    waits.end()
    expect(told).toEqual(['ring', 'unassigned new'])
  })

  it('a send that failed, to whoever sent it', async () => {
    const { told, waits, messages, becomes } = bench()
    messages.set('m8', message(now, { id: 'm8', direction: 'out', author: mine }))
    messages.set('m9', message(now, { id: 'm9', direction: 'out', author: other }))
    for (const id of ['m8', 'm9']) {
      const before = quiet(id, { assignee: other })
      becomes({ ...before, trouble: { message_id: id, status: 'failed', cause: 'wa.window' } }, before)
    }
    await settled()
    waits.end()
    expect(told).toEqual(['ring', 'failed m8'])
  })

  it('many at once as one', () => {
    const { told, waits, becomes } = bench()
    for (const id of ['a', 'b', 'c', 'd']) becomes(wrote(quiet(id)), quiet(id))
    waits.end()
    expect([told, waits.pending]).toEqual([['ring', 'many 4'], []])
  })
})

describe('how it is told', () => {
  const one = (b: ReturnType<typeof bench>) => {
    b.becomes(wrote(quiet('a')), quiet('a'))
    b.waits.end()
    return b.told
  }

  it('by one page of a browser only', () => {
    const b = bench({ tells: false })
    expect(one(b)).toEqual([])
    // Its icon has the dot all the same.
    expect(b.notifier.fresh).toBe(true)
  })

  it('without a desktop notification while a page is in front', () => {
    const b = bench({ inFront: true })
    expect(one(b)).toEqual(['ring'])
    expect(b.notifier.fresh).toBe(false)
  })

  it('as the person has set it', () => {
    expect(one(bench({ notify: { sound: false } }))).toEqual(['unassigned a'])
    expect(one(bench({ notify: { desktop: false } }))).toEqual(['ring'])
  })

  it('and is over once it was seen', () => {
    const b = bench()
    one(b)
    expect(b.notifier.fresh).toBe(true)
    b.notifier.seen()
    expect(b.notifier.fresh).toBe(false)
  })
})
