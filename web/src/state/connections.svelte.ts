import { SvelteMap } from 'svelte/reactivity'
import type { Api } from '../api/client'
import { problemOf, type Problem } from '../api/problem'
import type { Connection, Template } from '../api/types'
import type { Left } from '../platforms/types'
import { Refresher } from '../live/refresher'

/** Worst first: the rail shows one mark for all connections. */
const precedence: Connection['status'][] = ['reauthorization_required', 'disconnected', 'degraded', 'connecting', 'paused', 'connected']

/** Where a status stands among them: the worst is 0. */
export const rank = (status: Connection['status']): number => precedence.indexOf(status)

/** The company's connections and, for those asked about, their templates. */
export class Connections {
  readonly #api: Api
  readonly #known = new SvelteMap<string, Connection>()
  readonly #templates = new SvelteMap<string, Template[]>()
  readonly #refresher: Refresher
  #asked = 0
  loaded = $state(false)
  problem = $state<Problem | null>(null)

  readonly list = $derived.by(() => [...this.#known.values()].sort((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1)))
  readonly worst = $derived.by(() => precedence.find((s) => this.list.some((c) => c.status === s)) ?? null)

  constructor(api: Api) {
    this.#api = api
    this.#refresher = new Refresher(async (id) => this.put([await api.connection(id)]))
  }

  get(id: string): Connection | null {
    return this.#known.get(id) ?? null
  }

  put(connections: readonly Connection[]): void {
    for (const c of connections) this.#known.set(c.id, c)
  }

  touch(id: string): void {
    this.#refresher.ask(id)
  }

  again(): void {
    this.#refresher.again()
  }

  /** Reads all; those that ended elsewhere are gone afterwards. An answer to an earlier question is dropped. */
  async load(): Promise<void> {
    const asked = ++this.#asked
    try {
      await this.#refresher.during(async () => {
        const { items } = await this.#api.connections()
        if (asked !== this.#asked) return
        const here = new Set(items.map((c) => c.id))
        for (const id of [...this.#known.keys()]) if (!here.has(id)) this.#known.delete(id)
        this.put(items)
        this.loaded = true
        this.problem = null
      })
    } catch (error) {
      if (asked === this.#asked) this.problem = problemOf(error)
    }
  }

  /** Renames, pauses or resumes it. Throws a Problem. */
  async change(id: string, change: { name?: string; paused?: boolean }): Promise<void> {
    this.put([await this.#api.changeConnection(id, change)])
  }

  /** Disconnects it; gives what is left to do at the platform. Throws a Problem. */
  async end(id: string): Promise<Left[]> {
    const { left_to_do } = await this.#api.disconnect(id)
    this.#known.delete(id)
    return left_to_do
  }

  /** The templates of a connection, null until loadTemplates() has brought them. */
  templates(id: string): Template[] | null {
    return this.#templates.get(id) ?? null
  }

  async loadTemplates(id: string): Promise<void> {
    this.#templates.set(id, (await this.#api.templates(id)).items)
  }

  /** Has the server read the templates from the platform anew. */
  async syncTemplates(id: string): Promise<void> {
    this.#templates.set(id, (await this.#api.syncTemplates(id)).items)
  }

  /** Templates changed on the server: those shown are read again, the others when they are next asked for. */
  templatesChanged(id: string): void {
    if (this.#templates.has(id)) void this.loadTemplates(id).catch(() => this.#templates.delete(id))
  }
}
