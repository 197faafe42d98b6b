import { describe, expect, it } from 'vitest'
import { media } from '../../fixture/world'
import type { Media } from '../api/types'
import { emoji, find } from './emoji'
import { emojiWord, recent, used } from './recent'
import { verdict } from './verdict'

describe('what becomes of a file', () => {
  const file = (more: Partial<Media>, ok: boolean, limit: number, reason: string | null = null) =>
    media({ state: 'ready', ...more, fits: [{ platform: 'telegram', ok: true, limit_bytes: 50_000_000, reason: null }, { platform: 'whatsapp', ok, limit_bytes: limit, reason }] })

  it.each([
    ['fits', file({ bytes: 1_200_000 }, true, 100_000_000), true, '1.2 MB'],
    ['was made smaller', file({ bytes: 4_800_000, converted: { from: 'image/png', bytes_before: 6_100_000, why: 'size' } }, true, 5_000_000), true, '6.1 MB → resized to 4.8 MB, limit 5 MB'],
    ['was made into another type', file({ bytes: 90_000, converted: { from: 'image/webp', bytes_before: 80_000, why: 'type' } }, true, 5_000_000), true, 'webp → converted, 90 kB'],
    ['is too large', file({ bytes: 22_000_000 }, false, 16_000_000, 'too large'), false, '22 MB, limit 16 MB'],
    ['is of a type that the platform does not take', file({ bytes: 3_000 }, false, 5_000_000, 'WhatsApp takes no SVG'), false, '3 kB, WhatsApp takes no SVG'],
    ['is not judged', media({ bytes: 3_000 }), true, '3 kB'],
  ] as [string, Media, boolean, string][])('that %s', (_, m, ok, line) => expect(verdict(m, 'whatsapp')).toEqual({ ok, line }))

  it('is judged by the conversation’s platform', () => expect(verdict(file({ bytes: 22_000_000 }, false, 16_000_000), 'telegram').ok).toBe(true))
})

describe('emoji', () => {
  it('each has a sign and a name, and no name stands twice', () => {
    for (const e of emoji) expect(/\p{Extended_Pictographic}/u.test(e.sign) && /^[a-z0-9_+-]+$/.test(e.words[0] ?? ''), JSON.stringify(e)).toBe(true)
    expect(new Set(emoji.map((e) => e.sign)).size).toBe(emoji.length)
    expect(new Set(emoji.map((e) => e.words[0])).size).toBe(emoji.length)
  })

  it('are found by the beginning of a name first', () => {
    expect(find('par', 3).map((e) => e.words[0])).toContain('parking')
    expect(find('thanks', 1)[0]!.sign).toBe('🙏')
    expect(find('zzzz', 5)).toEqual([])
  })

  it.each([
    ['Thank you :par', { word: 'par', start: 10 }],
    [':)', null],
    ['10:30', null],
    ['http://x', null],
    ['(:heart', { word: 'heart', start: 1 }],
  ])('%s', (text, wanted) => expect(emojiWord(text, text.length)).toEqual(wanted))

  it('used lately come first, each once', () => {
    localStorage.removeItem('clearline.emoji')
    for (const sign of ['🙏', '🎉', '🙏']) used(sign)
    expect(recent()).toEqual(['🙏', '🎉'])
    localStorage.setItem('clearline.emoji', '{broken')
    expect(recent()).toEqual([])
    localStorage.removeItem('clearline.emoji')
  })
})
