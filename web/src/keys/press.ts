import { rows, type CommandId, type KeyRow } from './map'

/** How long the second key of a pair may take. */
export const secondKeyWithin = 1_500

/** The printed letter, or on keyboards of other scripts the letter at that place. */
function letter(event: KeyboardEvent): string {
  if (/^[a-z]$/i.test(event.key)) return event.key.toUpperCase()
  const other = event.key.length === 1 && /\p{L}/u.test(event.key)
  return other && event.code.startsWith('Key') ? event.code.slice(3) : ''
}

/** One key press as the table writes it, or null for one that is never ours. */
export function strokeOf(event: KeyboardEvent): string | null {
  // Alt types characters, and so does AltGr, which some systems report as Ctrl with Alt.
  if (event.altKey || event.getModifierState?.('AltGraph')) return null
  const mod = event.ctrlKey || event.metaKey
  const named = letter(event)
  const key = named || event.key
  // A sign says by itself how it was typed: `?` is Shift on one keyboard and not on another.
  const shift = event.shiftKey && (named !== '' || event.key.length > 1)
  return `${mod ? 'Mod+' : ''}${shift ? 'Shift+' : ''}${key}`
}

/** Where a letter is text and no command. */
export function inTextField(target: EventTarget | null): boolean {
  const field = (target as Element | null)?.closest?.('input, textarea, select, [contenteditable]')
  return field !== null && field !== undefined && !(field instanceof HTMLInputElement && ['checkbox', 'radio', 'button', 'submit'].includes(field.type))
}

/** A key that types something when it is pressed alone; those can be switched off (WCAG 2.1.4). */
function single(stroke: string): boolean {
  return [...stroke.replace('Shift+', '')].length === 1
}

export type Pressed = { command: CommandId } | { waiting: string } | null

/**
 * Tells which command a key press means: single keys only outside text fields, never while an input method
 * composes, pairs within a moment. `available` says which commands work here and now.
 */
export class Presses {
  readonly #available: (id: CommandId) => boolean
  readonly #singleKeys: () => boolean
  readonly #rows: readonly KeyRow[]
  #first: { stroke: string; at: number } | null = null

  constructor(available: (id: CommandId) => boolean, singleKeys: () => boolean, table: readonly KeyRow[] = rows) {
    this.#available = available
    this.#singleKeys = singleKeys
    this.#rows = table.filter((row) => !row.local)
  }

  take(event: KeyboardEvent, now: number): Pressed {
    // 229 is what some browsers give for the first key of a composition.
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return null
    if (['Shift', 'Control', 'Meta', 'Alt', 'AltGraph'].includes(event.key)) return null
    const stroke = strokeOf(event)
    if (stroke === null) return null
    const typing = inTextField(event.target)
    const first = this.#first && now - this.#first.at <= secondKeyWithin ? this.#first.stroke : null
    this.#first = null
    if (single(stroke) && (typing || !this.#singleKeys())) return null
    if (stroke === 'Escape' && typing) return null
    const wanted = first ? `${first} ${stroke}` : stroke
    const row = this.#rows.find((r) => r.keys.includes(wanted) && this.#available(r.id as CommandId))
    if (row) return { command: row.id as CommandId }
    if (first) return null
    if (!this.#rows.some((r) => r.keys.some((key) => key.startsWith(`${stroke} `)) && this.#available(r.id as CommandId))) return null
    this.#first = { stroke, at: now }
    return { waiting: stroke }
  }
}
