// Takes the README's picture, docs/inbox.png, from a lively demo: `make picture` after a change of the looks.
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { openBrowser } from './stories/lib/browser.mjs'
import { Demo } from './stories/lib/demo.mjs'

const file = fileURLToPath(new URL('../docs/inbox.png', import.meta.url))
const demo = await Demo.start({ lively: true })
const browser = await openBrowser()
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 }, reducedMotion: 'reduce' })
  await page.goto(demo.facts.login_url)
  const row = page.getByTestId('conversation').filter({ hasText: 'Priya' })
  await row.click()
  await page.getByTestId('reply').fill('Yes, it left this morning. You will have it on Tuesday.')
  await page.keyboard.press('Enter')
  await page.getByText('Read', { exact: true }).waitFor()
  await page.getByTestId('reply').blur()
  mkdirSync(fileURLToPath(new URL('../docs/', import.meta.url)), { recursive: true })
  await page.screenshot({ path: file })
  console.log(file)
} finally {
  await browser.close()
  await demo.stop()
}
