import type { Connection } from '../api/types'
import { masked } from '../inspector/story'
import { doctorText as words } from '../text/doctor'
import { milliseconds } from '../text/format'
import type { Check, CheckState, Finding, Report, Side } from './types'

// Reading a report of the doctor: what it comes to, in which parts it is shown, and what is given to support.

export type Part = 'server' | 'account' | 'traffic'

/** The server's own checks stand before the platform's, those of the traffic after them. */
const server = new Set(['public', 'dns', 'port', 'certificate', 'handshake', 'loopback', 'clock', 'disk', 'database', 'internet'])
const traffic = new Set(['signature', 'lag', 'backlog', 'traffic', 'errors'])

export interface Group {
  part: Part
  /** The number of its first check among all. */
  start: number
  checks: Check[]
}

/** The checks in their order, cut where the subject changes. */
export function groupsOf(checks: readonly Check[]): Group[] {
  const groups: Group[] = []
  checks.forEach((check, at) => {
    const part: Part = server.has(check.id) ? 'server' : traffic.has(check.id) ? 'traffic' : 'account'
    if (groups.at(-1)?.part === part) groups.at(-1)!.checks.push(check)
    else groups.push({ part, start: at + 1, checks: [check] })
  })
  return groups
}

const settled = new Set<CheckState>(['pass', 'warn', 'fail', 'not_checked', 'could_not_tell'])

export function countsOf(checks: readonly Check[]): Record<CheckState, number> & { settled: number } {
  const counts = { pass: 0, warn: 0, fail: 0, not_checked: 0, could_not_tell: 0, running: 0, queued: 0, settled: 0 }
  for (const c of checks) {
    counts[c.result]++
    if (settled.has(c.result)) counts.settled++
  }
  return counts
}

/** A result takes the place of the one with its id; a new check comes last. */
export function merged(checks: readonly Check[], check: Check): Check[] {
  return checks.some((c) => c.id === check.id) ? checks.map((c) => (c.id === check.id ? check : c)) : [...checks, check]
}

/** The list of the last run, each waiting for its turn in the next one, so that nothing jumps. */
export function queued(checks: readonly Check[]): Check[] {
  return checks.map((c) => ({ ...c, result: 'queued', found: '', expected: '', cause: null, ms: 0, raw: null }))
}

export type VerdictKind = 'never' | 'ok' | 'unknown' | 'soon' | 'bad'

export interface Verdict {
  kind: VerdictKind
  cause: string | null
  finding: Finding | null
  side: Side
}

/**
 * What the last run comes to. Nothing is wrong when nothing failed and everything that was asked got an answer; what
 * was not run (it has nothing to look at, or belongs to full runs) takes nothing away from that.
 */
export function verdictOf(report: Report | null): Verdict {
  if (!report?.ended_at || report.checks.length === 0) return { kind: 'never', cause: null, finding: null, side: 'unknown' }
  const counts = countsOf(report.checks)
  const finding = report.findings.find((f) => f.state !== 'fixed' && (report.cause === null || f.cause === report.cause)) ?? null
  const cause = report.cause ?? finding?.cause ?? null
  if (cause !== null) return { kind: report.status === 'warn' || (counts.fail === 0 && counts.warn > 0) ? 'soon' : 'bad', cause, finding, side: report.side }
  return { kind: counts.could_not_tell > 0 || counts.pass === 0 ? 'unknown' : 'ok', cause: null, finding: null, side: report.side }
}

/** Which check shows a finding. */
export function checkOf(report: Report, finding: Finding): Check | null {
  return report.checks.find((c) => c.id === finding.check) ?? report.checks.find((c) => c.cause === finding.cause && c.result !== 'pass') ?? null
}

/** The run in one sentence, for those who hear it. */
export function summaryOf(report: Report): string {
  const counts = countsOf(report.checks)
  return words.summary(counts.pass, report.checks.length, counts, verdictOf(report).finding?.title ?? null)
}

/** The first step of a finding that this application can do itself. */
export function firstAction(finding: Finding | null, can: (action: string) => boolean): { action: string; label: string } | null {
  for (const step of finding?.do ?? []) {
    if (step.action && can(step.action)) return { action: step.action, label: step.label || words.action[step.action] || step.text }
  }
  return null
}

/** Copied for whoever helps: ids, times, findings; no secrets, no full telephone number. */
export function forSupport(report: Report, connection: Connection): string {
  const found = (c: Check) => [c.found && `found ${c.found}`, c.expected && `expected ${c.expected}`].filter(Boolean).join(' · ')
  const lines = [
    `${connection.platform} · connection ${connection.id} · ${connection.status}${connection.cause ? ` (${connection.cause})` : ''}`,
    `run ${report.started_at ?? '–'} to ${report.ended_at ?? '–'} · ${report.status}${report.cause ? ` · ${report.cause}` : ''} · ${report.side}`,
    summaryOf(report),
    '',
    ...report.checks.map((c, i) => `${String(i + 1).padStart(2)} ${c.result.padEnd(14)} ${c.id.padEnd(12)} ${milliseconds(c.ms).padStart(7)}  ${[c.cause, found(c)].filter(Boolean).join(' · ')}`.trimEnd()),
    ...(report.findings.length > 0 ? [''] : []),
    ...report.findings.map((f) => `finding ${f.cause} · ${f.state} · first seen ${f.first_seen} · last seen ${f.last_seen} · began ${f.count} times`),
  ]
  return masked(lines.join('\n'))
}
