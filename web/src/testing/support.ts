import { Api } from '../api/client'

/** stream: what is said as server-sent events, as it comes. */
export type Reply = { status?: number; body?: unknown; headers?: Record<string, string>; stream?: ReadableStream<Uint8Array> } | Error

export interface Call {
  method: string
  path: string
  body: unknown
  headers: Headers
}

/**
 * An Api that talks to a function instead of a server. The function gets each call and answers it, at once or
 * later; the calls are kept in order.
 */
export function apiWith(answer: (call: Call) => Reply | Promise<Reply>): { api: Api; calls: Call[] } {
  const calls: Call[] = []
  const api = new Api({
    baseUrl: 'http://server.test',
    fetch: async (input) => {
      const request = input as Request
      const url = new URL(request.url)
      const text = await request.text()
      const call = { method: request.method, path: url.pathname + url.search, body: text ? JSON.parse(text) : null, headers: request.headers }
      calls.push(call)
      const reply = await answer(call)
      if (reply instanceof Error) throw reply
      const { status = 200, body, headers = {}, stream } = reply
      if (stream) return new Response(stream, { status, headers: { 'Content-Type': 'text/event-stream' } })
      return new Response(body === undefined ? null : JSON.stringify(body), {
        status,
        headers: { 'Content-Type': status < 400 ? 'application/json' : 'application/problem+json', ...headers },
      })
    },
  })
  return { api, calls }
}

/** A stream of server-sent events that a test speaks. */
export function speaker(): { stream: ReadableStream<Uint8Array>; say: (event: string, data: unknown) => void; end: () => void } {
  let to!: ReadableStreamDefaultController<Uint8Array>
  const stream = new ReadableStream<Uint8Array>({ start: (controller) => void (to = controller) })
  return { stream, say: (event, data) => to.enqueue(new TextEncoder().encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)), end: () => to.close() }
}

/** Lets everything that is ready to run, run; waits for no clock. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 30; i++) await Promise.resolve()
  await new Promise<void>((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })
}

/** A promise with its handle outside. */
export function later<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (error: unknown) => void } {
  let resolve!: (value: T) => void
  let reject!: (error: unknown) => void
  const promise = new Promise<T>((a, b) => {
    resolve = a
    reject = b
  })
  return { promise, resolve, reject }
}

/** A clock whose waits end when the test says so. */
export class Waits {
  readonly pending: { ms: number; fn: () => void }[] = []

  readonly later = (ms: number, fn: () => void): (() => void) => {
    const wait = { ms, fn }
    this.pending.push(wait)
    return () => {
      const at = this.pending.indexOf(wait)
      if (at >= 0) this.pending.splice(at, 1)
    }
  }

  /** Ends the wait of this length that was asked for first. */
  end(matches: (ms: number) => boolean = () => true): void {
    const at = this.pending.findIndex((w) => matches(w.ms))
    if (at < 0) throw new Error(`no such wait; there are: ${this.pending.map((w) => w.ms).join(', ')}`)
    this.pending.splice(at, 1)[0]!.fn()
  }
}

export class MemoryStorage implements Storage {
  readonly #map = new Map<string, string>()
  full = false
  get length(): number {
    return this.#map.size
  }
  clear(): void {
    this.#map.clear()
  }
  getItem(key: string): string | null {
    return this.#map.get(key) ?? null
  }
  key(index: number): string | null {
    return [...this.#map.keys()][index] ?? null
  }
  removeItem(key: string): void {
    this.#map.delete(key)
  }
  setItem(key: string, value: string): void {
    if (this.full) throw new DOMException('full', 'QuotaExceededError')
    this.#map.set(key, value)
  }
}
