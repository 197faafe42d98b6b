import { describe, expect, it } from 'vitest'
import { mostRows, mountedRows, scrolledTo, spanOf } from './window'

const sight = (top: number, total: number, height = 840, row = 60) => ({ top, height, row, total })

describe('the rows of a long list', () => {
  it('are those in sight and a few beyond, never more than 60', () => {
    for (const total of [0, 1, 14, 59, 1000, 100_000]) {
      for (const [height, row] of [[840, 60], [320, 44], [2160, 44], [5000, 44], [0, 60]] as const) {
        for (const top of [0, 30, 600, row * total - height, row * total + 500, -80]) {
          const span = spanOf(sight(top, total, height, row))
          const rows = mountedRows(span, total > 0 ? 0 : -1)
          expect(rows.length).toBeLessThanOrEqual(mostRows)
          expect(new Set(rows).size).toBe(rows.length)
          expect(rows.every((i) => i >= 0 && i < total)).toBe(true)
        }
      }
    }
  })

  it('cover what is seen', () => {
    const span = spanOf(sight(3000, 1000))
    expect(span.from).toBeLessThanOrEqual(50)
    expect(span.to).toBeGreaterThanOrEqual(65)
    expect(spanOf(sight(60_000 - 840, 1000)).to).toBe(1000)
  })

  it('hold the chosen row wherever it is, in order', () => {
    const span = { from: 40, to: 44 }
    expect(mountedRows(span, 3)).toEqual([3, 40, 41, 42, 43])
    expect(mountedRows(span, 41)).toEqual([40, 41, 42, 43])
    expect(mountedRows(span, 900)).toEqual([40, 41, 42, 43, 900])
  })

  it('scroll as little as needed to show one', () => {
    expect(scrolledTo(0, sight(600, 100))).toBe(0)
    expect(scrolledTo(20, sight(600, 100))).toBe(600)
    expect(scrolledTo(30, sight(600, 100))).toBe(31 * 60 - 840)
  })
})
