import { describe, expect, it } from 'vitest'
import { finding, report as canned } from '../../fixture/doctor'
import { connections } from '../../fixture/world'
import { canDo } from './can'
import { firstAction, forSupport, groupsOf, merged, queued, summaryOf, verdictOf } from './report'
import type { Check } from './types'
import { gapsOf, hoursOf, sumOf } from './volume'

const now = Date.parse('2026-11-22T12:00:00Z')
const hour = 3_600_000
const all = connections(now)
const of = (name: string) => {
  const connection = all.find((c) => c.name === name)!
  return { connection, report: canned(connection, now) }
}

describe('a report', () => {
  it('says that nothing is wrong only when nothing failed and every question got an answer', () => {
    expect(verdictOf(of('Sales').report)).toMatchObject({ kind: 'ok', cause: null })
    const { report } = of('Sales')
    const with6 = (result: Check['result']) => report.checks.map((c, i) => (i === 5 ? { ...c, result } : c))
    expect(verdictOf({ ...report, checks: with6('could_not_tell') })).toMatchObject({ kind: 'unknown', cause: null })
    expect(verdictOf({ ...report, checks: with6('not_checked') })).toMatchObject({ kind: 'ok', cause: null })
    expect(verdictOf({ ...report, checks: report.checks.map((c) => ({ ...c, result: 'not_checked' as const })) }).kind).toBe('unknown')
  })

  it('is never without a run that ended', () => {
    expect(verdictOf(null).kind).toBe('never')
    expect(verdictOf({ ...of('Sales').report, ended_at: null }).kind).toBe('never')
    expect(verdictOf({ ...of('Sales').report, checks: [] }).kind).toBe('never')
  })

  it('has the first failure as its verdict, a warning as what comes soon', () => {
    const { report } = of('Showroom')
    expect(verdictOf(report)).toMatchObject({ kind: 'bad', cause: 'hook.elsewhere', finding: { title: 'Messages go to another address' } })
    const checks = report.checks.map((c): Check => (c.result === 'fail' ? { ...c, result: 'warn' } : c))
    expect(verdictOf({ ...report, status: 'warn', checks }).kind).toBe('soon')
  })

  it('keeps what was fixed out of the verdict', () => {
    const { report } = of('Sales')
    expect(verdictOf({ ...report, findings: [finding('hook.elsewhere', now, { state: 'fixed' })] }).kind).toBe('ok')
  })

  it('is told in one sentence with its figures and the verdict', () => {
    expect(summaryOf(of('Sales').report)).toBe('32 of 32 passed.')
    expect(summaryOf(of('Showroom').report)).toBe('31 of 32 passed, 1 failed: Messages go to another address.')
    expect(summaryOf(of('Support').report)).toBe('21 of 32 passed, 1 failed, 10 not checked: Sign-in has expired.')
    expect(summaryOf(of('Returns').report)).toBe('31 of 32 passed, 1 could not tell.')
  })

  it('is cut into the server, the account and the traffic, numbered through', () => {
    expect(groupsOf(of('Sales').report.checks).map((g) => [g.part, g.start, g.checks.length])).toEqual([
      ['server', 1, 10],
      ['account', 11, 17],
      ['traffic', 28, 5],
    ])
  })

  it('waits for its next run in the same order, and takes results by id', () => {
    const before = queued(of('Showroom').report.checks)
    expect(new Set(before.map((c) => c.result))).toEqual(new Set(['queued']))
    expect(before.some((c) => c.found || c.cause)).toBe(false)
    const after = merged(before, { ...before[3]!, result: 'pass', found: 'yes' })
    expect(after.map((c) => c.id)).toEqual(before.map((c) => c.id))
    expect(after[3]).toMatchObject({ result: 'pass', found: 'yes' })
  })

  it('puts each check in its place, in whatever order they come', () => {
    const { checks } = of('Sales').report
    const mixed = [...checks].sort((a, b) => a.title.localeCompare(b.title))
    expect(mixed.reduce<Check[]>(merged, []).map((c) => c.id)).toEqual(checks.map((c) => c.id))
    const strange = { ...checks[0]!, id: 'new_one' }
    expect(groupsOf(merged(checks, strange)).map((g) => g.checks.at(-1)!.id)).toEqual(['internet', 'new_one', 'errors'])
  })

  it('offers the first step that can be done here', () => {
    expect(firstAction(finding('hook.elsewhere', now), canDo)).toEqual({ action: 'point_here', label: 'Point it here' })
    expect(firstAction(finding('hook.elsewhere', now), (a) => a === 'check')).toEqual({ action: 'check', label: 'Check again' })
    expect(firstAction(finding('auth.expired', now), () => false)).toBeNull()
    expect(firstAction(null, canDo)).toBeNull()
  })

  it('goes to support without raw answers and with telephone numbers masked', () => {
    const { report, connection } = of('Showroom')
    const checks = report.checks.map((c) => (c.id === 'number' ? { ...c, found: '+351 912 345 678' } : c))
    const words = forSupport({ ...report, checks }, connection)
    expect(words).toContain('hook.elsewhere')
    expect(words).toContain('31 of 32 passed, 1 failed')
    expect(words).toContain('callback')
    expect(words).not.toContain('912 345')
    expect(words).not.toContain('webhook_configuration')
  })
})

describe('a day of messages', () => {
  const quiet = Array<number>(24).fill(0)
  const day = (...came: [at: number, n: number][]) => hoursOf([came.reduce((row, [at, n]) => row.with(at, n), quiet), quiet], now)

  it('has its hours, the running one last', () => {
    const hours = hoursOf([quiet.with(23, 3), quiet.with(0, 2)], now + 25 * 60_000)
    expect(hours).toHaveLength(24)
    expect([hours[23]!.at, hours[23]!.in, hours[0]!.out]).toEqual([now, 3, 2])
    expect([sumOf(hours, 'in'), sumOf(hours, 'out')]).toEqual([3, 2])
    expect(hoursOf([], now)).toEqual([])
    expect(hoursOf([null, null], now)).toEqual([])
    expect(hoursOf([[1]], now)).toEqual([])
  })

  it('has a gap where two hours or more bring nothing between hours that do, and not before the first', () => {
    expect(gapsOf(day([4, 5], [5, 1], [9, 2], [10, 1], [12, 1], [23, 1]), [], now).map((g) => [(now - g.from) / hour, (now - g.to) / hour])).toEqual([
      [17, 14],
      [10, 0],
    ])
    expect(gapsOf(day(), [], now)).toEqual([])
  })

  it('explains a gap by what was found in that time, and only then', () => {
    const outage = finding('net.outage', now, { state: 'fixed', first_seen: new Date(now - 15 * hour).toISOString(), fixed_at: new Date(now - 14.5 * hour).toISOString() })
    const gaps = gapsOf(day([5, 1], [9, 2], [12, 1], [23, 1]), [outage], now)
    expect(gaps.map((g) => g.finding?.cause ?? null)).toEqual(['net.outage', null, null])
  })
})
