// What a story has in its hands: the demo, two pages (the agent's inbox and the customers' phones), steps that
// are printed, and checks that wait for what they claim.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const shots = fileURLToPath(new URL('../../../shots/', import.meta.url))
const within = 60_000

export class Story {
  constructor(name, demo, browser) {
    this.name = name
    this.demo = demo
    this.browser = browser
    /** Told by name, a story with a long list walks through all of it; among all stories through a part. */
    this.whole = true
    this.errors = []
    /** The addresses that the pages have asked for, in order. */
    this.requests = []
    this.pages = []
  }

  /** Says what happens, does it, and gives its result. */
  async step(words, act) {
    console.log(`  - ${words}`)
    return act()
  }

  check(holds, words) {
    if (!holds) throw new Error(`does not hold: ${words}`)
  }

  /** Asks again until the answer is as wanted; for facts that no page shows. */
  async eventually(words, look, page = this.pages[0]) {
    const end = Date.now() + within
    for (;;) {
      const found = await look()
      if (found) return found
      if (Date.now() > end) throw new Error(`did not come about within ${within / 1000} s: ${words}`)
      // A round trip to the event loop and the browser is pause enough; nothing here counts on its length.
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)))
    }
  }

  /** The agent's browser, signed in by the link that the demo prints; or that of another of the demo's people. */
  async inbox(viewport = { width: 1440, height: 900 }, user = null) {
    const page = await this.#open(viewport)
    await page.goto(user?.login_url ?? this.demo.facts.login_url)
    await page.getByTestId('inbox').waitFor()
    return new Inbox(page)
  }

  /** A browser of its own, at an address, without a session. */
  async browse(url, viewport = { width: 1440, height: 900 }) {
    const page = await this.#open(viewport)
    await page.goto(url)
    return page
  }

  /** A page that shows the inbox, with what stories do there. */
  inboxOn(page) {
    return new Inbox(page)
  }

  /** Another tab of the same browser, with the session it has. */
  async tab(inbox) {
    const page = this.#watch(await inbox.page.context().newPage())
    await page.goto(this.demo.facts.url)
    await page.getByTestId('inbox').waitFor()
    return new Inbox(page)
  }

  /** The customers' phones, a person of the story's own on screen. */
  async phone(person) {
    const page = await this.#open({ width: 1100, height: 800 })
    await page.goto(this.demo.facts.sim_url)
    await page.getByTestId(`person-${person.id}`).click()
    return new Phone(page, person)
  }

  /** A customer made for this story, so that nobody else's history is in the way. */
  person(name, more = {}) {
    return this.demo.control('POST', 'people', { platform: 'whatsapp', name, ...more })
  }

  async shot(page, name) {
    mkdirSync(shots, { recursive: true })
    await page.screenshot({ path: join(shots, `${this.name}-${name}.png`) })
  }

  async #open(viewport) {
    const context = await this.browser.newContext({ viewport, reducedMotion: 'reduce' })
    context.setDefaultTimeout(within)
    return this.#watch(await context.newPage())
  }

  #watch(page) {
    page.on('request', (request) => this.requests.push(request.url()))
    page.on('pageerror', (error) => this.errors.push(`${page.url()}: ${error.message}`))
    page.on('console', (message) => {
      if (message.type() !== 'error') return
      const from = message.location().url
      this.errors.push(`${from}: ${message.text()}`)
    })
    this.pages.push(page)
    return page
  }

  /** Browsers note every refused request as an error; those that the story provokes on purpose are no fault. */
  allowErrors(pattern) {
    this.errors = this.errors.filter((e) => !pattern.test(e))
  }
}

class Inbox {
  constructor(page) {
    this.page = page
    this.field = page.getByTestId('reply')
    this.window = page.getByTestId('window')
  }

  async open(name) {
    await this.page.getByTestId('conversation').filter({ hasText: name }).click()
    await this.page.getByTestId('composer').waitFor()
  }

  /** The bubble with these words. */
  bubble(words) {
    return this.page.getByTestId('message').filter({ hasText: words })
  }

  /** Waits until the bubble's status is the one given, and reads as the word given. */
  async status(words, status, word) {
    const mark = this.bubble(words).getByTestId('status')
    await this.page.locator(`[data-testid="message"]`).filter({ hasText: words }).locator(`[data-status="${status}"]`).waitFor()
    const shown = (await mark.innerText()).trim()
    if (shown !== word) throw new Error(`the status reads “${shown}”, not “${word}”`)
  }
}

class Phone {
  constructor(page, person) {
    this.page = page
    this.person = person
  }

  async write(words) {
    await this.page.getByTestId('phone-input').fill(words)
    await this.page.getByTestId('phone-send').click()
  }

  message(words) {
    return this.page.getByTestId('phone-message').filter({ hasText: words })
  }

  async show(person) {
    await this.page.getByTestId(`person-${person.id}`).click()
  }
}
