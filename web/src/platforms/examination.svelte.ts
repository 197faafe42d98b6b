import { SvelteMap } from 'svelte/reactivity'
import type { Api } from '../api/client'
import { Problem, problemOf } from '../api/problem'
import type { CauseEntry, Platform } from '../api/types'
import type { Workspace } from '../state/workspace.svelte'
import { merged, queued, summaryOf } from './report'
import type { Check, Finding, FixInput, Hop, Plan, Repair, Report, TestKind, TestResult } from './types'

/** What is known about one connection's health: the last report, the run that goes on, and what was found before. */
export class Examination {
  readonly #api: Api
  readonly #id: string
  readonly #changed: () => void
  report = $state.raw<Report | null>(null)
  /** What the list shows: the last report's checks, or those of the run so far. */
  checks = $state.raw<Check[]>([])
  running = $state(false)
  /** Whether the last report has been asked for and came, or there is none. */
  loaded = $state(false)
  problem = $state<Problem | null>(null)
  history = $state.raw<Finding[] | null>(null)
  repairs = $state.raw<Repair[]>([])
  /** Said once at the end of a run. */
  announcement = $state('')
  #reading: string | null | undefined
  /** Counts the reads and the runs: an answer to an earlier one is dropped. */
  #asked = 0
  #run: AbortController | null = null

  constructor(api: Api, id: string, changed: () => void) {
    this.#api = api
    this.#id = id
    this.#changed = changed
  }

  /** Reads the last report unless it is the one of that time; a run that goes on here knows better. */
  async load(at?: string | null): Promise<void> {
    if (this.running || (this.loaded && at !== undefined && at === this.#reading)) return
    this.#reading = at
    const asked = ++this.#asked
    try {
      const report = await this.#api.report(this.#id)
      if (asked !== this.#asked) return
      this.#take(report)
      this.problem = null
    } catch (error) {
      if (asked !== this.#asked) return
      const problem = problemOf(error)
      // Nothing to read yet is an answer, not a fault. Anything else is asked again when the page next looks.
      if (problem.status !== 404) [this.problem, this.#reading] = [problem, undefined]
    } finally {
      this.loaded = true
    }
  }

  /** A full run, check by check. A second call while it goes on waits for nothing and starts nothing. */
  async run(): Promise<void> {
    if (this.#run !== null) return
    this.#asked++
    const stop = (this.#run = new AbortController())
    const before = this.checks
    this.running = true
    this.problem = null
    this.announcement = ''
    this.checks = queued(before)
    try {
      for await (const heard of this.#api.examine(this.#id, stop.signal)) {
        if ('check' in heard) this.checks = merged(this.checks, heard.check)
        else this.#end(heard.report)
      }
      if (this.running) throw problemOf(new Error('the stream ended before the report'))
    } catch (error) {
      // A stream that breaks off behind the report has said all there is.
      if (!this.running) return
      this.checks = before
      if (!stop.signal.aborted) this.problem = problemOf(error)
    } finally {
      this.running = false
      this.#run = null
      this.#changed()
      void this.loadHistory()
    }
  }

  stop(): void {
    this.#run?.abort()
  }

  #end(report: Report): void {
    this.running = false
    this.#take(report)
    this.announcement = summaryOf(report)
    this.loaded = true
  }

  #take(report: Report): void {
    this.report = report
    if (!this.running) this.checks = report.checks
  }

  /** What was found and repaired so far. Failing, it says nothing: what it holds stands beside the list and explains it. */
  async loadHistory(): Promise<void> {
    try {
      const [findings, repairs] = await Promise.all([this.#api.findings(this.#id), this.#api.repairs(this.#id)])
      this.history = findings.items
      this.repairs = repairs.items
    } catch {
      this.history ??= []
    }
  }

  /** What an action would change, by reads alone. Throws a Problem. */
  plan(action: string, input: FixInput): Promise<Plan> {
    return this.#api.fix(this.#id, action, { ...input, dry_run: true })
  }

  /** Does it. Throws a Problem. Whoever calls it looks again afterwards. */
  repair(action: string, input: FixInput): Promise<Plan> {
    return this.#api.fix(this.#id, action, { ...input, dry_run: false })
  }

  /** Goes the whole way once, telling each hop. Throws a Problem. */
  async test(kind: TestKind, to: string | null, hop: (hops: Hop[]) => void, signal: AbortSignal): Promise<TestResult> {
    let hops: Hop[] = []
    for await (const heard of this.#api.test(this.#id, { kind, ...(to ? { to } : {}) }, signal)) {
      if ('result' in heard) {
        hop(heard.result.steps)
        return heard.result
      }
      hops = [...hops.filter((h) => h.step !== heard.hop.step), heard.hop]
      hop(hops)
    }
    throw problemOf(new Error('the stream ended before the result'))
  }
}

/** Everything the pages of the platforms know together; it lives as long as the workspace. */
export class Surgery {
  readonly #ws: Workspace
  readonly #examinations = new Map<string, Examination>()
  readonly #pages = new SvelteMap<string, CauseEntry>()
  readonly #asked = new Set<string>()
  readonly #unread = new SvelteMap<string, Problem>()
  /** How many connections a check of all still has before it; null when none goes on. */
  left = $state<number | null>(null)

  constructor(ws: Workspace) {
    this.#ws = ws
  }

  of(id: string): Examination {
    let one = this.#examinations.get(id)
    if (!one) {
      one = new Examination(this.#ws.api, id, () => this.#ws.connections.touch(id))
      this.#examinations.set(id, one)
    }
    return one
  }

  /** Runs them side by side: they wait for platforms, not for this machine. */
  async checkAll(ids: readonly string[]): Promise<void> {
    if (this.left !== null) return
    this.left = ids.length
    await Promise.all(ids.map((id) => this.of(id).run().finally(() => this.left!--)))
    this.left = null
  }

  /** The playbook's page of a cause, null until it has come. */
  page(cause: string, platform: Platform): CauseEntry | null {
    const key = `${platform} ${cause}`
    if (!this.#asked.has(key)) {
      this.#asked.add(key)
      this.#ws.api.cause(cause, platform).then(
        (entry) => this.#pages.set(key, entry),
        (error: unknown) => this.#unread.set(key, problemOf(error)),
      )
    }
    return this.#pages.get(key) ?? null
  }

  /** Why the page of a cause could not be read, null while it is on its way or there. */
  unread(cause: string, platform: Platform): Problem | null {
    return this.#unread.get(`${platform} ${cause}`) ?? null
  }

  /** Reads the page of a cause once more. */
  again(cause: string, platform: Platform): void {
    const key = `${platform} ${cause}`
    this.#unread.delete(key)
    this.#asked.delete(key)
    this.page(cause, platform)
  }
}

const surgeries = new WeakMap<Workspace, Surgery>()

/** Asked for while a component is made: what is made within a derived value is not watched by it. */
export function surgeryOf(ws: Workspace): Surgery {
  let surgery = surgeries.get(ws)
  if (!surgery) surgeries.set(ws, (surgery = new Surgery(ws)))
  return surgery
}
