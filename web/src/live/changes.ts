import type { Present } from '../api/types'

/** What a change carries besides its kind. The facts themselves are read from the API (I35). */
export interface ChangeFields {
  n: number
  at: string
  id: string
  conversation_id: string | null
}

/** Every kind of change the application acts on, with what it carries. Unknown kinds are passed over. */
export interface ChangeMap {
  'message.created': ChangeFields & { conversation_id: string }
  'message.changed': ChangeFields & { conversation_id: string }
  'conversation.changed': ChangeFields
  'connection.changed': ChangeFields
  'templates.changed': ChangeFields
  'company.changed': ChangeFields
  'user.changed': ChangeFields
  'procedure.changed': ChangeFields
}

export type ChangeKind = keyof ChangeMap
/** A line of the change log as it arrives: kind may be one that this version does not know. */
export type AnyChange = ChangeFields & { kind: string }

/** Hands changes to whoever asked for their kind. */
export class ChangeRoutes {
  readonly #handlers = new Map<string, Set<(change: never) => void>>()

  on<K extends ChangeKind>(kind: K, handler: (change: ChangeMap[K]) => void): () => void {
    const set = this.#handlers.get(kind) ?? new Set()
    this.#handlers.set(kind, set)
    set.add(handler)
    return () => set.delete(handler)
  }

  deliver(change: AnyChange): void {
    for (const handler of this.#handlers.get(change.kind) ?? []) (handler as (c: AnyChange) => void)(change)
  }
}

/** Reads one change from its JSON; null when it is none, so that one bad line never stops the stream. */
export function parseChange(data: string): AnyChange | null {
  let v: unknown
  try {
    v = JSON.parse(data)
  } catch {
    return null
  }
  const c = v as Partial<AnyChange> | null
  if (typeof c?.kind !== 'string' || typeof c.n !== 'number' || typeof c.id !== 'string') return null
  return { n: c.n, at: c.at ?? '', kind: c.kind, id: c.id, conversation_id: c.conversation_id ?? null }
}

/** Reads who is where from its JSON; null when it is none. */
export function parsePresence(data: string): Present | null {
  try {
    const p = JSON.parse(data) as Partial<Present> | null
    const known = p?.state === 'viewing' || p?.state === 'typing' || p?.state === 'gone'
    return known && typeof p.conversation_id === 'string' && typeof p.user?.id === 'string' ? (p as Present) : null
  } catch {
    return null
  }
}
