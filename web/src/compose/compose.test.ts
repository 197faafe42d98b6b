import { describe, expect, it } from 'vitest'
import { media } from '../../fixture/world'
import type { Media } from '../api/types'
import { markOf, toggle, type Mark } from './format'
import { lengthOf, limitOf } from './limits'
import { parts } from './parts'
import { split } from './split'

const whatsapp = limitOf('whatsapp')
const squeezed = (s: string) => s.replace(/\s+/g, '')

describe('splitting a long text', () => {
  it.each([
    ['paragraphs', 'One two three.\n\nFour five six.\n\nSeven.', 20, ['One two three.', 'Four five six.', 'Seven.']],
    ['lines', 'One two three\nFour five\nSix', 16, ['One two three', 'Four five\nSix']],
    ['sentences', 'It ships today. You get a link. Good bye!', 22, ['It ships today.', 'You get a link.', 'Good bye!']],
    ['words', 'alpha beta gamma delta', 12, ['alpha beta', 'gamma delta']],
    ['nothing to cut at', 'x'.repeat(25), 10, ['x'.repeat(10), 'x'.repeat(10), 'x'.repeat(5)]],
    ['what fits', ' fits ', 10, ['fits']],
  ])('cuts between %s', (_, text, limit, wanted) => expect(split(text, limit)).toEqual(wanted))

  it('keeps every part within the limit and every word in order', () => {
    const text = Array.from({ length: 900 }, (_, i) => `word${i}${i % 17 === 0 ? '.\n\n' : i % 5 === 0 ? '. ' : ' '}`).join('')
    const all = split(text, 4096)
    expect(all.length).toBeGreaterThan(1)
    for (const part of all) expect(part.length).toBeLessThanOrEqual(4096)
    expect(squeezed(all.join(''))).toBe(squeezed(text))
  })

  it('cuts no sign in two', () => {
    const all = split('👨‍👩‍👧'.repeat(10), 20)
    expect(all.join('')).toBe('👨‍👩‍👧'.repeat(10))
    for (const part of all) expect(part.length % '👨‍👩‍👧'.length).toBe(0)
  })

  it('counts bytes where the platform does', () => {
    const { text, unit } = limitOf('instagram')
    for (const part of split('ção '.repeat(600), text, unit)) expect(lengthOf(part, unit)).toBeLessThanOrEqual(1000)
  })
})

describe('the messages of what is sent', () => {
  const file = (kind: NonNullable<Media['kind']>, id: string) => media({ id, kind, state: 'ready' })
  const sent = (...args: Parameters<typeof parts>) => parts(...args).map((p) => p.content)

  it('is one text', () => expect(sent(' hello ', [], 'm1', whatsapp)).toEqual([{ text: 'hello', reply_to: 'm1' }]))
  it('is one message per file, the words under the first', () =>
    expect(sent('The invoice', [file('image', 'a'), file('document', 'b')], 'm1', whatsapp)).toEqual([
      { media: ['a'], text: 'The invoice', reply_to: 'm1' },
      { media: ['b'] },
    ]))
  it('puts words where a file can have them', () =>
    expect(sent('Look', [file('voice', 'v'), file('image', 'a')], null, whatsapp)).toEqual([{ media: ['v'] }, { media: ['a'], text: 'Look' }]))
  it('sends words first that no file can have', () => {
    expect(sent('Listen', [file('voice', 'v')], 'm1', whatsapp)).toEqual([{ text: 'Listen', reply_to: 'm1' }, { media: ['v'] }])
    const long = 'word '.repeat(300).trim()
    expect(sent(long, [file('image', 'a')], null, whatsapp)).toEqual([{ text: long }, { media: ['a'] }])
  })
  it('sends a text over the limit in order, each part within it', () => {
    const all = parts('word '.repeat(2_000), [], 'm1', whatsapp)
    expect(all.map((p) => p.content.reply_to)).toEqual(['m1', undefined, undefined])
    for (const p of all) expect(p.shown.length).toBeLessThanOrEqual(4096)
  })
  it('is nothing without words and files', () => expect(sent(' \n', [], 'm1', whatsapp)).toEqual([]))
})

describe('formatting', () => {
  // The selection stands between the bars; one bar is the caret.
  const field = (s: string) => {
    const [a = '', b, c] = s.split('|')
    return c === undefined ? { text: a + (b ?? ''), start: a.length, end: a.length } : { text: a + b + c, start: a.length, end: a.length + b!.length }
  }
  const shown = (s: string, mark: Mark) => {
    const { text, start, end } = toggle(field(s), mark)
    return start === end ? `${text.slice(0, start)}|${text.slice(start)}` : `${text.slice(0, start)}|${text.slice(start, end)}|${text.slice(end)}`
  }
  it.each([
    ['very |good| news', 'bold', 'very *|good|* news'],
    ['very *|good|* news', 'bold', 'very |good| news'],
    ['very |*good*| news', 'bold', 'very |good| news'],
    ['very| good |news', 'italic', 'very _|good|_ news'],
    ['very go|od news', 'strike', 'very ~|good|~ news'],
    ['very |', 'code', 'very `|`'],
  ] as [string, Mark, string][])('%s, %s → %s', (before, mark, after) => expect(shown(before, mark)).toBe(after))

  it('knows its keys', () => {
    const press = (key: string, more: KeyboardEventInit = {}) => markOf(new KeyboardEvent('keydown', { key, ctrlKey: true, ...more }))
    expect([press('b'), press('i'), press('X', { shiftKey: true }), press('C', { shiftKey: true })]).toEqual(['bold', 'italic', 'strike', 'code'])
    expect([press('c'), press('b', { ctrlKey: false }), press('b', { altKey: true })]).toEqual([null, null, null])
  })
})
