import { describe, expect, it } from 'vitest'
import { report } from '../../fixture/doctor'
import { connections } from '../../fixture/world'
import { Connections } from '../state/connections.svelte'
import { apiWith, later, settled, speaker, type Reply } from '../testing/support'
import { Examination } from './examination.svelte'

const now = Date.parse('2026-11-22T12:00:00Z')
const all = connections(now)
const [healthy, broken] = [report(all[0]!, now), report(all[4]!, now)]

// C2: what stands on the page is what was seen last.
describe('C2 answers that come out of order', () => {
  it('a report read before a run ended does not take the place of what the run said', async () => {
    const old = later<Reply>()
    const talk = speaker()
    const { api } = apiWith((call) => (call.method === 'POST' ? { stream: talk.stream } : call.path.endsWith('/doctor') ? old.promise : { body: { items: [], next: null } }))
    const exam = new Examination(api, 'k5', () => {})
    const reading = exam.load('2026-11-22T11:50:00Z')
    const running = exam.run()
    talk.say('report', broken)
    talk.end()
    await running
    old.resolve({ body: healthy })
    await reading
    expect(exam.report).toEqual(broken)
    expect(exam.checks.some((c) => c.result === 'fail')).toBe(true)
  })

  it('what a stream does behind its report takes nothing back', async () => {
    let cut!: (reason: Error) => void
    const stream = new ReadableStream<Uint8Array>({
      start: (to) => {
        to.enqueue(new TextEncoder().encode(`event: report\ndata: ${JSON.stringify(broken)}\n\n`))
        cut = (reason) => to.error(reason)
      },
    })
    const { api, calls } = apiWith((call) => (call.method === 'POST' ? { stream } : { body: { items: [], next: null } }))
    const exam = new Examination(api, 'k5', () => {})
    const running = exam.run()
    await settled()
    await settled()
    expect(exam.running).toBe(false)
    void exam.run() // while the stream is still open: it starts nothing
    cut(new Error('the line broke'))
    await running
    expect(calls.filter((c) => c.method === 'POST')).toHaveLength(1)
    expect(exam.problem).toBeNull()
    expect(exam.checks).toEqual(broken.checks)
  })

  it('a report that could not be read is read again when the page next looks', async () => {
    let fails = true
    const { api } = apiWith(() => (fails ? { status: 500, body: { title: 'Broken.', status: 500 } } : { body: healthy }))
    const exam = new Examination(api, 'k1', () => {})
    await exam.load('t')
    expect(exam.problem?.title).toBe('Broken.')
    fails = false
    await exam.load('t')
    expect(exam.problem).toBeNull()
    expect(exam.report).toEqual(healthy)
  })
})

describe('the connections', () => {
  it('C2: one that ended elsewhere is not shown as connected any more, and a late answer does not bring it back', async () => {
    const answers = [later<Reply>(), later<Reply>()]
    let asked = 0
    const { api } = apiWith(() => answers[asked++]!.promise)
    const known = new Connections(api)
    known.put(all.slice(0, 2))
    const reads = [known.load(), known.load()]
    answers[1]!.resolve({ body: { items: [all[1]], next: null } })
    await settled()
    expect(known.list.map((c) => c.id)).toEqual([all[1]!.id])
    answers[0]!.resolve({ body: { items: all.slice(0, 2), next: null } })
    await Promise.all(reads)
    expect(known.list.map((c) => c.id)).toEqual([all[1]!.id])
  })
})
