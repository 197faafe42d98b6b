import type { CommandId } from './map'

/** Commands that end in a field to type into, which may have to be fetched first. */
const leadToField = new Set<CommandId>(['palette', 'assign', 'search'])
/** A field that has not come by then will not. */
const waitsFor = 5_000

/**
 * What is typed between a command and the field that it opens. Without it the letters of a name typed right after
 * Ctrl K would be commands themselves. The field takes them over when it gets the focus.
 */
export class Early {
  #typed: string | null = null
  #until = 0
  #entered = false

  /** A command is about to run. */
  before(command: CommandId, now: number): void {
    if (!leadToField.has(command)) return
    this.#typed = ''
    this.#entered = false
    this.#until = now + waitsFor
  }

  /** True when the key was for the field that is still to come. Escape calls the waiting off. */
  take(event: KeyboardEvent, now: number): boolean {
    if (this.#typed === null) return false
    if (now > this.#until || event.key === 'Escape') {
      this.#typed = null
      return false
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return false
    if (event.key === 'Enter') this.#entered = true
    else if (event.key === 'Backspace') this.#typed = this.#typed.slice(0, -1)
    else if (event.key.length === 1) this.#typed += event.key
    return true
  }

  /** The focus has come somewhere: if it is a field, it gets what was typed for it. */
  give(target: EventTarget | null): void {
    if (this.#typed === null || !(target instanceof HTMLInputElement)) return
    const typed = this.#typed
    this.#typed = null
    if (typed !== '') {
      target.value = typed
      target.dispatchEvent(new Event('input', { bubbles: true }))
    }
    // After what was typed has taken effect.
    if (this.#entered) queueMicrotask(() => target.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true })))
  }
}
