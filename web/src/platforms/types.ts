import type { CauseEntry, Platform } from '../api/types'

// What the doctor answers, as contract.md has it.

/** What one check came to. Could not tell is never shown as a pass. */
export type CheckResult = 'pass' | 'warn' | 'fail' | 'not_checked' | 'could_not_tell'
/** While a run goes on, a check may also be under way, or still have its turn to come. */
export type CheckState = CheckResult | 'running' | 'queued'

export interface Check {
  id: string
  title: string
  result: CheckState
  cause: string | null
  /** Further candidates when no reading decides, the likelier first. */
  also?: string[]
  /** For people, without secrets; expected is empty on a pass. */
  found: string
  expected: string
  /** Ids of the checks without which this one says nothing. */
  needs: string[]
  ms: number
  /** The platform's answer with secrets masked. */
  raw?: string | null
  /** When a warning becomes a failure. */
  due?: string | null
}

export type Who = CauseEntry['who']
export type Side = CauseEntry['side']
/** label is the part of text that becomes a button or a link. */
export interface Step {
  text: string
  label?: string | null
  action: string | null
  url?: string | null
}

export interface Finding {
  cause: string
  title: string
  what: string
  why: string
  do: Step[]
  who: Who
  /** The check that saw it. */
  check?: string
  state: 'open' | 'fixed' | 'came_back'
  first_seen: string
  last_seen: string
  fixed_at?: string | null
  /** How often it began. */
  count: number
}

/** findings[0] is the verdict. */
export interface Report {
  connection_id: string | null
  started_at: string | null
  ended_at: string | null
  /** False for the light run that goes by itself. */
  full?: boolean
  status: string
  cause: string | null
  side: Side
  checks: Check[]
  findings: Finding[]
}

/** One call that a fix makes at the platform: what is there, and what will be. */
export interface Change {
  call: string
  from: string
  to: string
}
export interface Plan {
  changes: Change[]
  done: boolean
}
/** What some fixes need from a person. */
export interface FixInput {
  pin?: string
  method?: 'sms' | 'voice'
  language?: string
  code?: string
}

export type TestKind = 'webhook' | 'message' | 'round_trip'
export interface Hop {
  step: string
  ok: boolean
  ms: number
  cause: string | null
  found?: string
}
export interface TestResult {
  ok: boolean
  steps: Hop[]
}

/** What GET one connection and the list of them say beyond its status. */
export interface ConnectionMore {
  phone?: string | null
  doctor?: { status: 'pass' | 'warn' | 'fail' | 'checking' | 'never'; at: string | null; cause: string | null } | null
  token?: { kind: string; ends_at: string | null; renewal: 'none' | 'ahead' | 'failed'; checked_at: string | null } | null
  procedure_id?: string | null
  readings?: { quality_rating?: string | null; messaging_limit?: string | null; name_status?: string | null } | null
  /** Messages per hour of the last 24 h, in and then out, the current hour last. */
  volume?: number[][] | null
}

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
