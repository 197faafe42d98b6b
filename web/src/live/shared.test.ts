import { describe, expect, it } from 'vitest'
import { settled, Waits } from '../testing/support'
import { answerWithin, SharedFeed, type Neighbours } from './shared'

// One browser with several pages: one lock, one channel, one server that counts its streams.

class Browser {
  readonly streams: { url: string; controller: ReadableStreamDefaultController<Uint8Array> }[] = []
  readonly asked: string[] = []
  readonly #channels = new Set<{ onmessage: ((event: MessageEvent) => void) | null }>()
  readonly #queue: (() => void)[] = []
  #held = false
  /** A leading page that is frozen hears and says nothing. */
  deaf = false
  at = 10

  page() {
    const heard: string[] = []
    const waits = new Waits()
    const feed = new SharedFeed(
      {
        url: '/stream',
        later: waits.later,
        random: () => 1,
        fetch: this.#fetch,
        handlers: {
          opened: (fresh) => heard.push(fresh ? 'opened fresh' : 'opened'),
          change: (c) => heard.push(`change ${c.n}`),
          presence: (p) => heard.push(`presence ${p.state}`),
          lost: () => heard.push('lost'),
          signedOut: () => heard.push('signed out'),
        },
      },
      this.#neighbours(),
    )
    return { feed, heard, waits }
  }

  change(): void {
    const n = ++this.at
    const data = JSON.stringify({ n, at: '2026-11-22T09:00:00Z', kind: 'message.created', id: `m${n}`, conversation_id: 'c1' })
    this.#write(`event: change\nid: ${n}\ndata: ${data}\n\n`)
  }

  presence(): void {
    this.#write('event: presence\ndata: {"conversation_id":"c1","user":{"id":"u2","name":"Caio"},"state":"typing"}\n\n')
  }

  drop(): void {
    for (const s of this.streams.splice(0)) s.controller.close()
  }

  #write(text: string): void {
    for (const s of this.streams) s.controller.enqueue(new TextEncoder().encode(text))
  }

  readonly #fetch = ((url: string, init: RequestInit) => {
    this.asked.push(url)
    const since = /since=(\d+)/.exec(url)?.[1]
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        const stream = { url, controller }
        this.streams.push(stream)
        init.signal?.addEventListener('abort', () => {
          const at = this.streams.indexOf(stream)
          if (at < 0) return
          this.streams.splice(at, 1)
          controller.error(new DOMException('aborted', 'AbortError'))
        })
        const send = (text: string) => controller.enqueue(new TextEncoder().encode(text))
        send(`id: ${since ?? this.at}\nevent: hello\ndata: {}\n\n`)
        for (let n = Number(since ?? this.at) + 1; n <= this.at; n++) {
          send(`event: change\nid: ${n}\ndata: {"n":${n},"at":"","kind":"message.created","id":"m${n}","conversation_id":"c1"}\n\n`)
        }
      },
    })
    return Promise.resolve(new Response(body))
  }) as unknown as typeof fetch

  #neighbours(): Neighbours {
    const channel = {
      onmessage: null as ((event: MessageEvent) => void) | null,
      postMessage: (data: unknown) => {
        for (const other of this.#channels) {
          if (other !== channel && !this.deaf) queueMicrotask(() => other.onmessage?.({ data: structuredClone(data) } as MessageEvent))
        }
      },
      close: () => this.#channels.delete(channel),
    }
    this.#channels.add(channel)
    return { channel, lead: (signal, held) => this.#lock(signal, held) }
  }

  async #lock(signal: AbortSignal, held: () => Promise<void>): Promise<void> {
    if (this.#held) await new Promise<void>((go) => this.#queue.push(go))
    if (signal.aborted) {
      this.#queue.shift()?.()
      throw new DOMException('aborted', 'AbortError')
    }
    this.#held = true
    await held()
    this.#held = false
    this.#queue.shift()?.()
  }
}

describe('SharedFeed', () => {
  it('reads one stream for all pages, and each hears everything once', async () => {
    const browser = new Browser()
    const pages = [browser.page(), browser.page(), browser.page()]
    for (const p of pages) {
      p.feed.start()
      await settled()
    }
    browser.change()
    await settled()
    expect(browser.asked).toEqual(['/stream'])
    for (const p of pages) expect(p.heard).toEqual(['opened fresh', 'change 11'])
    expect(pages[1]!.waits.pending).toEqual([])
  })

  it('tells every page who is where', async () => {
    const browser = new Browser()
    const [a, b] = [browser.page(), browser.page()]
    a.feed.start()
    b.feed.start()
    await settled()
    browser.presence()
    await settled()
    expect([a.heard.at(-1), b.heard.at(-1)]).toEqual(['presence typing', 'presence typing'])
    a.feed.stop()
    b.feed.stop()
  })

  it('goes on without a gap when the leading page is closed', async () => {
    const browser = new Browser()
    const [first, second] = [browser.page(), browser.page()]
    first.feed.start()
    await settled()
    second.feed.start()
    await settled()
    browser.change()
    await settled()
    first.feed.stop()
    browser.at++
    await settled()
    browser.change()
    await settled()
    expect(browser.asked).toEqual(['/stream', '/stream?since=11'])
    expect(second.heard).toEqual(['opened fresh', 'change 11', 'opened', 'change 12', 'change 13'])
  })

  it('tells every page that the stream is lost, and that it is back', async () => {
    const browser = new Browser()
    const [first, second] = [browser.page(), browser.page()]
    first.feed.start()
    await settled()
    second.feed.start()
    await settled()
    browser.drop()
    await settled()
    browser.at++
    first.waits.end((ms) => ms === 1000)
    await settled()
    expect(second.heard).toEqual(['opened fresh', 'lost', 'opened', 'change 11'])
    expect(first.heard).toEqual(second.heard)
  })

  it('reads a stream of its own when the leading page does not answer', async () => {
    const browser = new Browser()
    const [first, second] = [browser.page(), browser.page()]
    first.feed.start()
    await settled()
    browser.deaf = true
    second.feed.start()
    await settled()
    expect(second.heard).toEqual([])
    second.waits.end((ms) => ms === answerWithin)
    await settled()
    browser.change()
    await settled()
    expect(second.heard).toEqual(['opened fresh', 'change 11'])
    expect(browser.asked).toHaveLength(2)
  })

  it('goes on from what it had heard when the leading page falls silent later', async () => {
    const browser = new Browser()
    const [first, second] = [browser.page(), browser.page()]
    first.feed.start()
    await settled()
    second.feed.start()
    await settled()
    browser.deaf = true
    browser.change()
    await settled()
    second.feed.nudge()
    second.waits.end((ms) => ms === answerWithin)
    await settled()
    expect(second.heard).toEqual(['opened fresh', 'opened', 'change 11'])
  })

  it('loads again when a nudge finds that words were missed', async () => {
    const browser = new Browser()
    const [first, second] = [browser.page(), browser.page()]
    first.feed.start()
    await settled()
    second.feed.start()
    await settled()
    browser.deaf = true
    browser.change()
    await settled()
    browser.deaf = false
    second.feed.nudge()
    await settled()
    expect(second.heard).toEqual(['opened fresh', 'opened fresh'])
  })

  it('is quiet once stopped', async () => {
    const browser = new Browser()
    const [first, second] = [browser.page(), browser.page()]
    first.feed.start()
    await settled()
    second.feed.start()
    await settled()
    second.feed.stop()
    browser.change()
    first.feed.stop()
    await settled()
    expect(second.heard).toEqual(['opened fresh'])
    expect(browser.streams).toEqual([])
  })
})
