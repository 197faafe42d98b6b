// Starts `clearline demo` on free ports and an own data folder, and speaks to it and to its twin.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export const binary = fileURLToPath(new URL('../../../bin/clearline', import.meta.url))
const startWithin = 120_000
const stopWithin = 60_000

/** A running demo in which customers write only when told, unless it is asked to be lively. */
export class Demo {
  static async start({ lively = false } = {}) {
    if (!existsSync(binary)) throw new Error('bin/clearline is missing: run make build')
    const folder = mkdtempSync(join(tmpdir(), 'clearline-story-'))
    const args = ['demo', ...(lively ? [] : ['--still']), '--json', '--addr', '127.0.0.1:0', '--sim-addr', '127.0.0.1:0', '--metrics-addr', '127.0.0.1:0', '--data-dir', folder]
    const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    const log = []
    createInterface({ input: child.stderr }).on('line', (line) => {
      log.push(line)
      if (log.length > 200) log.shift()
    })
    try {
      return new Demo(child, folder, log, await firstLine(child, log))
    } catch (error) {
      child.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
      throw error
    }
  }

  constructor(child, folder, log, facts) {
    this.child = child
    this.folder = folder
    this.log = log
    this.facts = facts
  }

  /** The product's API, with the demo's key. Gives status and body; throws on nothing. */
  async api(method, path, body) {
    return ask(new URL(`/api/v1/${path}`, this.facts.url), method, body, { Authorization: `Bearer ${this.facts.api_key}` })
  }

  /** The twin's control interface. Throws when it refuses. */
  async control(method, path, body) {
    const answer = await ask(`${this.facts.sim_url.replace(/\/$/, '')}/control/v1/${path}`, method, body)
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body
  }

  /** The sends to one person that the twin has noted. */
  async sendsTo(person) {
    const { calls } = await this.control('GET', 'ledger?since=0')
    return calls.filter((c) => c.operation === 'send' && c.person === person.id)
  }

  /** Stops the demo and throws when it does not end well. */
  async stop() {
    try {
      if (this.child.exitCode !== null) throw new Error(`the demo ended by itself with ${this.child.exitCode}`)
      const ended = new Promise((resolve) => this.child.once('exit', (code, signal) => resolve({ code, signal })))
      this.child.kill('SIGTERM')
      const timer = setTimeout(() => this.child.kill('SIGKILL'), stopWithin)
      const { code, signal } = await ended
      clearTimeout(timer)
      if (code !== 0) throw new Error(`the demo ended with ${signal ?? code}`)
    } finally {
      rmSync(this.folder, { recursive: true, force: true })
    }
  }
}

function firstLine(child, log) {
  return new Promise((resolve, reject) => {
    const fail = (why) => reject(new Error(`${why}\n${log.join('\n')}`))
    const timer = setTimeout(() => fail('the demo printed nothing within two minutes'), startWithin)
    const lines = createInterface({ input: child.stdout })
    child.once('exit', (code) => {
      clearTimeout(timer)
      fail(`the demo ended with ${code} before it was ready`)
    })
    child.once('error', (error) => {
      clearTimeout(timer)
      fail(error.message)
    })
    lines.once('line', (line) => {
      clearTimeout(timer)
      child.removeAllListeners('exit')
      try {
        resolve(JSON.parse(line))
      } catch {
        fail(`the demo’s first line is not JSON: ${line}`)
      }
    })
  })
}

async function ask(url, method, body, headers = {}) {
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  })
  const text = await response.text()
  return { status: response.status, body: text ? JSON.parse(text) : null }
}
