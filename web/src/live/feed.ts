import type { Present } from '../api/types'
import { parseChange, parsePresence, type AnyChange } from './changes'
import { readEvents } from './sse'

/** What the feed tells its owner. */
export interface FeedHandlers {
  /**
   * The stream stands. `fresh` is true when it starts at "now" without a past: everything on screen must be
   * read again after this moment, and then nothing is missed, because a change may come twice but never not
   * at all.
   */
  opened(fresh: boolean): void
  change(change: AnyChange): void
  /** Who looks at a conversation or types in it; a courtesy without a number, lost with the stream. */
  presence?(present: Present): void
  /** The stream is gone and will be tried again. */
  lost(): void
  /** The session is over; the feed has stopped. */
  signedOut(): void
}

export interface FeedOptions {
  url: string
  handlers: FeedHandlers
  /** The number of the last change known, where something is known already. */
  since?: number | null
  fetch?: typeof fetch
  random?: () => number
  /** Calls fn after ms; the returned function calls it off. */
  later?: (ms: number, fn: () => void) => () => void
}

/** A stream without a sign of life for this long counts as dead. Servers send a comment every 15–20 s. */
export const deadAfter = 45_000
const firstWait = 1_000
const longestWait = 30_000

/**
 * The one SSE stream of this page. It runs until stop(): after every break it comes back with `since` the
 * last number seen, waiting 1 s, 2 s, 4 s … up to 30 s with jitter; nudge() tries at once (network back,
 * page in front again). When that number is too old for the log (410, or event too_old) it starts afresh.
 */
export class Feed {
  readonly #options: FeedOptions
  readonly #fetch: typeof fetch
  readonly #later: (ms: number, fn: () => void) => () => void
  #since: number | null = null
  #failures = 0
  #stopped = true
  #abort: AbortController | null = null
  #cancelWait: (() => void) | null = null

  constructor(options: FeedOptions) {
    this.#options = options
    this.#since = options.since ?? null
    this.#fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init))
    this.#later =
      options.later ??
      ((ms, fn) => {
        const t = setTimeout(fn, ms)
        return () => clearTimeout(t)
      })
  }

  /** The number of the last change that came, or where the stream began; null before that. */
  get position(): number | null {
    return this.#since
  }

  start(): void {
    if (!this.#stopped) return
    this.#stopped = false
    void this.#connect()
  }

  stop(): void {
    this.#stopped = true
    this.#cancelWait?.()
    this.#cancelWait = null
    this.#abort?.abort()
    this.#abort = null
  }

  /** Ends a wait between two tries. Without a wait it does nothing: a standing stream is left alone. */
  nudge(): void {
    if (!this.#cancelWait) return
    this.#cancelWait()
    this.#cancelWait = null
    void this.#connect()
  }

  async #connect(): Promise<void> {
    const abort = new AbortController()
    this.#abort = abort
    let callOff = () => {}
    const alive = () => {
      callOff()
      callOff = this.#later(deadAfter, () => abort.abort())
    }
    try {
      alive()
      const since = this.#since === null ? '' : `?since=${this.#since}`
      const response = await this.#fetch(this.#options.url + since, {
        headers: { Accept: 'text/event-stream', 'X-Clearline': '1' },
        cache: 'no-store',
        signal: abort.signal,
      })
      if (response.status === 401) {
        this.stop()
        this.#options.handlers.signedOut()
        return
      }
      if (response.status === 410) this.#since = null
      if (!response.ok || !response.body) {
        await response.body?.cancel()
        throw new Error(`stream answered ${response.status}`)
      }
      this.#failures = 0
      for await (const event of readEvents(response.body, alive)) {
        if (this.#stopped) return
        if (event.event === 'hello') this.#begin(event.id)
        else if (event.event === 'change') this.#take(event.data)
        else if (event.event === 'presence') this.#present(event.data)
        else if (event.event === 'too_old') this.#since = null
      }
    } catch {
      // Whatever ended the stream, the answer is the same: try again. The reason shows on the server.
    } finally {
      callOff()
    }
    this.#retry()
  }

  // The server's first word is where the stream starts; from then on nothing is missed.
  #begin(id: string | null): void {
    const fresh = this.#since === null
    const n = Number(id)
    if (id !== null && Number.isSafeInteger(n)) this.#since ??= n
    this.#options.handlers.opened(fresh)
  }

  #take(data: string): void {
    const change = parseChange(data)
    if (!change || (this.#since !== null && change.n <= this.#since)) return
    this.#since = change.n
    this.#options.handlers.change(change)
  }

  #present(data: string): void {
    const present = parsePresence(data)
    if (present) this.#options.handlers.presence?.(present)
  }

  #retry(): void {
    if (this.#stopped) return
    this.#options.handlers.lost()
    const longest = Math.min(longestWait, firstWait * 2 ** this.#failures)
    this.#failures++
    const wait = longest / 2 + (longest / 2) * (this.#options.random ?? Math.random)()
    this.#cancelWait = this.#later(wait, () => {
      this.#cancelWait = null
      void this.#connect()
    })
  }
}
