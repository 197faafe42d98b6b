import { describe, expect, it } from 'vitest'
import { domainOf, segments } from './links'
import { markup, type Piece } from './markup'

/** The pieces as a line: b(…) i(…) s(…) c(…) pre(…) a(…). */
const drawn = (pieces: Piece[]): string =>
  pieces
    .map((p) => {
      if (p.type === 'text') return p.text
      if (p.type === 'link') return `a(${p.text})`
      if (p.type === 'code') return `c(${p.text})`
      if (p.type === 'block') return `pre(${p.text})`
      return `${p.type[0]}(${drawn(p.pieces)})`
    })
    .join('')

describe('WhatsApp’s formatting', () => {
  it.each([
    ['*bold* and _italic_ and ~gone~', 'b(bold) and i(italic) and s(gone)'],
    ['*very _deep_ words*', 'b(very i(deep) words)'],
    ['`a*b*c` and ```two\nlines```', 'c(a*b*c) and pre(two\nlines)'],
    ['*two words*, (*yes*)!', 'b(two words), (b(yes))!'],
    ['*Größe*', 'b(Größe)'],
  ])('%s', (text, wanted) => expect(drawn(markup(text))).toBe(wanted))

  it.each([
    '2*3*4 = 24',
    'snake_case_name',
    'a * lone star',
    '* not *',
    '*two\nlines*',
    '** **',
    '_',
    '``` ```',
    'user_name@example.org and other_name@example.org',
  ])('%s stays as it is', (text) => expect(drawn(markup(text))).toBe(text))

  it('leaves addresses whole', () => {
    expect(drawn(markup('see https://example.org/a_b_c?x=*y* now'))).toBe('see a(https://example.org/a_b_c?x=*y*) now')
    expect(drawn(markup('*https://example.org/x*'))).toBe('b(a(https://example.org/x))')
  })

  // I45: text is text.
  it('I45: keeps markup as text', () => expect(markup('<b onclick=x>y</b>')).toEqual([{ type: 'text', text: '<b onclick=x>y</b>' }]))

  it('loses no sign of any text', () => {
    const bits = ['*', '_', '~', '`', 'word', ' ', '\n', '<i>', 'https://x.org/a_b', '```']
    for (let seed = 1; seed < 400; seed++) {
      let n = seed * 7919
      const text = Array.from({ length: 14 }, () => bits[(n = (n * 48271) % 2147483647) % bits.length]).join('')
      const flat = (pieces: Piece[]): string => pieces.map((p) => ('pieces' in p ? flat(p.pieces) : p.text)).join('')
      const letters = (s: string) => s.replace(/[*_~`\s]/g, '')
      expect(letters(flat(markup(text))), text).toBe(letters(text))
    }
  })

  it('takes no longer for a text that plays tricks', () => {
    // The processor's time, not the clock's: others may be at work on this machine.
    const started = process.cpuUsage()
    markup('*'.repeat(20_000))
    markup('*a '.repeat(4_000))
    markup('_*~'.repeat(4_000))
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(2_000)
  })
})

// I45: links only http(s), mailto, tel; the real domain shown.
describe('I45 links', () => {
  it('knows mail and telephone addresses that are written out, and no other kind', () => {
    const links = segments('mailto:a@example.org, tel:+351912000111. data:text/html,x vbscript:x file:///etc javascript:1').filter((s) => s.href)
    expect(links.map((s) => s.href)).toEqual(['mailto:a@example.org', 'tel:+351912000111'])
  })

  it.each([
    ['https://example.org/a', null],
    ['https://EXAMPLE.org:8080/a', null],
    ['https://bank.example@evil.example/a', 'evil.example'],
    ['https://аpple.com/', 'xn--pple-43d.com'],
    ['mailto:a@example.org', null],
  ])('%s', (text, real) => expect(domainOf({ text, href: new URL(text).href })).toBe(real))
})
