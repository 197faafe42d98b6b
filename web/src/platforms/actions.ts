import type { Connection } from '../api/types'
import { routeOf } from '../state/router.svelte'
import type { Workspace } from '../state/workspace.svelte'
import { canDo, changes, repairs } from './can'

/** What the page itself does for an action that is neither a repair nor another address. */
export interface Doing {
  check: () => void
  copyReport: () => void
  pause: (paused: boolean) => void
  syncTemplates: () => void
}

/** The actions that this person can do at a connection, as functions: for the steps of findings and of the playbook. */
export function actionsOf(ws: Workspace, connection: Connection, doing: Doing): Record<string, () => void> {
  const at = (tab: 'doctor' | 'account' | 'templates' | 'settings', fix?: string) => ws.router.go({ page: 'platform', connection: connection.id, tab, ...(fix ? { fix } : {}) })
  const all: Record<string, () => void> = {
    check: doing.check,
    copy_report: doing.copyReport,
    pause: () => doing.pause(true),
    resume: () => doing.pause(false),
    sign_in: () => visit(ws, `/connect?connection=${encodeURIComponent(connection.id)}`),
    sync_templates: () => (at('templates'), doing.syncTemplates()),
    test_message: () => at('doctor', 'test_message'),
    profile: () => at('account'),
  }
  const can = (action: string) => canDo(action) && (ws.may('manage_connections') || !changes(action))
  for (const action of repairs) all[action] = () => at('doctor', action)
  return Object.fromEntries(Object.entries(all).filter(([action]) => can(action)))
}

function visit(ws: Workspace, path: string): void {
  const route = routeOf(path)
  if (route.page === 'lost') location.assign(path)
  else ws.router.go(route)
}
