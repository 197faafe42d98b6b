import type { Story } from '../api/types'
import { reasonText } from '../text/causes'
import { milliseconds } from '../text/format'
import { inspectorText as words } from '../text/inspector'

/** One line of a message's life. */
export interface Step {
  key: string
  at: number
  title: string
  detail: string
  cause: string | null
  /** How long after the line before it, in milliseconds; null for the first. */
  after: number | null
  /** The delivery that brought it. */
  delivery: string | null
}

/** A message's life in order of time: what the platform's clock says of an inbound one first, then our own steps. */
export function steps(story: Story, who: string): Step[] {
  const out: Step[] = []
  const add = (at: string, title: string, detail: string, cause: string | null = null, delivery: string | null = null) => {
    const time = Date.parse(at)
    if (Number.isNaN(time)) return
    out.push({ key: `${out.length} ${at}`, at: time, title, detail, cause, after: out.length === 0 ? null : time - out.at(-1)!.at, delivery })
  }
  if (story.message.direction === 'in' && story.message.platform_time) add(story.message.platform_time, words.said, words.saidDetail(who))
  const known = new Set(story.deliveries.map((d) => d.id))
  for (const s of story.steps) {
    const delivery = s.step === 'received' ? ([...known].find((id) => s.detail.includes(id)) ?? null) : null
    add(s.at, words.step[s.step] ?? s.step, s.detail, s.cause, delivery)
  }
  return out
}

/** The middle of every number that could call somebody, hidden; ids of messages and accounts are no numbers of people. */
export function masked(text: string): string {
  return text.replace(/(?<![\w.])\+?\d[\d ()-]{6,17}\d(?![\w.])/g, (number) => {
    const digits = number.replace(/\D/g, '')
    if (digits.length < 8 || digits.length > 15 || isMoment(digits)) return number
    return `${number.startsWith('+') ? '+' : ''}${digits.slice(0, 3)}${'•'.repeat(digits.length - 5)}${digits.slice(-2)}`
  })
}

/** A time as platforms write it, in seconds or milliseconds since 1970, within some decades of now. */
function isMoment(digits: string): boolean {
  return (digits.length === 10 || digits.length === 13) && /^1[5-9]|^2[0-3]/.test(digits)
}

/** What to send to whoever helps: ids, times, codes; no words of the message, no full telephone number. */
export function forSupport(story: Story): string {
  const m = story.message
  const lines = [
    `message ${m.id} · ${m.direction} · ${m.kind} · ${m.status}`,
    `platform id ${m.platform_id ?? '–'} · client id ${m.client_id ?? '–'}`,
    ...(m.cause ? [`cause ${m.cause} (${reasonText(m.cause)})`] : []),
    ...(m.error ? [`platform code ${m.error.code}${m.error.subcode ? `/${m.error.subcode}` : ''}: ${m.error.text}`] : []),
    ...(m.conflict ? ['conflicting reports: delivered and failed'] : []),
    '',
    ...story.steps.map((s) => `${s.at}  ${s.step}  ${s.detail}${s.cause ? `  ${s.cause}` : ''}`),
    ...(story.attempts.length > 0 ? [''] : []),
    ...story.attempts.map((a) =>
      [`attempt ${a.n}  ${a.at}  ${a.outcome ?? 'running'}`, a.http && `http ${a.http}`, a.code && `code ${a.code}${a.subcode ? `/${a.subcode}` : ''}`, a.trace_id && `trace ${a.trace_id}`]
        .filter(Boolean)
        .join('  '),
    ),
    ...story.statuses.map((s) => `status ${s.status}  platform ${s.platform_time ?? '–'}  received ${s.received_at}${s.applied ? '' : '  changed nothing'}`),
    ...story.deliveries.map((d) => `delivery ${d.id}  ${d.received_at}  answered ${d.answer} in ${milliseconds(d.ms)}  signature ${d.signature}  ${d.state}`),
  ]
  return masked(lines.join('\n'))
}
