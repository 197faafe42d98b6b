import { untrack } from 'svelte'
import { SvelteMap } from 'svelte/reactivity'
import type { CommandId } from './map'

/** What a command does; null where the component that has the focus takes the key itself. */
export type Run = (() => void) | null

export interface Offer {
  run: Run
  /** Whether it can be done just now; without it, always. */
  when?: () => boolean
}

/**
 * Which commands work where the person is. Components offer what they can do while they are shown, and the
 * keys, the palette and the help know of nothing else. Of two offers the later one counts.
 */
export class Commands {
  readonly #offers = new SvelteMap<CommandId, Offer[]>()

  /** Offers commands; the result takes them back. For use in $effect: `$effect(() => commands.offer({ … }))`. */
  offer(offers: Partial<Record<CommandId, Run | Offer>>): () => void {
    const mine = Object.entries(offers).map(([id, o]) => [id as CommandId, typeof o === 'function' || o === null ? { run: o } : o!] as const)
    const change = (id: CommandId, by: (before: Offer[]) => Offer[]) => this.#offers.set(id, by(this.#offers.get(id) ?? []))
    // An effect that offers must not wait for what others offer.
    untrack(() => {
      for (const [id, offer] of mine) change(id, (before) => [...before, offer])
    })
    return () => {
      untrack(() => {
        for (const [id, offer] of mine) change(id, (before) => before.filter((o) => o !== offer))
      })
    }
  }

  available(id: CommandId): boolean {
    return this.#find(id) !== null
  }

  /** Does it, if it works here and is not the business of the component that has the focus. */
  run(id: CommandId): boolean {
    const run = this.#find(id)?.run
    if (!run) return false
    run()
    return true
  }

  #find(id: CommandId): Offer | null {
    return this.#offers.get(id)?.findLast((o) => o.when?.() ?? true) ?? null
  }
}
