import { describe, expect, it } from 'vitest'
import { causeText, failureOf, reasonText } from './causes'
import { bytes, Calendar, left, milliseconds, shownAddress, span, waited } from './format'

const s = 1000
const m = 60 * s
const h = 60 * m

describe('spans', () => {
  it.each([
    [-5, '0 s'],
    [59 * s, '59 s'],
    [61 * s, '1 m'],
    [59.9 * m, '59 m'],
    [2.9 * h, '2 h'],
    [49 * h, '2 d'],
  ])('%d ms last %s', (ms, word) => expect(span(ms)).toBe(word))

  it.each([
    [-1, '0 s'],
    [12.2 * s, '13 s'],
    [30 * m, '30 m'],
    [2 * h + 14.9 * m, '2 h 14 m'],
    [25 * h + 1 * m, '25 h 1 m'],
    [72 * h, '3 d 0 h'],
  ])('C9: %d ms are left as %s', (ms, word) => expect(left(ms)).toBe(word))

  it('counts waiting in minutes', () => {
    expect([waited(5 * s), waited(90 * s), waited(3 * h)]).toEqual(['<1 m', '1 m', '3 h'])
  })

  it('shows a bare number with its plus and leaves other handles alone', () => {
    expect(['15552935637', '+1 555', 'US.13491', '@ana'].map(shownAddress)).toEqual(['+15552935637', '+1 555', 'US.13491', '@ana'])
  })

  it('writes sizes and latencies', () => {
    expect([bytes(12), bytes(48_200), bytes(6_100_000)]).toEqual(['12 B', '48 kB', '6.1 MB'])
    expect([milliseconds(0.4), milliseconds(31), milliseconds(1234), milliseconds(4 * m)]).toEqual(['<1 ms', '31 ms', '1.2 s', '4 m'])
  })
})

describe('days', () => {
  const calendar = new Calendar('en-GB', 'Europe/Lisbon')
  const words = { today: 'Today', yesterday: 'Yesterday' }
  const now = Date.parse('2026-11-22T00:30:00Z')

  it('names them in the reader’s zone', () => {
    expect(calendar.day(now, now, words)).toBe('Today')
    expect(calendar.day(now - h, now, words)).toBe('Yesterday')
    expect(calendar.day(now - 50 * h, now, words)).toMatch(/^Thursday,? 19 November$/)
    expect(calendar.day(Date.parse('2025-03-03T12:00:00Z'), now, words)).toBe('3 March 2025')
  })

  it('adds the day only when it is another one', () => {
    expect(calendar.moment(now + h, now)).toBe('01:30')
    expect(calendar.moment(now + 24 * h, now)).toMatch(/^Mon,? 23 Nov 00:30$/)
  })
})

describe('causes', () => {
  it('keep an unknown cause visible', () => {
    expect(causeText('new.cause').title).toBe('new.cause')
    expect(reasonText('a sentence of the server')).toBe('a sentence of the server')
  })

  it('show a code that is not known, with the platform’s words', () => {
    const f = failureOf({ cause: 'other', error: { code: 139999, subcode: 7, text: 'Algo correu mal' } })
    expect(f.title).toContain('139999/7')
    expect(f.original).toContain('Algo correu mal')
  })
})
