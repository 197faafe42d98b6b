// Opens Debian's Chromium for stories and pictures, through the playwright-core that web/ pins.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'

const require = createRequire(new URL('../../../web/package.json', import.meta.url))
const { chromium } = require('playwright-core')

const flags = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Where Chromium is; CHROMIUM names another binary than Debian's. */
function executable() {
  const path = process.env.CHROMIUM ?? '/usr/bin/chromium'
  if (!existsSync(path)) throw new Error(`no Chromium at ${path}: apt-get install chromium, or set CHROMIUM to its path`)
  return path
}

/** Starts Chromium for as long as the program runs. */
export function openBrowser() {
  return chromium.launch({ executablePath: executable(), args: flags })
}

/** A Chromium of one's own, with a profile that stays: it can be killed like any other program. */
export async function ownBrowser(profile) {
  const child = spawn(executable(), [...flags, '--no-default-browser-check', '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'], { stdio: ['ignore', 'ignore', 'pipe'], detached: true })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const kill = async () => {
    try {
      process.kill(-child.pid, 'SIGKILL')
    } catch {
      // it has ended already
    }
    await ended
  }
  try {
    const address = await new Promise((resolve, reject) => {
      const lines = createInterface({ input: child.stderr })
      lines.on('line', (line) => {
        const found = /DevTools listening on (ws:\S+)/.exec(line)
        if (found) resolve(found[1])
      })
      child.once('exit', (code) => reject(new Error(`Chromium ended with ${code} before it was ready`)))
      child.once('error', reject)
    })
    const browser = await chromium.connectOverCDP(address)
    return { context: browser.contexts()[0], kill }
  } catch (error) {
    await kill()
    throw error
  }
}
