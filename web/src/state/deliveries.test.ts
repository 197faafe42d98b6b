import { describe, expect, it } from 'vitest'
import { deliveries as canned } from '../../fixture/world'
import type { Delivery } from '../api/types'
import { apiWith, later, settled, type Reply } from '../testing/support'
import { Deliveries } from './deliveries.svelte'

const now = Date.parse('2026-11-22T12:00:00Z')
const ledger = { received: 0, stored: 0, duplicate: 0, parked: 0, pending: 0, refused: { signature: 0, limit: 0, shed: 0 } }

function setup(all: Delivery[], pageSize = 3) {
  let hold: Promise<void> | null = null
  const { api, calls } = apiWith(async (call): Promise<Reply> => {
    const url = new URL(call.path, 'http://x')
    if (url.pathname.endsWith('/ledger')) return { body: ledger }
    const state = url.searchParams.get('state')
    const matching = all.filter((d) => !state || d.state === state)
    const from = Number(url.searchParams.get('after') ?? 0)
    const reply = { body: structuredClone({ items: matching.slice(from, from + pageSize), next: from + pageSize < matching.length ? String(from + pageSize) : null }) }
    if (hold) await hold
    return reply
  })
  return { d: new Deliveries(api), calls, hold: (p: Promise<void> | null) => (hold = p) }
}

const ids = (d: Deliveries) => d.items.map((i) => i.id)

describe('Deliveries', () => {
  it('shows the one that the address names now, also when an earlier one is answered later', async () => {
    const all = canned(now)
    const slow = later<Reply>()
    const { api } = apiWith((call) => (call.path.endsWith(`/${all[0]!.id}`) ? slow.promise : { body: all[1] }))
    const d = new Deliveries(api)
    const first = d.showOne(all[0]!.id)
    await d.showOne(all[1]!.id)
    slow.resolve({ body: all[0] })
    await first
    expect(d.one?.id).toBe(all[1]!.id)
  })

  it('pages without doubles and knows the end', async () => {
    const all = canned(now).slice(0, 5)
    const { d } = setup(all)
    await d.load()
    expect(d.more).toBe(true)
    await d.loadOlder()
    expect(ids(d)).toEqual(all.map((i) => i.id))
    expect(d.more).toBe(false)
  })

  it('refreshes the newest without touching older ones that were loaded', async () => {
    const all = canned(now).slice(0, 5)
    const { d } = setup(all)
    await d.load()
    await d.loadOlder()
    const fresh = { ...all[0]!, id: 'new', received_at: new Date(now).toISOString() }
    all.unshift(fresh)
    all[1] = { ...all[1]!, state: 'parked' }
    await d.refresh()
    expect(ids(d)).toEqual(['new', ...all.slice(1).map((i) => i.id)])
    expect(d.items[1]!.state).toBe('parked')
  })

  it('starts over when more has come than one page holds', async () => {
    const all = canned(now).slice(0, 3)
    const { d } = setup(all)
    await d.load()
    all.unshift(...Array.from({ length: 4 }, (_, i) => ({ ...all[0]!, id: `n${i}`, received_at: new Date(now + 1000 - i).toISOString() })))
    await d.refresh()
    expect(ids(d)).toEqual(['n0', 'n1', 'n2'])
    expect(d.more).toBe(true)
  })

  it('drops the answer to a question that is no longer asked', async () => {
    const { d, hold } = setup(canned(now))
    const slow = later<void>()
    hold(slow.promise)
    const first = d.show('refused')
    hold(null)
    await d.show('parked')
    slow.resolve()
    await first
    await settled()
    expect(new Set(d.items.map((i) => i.state))).toEqual(new Set(['parked']))
  })

  it('asks for those of one connection, and on over stretches without any', async () => {
    const one = canned(now)[0]!
    const pages: Record<string, { items: Delivery[]; next: string | null }> = { first: { items: [one], next: 'a' }, a: { items: [], next: 'b' }, b: { items: [{ ...one, id: 'far' }], next: null } }
    const { api, calls } = apiWith((call) => ({ body: call.path.includes('ledger') ? ledger : pages[new URL(call.path, 'http://x').searchParams.get('after') ?? 'first'] }))
    const d = new Deliveries(api, 'k1')
    await d.load()
    await d.loadOlder()
    expect(ids(d)).toEqual([one.id, 'far'])
    expect(d.more).toBe(false)
    expect(calls.filter((c) => c.path.startsWith('/api/v1/deliveries')).every((c) => c.path.includes('connection_id=k1'))).toBe(true)
  })
})
