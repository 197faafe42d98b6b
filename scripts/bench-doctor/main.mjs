// Reads in a browser what the pages name as a cause, for `clearline bench doctor`. The first line on stdin says who looks:
// {"login_url","welcome","email"}, the link by which somebody signs in, and where the owner of another company chooses a password.
// Each further line asks for one place, which `places` below lists, with the cause that is wanted there; its answer is one line on
// stdout: {"cause"} as it is shown then, or {"error"}. A page may still be drawing: the answer waits, for a bounded time, until
// it shows what is wanted. A session ends after 30 days, which go by quickly where clocks are moved: then one signs in again.
import { createInterface } from 'node:readline'
import { openBrowser } from '../stories/lib/browser.mjs'

const drawnWithin = 20_000
const password = 'for the length of a campaign'
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const { login_url, welcome, email } = JSON.parse((await lines.next()).value)
const origin = new URL(login_url).origin
const browser = await openBrowser()

/** A window of somebody's own, who signs in by `enter`. */
async function visitor(enter) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  page.setDefaultTimeout(drawnWithin)
  /** Opens a path, signing in first where that is asked for, and waits for something on the page. */
  const open = async (path, wanted) => {
    const login = page.getByTestId('login-form')
    await page.goto(origin + path)
    await wanted(page).or(login).first().waitFor().catch(() => {})
    if (!(await login.isVisible())) return
    await enter(page)
    await page.goto(origin + path)
    await wanted(page).first().waitFor().catch(() => {})
  }
  return { page, open }
}

const inbox = (page) => page.getByTestId('views')
const colleague = await visitor(async (page) => {
  await page.goto(login_url)
  await inbox(page).waitFor()
})
const neighbour = await visitor(async (page) => {
  await page.locator('#email').fill(email)
  await page.locator('#password').fill(password)
  await page.keyboard.press('Enter')
  await page.getByTestId('login-form').waitFor({ state: 'hidden' })
})
await colleague.open('/', inbox)
await neighbour.page.goto(origin + welcome)
await neighbour.page.locator('#password').fill(password)
await neighbour.page.keyboard.press('Enter')
await inbox(neighbour.page).waitFor()
console.log(JSON.stringify({ ready: true }))

/** The places, each with who looks, what names a cause there, and the way to it. */
const places = {
  message: ({ conversation, message, want }) => ({ who: colleague, path: `/conversations/${conversation}?at=${message}`, selector: `article[data-id="${message}"] [data-cause]`, attribute: 'data-cause', want }),
  connection: ({ connection, want }) => ({ who: colleague, path: `/platforms/${connection}?tab=doctor`, selector: '[data-verdict]', attribute: 'data-verdict', want }),
  connect: ({ connect, want }) => ({ who: neighbour, path: '/connect', way: (page) => byHand(page, connect), selector: '[data-testid="trouble"]', attribute: 'data-cause', want }),
  // A server that cannot work has a plain page, on which the cause's id can be read.
  front: ({ want }) => ({ who: colleague, path: '/', selector: 'main code', want }),
}

/** Goes through the pages that connect a number, with what its owner would paste. */
async function byHand(page, account) {
  await page.getByTestId('app-no').click()
  await page.getByTestId('way-manual').click()
  await page.getByRole('button', { name: 'I choose the number at Meta' }).click()
  for (const name of ['phone_number_id', 'waba_id', 'token', 'app_secret', 'app_id']) {
    const field = page.locator(`#token-${name}`)
    await field.waitFor()
    await field.fill(account[name])
  }
  await page.getByTestId('token-form').getByRole('button').click()
}

/** The beginning of what a page says, for somebody who must find out why it does not say what was expected. */
async function words(page) {
  const all = await page.locator('body').innerText()
  return all.replace(/\s+/g, ' ').trim().slice(0, 300)
}

async function look(asked) {
  const { who, path, way, selector, attribute, want } = Object.entries(places).find(([name]) => asked[name])[1](asked)
  const { page } = who
  const wanted = attribute ? page.locator(`${selector}[${attribute}="${want}"]`) : page.locator(selector).getByText(want, { exact: true })
  await who.open(path, way ? () => page.getByTestId('app-no') : () => wanted)
  if (way) {
    await way(page)
    await wanted.first().waitFor().catch(() => {})
  }
  const shown = page.locator(selector).first()
  if ((await shown.count()) === 0) throw new Error(`${path} shows no ${selector}, but: ${await words(page)}`)
  return attribute ? shown.getAttribute(attribute) : shown.innerText()
}

try {
  for (let line = await lines.next(); !line.done; line = await lines.next()) {
    const answer = await look(JSON.parse(line.value)).then(
      (cause) => ({ cause }),
      (error) => ({ error: String(error.message ?? error).split('\n')[0] }),
    )
    console.log(JSON.stringify(answer))
  }
} finally {
  await browser.close()
}
