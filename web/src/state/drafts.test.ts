import { describe, expect, it } from 'vitest'
import { media } from '../../fixture/world'
import { Problem } from '../api/problem'
import type { KeptDraft } from '../api/types'
import { later, MemoryStorage, settled, Waits } from '../testing/support'
import { Drafts, type Draft } from './drafts.svelte'
import { Keep } from './keep'

const start = Date.parse('2026-11-22T12:00:00Z')

function setup(save: (id: string, draft: Draft) => Promise<void> = () => Promise.resolve(), storage = new MemoryStorage()) {
  const waits = new Waits()
  const clock = { now: start }
  const saved: [string, string][] = []
  const drafts = new Drafts(new Keep('co.u1', storage), {
    now: () => clock.now,
    later: waits.later,
    save: async (id, draft) => {
      await save(id, draft)
      saved.push([id, draft.text])
    },
  })
  const theirs = (text: string, at: number): KeptDraft => ({ conversation_id: 'c1', text, reply_to: null, media: [], updated_at: new Date(start + at).toISOString() })
  return { drafts, waits, clock, saved, storage, theirs }
}

describe('Drafts', () => {
  it('is in the browser before the next key, and on the server within two seconds', async () => {
    const { drafts, waits, saved, storage } = setup()
    for (const text of ['S', 'Su', 'Sure']) drafts.set('c1', { text })
    expect(new Drafts(new Keep('co.u1', storage)).get('c1').text).toBe('Sure')
    expect(waits.pending.map((w) => w.ms)).toEqual([1_000])
    waits.end()
    await settled()
    expect(saved).toEqual([['c1', 'Sure']])
  })

  it('saves what is typed while a save is on its way, and never marks it as told before', async () => {
    const answer = later<void>()
    const { drafts, waits, saved } = setup(() => answer.promise)
    drafts.set('c1', { text: 'one' })
    waits.end()
    drafts.set('c1', { text: 'one two' })
    answer.resolve()
    await settled()
    waits.end()
    await settled()
    expect(saved.map(([, text]) => text)).toEqual(['one', 'one two'])
  })

  it('survives a crash with what the server does not know yet', async () => {
    const { drafts, storage } = setup()
    drafts.set('c1', { text: 'typed just before', reply_to: 'm1', media: [media({ id: 'f9', state: 'ready' })] })
    const again = setup(undefined, storage)
    expect(again.drafts.get('c1')).toMatchObject({ text: 'typed just before', reply_to: 'm1', media: [{ id: 'f9' }] })
    again.drafts.flush()
    await settled()
    expect(again.saved).toEqual([['c1', 'typed just before']])
  })

  it('tries again without an answer, and leaves alone what the server refuses', async () => {
    let answer: Error | null = new Problem({ title: 'away', status: 0 })
    const { drafts, waits, saved } = setup(() => (answer ? Promise.reject(answer) : Promise.resolve()))
    drafts.set('c1', { text: 'kept' })
    waits.end()
    await settled()
    expect(waits.pending.map((w) => w.ms)).toEqual([5_000])
    answer = null
    waits.end()
    await settled()
    expect(saved).toEqual([['c1', 'kept']])
    answer = new Problem({ title: 'no', status: 422 })
    drafts.set('c1', { text: 'kept on' })
    waits.end()
    await settled()
    expect([waits.pending.length, drafts.get('c1').text]).toEqual([0, 'kept on'])
  })

  it('an earlier version’s draft is read as well', () => {
    const storage = new MemoryStorage()
    storage.setItem('clearline.co.u1.draft.c1', '{"text":"old","reply_to":null}')
    expect(setup(undefined, storage).drafts.get('c1')).toMatchObject({ text: 'old', media: [] })
  })

  describe('of another browser', () => {
    it('is taken where nothing newer is here', async () => {
      const { drafts, theirs } = setup()
      drafts.take([theirs('from the other one', 0)])
      expect(drafts.get('c1').text).toBe('from the other one')
      drafts.take([theirs('and further', 5_000)])
      expect(drafts.get('c1').text).toBe('and further')
    })

    it('loses nothing that was typed here and not told yet', () => {
      const { drafts, theirs } = setup()
      drafts.set('c1', { text: 'mine' })
      drafts.take([theirs('theirs, older', -5_000)])
      expect(drafts.get('c1').text).toBe('mine')
      drafts.take([theirs('theirs, later', 5_000)])
      expect(drafts.get('c1').text).toBe('theirs, later\nmine')
    })

    it('ends here when it was sent or emptied there, unless something was typed since', async () => {
      const { drafts, waits, theirs } = setup()
      drafts.take([theirs('sent from there', 0)])
      drafts.take([])
      expect(drafts.get('c1').text).toBe('')
      drafts.set('c1', { text: 'typed here' })
      drafts.take([])
      expect(drafts.get('c1').text).toBe('typed here')
      waits.end()
      await settled()
      drafts.take([])
      expect(drafts.get('c1').text).toBe('')
    })

    it('is not ended by an answer that the server gave before it had this one', async () => {
      const { drafts, waits, theirs } = setup()
      const asked = drafts.step
      drafts.set('c1', { text: 'typed meanwhile' })
      waits.end()
      await settled()
      drafts.take([], asked)
      drafts.take([theirs('older words', 9_000)], asked)
      expect(drafts.get('c1').text).toBe('typed meanwhile')
      drafts.take([], drafts.step)
      expect(drafts.get('c1').text).toBe('')
    })

    it('does not come back after it was sent from here', async () => {
      const { drafts, theirs, clock, storage } = setup()
      drafts.take([theirs('going', 0)])
      clock.now += 1_000
      drafts.clear('c1')
      drafts.take([theirs('going', 0)])
      expect(drafts.get('c1').text).toBe('')
      const reloaded = setup(undefined, storage)
      reloaded.drafts.take([theirs('going', 0)])
      expect(reloaded.drafts.get('c1').text).toBe('')
    })
  })

  it('puts a message back before what has been typed since, each file once', () => {
    const { drafts } = setup()
    const file = media({ id: 'f1', state: 'ready' })
    drafts.set('c1', { text: 'typed since', media: [file] })
    drafts.putBack('c1', { text: 'taken back', reply_to: 'm1', media: [file, media({ id: 'f2', state: 'ready' })] })
    expect(drafts.get('c1')).toMatchObject({ text: 'taken back\ntyped since', reply_to: 'm1' })
    expect(drafts.get('c1').media.map((m) => m.id)).toEqual(['f2', 'f1'])
  })
})
