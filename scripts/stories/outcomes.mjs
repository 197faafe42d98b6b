// I34 M5 X1 G2: an outage leaves messages held, then failed; the page of all that failed sends them again, and the new tick shows.
export const title = 'after an outage what failed is sent again from one page, by keyboard, and gets its tick'

const minute = 60

export async function tell(story) {
  const ana = await story.person('Ana Prado')
  const ben = await story.person('Ben Prado')
  const phone = await story.phone(ana)
  const inbox = await story.inbox()
  const page = inbox.page
  const words = 'It ships today.'
  const group = (cause) => page.locator(`[data-testid="outcome-group"][data-cause="${cause}"]`)
  /** A fresh list: one that has been pointed at holds back what is new. */
  const show = async (name) => {
    await page.goto(story.demo.facts.url)
    await inbox.open(name)
  }
  const figure = (name) => page.locator(`[data-figure="${name}"] dd`)

  await story.step('Ana and Ben write', async () => {
    await phone.write('Where is my order?')
    await story.demo.control('POST', `people/${ben.id}/messages`, { text: 'And mine?' })
    await inbox.open('Ana Prado')
    await inbox.bubble('Where is my order?').waitFor()
  })
  const outage = await story.step('WhatsApp goes down', () => story.demo.control('POST', 'faults', { cause: 'net.outage', operation: 'send' }))
  await story.step('M5: the reply to Ana is held, and the composer says why before anything else is typed', async () => {
    await inbox.field.fill(words)
    await inbox.field.press('Enter')
    await inbox.status(words, 'held', 'Held')
    const line = page.getByTestId('lane-held')
    await line.waitFor()
    story.check((await line.innerText()).includes('WhatsApp has a problem, not you'), 'the composer names the cause')
    await show('Ben Prado')
    await page.getByTestId('lane-held').waitFor()
    await story.shot(page, 'held')
  })
  await story.step('G F shows it waiting, with the time of the next try', async () => {
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await page.keyboard.press('g')
    await page.keyboard.press('f')
    await page.waitForURL('**/outcomes')
    await group('net.outage').waitFor()
    await story.eventually('one waits', async () => (await figure('waiting').innerText()) === '1', page)
    await story.eventually('it says when it is tried again', async () => (await group('net.outage').innerText()).includes('tried again at'), page)
  })
  await story.step('the second try fails too: it needs a person now, and the page shows it without a click', async () => {
    await story.demo.control('POST', 'clock', { advance_seconds: 6 * minute })
    await page.locator('[data-key="needs_you:net.outage"]').waitFor()
    await story.eventually('one needs a person', async () => (await figure('needs_you').innerText()) === '1', page)
    await story.shot(page, 'needs-you')
  })
  await story.step('the outage ends', () => story.demo.control('DELETE', `faults/${outage.id}`))
  await story.step('Enter lays out what a retry would do: one goes, nothing is doubled', async () => {
    await page.reload()
    const retry = page.locator('[data-act="retry"]')
    await retry.waitFor()
    await story.eventually('the first thing to do has the focus', () => retry.evaluate((b) => b === document.activeElement), page)
    await page.keyboard.press('Enter')
    await page.getByTestId('plan-send').waitFor()
    await story.eventually('one would be sent', async () => (await page.getByTestId('plan-send').innerText()).startsWith('1 '), page)
    story.check((await page.getByTestId('plan-duplicates').count()) === 0, 'nothing may arrive twice')
    story.check((await story.demo.sendsTo(ana)).filter((s) => s.platform_id).length === 0, 'nothing has been sent by looking')
    await story.shot(page, 'plan')
  })
  await story.step('Enter sends it, and the page is empty', async () => {
    await page.keyboard.press('Enter')
    await page.getByTestId('plan-done').filter({ hasText: 'on the way again' }).waitFor()
    await page.getByTestId('plan-close').click()
    await page.getByTestId('outcomes-empty').waitFor()
    await page.locator('[data-figure="resolved"] dd', { hasText: '1' }).waitFor()
  })
  await story.step('the message has its new tick, the phone has it once, and the first tries stay on record', async () => {
    await phone.message(words).waitFor()
    story.check((await phone.message(words).count()) === 1, 'one message on the phone')
    await show('Ana Prado')
    await inbox.bubble(words).locator('[data-status="delivered"], [data-status="read"]').waitFor()
    await inbox.bubble(words).getByTestId('failure').waitFor({ state: 'detached' })
    story.check((await story.demo.sendsTo(ana)).filter((s) => s.platform_id).length === 1, 'WhatsApp took it once')
    await inbox.bubble(words).hover()
    await inbox.bubble(words).getByTestId('inspect').click()
    await page.getByTestId('inspector').getByRole('tab', { name: 'Attempts 3' }).waitFor()
    await story.shot(page, 'sent-again')
  })
  await story.step('M2: a failure that WhatsApp does not explain shows what is ruled out', async () => {
    await story.demo.control('POST', 'faults', { cause: 'wa.undeliverable', person: ben.id })
    await show('Ben Prado')
    await inbox.field.fill('Yours too.')
    await inbox.field.press('Enter')
    await inbox.status('Yours too.', 'failed', 'Failed')
    const ruled = inbox.bubble('Yours too.').getByTestId('ruled-out')
    await ruled.waitFor()
    story.check((await ruled.innerText()).includes('Ben Prado wrote'), 'the fact is named')
    await story.shot(page, 'ruled-out')
  })
}
