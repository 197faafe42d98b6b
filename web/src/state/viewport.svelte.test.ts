import { describe, expect, it } from 'vitest'
import { mostMounted, Viewport, type Row } from './viewport.svelte'

/** A pane as a browser lays it out: rows of their real heights where they are mounted, room elsewhere. */
class Stage {
  rows = $state.raw<Row[]>([])
  readonly view = new Viewport(() => this.rows)
  readonly pane = document.createElement('div')
  readonly holder = this.pane.appendChild(document.createElement('div'))
  readonly real = new Map<string, number>()

  constructor(rows: Row[], height = 600) {
    this.rows = rows
    let top = 0
    const content = () => [...this.holder.children].reduce((sum, row) => sum + (row as HTMLElement).offsetHeight, this.view.range.before + this.view.range.after)
    const most = () => Math.max(0, content() - height)
    Object.defineProperties(this.pane, {
      clientHeight: { get: () => height },
      clientWidth: { get: () => 700 },
      scrollHeight: { get: () => Math.max(height, content()) },
      scrollTop: { get: () => Math.min(top, most()), set: (v: number) => (top = Math.max(0, Math.min(v, most()))) },
    })
    this.view.attach(this.pane, this.holder)
    this.draw()
  }

  /** Mounts what the viewport wants and lets it settle, as the component does, until nothing changes. */
  draw(): void {
    for (let i = 0; i < 8; i++) {
      const { first, last } = this.view.range
      this.holder.replaceChildren(
        ...this.rows.slice(first, last).map((row) => {
          const element = document.createElement('div')
          element.dataset.key = row.key
          Object.defineProperty(element, 'offsetHeight', { get: () => this.real.get(row.key) ?? row.estimate })
          return element
        }),
      )
      const before = this.view.range
      this.view.settle(this.holder)
      if (this.view.range === before) return
    }
    throw new Error('does not settle')
  }

  scrollTo(top: number): void {
    this.pane.scrollTop = top
    this.view.scrolled(true)
    this.draw()
  }

  /** Where a mounted row stands below the pane's upper edge. */
  place(key: string): number {
    const { first, before } = this.view.range
    let y = before - this.pane.scrollTop
    for (const row of this.rows.slice(first)) {
      if (row.key === key) return y
      y += this.real.get(row.key) ?? row.estimate
    }
    throw new Error(`${key} is not mounted`)
  }

  get keys(): string[] {
    return [...this.holder.children].map((row) => (row as HTMLElement).dataset.key!)
  }
}

const rows = (from: number, to: number, estimate = 60): Row[] => Array.from({ length: to - from }, (_, i) => ({ key: `m${from + i}`, estimate }))
/** Heights between 40 and 240 that no estimate guesses. */
const uneven = (stage: Stage): void => stage.rows.forEach((row, i) => stage.real.set(row.key, 40 + ((i * 7919) % 201)))

describe('Viewport', () => {
  it('mounts few of 20,000 rows and stands at the end', () => {
    const stage = new Stage(rows(0, 20_000))
    expect(stage.keys.length).toBeLessThanOrEqual(mostMounted)
    expect(stage.keys.at(-1)).toBe('m19999')
    expect(stage.pane.scrollTop).toBe(20_000 * 60 - 600)
    expect(stage.view.atEnd).toBe(true)
  })

  it('never mounts more than its limit, however low the rows are', () => {
    const stage = new Stage(rows(0, 5_000, 4))
    stage.scrollTo(9_000)
    expect(stage.keys.length).toBeLessThanOrEqual(mostMounted)
    expect(stage.keys).toContain(stage.view.firstInView)
  })

  it('does not move what is read when older ones come above', () => {
    const stage = new Stage(rows(1_000, 1_100))
    uneven(stage)
    stage.scrollTo(1_500)
    const read = stage.view.firstInView!
    const at = stage.place(read)
    stage.rows = [...rows(900, 1_000), ...stage.rows]
    uneven(stage)
    stage.draw()
    expect(stage.view.firstInView).toBe(read)
    expect(stage.place(read)).toBeCloseTo(at, 0)
  })

  it('holds nothing by a line that moves to older rows when they come, such as that of a day', () => {
    const day: Row = { key: 'today', estimate: 46, floating: true }
    const stage = new Stage([day, ...rows(100, 200)])
    stage.scrollTo(0)
    const at = stage.place('m100')
    stage.rows = [day, ...rows(0, 200)]
    stage.draw()
    expect(stage.place('m100')).toBeCloseTo(at, 0)
  })

  it('does not move what is read when rows above turn out higher than thought', () => {
    const stage = new Stage(rows(0, 300))
    stage.scrollTo(9_000)
    uneven(stage)
    stage.draw()
    for (let i = 0; i < 40; i++) {
      const read = stage.view.firstInView!
      const at = stage.place(read)
      stage.scrollTo(stage.pane.scrollTop - 200)
      expect(stage.place(read), `step ${i}`).toBeCloseTo(at + 200, 0)
    }
  })

  it('follows the end while it is there, and only then', () => {
    const stage = new Stage(rows(0, 100))
    stage.rows = [...stage.rows, { key: 'new1', estimate: 200 }]
    stage.draw()
    expect(stage.pane.scrollTop).toBe(100 * 60 + 200 - 600)
    stage.scrollTo(stage.pane.scrollTop - 300)
    const top = stage.pane.scrollTop
    stage.rows = [...stage.rows, { key: 'new2', estimate: 200 }]
    stage.draw()
    expect([stage.pane.scrollTop, stage.view.atEnd]).toEqual([top, false])
    stage.view.toEnd()
    stage.draw()
    expect(stage.keys.at(-1)).toBe('new2')
  })

  it('stays at the end when a row there grows', () => {
    const stage = new Stage(rows(0, 100))
    stage.real.set('m99', 400)
    stage.draw()
    expect(stage.place('m99') + 400).toBe(600)
  })

  it('shows a row in the middle, wherever it is', () => {
    const stage = new Stage(rows(0, 5_000))
    stage.view.show('m1234')
    stage.draw()
    expect(stage.place('m1234')).toBeCloseTo(270, 0)
    stage.view.show('m0')
    stage.draw()
    expect(stage.pane.scrollTop).toBe(0)
  })

  it('moves no further than a whole row needs', () => {
    const stage = new Stage(rows(0, 100))
    stage.scrollTo(3_000)
    stage.view.reveal('m52')
    stage.draw()
    expect(stage.pane.scrollTop).toBe(3_000)
    stage.view.reveal('m40')
    stage.draw()
    expect(stage.place('m40')).toBeGreaterThanOrEqual(0)
    expect(stage.place('m40')).toBeLessThan(60)
  })
})
