import { problemOf, type Problem } from '../api/problem'

/** How long "Saved" stands beside a field. */
const shownFor = 8_000

/**
 * The one way in which settings are saved: each field by itself, as soon as it has changed, with the way back beside it.
 * What could not be saved goes back to what it was, and says why.
 */
export class Saver {
  /** The field that was saved last, or could not be. */
  field = $state<string | null>(null)
  state = $state<'saving' | 'saved' | 'undone' | 'failed'>('saved')
  problem = $state.raw<Problem | null>(null)
  #undo: (() => Promise<void>) | null = null
  #timer: ReturnType<typeof setTimeout> | undefined

  get canUndo(): boolean {
    return this.state === 'saved' && this.#undo !== null
  }

  /** Saves a field; undo is how to save what it was before. Gives whether it was saved. */
  async save(field: string, save: () => Promise<void>, undo: (() => Promise<void>) | null): Promise<boolean> {
    return this.#run(field, save, 'saved', undo)
  }

  async undo(): Promise<void> {
    const back = this.#undo
    if (back && this.field !== null) await this.#run(this.field, back, 'undone', null)
  }

  async #run(field: string, save: () => Promise<void>, state: 'saved' | 'undone', undo: (() => Promise<void>) | null): Promise<boolean> {
    clearTimeout(this.#timer)
    this.field = field
    this.state = 'saving'
    this.problem = null
    this.#undo = null
    try {
      await save()
    } catch (error) {
      if (this.field === field) {
        this.problem = problemOf(error)
        this.state = 'failed'
      }
      return false
    }
    // Another field may have been changed meanwhile; then the word belongs to that one.
    if (this.field === field) {
      this.state = state
      this.#undo = undo
      this.#timer = setTimeout(() => {
        if (this.field === field) this.field = null
      }, shownFor)
    }
    return true
  }
}
