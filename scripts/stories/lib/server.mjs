// Starts `clearline serve` on an empty data folder, as somebody does who has just installed it.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const binary = fileURLToPath(new URL('../../../bin/clearline', import.meta.url))
const startWithin = 120_000

/** A running installation without a company; setupURL is the one-time link that it has printed. */
export class Server {
  static async start() {
    const folder = mkdtempSync(join(tmpdir(), 'clearline-story-'))
    const args = ['serve', '--addr', '127.0.0.1:0', '--metrics-addr', '', '--data-dir', folder, '--graph-url', 'http://127.0.0.1:1']
    const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'ignore'] })
    try {
      const setupURL = await new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('the server printed no link within two minutes')), startWithin)
        child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)))
        createInterface({ input: child.stdout }).on('line', (line) => {
          const link = /^Open (http\S+\/setup\?code=\S+)$/.exec(line)?.[1]
          if (!link) return
          clearTimeout(timer)
          resolve(link)
        })
      })
      return new Server(child, folder, setupURL)
    } catch (error) {
      child.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
      throw error
    }
  }

  constructor(child, folder, setupURL) {
    this.child = child
    this.folder = folder
    this.setupURL = setupURL
    this.url = new URL(setupURL).origin
  }

  async stop() {
    const ended = new Promise((resolve) => this.child.once('exit', resolve))
    this.child.kill('SIGTERM')
    await ended
    rmSync(this.folder, { recursive: true, force: true })
  }
}
