import { problemOf, type Problem } from '../api/problem'
import type { Workspace } from '../state/workspace.svelte'
import type { Procedure, Step, StepInput, StepName } from './types'

/** While a step waits for the outside world (a message, a code), how often one looks; changes of the log come sooner. */
const lookEvery = 3_000

/** One connecting under way, as the page shows it: read, gone on with, looked after. */
export class Course {
  readonly #ws: Workspace
  readonly id: string
  procedure = $state.raw<Procedure | null>(null)
  busy = $state(false)
  /** Why the last inputs were refused; it stays until the next try. */
  problem = $state.raw<Problem | null>(null)
  /** Why it could not be read at all. */
  unread = $state.raw<Problem | null>(null)

  readonly now = $derived(this.procedure?.steps.find((s) => s.state === 'now' || s.state === 'failed') ?? null)
  readonly place = $derived(this.procedure ? (this.now ? this.procedure.steps.indexOf(this.now) + 1 : this.procedure.steps.length) : 0)
  readonly open = $derived(this.procedure !== null && this.procedure.status !== 'done' && this.procedure.status !== 'cancelled')

  constructor(ws: Workspace, id: string, known: Procedure | null = null) {
    this.#ws = ws
    this.id = id
    this.procedure = known
  }

  /** Follows the procedure until the returned function is called. */
  follow(): () => void {
    void this.read()
    const off = this.#ws.onChange('procedure.changed', (change) => {
      if (change.id === this.id) void this.read()
    })
    const timer = setInterval(() => {
      if (this.open && !this.busy && document.visibilityState === 'visible') void this.read()
    }, lookEvery)
    return () => (off(), clearInterval(timer))
  }

  async read(): Promise<void> {
    try {
      const read = await this.#ws.api.procedure(this.id)
      // An answer that was under way while a step was taken is older than what that step said.
      if (this.procedure && Date.parse(read.updated_at) < Date.parse(this.procedure.updated_at)) return
      this.procedure = read
      this.unread = null
    } catch (error) {
      // What was read stays while the connection is away: the banner over the page says so.
      if (!this.procedure) this.unread = problemOf(error)
    }
  }

  /** Gives the step whose turn it is what it waits for; false when it was refused, and problem says why. */
  async take(step: Step, body: StepInput): Promise<Procedure | null> {
    if (this.busy) return null
    this.busy = true
    this.problem = null
    try {
      this.procedure = await this.#ws.api.takeStep(this.id, step.step as StepName, body)
      return this.procedure
    } catch (error) {
      this.problem = problemOf(error)
      return null
    } finally {
      this.busy = false
      // The refusal stands in the procedure too, with its tries and timers.
      if (this.problem) void this.read()
    }
  }

  /** Turns the sign-in of a reconnect into pasting a token: the step is asked for without one, and says what it wants. */
  async byHand(): Promise<void> {
    this.problem = null
    try {
      await this.#ws.api.takeStep(this.id, 'token', {})
    } catch (error) {
      // Without values it is refused, which is how it says what it wants.
      const problem = problemOf(error)
      if (problem.status !== 422) this.problem = problem
    }
    await this.read()
  }

  async giveUp(): Promise<boolean> {
    this.problem = null
    try {
      await this.#ws.api.giveUp(this.id)
      return true
    } catch (error) {
      this.problem = problemOf(error)
      return false
    }
  }
}

/** What people call the account that is being connected, as far as it is known. */
export function accountName(p: Procedure, unnamed: string): string {
  return p.account.phone || p.account.phone_number_id || unnamed
}
