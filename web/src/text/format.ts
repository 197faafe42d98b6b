// Times, spans and sizes as people read them. Everything takes "now" or the locale from outside, so that a
// test can say what time it is.

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** 42 s · 4 m · 3 h · 2 d: how long something lasts or lasted, in its largest unit. Never negative. */
export function span(ms: number): string {
  const t = Math.max(0, ms)
  if (t < minute) return `${Math.floor(t / 1000)} s`
  if (t < hour) return `${Math.floor(t / minute)} m`
  if (t < day) return `${Math.floor(t / hour)} h`
  return `${Math.floor(t / day)} d`
}

/** How long somebody waits: seconds are not worth watching. */
export function waited(ms: number): string {
  return ms < minute ? '<1 m' : span(ms)
}

/** 2 h 14 m · 14 m · 42 s: what is left of a countdown; minutes are shown up to a day. */
export function left(ms: number): string {
  const t = Math.max(0, ms)
  if (t < minute) return `${Math.ceil(t / 1000)} s`
  if (t < hour) return `${Math.floor(t / minute)} m`
  const hours = Math.floor(t / hour)
  if (t < 2 * day) return `${hours} h ${Math.floor((t % hour) / minute)} m`
  return `${Math.floor(t / day)} d ${Math.floor((t % day) / hour)} h`
}

/** <1 ms · 31 ms · 1.2 s · 4 m */
export function milliseconds(ms: number): string {
  if (ms < 1) return '<1 ms'
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < minute) return `${(ms / 1000).toFixed(1)} s`
  return span(ms)
}

/** 0:07 · 12:40 · 1:02:03: where a player stands. */
export function clock(seconds: number): string {
  const t = Math.max(0, Math.floor(seconds))
  const [h, m, s] = [Math.floor(t / 3600), Math.floor(t / 60) % 60, String(t % 60).padStart(2, '0')]
  return h > 0 ? `${h}:${String(m).padStart(2, '0')}:${s}` : `${m}:${s}`
}

/** Ana, Rui and Caio, in the reader's language. */
export function names(all: readonly string[]): string {
  return new Intl.ListFormat(undefined, { type: 'conjunction' }).format(all)
}

/** A phone number as the platform gives it (digits only) is shown with its plus; other handles stay as they are. */
export function shownAddress(address: string): string {
  return /^\d{7,15}$/.test(address) ? `+${address}` : address
}

/** The first letters of at most two words of a name. */
export function initials(name: string): string {
  return name
    .split(/\s+/)
    .map((w) => [...w][0] ?? '')
    .slice(0, 2)
    .join('')
}

export function bytes(n: number): string {
  if (n < 1000) return `${n} B`
  if (n < 1_000_000) return `${Math.round(n / 1000)} kB`
  return `${(n / 1_000_000).toFixed(1).replace(/\.0$/, '')} MB`
}

/** Dates and times in the reader's language and zone. */
export class Calendar {
  #time: Intl.DateTimeFormat
  #seconds: Intl.DateTimeFormat
  readonly #locale: string | undefined
  readonly #zone: { timeZone?: string }
  #precise: Intl.DateTimeFormat
  readonly #day: Intl.DateTimeFormat
  readonly #dayAndYear: Intl.DateTimeFormat
  readonly #short: Intl.DateTimeFormat
  readonly #key: Intl.DateTimeFormat
  readonly #keys = new Map<number, string>()

  constructor(locale?: string, timeZone?: string) {
    const zone = timeZone ? { timeZone } : {}
    this.#locale = locale
    this.#zone = zone
    this.#time = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', ...zone })
    this.#seconds = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit', ...zone })
    this.#precise = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3, ...zone })
    this.#day = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long', ...zone })
    this.#dayAndYear = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric', ...zone })
    this.#short = new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric', month: 'short', ...zone })
    this.#key = new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', ...zone })
  }

  /** Shows hours as a person wants them; auto is as their language has them. */
  hours(clock: 'auto' | '12' | '24'): void {
    const cycle: Intl.DateTimeFormatOptions = clock === 'auto' ? {} : { hourCycle: clock === '12' ? 'h12' : 'h23' }
    const time: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', ...this.#zone, ...cycle }
    this.#time = new Intl.DateTimeFormat(this.#locale, time)
    this.#seconds = new Intl.DateTimeFormat(this.#locale, { ...time, second: '2-digit' })
    this.#precise = new Intl.DateTimeFormat(this.#locale, { ...time, second: '2-digit', fractionalSecondDigits: 3 })
  }

  /** 09:41 */
  time(at: number): string {
    return this.#time.format(at)
  }

  /** 09:41:07 */
  exact(at: number): string {
    return this.#seconds.format(at)
  }

  /** 09:41:07.120 */
  precise(at: number): string {
    return this.#precise.format(at)
  }

  /** The same for all moments of one day in the reader's zone: 2026-11-22. */
  dayKey(at: number): string {
    // Every zone's midnight falls on a quarter of an hour, so that thousands of messages need few formats.
    const quarter = Math.floor(at / (15 * minute))
    let key = this.#keys.get(quarter)
    if (key === undefined) this.#keys.set(quarter, (key = this.#key.format(at)))
    return key
  }

  /** Today, Yesterday, Friday 14 November, 3 March 2025. */
  day(at: number, now: number, words: { today: string; yesterday: string }): string {
    const key = this.dayKey(at)
    if (key === this.dayKey(now)) return words.today
    if (key === this.dayKey(now - day)) return words.yesterday
    return Math.abs(now - at) < 300 * day ? this.#day.format(at) : this.#dayAndYear.format(at)
  }

  /** 11:54 when it is today, else Sat, 14 Nov 11:54. */
  moment(at: number, now: number): string {
    return this.dayKey(at) === this.dayKey(now) ? this.time(at) : `${this.#short.format(at)} ${this.time(at)}`
  }
}
