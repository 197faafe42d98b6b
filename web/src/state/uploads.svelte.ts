import { SvelteMap } from 'svelte/reactivity'
import { problemOf, type Problem } from '../api/problem'
import type { Media } from '../api/types'

/** A file on its way to the server, or one that the server did not take. */
export interface Upload {
  key: string
  conversation_id: string
  name: string
  bytes: number
  mime: string
  /** waiting: there was no answer, and it is tried again. */
  state: 'uploading' | 'waiting' | 'refused'
  /** What has left so far, from 0 to 1. */
  progress: number
  problem: Problem | null
}

/** Sends one file to the server. */
export type Send = (file: File, options: { onProgress: (part: number) => void; signal: AbortSignal }) => Promise<Media>

const firstWait = 1_000
const longestWait = 30_000
/** More files than these do not go at a time over one person's line. */
const parallel = 2

/**
 * Files go to the server as soon as they are chosen, so that what is wrong with one is known before sending. They
 * go on while other conversations are open; one that the network held up is tried again by itself.
 */
export class Uploads {
  readonly #send: Send
  readonly #ready: (conversationId: string, media: Media) => void
  readonly #later: (ms: number, fn: () => void) => void
  readonly #all = new SvelteMap<string, Upload>()
  readonly #files = new Map<string, { file: File; abort: AbortController; failures: number }>()
  #running = 0
  #serial = 0

  /** ready hears of each file that the server has taken. */
  constructor(send: Send, ready: (conversationId: string, media: Media) => void, later: (ms: number, fn: () => void) => void = (ms, fn) => void setTimeout(fn, ms)) {
    this.#send = send
    this.#ready = ready
    this.#later = later
  }

  of(conversationId: string): Upload[] {
    return [...this.#all.values()].filter((u) => u.conversation_id === conversationId)
  }

  add(conversationId: string, files: Iterable<File>): void {
    for (const file of files) {
      const key = `u${this.#serial++}`
      this.#files.set(key, { file, abort: new AbortController(), failures: 0 })
      this.#all.set(key, { key, conversation_id: conversationId, name: file.name, bytes: file.size, mime: file.type, state: 'uploading', progress: 0, problem: null })
    }
    this.#pump()
  }

  /** Ends an upload, or puts a refused file away. */
  remove(key: string): void {
    this.#files.get(key)?.abort.abort()
    this.#files.delete(key)
    this.#all.delete(key)
  }

  /** The server may be reachable again: what waits goes now. */
  flush(): void {
    for (const u of this.#all.values()) if (u.state === 'waiting') this.#set(u.key, { state: 'uploading' })
    this.#pump()
  }

  readonly #active = new Set<string>()

  #pump(): void {
    for (const u of this.#all.values()) {
      if (this.#running >= parallel) return
      if (u.state === 'uploading' && !this.#active.has(u.key)) void this.#run(u.key)
    }
  }

  async #run(key: string): Promise<void> {
    const job = this.#files.get(key)
    const upload = this.#all.get(key)
    if (!job || !upload) return
    this.#running++
    this.#active.add(key)
    try {
      const media = await this.#send(job.file, { onProgress: (progress) => this.#set(key, { progress }), signal: job.abort.signal })
      if (!this.#all.has(key)) return
      this.remove(key)
      this.#ready(upload.conversation_id, media)
    } catch (error) {
      this.#failed(key, job, problemOf(error))
    } finally {
      this.#running--
      this.#active.delete(key)
      this.#pump()
    }
  }

  #failed(key: string, job: { failures: number }, problem: Problem): void {
    if (!problem.passing && problem.status !== 401) {
      this.#set(key, { state: 'refused', problem })
      return
    }
    this.#set(key, { state: 'waiting', progress: 0 })
    const wait = problem.retryAfterSeconds ? problem.retryAfterSeconds * 1000 : Math.min(longestWait, firstWait * 2 ** job.failures++)
    this.#later(wait, () => {
      if (this.#all.get(key)?.state !== 'waiting') return
      this.#set(key, { state: 'uploading' })
      this.#pump()
    })
  }

  #set(key: string, change: Partial<Upload>): void {
    const upload = this.#all.get(key)
    if (upload) this.#all.set(key, { ...upload, ...change })
  }
}
