import { describe, expect, it } from 'vitest'
import { later, settled } from '../testing/support'
import { Refresher } from './refresher'

function setup() {
  const reads: { id: string; done: ReturnType<typeof later<void>> }[] = []
  const runs: (() => void)[] = []
  const refresher = new Refresher(
    (id) => {
      const done = later<void>()
      reads.push({ id, done })
      return done.promise
    },
    (run) => runs.push(run),
  )
  return { refresher, reads, gather: () => runs.splice(0).forEach((run) => run()), ids: () => reads.map((r) => r.id) }
}

describe('Refresher', () => {
  it('reads once what changed many times in a moment', () => {
    const { refresher, gather, ids } = setup()
    for (let i = 0; i < 100; i++) refresher.ask('a')
    refresher.ask('b')
    gather()
    expect(ids()).toEqual(['a', 'b'])
  })

  it('reads again what changed while its read was on the way', async () => {
    const { refresher, reads, gather, ids } = setup()
    refresher.ask('a')
    gather()
    refresher.ask('a')
    gather()
    expect(ids()).toEqual(['a'])
    reads[0]!.done.resolve()
    await settled()
    expect(ids()).toEqual(['a', 'a'])
  })

  it('keeps at most four reads on the way', async () => {
    const { refresher, reads, gather, ids } = setup()
    for (const id of 'abcdefgh') refresher.ask(id)
    gather()
    expect(ids()).toEqual(['a', 'b', 'c', 'd'])
    reads[1]!.done.resolve()
    await settled()
    expect(ids()).toEqual(['a', 'b', 'c', 'd', 'e'])
  })

  it('remembers what failed until it is asked for again', async () => {
    const { refresher, reads, gather, ids } = setup()
    refresher.ask('a')
    refresher.ask('b')
    gather()
    reads[0]!.done.reject(new Error('down'))
    reads[1]!.done.resolve()
    await settled()
    refresher.again()
    gather()
    expect(ids()).toEqual(['a', 'b', 'a'])
    reads[2]!.done.resolve()
    await settled()
    refresher.again()
    gather()
    expect(ids()).toHaveLength(3)
  })
})
