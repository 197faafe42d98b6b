/**
 * The browser's own memory for what a person typed, under a prefix that names company and person, so that
 * two people on one computer never see each other's drafts. A browser that refuses (full, or storage
 * switched off) still has it in memory until the page closes.
 */
export class Keep {
  readonly #prefix: string
  readonly #storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'> | null
  readonly #memory = new Map<string, string>()

  constructor(scope: string, storage: Storage | null) {
    this.#prefix = `clearline.${scope}.`
    this.#storage = storage
  }

  get<T>(name: string): T | null {
    const key = this.#prefix + name
    let stored = this.#memory.get(key) ?? null
    try {
      stored ??= this.#storage?.getItem(key) ?? null
      return stored === null ? null : (JSON.parse(stored) as T)
    } catch {
      return null
    }
  }

  set(name: string, value: unknown): void {
    const key = this.#prefix + name
    const json = JSON.stringify(value)
    try {
      if (this.#storage) {
        this.#storage.setItem(key, json)
        this.#memory.delete(key)
        return
      }
    } catch {
      // Falls through to memory.
    }
    this.#memory.set(key, json)
  }

  remove(name: string): void {
    const key = this.#prefix + name
    this.#memory.delete(key)
    try {
      this.#storage?.removeItem(key)
    } catch {
      // Nothing was stored then.
    }
  }

  /** The names that begin with start. */
  names(start: string): string[] {
    const wanted = this.#prefix + start
    const found = new Set([...this.#memory.keys()].filter((k) => k.startsWith(wanted)))
    try {
      for (let i = 0; i < (this.#storage?.length ?? 0); i++) {
        const key = this.#storage?.key(i)
        if (key?.startsWith(wanted)) found.add(key)
      }
    } catch {
      // Memory alone, then.
    }
    return [...found].map((k) => k.slice(this.#prefix.length))
  }
}

/** localStorage, or null where the browser refuses it. */
export function browserStorage(): Storage | null {
  try {
    return window.localStorage
  } catch {
    return null
  }
}
