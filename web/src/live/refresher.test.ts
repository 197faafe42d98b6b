import { describe, expect, it } from 'vitest'
import { later, settled } from '../testing/support'
import { Refresher, type RefresherOptions } from './refresher'

function setup(many?: Pick<RefresherOptions, 'readMany' | 'many'>) {
  const reads: { id: string; done: ReturnType<typeof later<void>> }[] = []
  const runs: (() => void)[] = []
  const refresher = new Refresher(
    (id) => {
      const done = later<void>()
      reads.push({ id, done })
      return done.promise
    },
    { gather: (run) => runs.push(run), ...many },
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

  it('reads after a load what changed, or was being read, while it ran', async () => {
    const { refresher, reads, gather, ids } = setup()
    refresher.ask('early')
    gather()
    const load = later<void>()
    const loaded = refresher.during(() => load.promise)
    refresher.ask('meanwhile')
    gather()
    reads[0]!.done.resolve()
    await settled()
    expect(ids()).toEqual(['early'])
    load.resolve()
    await loaded
    expect(ids()).toEqual(['early', 'early', 'meanwhile'])
  })

  it('reads a rain of changes in one go, and the rest one by one', async () => {
    const asked: string[][] = []
    const { refresher, reads, gather, ids } = setup({
      many: 5,
      readMany: (wanted) => {
        asked.push([...wanted])
        return Promise.resolve(['c', 'd'])
      },
    })
    for (const id of 'abcdef') refresher.ask(id)
    gather()
    await settled()
    expect(asked).toEqual([[...'abcdef']])
    expect(ids()).toEqual(['c'])
    refresher.ask('a')
    gather()
    expect(ids()).toEqual(['c'])
    reads[0]!.done.resolve()
    await settled()
    reads[1]!.done.resolve()
    await settled()
    expect(ids()).toEqual(['c', 'd', 'a'])
  })

  it('asks for all of a rain again when reading it failed', async () => {
    let tries = 0
    const { refresher, gather } = setup({
      many: 3,
      readMany: () => {
        tries++
        return tries === 1 ? Promise.reject(new Error('down')) : Promise.resolve([])
      },
    })
    for (const id of 'abc') refresher.ask(id)
    gather()
    await settled()
    for (let i = 0; i < 2; i++) {
      refresher.again()
      gather()
      await settled()
    }
    expect(tries).toBe(2)
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
