import type { components } from '../api/schema'
import type { CauseEntry, Person, Platform } from '../api/types'

// What the doctor answers; what the schema leaves open is narrowed here.
type Schemas = components['schemas']

/** What one check came to. Could not tell is never shown as a pass. */
export type CheckResult = Exclude<Schemas['CheckReport']['result'], 'running'>
/** While a run goes on, a check may also be under way, or still have its turn to come. */
export type CheckState = CheckResult | 'running' | 'queued'
export type Check = Omit<Schemas['CheckReport'], 'result'> & { result: CheckState }
export type Finding = Schemas['FindingReport']
/** Where trouble with calls or deliveries lies. */
export type Triage = Schemas['Triage']
/** findings[0] is the verdict. */
export type Report = Omit<Schemas['Report'], 'checks' | 'paused'> & { checks: Check[]; paused: Schemas['Paused'] | null }
export type Who = CauseEntry['who']
export type Side = CauseEntry['side']
export type Step = Schemas['Step']

export type Plan = Schemas['FixView']
/** What some fixes need from a person. */
export type FixInput = Omit<Schemas['FixInputBody'], 'dry_run'>
/** One repair that somebody made; by is null for an API key. */
export type Repair = Omit<Schemas['RepairView'], 'by' | 'changes'> & { by: Person | null; changes: Schemas['Change'][] | null }

export type TestKind = 'webhook' | 'message' | 'round_trip'
export type Hop = Schemas['Hop']
export interface TestResult {
  ok: boolean
  steps: Hop[]
}

/** What is to be done to take a number elsewhere. */
export type MoveOut = Schemas['MoveOutView']
/** What only somebody at the platform can still do after a connection has ended. */
export type Left = Schemas['Left']

/** A trouble that the demo's simulator can stage. */
export interface FaultKind {
  cause: string
  platforms: Platform[]
  needs: 'account' | 'person' | 'none'
}
export interface Fault {
  id: string
  cause?: string | null
  /** Set for one that strikes a single person: a part of the sample company's story. */
  person?: string | null
  hits: number
}
