import type { Platform } from '../api/types'
import type { IconName } from '../components/Icon.svelte'

/** One row to choose from. */
export interface Option {
  key: string
  label: string
  /** The letters of the label that answer what was typed. */
  hits: readonly number[]
  hint?: string
  /** The keys that do the same, so that choosing teaches them. */
  keys?: readonly string[]
  icon?: IconName
  platform?: Platform
  /** Rows of one group stand together under its name. */
  group?: string
  run: () => void
}
