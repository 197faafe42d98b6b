// What a screen reader is told: the log speaks of what is new, never of history that is being loaded.
import { Webhook } from './webhook.mjs'

/** Opens a thread longer than a page, loads its history, lets a message come, and hands each finding to judge. */
export async function announcements(browser, world, state, judge) {
  const hook = new Webhook(world.demo.facts)
  const person = { name: 'Long Thread', wa_id: '491520000009' }
  for (let n = 0; n < 140; n += 20) {
    await hook.write(person, Array.from({ length: 20 }, (_, i) => ({ type: 'text', text: { body: `History ${n + i}` } })), Date.now() - 3_600_000 + n * 1000)
  }
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', storageState: state })
  context.setDefaultTimeout(60_000)
  try {
    const page = await context.newPage()
    await page.goto(world.url)
    const row = page.getByTestId('conversation').filter({ hasText: person.name })
    await row.click()
    await page.getByText('History 139', { exact: true }).last().waitFor()
    await page.evaluate(listen)

    const oldest = page.getByText('History 0', { exact: true }).first()
    await page.locator('[role="feed"]').hover()
    for (const end = Date.now() + 60_000; Date.now() < end && (await oldest.count()) === 0; ) {
      await page.mouse.wheel(0, -800)
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
    }
    await oldest.waitFor()
    judge('loading history announces nothing', (await said(page)).map((s) => `it was announced: ${s}`))

    await hook.write(person, [{ type: 'text', text: { body: 'Is anybody there?' } }])
    await page.waitForFunction(() => window.__said.some((s) => s.includes('Is anybody there?')))
    const heard = (await said(page)).filter((s) => s.includes('Is anybody there?'))
    judge('a new message is announced once', heard.length === 1 ? [] : [`it was announced ${heard.length} times`])
  } catch (error) {
    judge('announcements', [error.message.split('\n').slice(0, 4).join(' ')])
  } finally {
    await context.close()
  }
}

const said = (page) => page.evaluate(() => window.__said)

/** Runs in the page: keeps what is added to any live region, as a screen reader would speak it. */
function listen() {
  window.__said = []
  const live = '[role="log"], [role="status"], [role="alert"], [aria-live="polite"], [aria-live="assertive"]'
  new MutationObserver((changes) => {
    for (const change of changes) {
      const at = change.target instanceof Element ? change.target : change.target.parentElement
      if (!at?.closest(live)) continue
      const words = change.type === 'characterData' ? [change.target.data] : [...change.addedNodes].map((n) => n.textContent)
      window.__said.push(...words.map((w) => w.trim()).filter(Boolean))
    }
  }).observe(document.body, { subtree: true, childList: true, characterData: true })
}
