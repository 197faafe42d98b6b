export type InboxAction = 'next' | 'previous' | 'reply' | 'list'

/** The printed letter, or on keyboards of other scripts the letter at that place. */
function letter(event: KeyboardEvent): string {
  if (/^[a-z]$/i.test(event.key)) return event.key.toLowerCase()
  const other = event.key.length === 1 && /\p{L}/u.test(event.key)
  return other && event.code.startsWith('Key') ? event.code.slice(3).toLowerCase() : ''
}

/**
 * What a key means in the inbox. Single letters act only outside text fields, without modifiers, and never
 * while an input method composes a character.
 */
export function inboxKey(event: KeyboardEvent): InboxAction | null {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return null
  const target = event.target as Element | null
  if (target?.closest('input, textarea, select, [contenteditable]')) return null
  if (event.key === 'Escape') return 'list'
  if (event.shiftKey) return null
  switch (letter(event)) {
    case 'j':
      return 'next'
    case 'k':
      return 'previous'
    case 'r':
      return 'reply'
    case 'u':
      return 'list'
  }
  return null
}
