import type { Reading } from './types'

/** The words of a figure from the worst to the best; one that is not here stands below them. */
export const ladders: Record<string, readonly string[]> = {
  quality_rating: ['RED', 'YELLOW', 'GREEN'],
  messaging_limit: ['TIER_50', 'TIER_250', 'TIER_1K', 'TIER_2K', 'TIER_10K', 'TIER_100K', 'TIER_UNLIMITED'],
  throughput: ['NOT_APPLICABLE', 'STANDARD', 'HIGH'],
}

export interface Step {
  value: string
  from: number
  to: number
  /** 0 is the lowest of the levels that occur. */
  level: number
}

const day = 86_400_000
/** How far back a chart looks. */
export const reach = 90 * day

/** What held when, the oldest first, cut to the last 90 days; levels are the words that occur, the best first. */
export function stepsOf(name: string, values: readonly Reading[], now: number): { steps: Step[]; levels: string[] } {
  const first = now - reach
  const ladder = ladders[name] ?? []
  const height = (value: string) => ladder.indexOf(value)
  const spans = values.map((v, i) => ({ value: v.value, from: Math.max(first, Date.parse(v.at ?? '')), to: i + 1 < values.length ? Date.parse(values[i + 1]!.at ?? '') : now })).filter((s) => s.to > s.from)
  const levels = [...new Set(spans.map((s) => s.value))].sort((a, b) => height(b) - height(a) || a.localeCompare(b))
  return { steps: spans.map((s) => ({ ...s, level: levels.length - 1 - levels.indexOf(s.value) })), levels }
}

/** The line of a step chart in a box: flat while a value holds, upright where it changes. */
export function lineOf(steps: readonly Step[], levels: number, width: number, height: number): string {
  const [start, end] = [steps[0]?.from ?? 0, steps.at(-1)?.to ?? 1]
  const x = (t: number) => Math.round(((t - start) / Math.max(1, end - start)) * width * 100) / 100
  const y = (level: number) => Math.round((levels < 2 ? height / 2 : height - ((level + 0.5) / levels) * height) * 100) / 100
  return steps.map((s, i) => `${i === 0 ? 'M' : 'L'}${x(s.from)} ${y(s.level)}L${x(s.to)} ${y(s.level)}`).join('')
}
