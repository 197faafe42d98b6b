/** Runs at most this many reads at a time for one kind of thing. */
const parallel = 4

export interface RefresherOptions {
  /** Calls run after a moment in which further changes gather. */
  gather?: (run: () => void) => void
  /** Reads many at once, for a rain that single reads could not follow; gives back those that it did not cover. */
  readMany?: (ids: ReadonlySet<string>) => Promise<Iterable<string>>
  /** From how many waiting ids readMany is used. */
  many?: number
}

/**
 * Turns a rain of "this changed" into few reads: ids are gathered for a moment, each is read once, and one
 * that changes again while its read is on the way is read once more. So what was read last is never older
 * than the last change. A read that fails is remembered: again() asks for all of those once more.
 */
export class Refresher {
  readonly #read: (id: string) => Promise<void>
  readonly #options: RefresherOptions
  readonly #waiting = new Set<string>()
  readonly #reading = new Set<string>()
  readonly #failed = new Set<string>()
  #scheduled = false
  #loads = 0

  constructor(read: (id: string) => Promise<void>, options: RefresherOptions = {}) {
    this.#read = read
    this.#options = options
  }

  ask(id: string): void {
    this.#waiting.add(id)
    if (this.#scheduled) return
    this.#scheduled = true
    const gather = this.#options.gather ?? ((run: () => void) => setTimeout(run, 30))
    gather(() => {
      this.#scheduled = false
      this.#pump()
    })
  }

  /** Asks again for everything whose last read failed; for the moment when the server is back. */
  again(): void {
    for (const id of [...this.#failed]) this.ask(id)
  }

  /**
   * Runs a load of many things at once. What changes meanwhile, or is being read when it begins, is read after
   * it: whichever of two answers comes last, what stays is never the older one.
   */
  async during<T>(load: () => Promise<T>): Promise<T> {
    this.#loads++
    for (const id of this.#reading) this.#waiting.add(id)
    try {
      return await load()
    } finally {
      this.#loads--
      this.#pump()
    }
  }

  #pump(): void {
    const { readMany, many = 30 } = this.#options
    if (this.#loads > 0) return
    if (readMany && this.#waiting.size >= many) {
      void this.#runMany(readMany)
      return
    }
    for (const id of this.#waiting) {
      if (this.#reading.size >= parallel) return
      if (this.#reading.has(id)) continue
      this.#waiting.delete(id)
      this.#reading.add(id)
      void this.#single(id).finally(() => {
        this.#reading.delete(id)
        this.#pump()
      })
    }
  }

  #single(id: string): Promise<unknown> {
    return this.#read(id).then(
      () => this.#failed.delete(id),
      () => this.#failed.add(id),
    )
  }

  async #runMany(readMany: NonNullable<RefresherOptions['readMany']>): Promise<void> {
    const ids = new Set(this.#waiting)
    this.#waiting.clear()
    await this.during(async () => {
      const left = new Set(await readMany(ids))
      for (const id of ids) if (!left.has(id)) this.#failed.delete(id)
      // What is left goes one by one, however many it is, so that this comes to an end.
      for (const id of left) await this.#single(id)
    }).catch(() => {
      for (const id of ids) this.#failed.add(id)
    })
  }
}
