import { describe, expect, it } from 'vitest'
import { media } from '../../fixture/world'
import { Problem } from '../api/problem'
import type { Media } from '../api/types'
import { later, settled, Waits } from '../testing/support'
import { Uploads } from './uploads.svelte'

const file = (name: string, bytes = 3) => new File([new Uint8Array(bytes)], name, { type: 'image/png' })
const away = new Problem({ title: 'The server cannot be reached.', status: 0 })

function setup() {
  const waits = new Waits()
  const jobs: { name: string; answer: ReturnType<typeof later<Media>>; progress: (part: number) => void; signal: AbortSignal }[] = []
  const ready: [string, string][] = []
  const uploads = new Uploads(
    (f, { onProgress, signal }) => {
      const answer = later<Media>()
      jobs.push({ name: f.name, answer, progress: onProgress, signal })
      return answer.promise
    },
    (id, m) => ready.push([id, m.name]),
    waits.later,
  )
  const states = () => uploads.of('c1').map((u) => `${u.name} ${u.state}`)
  return { uploads, jobs, ready, waits, states }
}

describe('Uploads', () => {
  it('go two at a time, in order, and say how far they are', async () => {
    const { uploads, jobs, ready, states } = setup()
    uploads.add('c1', [file('a.png'), file('b.png'), file('c.png')])
    expect(jobs.map((j) => j.name)).toEqual(['a.png', 'b.png'])
    jobs[0]!.progress(0.4)
    expect(uploads.of('c1')[0]!.progress).toBe(0.4)
    jobs[0]!.answer.resolve(media({ name: 'a.png' }))
    await settled()
    expect([jobs.map((j) => j.name), ready]).toEqual([['a.png', 'b.png', 'c.png'], [['c1', 'a.png']]])
    expect(states()).toEqual(['b.png uploading', 'c.png uploading'])
  })

  it('belong to their conversation, whichever is open', async () => {
    const { uploads, jobs, ready } = setup()
    uploads.add('c1', [file('a.png')])
    uploads.add('c2', [file('b.png')])
    jobs[1]!.answer.resolve(media({ name: 'b.png' }))
    await settled()
    expect(ready).toEqual([['c2', 'b.png']])
    expect(uploads.of('c1')).toHaveLength(1)
  })

  it('wait without an answer and go on when the server is back', async () => {
    const { uploads, jobs, ready, waits, states } = setup()
    uploads.add('c1', [file('a.png')])
    jobs[0]!.answer.reject(away)
    await settled()
    expect([states(), waits.pending.map((w) => w.ms)]).toEqual([['a.png waiting'], [1_000]])
    uploads.flush()
    expect(states()).toEqual(['a.png uploading'])
    waits.end()
    expect(jobs).toHaveLength(2)
    jobs[1]!.answer.resolve(media({ name: 'a.png' }))
    await settled()
    expect(ready).toEqual([['c1', 'a.png']])
  })

  it('that are refused stay with their reason until they are put away', async () => {
    const { uploads, jobs, states } = setup()
    uploads.add('c1', [file('clip.mov')])
    jobs[0]!.answer.reject(new Problem({ title: 'This kind of file cannot be sent.', status: 422, code: 'media.type' }))
    await settled()
    expect(uploads.of('c1')[0]).toMatchObject({ state: 'refused', problem: { code: 'media.type' } })
    uploads.remove(uploads.of('c1')[0]!.key)
    expect(states()).toEqual([])
  })

  it('can be ended; what comes of it afterwards counts no more', async () => {
    const { uploads, jobs, ready } = setup()
    uploads.add('c1', [file('a.png')])
    uploads.remove(uploads.of('c1')[0]!.key)
    expect(jobs[0]!.signal.aborted).toBe(true)
    jobs[0]!.answer.resolve(media({ name: 'a.png' }))
    await settled()
    expect(ready).toEqual([])
  })
})
