/**
 * The server's time, as well as it can be known here: the time of a change that has just happened is the
 * server's "now". Countdowns and "how long ago" use it, so that a wrong clock on this computer misleads
 * nobody. Components that read `now` are drawn again every ten seconds.
 */
export class ServerClock {
  now = $state(0)
  readonly #local: () => number
  #offset = 0

  constructor(local: () => number = Date.now) {
    this.#local = local
    this.now = local()
  }

  /** Learns from the time of something that the server did this moment. Nonsense is left aside. */
  learn(at: string): void {
    const server = Date.parse(at)
    if (Number.isNaN(server)) return
    this.#offset = server - this.#local()
    this.tick()
  }

  tick(): void {
    this.now = this.exact()
  }

  /** The time of this very moment; nothing is drawn again because of it. */
  exact(): number {
    return this.#local() + this.#offset
  }

  /** Starts ticking; the returned function stops it. */
  run(): () => void {
    const timer = setInterval(() => this.tick(), 10_000)
    return () => clearInterval(timer)
  }
}
