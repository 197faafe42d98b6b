import type { Finding } from './types'

const hour = 3_600_000

export interface Hour {
  /** When it began. */
  at: number
  in: number
  out: number
}

/** Hour by hour, the running one last. Anything but two rows of figures is nothing. */
export function hoursOf(volume: readonly (readonly number[] | null)[], now: number): Hour[] {
  const [came, went] = volume
  if (!came || !went) return []
  const last = Math.floor(now / hour) * hour
  return came.map((n, i) => ({ at: last - (came.length - 1 - i) * hour, in: n, out: went[i] ?? 0 }))
}

export const sumOf = (hours: readonly Hour[], way: 'in' | 'out'): number => hours.reduce((sum, h) => sum + h[way], 0)

export interface Gap {
  from: number
  to: number
  /** What was found wrong in that time. */
  finding: Finding | null
}

/** Hours without anything coming in, between hours in which something did, or up to now; at least two in a row. */
export function gapsOf(hours: readonly Hour[], findings: readonly Finding[], now: number): Gap[] {
  const gaps: Gap[] = []
  let start = -1
  const first = hours.findIndex((h) => h.in > 0)
  if (first < 0) return gaps
  const close = (end: number) => {
    if (start >= 0 && end - start >= 2) {
      const [from, to] = [hours[start]!.at, Math.min(hours[end - 1]!.at + hour, now)]
      const during = (f: Finding) => Date.parse(f.first_seen) < to && (f.state !== 'fixed' || Date.parse(f.fixed_at ?? f.last_seen) > from)
      gaps.push({ from, to, finding: findings.find(during) ?? null })
    }
    start = -1
  }
  for (let i = first; i < hours.length; i++) {
    if (hours[i]!.in > 0) close(i)
    else if (start < 0) start = i
  }
  close(hours.length)
  return gaps
}
