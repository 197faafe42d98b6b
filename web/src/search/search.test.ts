import { describe, expect, it } from 'vitest'
import { message } from '../../fixture/world'
import type { SearchAnswer } from '../api/types'
import { apiWith, later, settled, Waits, type Reply } from '../testing/support'
import { Search, typingPause } from './search.svelte'

const hit = (id: string, text: string) => ({ message: message(0, { id, text }), conversation: { id: 'c1', platform: 'whatsapp' as const, name: 'Ana' }, snippet: [{ text, hit: true }] })
const answer = (more: Partial<SearchAnswer> = {}): SearchAnswer => ({
  exact: null, contacts: [], messages: { items: [], next: null }, took_ms: 3, complete: true, suggestion: null, ...more,
})

function bench(answers: (q: string, after: string | null) => Reply | Promise<Reply>) {
  const waits = new Waits()
  const { api, calls } = apiWith((call) => {
    const query = new URL(call.path, 'http://x').searchParams
    return answers(query.get('q')!, query.get('after'))
  })
  return { search: new Search(api, waits.later), calls, waits }
}

describe('searching', () => {
  it('asks after a pause in the typing, once', async () => {
    const { search, calls, waits } = bench((q) => ({ body: answer({ messages: { items: [hit('m1', q)], next: null } }) }))
    for (const typed of ['r', 're', 'ref']) search.type(typed)
    expect([search.busy, calls.length]).toEqual([true, 0])
    while (waits.pending.length > 0) waits.end((ms) => ms === typingPause)
    await settled()
    expect(calls.map((c) => c.path)).toEqual(['/api/v1/search?q=ref&limit=30'])
    expect(search.found.map((f) => f.key)).toEqual(['mm1'])
    expect([search.query, search.busy]).toEqual(['ref', false])
  })

  it('drops the answer to an earlier question, even when it comes last', async () => {
    const slow = later<Reply>()
    const { search } = bench((q) => (q === 'old' ? slow.promise : { body: answer({ messages: { items: [hit('new', q)], next: null } }) }))
    const first = search.ask('old')
    await search.ask('new')
    slow.resolve({ body: answer({ messages: { items: [hit('old', 'x')], next: null } }) })
    await first
    expect(search.hits.map((h) => h.message.id)).toEqual(['new'])
  })

  it('puts people before messages, and pages on without doubles', async () => {
    const { search, calls } = bench((_, after) => ({
      body: after ? answer({ messages: { items: [hit('m2', 'b')], next: null } }) : answer({ contacts: [{ conversation_id: 'c1', platform: 'whatsapp', name: 'Ana', address: '+1' }], messages: { items: [hit('m1', 'a')], next: 'p2' } }),
    }))
    await search.ask('ana')
    expect(search.found.map((f) => f.key)).toEqual(['cc1', 'mm1'])
    await search.loadMore()
    expect(search.found.map((f) => f.key)).toEqual(['cc1', 'mm1', 'mm2'])
    await search.loadMore()
    expect(calls).toHaveLength(2)
  })

  it('keeps what is chosen and how far was scrolled until something else is asked', async () => {
    const { search } = bench(() => ({ body: answer({ messages: { items: [hit('m1', 'a')], next: null } }) }))
    await search.ask('a')
    search.chosen = 0
    search.scrollTop = 300
    expect([search.chosen, search.scrollTop]).toEqual([0, 300])
    await search.ask('b')
    expect([search.chosen, search.scrollTop]).toEqual([-1, 0])
  })

  it('says that nothing was found only when that is known', async () => {
    const { search } = bench(() => ({ body: answer({ suggestion: 'refund' }) }))
    expect(search.nothing).toBe(false)
    search.type('refnd')
    expect(search.nothing).toBe(false)
    await search.ask('refnd')
    expect([search.nothing, search.answer!.suggestion]).toEqual([true, 'refund'])
    search.type('  ')
    expect([search.nothing, search.answer]).toEqual([false, null])
  })

  it('keeps what was found when the server does not answer, and says so', async () => {
    let down = false
    const { search } = bench(() => (down ? new TypeError('network') : { body: answer({ messages: { items: [hit('m1', 'a')], next: null } }) }))
    await search.ask('a')
    down = true
    await search.ask('ab')
    expect([search.problem?.status, search.hits.length, search.query]).toEqual([0, 1, 'a'])
  })
})
