// Takes the README's pictures, docs/inbox.png and docs/phones.jpg, from a lively demo: `make picture` after a change of
// the looks.
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { openBrowser } from './stories/lib/browser.mjs'
import { Demo } from './stories/lib/demo.mjs'

const docs = fileURLToPath(new URL('../docs/', import.meta.url))
const demo = await Demo.start({ lively: true })
const browser = await openBrowser()
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 }, reducedMotion: 'reduce' })
  await page.goto(demo.facts.login_url)
  const row = page.getByTestId('conversation').filter({ hasText: 'Priya' })
  await row.click()
  const answer = 'It leaves tonight. I have asked them to bring it on Wednesday.'
  await page.getByTestId('reply').fill(answer)
  await page.keyboard.press('Enter')
  await page.getByTestId('message').filter({ hasText: answer }).locator('[data-status="read"]').waitFor()
  await page.getByTestId('reply').blur()
  mkdirSync(docs, { recursive: true })
  await page.screenshot({ path: docs + 'inbox.png' })

  const phones = await browser.newPage({ viewport: { width: 1280, height: 720 }, reducedMotion: 'reduce' })
  await phones.goto(demo.facts.sim_url)
  for (const name of ['Folake', 'Priya']) {
    await phones.locator('.person').filter({ hasText: name }).click({ modifiers: ['Control'] })
    await phones.getByTestId('phone').filter({ hasText: name }).locator('.bubble').last().waitFor()
  }
  await phones.getByTestId('phone-message').filter({ hasText: answer }).waitFor()
  await phones.waitForLoadState('networkidle')
  await phones.screenshot({ path: docs + 'phones.jpg', type: 'jpeg', quality: 82 })
  console.log(docs)
} finally {
  await browser.close()
  await demo.stop()
}
