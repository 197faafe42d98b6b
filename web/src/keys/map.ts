// The one table of what keys do. The dispatcher, the palette, the help sheet, aria-keyshortcuts and the tests
// are made from it. How keys are written: `J` the letter; `Shift+J`; `Mod+K` Ctrl, on a Mac Command; `G I` one
// after the other. There is nothing with Alt: it types characters on many keyboards.

export const groups = ['move', 'conversation', 'write', 'go', 'anywhere'] as const
export type Group = (typeof groups)[number]

export interface KeyRow {
  id: string
  group: Group
  keys: readonly string[]
  /** The component that has the focus takes the key itself; the table only tells of it. */
  local?: true
  /** Offered by the palette too, by its name. */
  palette?: true
}

export const keyMap = [
  { id: 'next', group: 'move', keys: ['J'] },
  { id: 'previous', group: 'move', keys: ['K'] },
  { id: 'list-arrows', group: 'move', keys: ['ArrowDown', 'ArrowUp'], local: true },
  { id: 'open', group: 'move', keys: ['Enter'], local: true },
  { id: 'list', group: 'move', keys: ['U', 'Escape'] },
  { id: 'next-unread', group: 'move', keys: ['Shift+J'], palette: true },
  { id: 'next-failed', group: 'move', keys: ['!'], palette: true },
  { id: 'select', group: 'move', keys: ['X'] },
  { id: 'first-message', group: 'move', keys: ['Home'], local: true },
  { id: 'last-message', group: 'move', keys: ['End'], local: true },
  { id: 'message-up', group: 'move', keys: ['PageUp'], local: true },
  { id: 'message-down', group: 'move', keys: ['PageDown'], local: true },
  { id: 'show-updates', group: 'move', keys: ['.'], palette: true },
  { id: 'panes', group: 'move', keys: ['F6'] },
  { id: 'panes-back', group: 'move', keys: ['Shift+F6'] },

  { id: 'done', group: 'conversation', keys: ['E'], palette: true },
  { id: 'reopen', group: 'conversation', keys: ['Shift+E'], palette: true },
  { id: 'assign', group: 'conversation', keys: ['A'], palette: true },
  { id: 'assign-me', group: 'conversation', keys: ['I'], palette: true },
  { id: 'unassign', group: 'conversation', keys: ['Shift+I'], palette: true },
  { id: 'unread', group: 'conversation', keys: ['Shift+U'], palette: true },
  { id: 'inspect', group: 'conversation', keys: ['M'], palette: true },
  { id: 'context', group: 'conversation', keys: [']'], palette: true },
  { id: 'copy-link', group: 'conversation', keys: ['Mod+Shift+L'], palette: true },
  { id: 'dismiss', group: 'conversation', keys: ['D'] },
  { id: 'undo', group: 'conversation', keys: ['Z'], palette: true },

  { id: 'reply', group: 'write', keys: ['R'], palette: true },
  { id: 'template', group: 'write', keys: ['Shift+T'], palette: true },
  { id: 'send', group: 'write', keys: ['Enter'], local: true },
  { id: 'send-done', group: 'write', keys: ['Mod+Shift+Enter'], local: true },
  { id: 'new-line', group: 'write', keys: ['Shift+Enter'], local: true },
  { id: 'attach', group: 'write', keys: ['Mod+O'], local: true },
  { id: 'leave-field', group: 'write', keys: ['Escape'], local: true },

  { id: 'go-inbox', group: 'go', keys: ['G I'], palette: true },
  { id: 'go-mine', group: 'go', keys: ['G M'], palette: true },
  { id: 'go-waiting', group: 'go', keys: ['G Q'], palette: true },
  { id: 'go-unassigned', group: 'go', keys: ['G U'], palette: true },
  { id: 'go-failed', group: 'go', keys: ['G F'], palette: true },
  { id: 'go-done', group: 'go', keys: ['G E'], palette: true },
  { id: 'go-platforms', group: 'go', keys: ['G P'], palette: true },
  { id: 'go-deliveries', group: 'go', keys: ['G D'], palette: true },
  { id: 'go-settings', group: 'go', keys: ['G ,'], palette: true },

  { id: 'palette', group: 'anywhere', keys: ['Mod+K'] },
  { id: 'search', group: 'anywhere', keys: ['/'], palette: true },
  { id: 'help', group: 'anywhere', keys: ['?'], palette: true },
] as const satisfies readonly KeyRow[]

export type CommandId = (typeof keyMap)[number]['id']

export const rows: readonly KeyRow[] = keyMap

export function rowOf(id: CommandId): KeyRow {
  return keyMap.find((row) => row.id === id)!
}

const ariaNames: Record<string, string> = { Mod: 'Control' }

/** The keys of some commands as aria-keyshortcuts wants them. One key after another cannot be said there. */
export function ariaKeys(...ids: CommandId[]): string {
  return ids
    .flatMap((id) => rowOf(id).keys)
    .filter((key) => !key.includes(' '))
    .flatMap((key) => (key.includes('Mod') ? [key.replace('Mod', 'Control'), key.replace('Mod', 'Meta')] : [key]))
    .map((key) => key.split('+').map((part) => ariaNames[part] ?? part).join('+'))
    .join(' ')
}

const shownNames: Record<string, string> = { ArrowDown: '↓', ArrowUp: '↑', PageUp: 'PgUp', PageDown: 'PgDn', Escape: 'Esc' }

/** A key as it is shown: `Ctrl K`, on a Mac `⌘ K`; one after another: `G` then `I`. Each inner list is pressed together. */
export function shownKey(key: string, mac: boolean): string[][] {
  return key.split(' ').map((stroke) => stroke.split('+').map((part) => (part === 'Mod' ? (mac ? '⌘' : 'Ctrl') : (shownNames[part] ?? part))))
}
