import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const css = readFileSync('src/styles/colour.css', 'utf8')
/** The colours of a theme: each token is light-dark(in the light, in the dark). */
function tokens(theme: 'light' | 'dark'): Map<string, string> {
  return new Map([...css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g)].map((m) => [m[1]!, m[theme === 'light' ? 2 : 3]!]))
}

function luminance(hex: string): number {
  const channel = (i: number) => {
    const c = parseInt(hex.slice(1 + 2 * i, 3 + 2 * i), 16) / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * channel(0) + 0.7152 * channel(1) + 0.0722 * channel(2)
}

/** WCAG 2.2 contrast ratio. */
function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p) as [number, number]
  return (x + 0.05) / (y + 0.05)
}

const words = 4.5
const edges = 3
const grounds = ['canvas', 'surface', 'sunken', 'raised', 'out', 'note', 'accent-soft']
const pairs: [string, string, number][] = [
  ...grounds.flatMap((g): [string, string, number][] => [
    ['text', g, words],
    ['text2', g, words],
  ]),
  ...['canvas', 'surface', 'sunken', 'raised'].map((g): [string, string, number] => ['text3', g, words]),
  ...['canvas', 'surface', 'out', 'accent-soft'].map((g): [string, string, number] => ['accent', g, words]),
  ['on-accent', 'accent', words],
  ...['ok', 'warn', 'bad', 'wait', 'ext'].flatMap((t): [string, string, number][] => [
    [t, `${t}-tint`, words],
    [t, 'surface', words],
    [t, 'canvas', words],
  ]),
  ...['warn', 'bad', 'wait'].map((t): [string, string, number] => [t, 'out', words]),
  ['bad', 'accent-soft', words],
  ['warn', 'accent-soft', words],
  ['text', 'bad-tint', words],
  ['text', 'warn-tint', words],
  ['edge', 'surface', edges],
  ['edge', 'canvas', edges],
  ...['whatsapp', 'telegram', 'discord', 'messenger', 'instagram'].flatMap((p): [string, string, number][] => [
    [p, 'surface', edges],
    [p, 'accent-soft', edges],
  ]),
]

describe.each([
  ['light', tokens('light')],
  ['dark', tokens('dark')],
])('contrast, %s', (_, colours) => {
  it.each(pairs)('%s on %s is at least %d', (a, b, least) => {
    expect(contrast(colours.get(a)!, colours.get(b)!)).toBeGreaterThanOrEqual(least)
  })
})

it('gives every colour for both themes', () => {
  const all = [...css.matchAll(/--([\w-]+):/g)].map((m) => m[1]!)
  expect(all.filter((name) => name !== 'shadow' && !tokens('dark').has(name))).toEqual([])
})
