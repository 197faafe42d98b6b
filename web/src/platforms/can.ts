import type { Connection } from '../api/types'
import { calendar } from '../text/calendar'
import { shownAddress } from '../text/format'
import { platformsText } from '../text/platforms'
import type { Workspace } from '../state/workspace.svelte'

/** The names of those who may change connections, as far as the team is known. */
export function adminsOf(ws: Workspace): string[] {
  return ws.team.active.filter((u) => u.role === 'admin' || u.role === 'owner').map((u) => u.name)
}

/** The repairs that a connection's page can carry out; each first shows what it would change. */
export const repairs = ['subscribe', 'point_here', 'register', 'set_pin', 'request_code', 'verify_code', 'renew'] as const
export type RepairAction = (typeof repairs)[number]
export const isRepair = (action: string): action is RepairAction => (repairs as readonly string[]).includes(action)

/** What else a step of the playbook can have the page do. */
const others = ['check', 'pause', 'resume', 'sign_in', 'sync_templates', 'test_message', 'copy_report', 'profile']
export const canDo = (action: string): boolean => isRepair(action) || others.includes(action)
/** Those that change something, and so take the right to manage connections. */
export const changes = (action: string): boolean => isRepair(action) || ['pause', 'resume', 'sign_in', 'test_message', 'check'].includes(action)

/** Who stopped sending, and when. */
export function pausedText(paused: NonNullable<Connection['paused']>, now: number): string {
  return platformsText.card.paused(paused.by?.name ?? null, calendar.moment(Date.parse(paused.at), now))
}

/** The number of a connection beside its name, unless the name holds it; the account's id where no number is known. */
export function numberOf(connection: Connection): string {
  const digits = (s: string) => s.replace(/\D/g, '')
  const number = connection.phone ?? ''
  if (!number) return connection.account
  return digits(connection.name).includes(digits(number)) ? '' : shownAddress(number)
}
