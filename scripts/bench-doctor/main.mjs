// Reads in a browser what the pages name as a cause, for `clearline bench doctor`. The first line on stdin says where to sign
// in: {"login_url"}. Each further line asks for one place: {"connection","want"} or {"conversation","message","want"}; its answer is
// one line on stdout: {"cause"} as it is shown then, or {"error"}. A page may still be drawing: the answer waits, for a
// bounded time, until it shows what is wanted. A session ends after 30 days, which go by quickly where clocks are moved: then it
// signs in again.
import { createInterface } from 'node:readline'
import { openBrowser } from '../stories/lib/browser.mjs'

const drawnWithin = 10_000
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const { login_url } = JSON.parse((await lines.next()).value)
const origin = new URL(login_url).origin

const browser = await openBrowser()
const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
const page = await context.newPage()
page.setDefaultTimeout(drawnWithin)
await signIn()
console.log(JSON.stringify({ ready: true }))

async function signIn() {
  await page.goto(login_url)
  await page.getByTestId('views').waitFor()
}

/** The beginning of what the page says, for somebody who must find out why it does not say what was expected. */
async function words() {
  const all = await page.locator('body').innerText()
  return all.replace(/\s+/g, ' ').trim().slice(0, 300)
}

/** Where a cause is shown, and the attribute that names it. */
function place(asked) {
  if (asked.message) {
    const path = `/conversations/${asked.conversation}?at=${asked.message}`
    return { path, selector: `article[data-id="${asked.message}"] [data-cause]`, attribute: 'data-cause' }
  }
  return { path: `/platforms/${asked.connection}?tab=doctor`, selector: '[data-verdict]', attribute: 'data-verdict' }
}

async function look(asked) {
  const { path, selector, attribute } = place(asked)
  const wanted = page.locator(`${selector}[${attribute}="${asked.want}"]`).first()
  const login = page.getByTestId('login-form')
  await page.goto(origin + path)
  await wanted.or(login).waitFor().catch(() => {})
  if (await login.isVisible()) {
    await signIn()
    await page.goto(origin + path)
    await wanted.waitFor().catch(() => {})
  }
  const shown = page.locator(selector).first()
  if ((await shown.count()) === 0) throw new Error(`${path} shows no ${selector}, but: ${await words()}`)
  return shown.getAttribute(attribute)
}

try {
  for (let line = await lines.next(); !line.done; line = await lines.next()) {
    const answer = await look(JSON.parse(line.value)).then(
      (cause) => ({ cause }),
      (error) => ({ error: String(error.message ?? error) }),
    )
    console.log(JSON.stringify(answer))
  }
} finally {
  await browser.close()
}
