import type { Connection } from '../api/types'
import { masked } from '../inspector/story'
import { doctorText as words } from '../text/doctor'
import { milliseconds } from '../text/format'
import type { Check, CheckState, Finding, Report, Side } from './types'

// Reading a report of the doctor: what it comes to, in which parts it is shown, and what is given to support.

export type Part = 'server' | 'account' | 'traffic'

/** Where a check stands: the server's own first, from outside in; then the platform's, from the account down; then the traffic. */
const order: Record<Part, readonly string[]> = {
  server: ['public', 'dns', 'port', 'certificate', 'handshake', 'loopback', 'clock', 'disk', 'database', 'internet'],
  account: ['token', 'app', 'scopes', 'asset', 'business', 'payment', 'number', 'name', 'quality', 'throughput', 'subscribed', 'callback', 'fields', 'taken', 'feed', 'version', 'changes'],
  traffic: ['signature', 'lag', 'backlog', 'traffic', 'errors'],
}
const parts = Object.keys(order) as Part[]

/** A check that is not known here asks the platform. */
const partOf = (id: string): Part => parts.find((part) => order[part].includes(id)) ?? 'account'

const place = (id: string): number => {
  const part = partOf(id)
  const at = order[part].indexOf(id)
  return parts.indexOf(part) * 100 + (at < 0 ? 99 : at)
}

export interface Group {
  part: Part
  /** The number of its first check among all. */
  start: number
  checks: Check[]
}

/** The checks by their subject, numbered through. */
export function groupsOf(checks: readonly Check[]): Group[] {
  const groups: Group[] = []
  let start = 1
  for (const part of parts) {
    const own = checks.filter((c) => partOf(c.id) === part)
    if (own.length > 0) groups.push({ part, start, checks: own })
    start += own.length
  }
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

/** A result takes the place of the one with its id; a new check its own, whatever came before it: they run side by side. */
export function merged(checks: readonly Check[], check: Check): Check[] {
  if (checks.some((c) => c.id === check.id)) return checks.map((c) => (c.id === check.id ? check : c))
  const at = checks.findIndex((c) => place(c.id) > place(check.id))
  return checks.toSpliced(at < 0 ? checks.length : at, 0, check)
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
export function firstAction(finding: Pick<Finding, 'do'> | null, can: (action: string) => boolean): { action: string; label: string } | null {
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
    ...(report.triage ? [`${report.triage.title}, since ${report.triage.since}`, ...report.triage.evidence.map((e) => `  ${e.points_at}: ${e.text}`)] : []),
    '',
    ...report.checks.map((c, i) => `${String(i + 1).padStart(2)} ${c.result.padEnd(14)} ${c.id.padEnd(12)} ${milliseconds(c.ms).padStart(7)}  ${[c.cause, found(c)].filter(Boolean).join(' · ')}`.trimEnd()),
    ...(report.findings.length > 0 ? [''] : []),
    ...report.findings.map((f) => `finding ${f.cause} · ${f.state} · first seen ${f.first_seen} · last seen ${f.last_seen} · began ${f.count} times`),
  ]
  return masked(lines.join('\n'))
}
