import { keyMap, type CommandId } from '../keys/map'
import type { Connection, Conversation, SearchAnswer, User } from '../api/types'
import { preview } from '../message/preview'
import { text as keyText } from '../text/keys'
import { shownAddress } from '../text/format'
import { text } from '../text/palette'
import { fuzzy } from './fuzzy'
import type { Option } from './option'

/** What the first sign typed limits the palette to. */
export type Mode = 'all' | 'actions' | 'people' | 'pages'

const modes: Record<string, Mode> = { '>': 'actions', '@': 'people', ':': 'pages' }

export function modeOf(typed: string): { mode: Mode; query: string } {
  const mode = modes[typed[0] ?? '']
  return mode ? { mode, query: typed.slice(1).trim() } : { mode: 'all', query: typed.trim() }
}

/** Whether this may be an id, a number or a wamid: something that names one thing and is no word. */
export function looksExact(query: string): boolean {
  return /^wamid\.\S{8,}$/.test(query) || (/^[+\d(][\d\s().-]{5,}$/.test(query) && query.replace(/\D/g, '').length >= 6)
}

const most = { actions: 12, conversations: 8, people: 6, connections: 6 }

function ranked<T>(query: string, things: readonly T[], label: (thing: T) => string, limit: number): { thing: T; hits: number[] }[] {
  return things
    .flatMap((thing, at) => {
      const match = fuzzy(query, label(thing))
      return match ? [{ thing, at, ...match }] : []
    })
    .sort((a, b) => (query ? b.score - a.score : 0) || a.at - b.at)
    .slice(0, limit)
}

/** The commands that work here, from the one table of keys; pages are those one can go to. */
export function commandOptions(query: string, pages: boolean, available: (id: CommandId) => boolean, run: (id: CommandId) => void): Option[] {
  const rows = keyMap.filter((row) => 'palette' in row && (row.group === 'go') === pages && available(row.id))
  return ranked(query, rows, (row) => keyText.command[row.id], query ? most.actions : rows.length).map(({ thing, hits }) => ({
    key: `do ${thing.id}`,
    label: keyText.command[thing.id],
    hits,
    keys: thing.keys,
    group: pages ? text.group.pages : text.group.actions,
    run: () => run(thing.id),
  }))
}

export function conversationOptions(query: string, known: readonly Conversation[], open: (id: string) => void): Option[] {
  return ranked(query, known, (c) => c.contact.name || shownAddress(c.address), most.conversations).map(({ thing: c, hits }) => ({
    key: `conversation ${c.id}`,
    label: c.contact.name || shownAddress(c.address),
    hits,
    hint: c.last_message ? preview(c.last_message) : '',
    platform: c.platform,
    group: text.group.conversations,
    run: () => open(c.id),
  }))
}

/** People that the server found and that no row above shows already. */
export function contactOptions(query: string, answer: SearchAnswer | null, shown: ReadonlySet<string>, open: (id: string) => void): Option[] {
  return (answer?.contacts ?? [])
    .filter((c) => !shown.has(`conversation ${c.conversation_id}`))
    .slice(0, most.people)
    .map((c) => ({
      key: `contact ${c.conversation_id}`,
      label: c.name || shownAddress(c.address),
      hits: fuzzy(query, c.name)?.hits ?? [],
      hint: shownAddress(c.address),
      platform: c.platform,
      group: text.group.people,
      run: () => open(c.conversation_id),
    }))
}

/** Colleagues, to hand the open conversation to. */
export function teamOptions(query: string, team: readonly User[], assign: (user: User) => void): Option[] {
  return ranked(query, team, (u) => u.name, most.people).map(({ thing: u }) => ({
    key: `user ${u.id}`,
    label: text.assignTo(u.name),
    hits: fuzzy(query, text.assignTo(u.name))?.hits ?? [],
    icon: 'person',
    group: text.group.team,
    run: () => assign(u),
  }))
}

/** The doctor of each connection. */
export function connectionOptions(query: string, connections: readonly Connection[], open: (id: string) => void): Option[] {
  return ranked(query, connections, (c) => text.doctorOf(c.name), most.connections).map(({ thing: c, hits }) => ({
    key: `connection ${c.id}`,
    label: text.doctorOf(c.name),
    hits,
    platform: c.platform,
    group: text.group.pages,
    run: () => open(c.id),
  }))
}

export function exactOptions(answer: SearchAnswer | null, open: (exact: NonNullable<SearchAnswer['exact']>) => void): Option[] {
  const exact = answer?.exact
  return exact ? [{ key: 'exact', label: text.exact[exact.type], hits: [], hint: exact.id, icon: 'pin', group: text.group.exact, run: () => open(exact) }] : []
}
