import { describe, expect, it } from 'vitest'
import { settled, Waits } from '../testing/support'
import type { AnyChange } from './changes'
import { deadAfter, Feed } from './feed'

// X4: a reconnect must look like nothing happened. I35: what is missed is asked for by number.

class Server {
  readonly asked: string[] = []
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null
  status = 200
  /** The newest change when the stream opens. */
  at = 4
  down = false
  #signal: AbortSignal | null = null

  readonly fetch = ((input: string, init: RequestInit) => {
    this.asked.push(input)
    if (this.down) return Promise.reject(new TypeError('network'))
    if (this.status !== 200) return Promise.resolve(new Response('', { status: this.status }))
    this.#signal = init.signal ?? null
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller
        this.#signal?.addEventListener('abort', () => controller.error(new DOMException('aborted', 'AbortError')))
        const since = /since=(\d+)/.exec(input)?.[1] ?? String(this.at)
        this.#write(`retry: 1000\nid: ${since}\nevent: hello\ndata: {"n":${since}}\n\n`)
      },
    })
    return Promise.resolve(new Response(body, { status: 200 }))
  }) as unknown as typeof fetch

  change(n: number, kind = 'message.created'): void {
    const data = JSON.stringify({ n, at: '2026-11-22T09:00:00Z', kind, id: `m${n}`, conversation_id: 'c1' })
    this.#write(`event: change\nid: ${n}\ndata: ${data}\n\n`)
  }

  write(text: string): void {
    this.#write(text)
  }

  drop(): void {
    this.#controller?.close()
  }

  #write(text: string): void {
    this.#controller?.enqueue(new TextEncoder().encode(text))
  }
}

function setup() {
  const server = new Server()
  const waits = new Waits()
  const heard: string[] = []
  const feed = new Feed({
    url: '/stream',
    fetch: server.fetch,
    later: waits.later,
    random: () => 1,
    handlers: {
      opened: (fresh) => heard.push(fresh ? 'opened fresh' : 'opened'),
      change: (c: AnyChange) => heard.push(`change ${c.n}`),
      presence: (p) => heard.push(`presence ${p.state}`),
      lost: () => heard.push('lost'),
      signedOut: () => heard.push('signed out'),
    },
  })
  const backoff = () => waits.pending.filter((w) => w.ms !== deadAfter).map((w) => w.ms)
  return { server, waits, heard, feed, backoff }
}

describe('Feed', () => {
  it('passes on who is where, without a number; a line that is none stops nothing', async () => {
    const { server, heard, feed } = setup()
    feed.start()
    await settled()
    server.write('event: presence\ndata: {"conversation_id":"c1","user":{"id":"u2","name":"Caio"},"state":"typing"}\n\n')
    server.write('event: presence\ndata: {broken\n\n')
    server.change(5)
    await settled()
    expect([heard, feed.position]).toEqual([['opened fresh', 'presence typing', 'change 5'], 5])
    feed.stop()
  })

  it('comes back with the number last seen and reports nothing twice', async () => {
    const { server, waits, heard, feed } = setup()
    feed.start()
    await settled()
    server.change(5)
    server.change(6)
    await settled()
    server.drop()
    await settled()
    waits.end((ms) => ms !== deadAfter)
    await settled()
    server.change(6)
    server.change(7)
    await settled()
    expect(server.asked).toEqual(['/stream', '/stream?since=6'])
    expect(heard).toEqual(['opened fresh', 'change 5', 'change 6', 'lost', 'opened', 'change 7'])
    feed.stop()
  })

  it('starts afresh when its number is too old', async () => {
    const { server, waits, heard, feed } = setup()
    feed.start()
    await settled()
    server.change(5)
    await settled()
    server.status = 410
    server.drop()
    await settled()
    waits.end((ms) => ms !== deadAfter)
    await settled()
    server.status = 200
    waits.end((ms) => ms !== deadAfter)
    await settled()
    expect(server.asked).toEqual(['/stream', '/stream?since=5', '/stream'])
    expect(heard).toEqual(['opened fresh', 'change 5', 'lost', 'lost', 'opened fresh'])
    feed.stop()
  })

  it('starts afresh when the server says so in the middle of a stream', async () => {
    const { server, waits, heard, feed } = setup()
    feed.start()
    await settled()
    server.write('event: too_old\ndata: {}\n\n')
    server.drop()
    await settled()
    waits.end((ms) => ms !== deadAfter)
    await settled()
    expect(server.asked).toEqual(['/stream', '/stream'])
    expect(heard).toEqual(['opened fresh', 'lost', 'opened fresh'])
    feed.stop()
  })

  it('comes back to where a quiet stream began', async () => {
    const { server, waits, heard, feed } = setup()
    feed.start()
    await settled()
    server.drop()
    await settled()
    waits.end((ms) => ms !== deadAfter)
    await settled()
    expect(server.asked).toEqual(['/stream', '/stream?since=4'])
    expect(heard).toEqual(['opened fresh', 'lost', 'opened'])
    feed.stop()
  })

  it('waits longer and longer, up to 30 s, for ever', async () => {
    const { server, waits, feed, backoff } = setup()
    server.down = true
    feed.start()
    const seen: number[] = []
    for (let i = 0; i < 8; i++) {
      await settled()
      seen.push(...backoff())
      waits.end((ms) => ms !== deadAfter)
    }
    expect(seen).toEqual([1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000])
    feed.stop()
  })

  it('tries at once when nudged, and leaves a standing stream alone', async () => {
    const { server, feed } = setup()
    server.down = true
    feed.start()
    await settled()
    server.down = false
    feed.nudge()
    await settled()
    feed.nudge()
    await settled()
    expect(server.asked).toHaveLength(2)
    feed.stop()
  })

  it('replaces a stream that gives no sign of life', async () => {
    const { waits, heard, feed } = setup()
    feed.start()
    await settled()
    waits.end((ms) => ms === deadAfter)
    await settled()
    expect(heard).toEqual(['opened fresh', 'lost'])
    feed.stop()
  })

  it('takes a comment as a sign of life', async () => {
    const { server, waits, feed } = setup()
    feed.start()
    await settled()
    const before = waits.pending[0]
    server.write(': still here\n\n')
    await settled()
    expect(waits.pending).toHaveLength(1)
    expect(waits.pending[0]).not.toBe(before)
    feed.stop()
  })

  it('stops when the session is over', async () => {
    const { server, heard, feed, backoff } = setup()
    server.status = 401
    feed.start()
    await settled()
    expect(heard).toEqual(['signed out'])
    expect(backoff()).toEqual([])
  })

  it('passes over lines that are no change', async () => {
    const { server, heard, feed } = setup()
    feed.start()
    await settled()
    server.write('event: change\ndata: {"half\n\nevent: change\ndata: 5\n\nevent: presence\ndata: {"n":9}\n\n')
    server.change(5, 'something.new')
    await settled()
    expect(heard).toEqual(['opened fresh', 'change 5'])
    feed.stop()
  })
})
