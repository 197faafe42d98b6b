import { describe, expect, it } from 'vitest'
import { everyKind, message } from '../../fixture/world'
import type { Message } from '../api/types'
import { text } from '../text/en'
import { Calendar } from '../text/format'
import { segments } from './links'
import { byMoment, lines } from './order'
import { preview } from './preview'

const now = Date.parse('2026-11-22T12:00:00Z')
const calendar = new Calendar('en-GB', 'UTC')
const day = (at: number) => calendar.dayKey(at)

describe('the order of a thread', () => {
  it('stands where the server puts it, then by id', () => {
    const at = (iso: string) => Date.parse(iso)
    const late = { ...message(at('2026-11-22T10:00:05Z'), { id: 'a' }), at: '2026-11-22T09:59:00Z' }
    const ours = message(at('2026-11-22T09:59:30Z'), { id: 'b', direction: 'out' })
    const twin = { ...late, id: 'c' }
    expect([ours, twin, late].sort(byMoment).map((m) => m.id)).toEqual(['a', 'c', 'b'])
  })

  it('separates days and leaves reactions to their target', () => {
    const first = message(now - 30 * 3_600_000, { id: 'm1', text: 'yesterday' })
    const second = message(now, { id: 'm2', text: 'today' })
    const heart = message(now + 1, { id: 'm3', kind: 'reaction', text: '❤️', reply_to: 'm1' })
    const lost = message(now + 2, { id: 'm4', kind: 'reaction', text: '❤️', reply_to: 'elsewhere' })
    expect(lines([first, second, heart, lost], day).map((l) => l.key)).toEqual(['day 2026-11-21', 'm1', 'day 2026-11-22', 'm2', 'm4'])
  })

  it('keeps the key of a bubble when the server answers', () => {
    const sent = message(now, { id: 'm9', client_id: 'mine', direction: 'out' })
    expect(lines([sent], day).at(-1)!.key).toBe('mine')
  })
})

// M1: every kind says something; nothing is ever blank.
describe('M1 preview', () => {
  it('says something for every kind', () => {
    for (const m of everyKind(now)) expect(preview(m).trim(), m.kind).not.toBe('')
  })

  it('says something even when a kind comes without anything', () => {
    for (const kind of Object.keys(text.kind) as Message['kind'][]) {
      const bare = preview({ kind, text: '', details: null, media: [], deleted_at: null })
      expect(bare.trim(), kind).not.toBe('')
    }
  })

  it('is one line', () => {
    expect(preview(message(now, { text: ' one\n\ntwo  three ' }))).toBe('one two three')
  })

  it('does not repeat what was deleted', () => {
    expect(preview(message(now, { text: 'secret', deleted_at: new Date(now).toISOString() }))).toBe(text.thread.deleted)
  })
})

// I45: text is text.
describe('links in a text', () => {
  it('links written-out addresses and nothing else', () => {
    const found = segments('See https://example.org/a?b=1, javascript:alert(1) and (http://example.org/x).')
    expect(found.filter((s) => s.href).map((s) => s.text)).toEqual(['https://example.org/a?b=1', 'http://example.org/x'])
    expect(found.map((s) => s.text).join('')).toBe('See https://example.org/a?b=1, javascript:alert(1) and (http://example.org/x).')
  })

  it('keeps markup as text', () => {
    expect(segments('<img src=x onerror=alert(1)>')).toEqual([{ text: '<img src=x onerror=alert(1)>', href: null }])
  })
})
