/** Runs at most this many reads at a time for one kind of thing. */
const parallel = 4

/**
 * Turns a rain of "this changed" into few reads: ids are gathered for a moment, each is read once, and one
 * that changes again while its read is on the way is read once more. So what was read last is never older
 * than the last change. A read that fails is remembered: again() asks for all of those once more.
 */
export class Refresher {
  readonly #read: (id: string) => Promise<void>
  readonly #gather: (run: () => void) => void
  readonly #waiting = new Set<string>()
  readonly #reading = new Set<string>()
  readonly #failed = new Set<string>()
  #scheduled = false

  constructor(read: (id: string) => Promise<void>, gather: (run: () => void) => void = (run) => setTimeout(run, 30)) {
    this.#read = read
    this.#gather = gather
  }

  ask(id: string): void {
    this.#waiting.add(id)
    if (this.#scheduled) return
    this.#scheduled = true
    this.#gather(() => {
      this.#scheduled = false
      this.#pump()
    })
  }

  /** Asks again for everything whose last read failed; for the moment when the server is back. */
  again(): void {
    for (const id of [...this.#failed]) this.ask(id)
  }

  #pump(): void {
    for (const id of this.#waiting) {
      if (this.#reading.size >= parallel) return
      if (this.#reading.has(id)) continue
      this.#waiting.delete(id)
      this.#reading.add(id)
      void this.#read(id)
        .then(
          () => this.#failed.delete(id),
          () => this.#failed.add(id),
        )
        .finally(() => {
          this.#reading.delete(id)
          this.#pump()
        })
    }
  }
}
