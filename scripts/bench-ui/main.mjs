// Drives Chromium over a running server for `clearline bench ui`: reads on stdin where the server is and for whom it
// speaks, prints one figure a line on stdout ({"name","value","note"}), tells its progress on stderr. The goals are in
// bench/goals.go.
import { Webhook } from '../stories/lib/webhook.mjs'
import { openBrowser } from '../stories/lib/browser.mjs'
import { keystrokes, events, burst } from './writing.mjs'
import { listScroll, threadScroll } from './scrolling.mjs'
import { deskList, firstLoad, machine, phone } from './loading.mjs'
import { reconnect } from './reconnecting.mjs'
import { search } from './searching.mjs'
import { switching } from './switching.mjs'

const chunks = []
for await (const chunk of process.stdin) chunks.push(chunk)
const order = JSON.parse(Buffer.concat(chunks).toString())
const only = process.argv.slice(2)
const measurements = { machine, firstLoad, deskList, phone, switching, listScroll, threadScroll, keystrokes, events, burst, reconnect, search }

const browser = await openBrowser()
const say = (words) => console.error(`${new Date().toTimeString().slice(0, 8)}  ui: ${words}`)
const bench = {
  browser,
  order,
  say,
  hook: new Webhook(order),
  figure: (name, value, note) => console.log(JSON.stringify({ name, value: Math.round(value * 1000) / 1000, ...(note ? { note } : {}) })),
  state: null,
  /** A browser of its own, signed in, with nothing in its cache. */
  async context(options = {}) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, storageState: bench.state ?? undefined, ...options })
    context.setDefaultTimeout(30_000)
    return context
  },
  async api(path) {
    const answer = await fetch(`${order.url}/api/v1/${path}`, { headers: { Authorization: `Bearer ${order.api_key}` } })
    if (!answer.ok) throw new Error(`GET ${path}: ${answer.status}`)
    return answer.json()
  },
}

let failed = 0
try {
  const context = await bench.context()
  const page = await context.newPage()
  await page.goto(order.login_url)
  await page.getByTestId('conversation').first().waitFor()
  bench.state = await context.storageState()
  await context.close()
  for (const [name, measure] of Object.entries(measurements)) {
    if (only.length > 0 && !only.includes(name)) continue
    say(name)
    try {
      await measure(bench)
    } catch (error) {
      failed++
      say(`${name} could not be measured: ${error.stack ?? error}`)
    }
    for (const left of browser.contexts()) await left.close()
  }
} finally {
  await browser.close()
}
process.exit(failed > 0 ? 1 : 0)
