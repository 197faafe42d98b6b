import type { Api } from '../api/client'
import type { User } from '../api/types'

/** The colleagues one can hand a conversation to. Read when first asked for, and again when somebody changed. */
export class Team {
  readonly #api: Api
  list = $state.raw<readonly User[] | null>(null)
  #reading: Promise<void> | null = null

  constructor(api: Api) {
    this.#api = api
  }

  readonly active = $derived.by(() => (this.list ?? []).filter((u) => u.active).sort((a, b) => a.name.localeCompare(b.name)))

  /** Makes sure that the list is there. Throws a Problem when it cannot be read. */
  async ensure(): Promise<void> {
    if (this.list) return
    this.#reading ??= this.#read().finally(() => (this.#reading = null))
    await this.#reading
  }

  /** Somebody came, left or was renamed. What cannot be read now is read when it is next needed. */
  changed(): void {
    if (this.list) void this.#read().catch(() => (this.list = null))
  }

  async #read(): Promise<void> {
    this.list = (await this.#api.users()).items
  }
}
