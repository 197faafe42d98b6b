import { describe, expect, it } from 'vitest'
import { readEvents, type ServerEvent } from './sse'

function body(chunks: (string | Uint8Array)[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    start(controller) {
      for (const c of chunks) controller.enqueue(typeof c === 'string' ? encoder.encode(c) : c)
      controller.close()
    },
  })
}

async function read(chunks: (string | Uint8Array)[]): Promise<ServerEvent[]> {
  const out: ServerEvent[] = []
  for await (const e of readEvents(body(chunks))) out.push(e)
  return out
}

const stream = ': hello\n\nevent: change\nid: 7\ndata: {"a":"é"}\n\nevent: presence\ndata: x\ndata: y\n\n'
const events: ServerEvent[] = [
  { event: 'change', id: '7', data: '{"a":"é"}' },
  { event: 'presence', id: null, data: 'x\ny' },
]

describe('readEvents', () => {
  it('reads events and passes over comments', async () => {
    expect(await read([stream])).toEqual(events)
  })

  it('does not mind where the chunks are cut, even inside a character', async () => {
    const bytes = new TextEncoder().encode(stream)
    for (let cut = 1; cut < bytes.length; cut++) {
      expect(await read([bytes.slice(0, cut), bytes.slice(cut)])).toEqual(events)
    }
  })

  it('takes all three line ends', async () => {
    expect(await read([stream.replaceAll('\n', '\r\n')])).toEqual(events)
    expect(await read([...stream.replaceAll('\n', '\r\n')])).toEqual(events)
    expect(await read([stream.replaceAll('\n', '\r'), '\n'])).toEqual(events)
  })

  it('drops an event that was cut off by the end of the stream', async () => {
    expect(await read([stream, 'event: change\nid: 8\ndata: {"half'])).toEqual(events)
  })

  it('gives an event without a name the name message, and none to an event without data', async () => {
    expect(await read(['data: 1\n\nevent: change\nid: 9\n\n'])).toEqual([{ event: 'message', id: null, data: '1' }])
  })
})
