// C1: what is typed survives the closing of the window, a tab that crashes, and a browser that is killed.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ownBrowser } from './lib/browser.mjs'

export const title = 'a draft survives the closed window, the crashed tab and the killed browser'

export async function tell(story) {
  const { demo } = story
  const person = await story.person('Elsa Brink')
  await demo.control('POST', `people/${person.id}/messages`, { text: 'When does it leave?' })
  const profile = mkdtempSync(join(tmpdir(), 'clearline-profile-'))
  let browser = await ownBrowser(profile)
  try {
    let page = await open(browser, demo.facts.login_url)
    await story.step('the window closes while the last letter is typed', async () => {
      await reply(page).pressSequentially('It leaves on')
      await page.close({ runBeforeUnload: false })
    })
    page = await story.step('opened again, the words are there', async () => {
      const again = await open(browser, demo.facts.url)
      await holds(story, again, 'It leaves on')
      return again
    })
    await story.step('the tab crashes while one types', async () => {
      await reply(page).press('End')
      await reply(page).pressSequentially(' Tuesday')
      const crashed = page.waitForEvent('crash')
      const session = await page.context().newCDPSession(page)
      void session.send('Page.crash').catch(() => {})
      await crashed
    })
    page = await story.step('in another tab the words are there', async () => {
      const again = await open(browser, demo.facts.url)
      await holds(story, again, 'It leaves on Tuesday')
      return again
    })
    await story.step('a message is answered in particular, and the server has the draft', async () => {
      const kept = page.waitForResponse((r) => r.request().method() === 'PUT' && r.url().endsWith('/draft') && r.request().postData().includes('morning'))
      await reply(page).press('End')
      await reply(page).pressSequentially(' morning')
      story.check((await kept).status() === 204, 'the draft is taken')
    })
    await story.step('the browser is killed, with all its processes', () => browser.kill())
    await story.step('started anew with the same profile, the words are there', async () => {
      browser = await ownBrowser(profile)
      // A killed Chromium may have lost the newest cookies: one signs in again.
      await holds(story, await open(browser, demo.facts.login_url), 'It leaves on Tuesday morning')
    })
    await story.step('so they are in another browser of the same person', async () => {
      const inbox = await story.inbox()
      await inbox.open('Elsa Brink')
      await holds(story, inbox.page, 'It leaves on Tuesday morning')
    })
    await story.step('nobody else sees the words, only that there is a draft', async () => {
      const other = await story.inbox(undefined, demo.facts.users[1])
      await other.open('Elsa Brink')
      story.check((await reply(other.page).inputValue()) === '', 'a colleague’s field is empty')
    })
    await story.step('nothing of it has gone out', async () => {
      const sends = await demo.sendsTo(person)
      story.check(sends.length === 0, `no send, not ${sends.length}`)
    })
  } finally {
    await browser.kill()
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  }
}

const reply = (page) => page.getByTestId('reply')

async function open(browser, address) {
  const page = await browser.context.newPage()
  page.setDefaultTimeout(15_000)
  await page.goto(address)
  await page.getByTestId('conversation').filter({ hasText: 'Elsa Brink' }).click()
  await reply(page).waitFor()
  return page
}

async function holds(story, page, words) {
  await page.waitForFunction((w) => document.querySelector('[data-testid="reply"]')?.value === w, words).catch(async () => {
    throw new Error(`the field holds “${await reply(page).inputValue()}”, not “${words}”`)
  })
}
