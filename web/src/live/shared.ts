import type { Present } from '../api/types'
import type { AnyChange } from './changes'
import { Feed, type FeedOptions } from './feed'

// Browsers open at most six connections to a server over HTTP/1.1, and a stream takes one for good. So the
// pages of one browser share one: whoever holds the lock reads the stream and tells the others.

type Said =
  | { type: 'hello' }
  | { type: 'opened'; fresh: boolean; n: number | null }
  | { type: 'change'; change: AnyChange }
  | { type: 'presence'; present: Present }
  | { type: 'lost' }
  | { type: 'signed_out' }

/** What is needed of the browser, so that tests can stand in for it. */
export interface Neighbours {
  channel: Pick<BroadcastChannel, 'postMessage' | 'close'> & { onmessage: ((event: MessageEvent<Said>) => void) | null }
  /** Runs held() once this page is the one that reads the stream, until the promise it gives ends or signal aborts. */
  lead: (signal: AbortSignal, held: () => Promise<void>) => Promise<void>
}

/** How long a page waits for the leading page's answer before it reads a stream of its own. */
export const answerWithin = 3_000

/** The pages' common channel and lock in this browser, or null where it has none (plain HTTP beyond this machine). */
export function neighbours(scope: string): Neighbours | null {
  if (!('locks' in navigator) || typeof BroadcastChannel === 'undefined') return null
  const name = `clearline.live.${scope}`
  return {
    channel: new BroadcastChannel(name),
    lead: async (signal, held) => {
      await navigator.locks.request(name, { signal }, held)
    },
  }
}

/**
 * A Feed that is shared by the pages of one browser and looks like one of its own to each of them. A page that
 * takes over from one that was closed goes on from the last number it heard, so nothing is missed. Where the
 * leading page does not answer, a page helps itself with a stream of its own. Once stopped it stays stopped.
 */
export class SharedFeed {
  readonly #options: FeedOptions
  readonly #neighbours: Neighbours
  readonly #later: NonNullable<FeedOptions['later']>
  #feed: Feed | null = null
  #leading = false
  #abort: AbortController | null = null
  #n: number | null = null
  /** Whether this page has been told to load, after which changes mean something to it. */
  #open = false
  #standing = false
  /** The leading page said that its stream is gone. */
  #lost = false
  #callOff: () => void = () => {}

  constructor(options: FeedOptions, neighbours: Neighbours) {
    this.#options = options
    this.#neighbours = neighbours
    this.#later =
      options.later ??
      ((ms, fn) => {
        const t = setTimeout(fn, ms)
        return () => clearTimeout(t)
      })
  }

  start(): void {
    if (this.#abort) return
    const abort = new AbortController()
    this.#abort = abort
    this.#neighbours.channel.onmessage = (event) => this.#heard(event.data)
    this.#neighbours
      .lead(abort.signal, () => {
        this.#leading = true
        this.#read()
        return new Promise((ended) => abort.signal.addEventListener('abort', () => ended()))
      })
      .catch(() => {
        // Called off while waiting for the lock.
      })
    this.#ask()
  }

  stop(): void {
    this.#callOff()
    this.#abort?.abort()
    this.#abort = null
    this.#leading = false
    this.#open = false
    this.#feed?.stop()
    this.#feed = null
    this.#neighbours.channel.onmessage = null
    this.#neighbours.channel.close()
  }

  /** Tries at once where this page reads the stream; elsewhere makes sure that the leading page is still there. */
  nudge(): void {
    if (this.#feed) this.#feed.nudge()
    else if (this.#abort) this.#ask()
  }

  #ask(): void {
    this.#callOff()
    if (this.#feed) return
    this.#say({ type: 'hello' })
    this.#callOff = this.#later(answerWithin, () => this.#read())
  }

  /** Reads a stream in this page, from the last number heard. */
  #read(): void {
    this.#callOff()
    if (this.#feed) return
    const { handlers } = this.#options
    this.#feed = new Feed({
      ...this.#options,
      since: this.#n,
      handlers: {
        opened: (fresh) => {
          this.#standing = true
          this.#open = true
          this.#n = this.#feed?.position ?? this.#n
          this.#tell({ type: 'opened', fresh, n: this.#n })
          handlers.opened(fresh)
        },
        change: (change) => {
          this.#n = change.n
          this.#tell({ type: 'change', change })
          handlers.change(change)
        },
        presence: (present) => {
          this.#tell({ type: 'presence', present })
          handlers.presence?.(present)
        },
        lost: () => {
          this.#standing = false
          this.#tell({ type: 'lost' })
          handlers.lost()
        },
        signedOut: () => {
          this.#tell({ type: 'signed_out' })
          this.stop()
          handlers.signedOut()
        },
      },
    })
    this.#feed.start()
  }

  #heard(said: Said): void {
    const { handlers } = this.#options
    if (said.type === 'hello') {
      if (this.#leading && this.#standing) this.#say({ type: 'opened', fresh: false, n: this.#n })
      else if (this.#leading && this.#feed) this.#say({ type: 'lost' })
      return
    }
    // A page with a stream of its own needs no telling.
    if (this.#feed) return
    this.#callOff()
    switch (said.type) {
      case 'opened': {
        // The first word, or a number that jumps ahead of what was heard, means: load.
        const missed = said.fresh || !this.#open || said.n === null || this.#n === null || said.n > this.#n
        // An answer meant for another page tells this one nothing new.
        const news = missed || this.#lost
        this.#n = said.n
        this.#open = true
        this.#lost = false
        if (news) handlers.opened(missed)
        return
      }
      case 'change':
        if (!this.#open || (this.#n !== null && said.change.n <= this.#n)) return
        this.#n = said.change.n
        handlers.change(said.change)
        return
      case 'presence':
        handlers.presence?.(said.present)
        return
      case 'lost':
        this.#lost = true
        handlers.lost()
        return
      case 'signed_out':
        this.stop()
        handlers.signedOut()
    }
  }

  #tell(said: Said): void {
    if (this.#leading) this.#say(said)
  }

  #say(said: Said): void {
    this.#neighbours.channel.postMessage(said)
  }
}

