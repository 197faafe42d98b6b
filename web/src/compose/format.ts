/** A text field's content with what is selected in it. */
export interface Field {
  text: string
  start: number
  end: number
}

/** WhatsApp's signs around words; the same ones are drawn in bubbles (message/markup). */
export const marks = { bold: '*', italic: '_', strike: '~', code: '`' } as const
export type Mark = keyof typeof marks

/** Puts a mark around what is selected, or takes it off when it is there; without a selection, around the word or the caret. */
export function toggle(field: Field, mark: Mark): Field {
  const sign = marks[mark]
  const { text } = field
  let { start, end } = start0(field)
  // White space belongs outside: "* bold*" is not bold.
  while (start < end && /\s/.test(text[start]!)) start++
  while (end > start && /\s/.test(text[end - 1]!)) end--
  const inside = text.slice(start, end)
  if (inside.length >= 2 && inside.startsWith(sign) && inside.endsWith(sign)) {
    return { text: text.slice(0, start) + inside.slice(1, -1) + text.slice(end), start, end: end - 2 }
  }
  if (text[start - 1] === sign && text[end] === sign) {
    return { text: text.slice(0, start - 1) + inside + text.slice(end + 1), start: start - 1, end: end - 1 }
  }
  return { text: text.slice(0, start) + sign + inside + sign + text.slice(end), start: start + 1, end: end + 1 }
}

function start0({ text, start, end }: Field): { start: number; end: number } {
  if (start !== end) return { start, end }
  const before = /[\p{L}\p{N}]*$/u.exec(text.slice(0, start))![0].length
  const after = /^[\p{L}\p{N}]*/u.exec(text.slice(start))![0].length
  return { start: start - before, end: start + after }
}

/** The mark that a key with Ctrl or Cmd stands for. */
export function markOf(event: KeyboardEvent): Mark | null {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return null
  const key = event.key.toLowerCase()
  if (event.shiftKey) return key === 'x' ? 'strike' : key === 'c' ? 'code' : null
  return key === 'b' ? 'bold' : key === 'i' ? 'italic' : null
}
