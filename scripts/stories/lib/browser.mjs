// Opens Debian's Chromium for stories and pictures, through the playwright-core that web/ pins.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'

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

/** Starts Chromium; CHROMIUM names another binary than Debian's. */
export function openBrowser() {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'
  if (!existsSync(executablePath)) {
    throw new Error(`no Chromium at ${executablePath}: apt-get install chromium, or set CHROMIUM to its path`)
  }
  return chromium.launch({ executablePath, args: flags })
}
