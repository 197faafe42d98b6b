// C1: what is typed is never lost: not by a crash of the browser, not by the closing of the window, and it is there in
// another browser.
export const title = 'a draft with a file survives a crash, another browser goes on with it, and it waits for the next window'

export async function tell(story) {
  const person = await story.person('Tove Berg')
  const phone = await story.phone(person)
  const first = await story.inbox()
  const drafts = (page) => page.waitForResponse((r) => r.request().method() === 'PUT' && r.url().endsWith('/draft') && r.status() === 204)

  await story.step('Tove writes; the agent begins an answer with a file', async () => {
    await phone.write('Can I have the invoice?')
    await first.open('Tove Berg')
    await first.bubble('Can I have the invoice?').waitFor()
    await first.page.getByTestId('file-input').setInputFiles({ name: 'invoice.txt', mimeType: 'text/plain', buffer: Buffer.from('Invoice 1042: 12.40 EUR') })
    await first.page.getByTestId('attachment').filter({ hasText: 'invoice.txt' }).waitFor()
  })
  await story.step('soon after the last key the server has it', async () => {
    const kept = drafts(first.page)
    await first.field.pressSequentially('Here it is')
    await kept
  })
  const second = await story.step('in another browser of the same person it stands in the field, file and all', async () => {
    const cookies = await first.page.context().cookies()
    const page = await story.browse('about:blank')
    await page.context().addCookies(cookies)
    await page.goto(first.page.url())
    const inbox = story.inboxOn(page)
    await story.eventually('the words are there', async () => (await inbox.field.inputValue()).startsWith('Here it is'), page)
    await page.getByTestId('attachment').filter({ hasText: 'invoice.txt' }).waitFor()
    return inbox
  })
  await story.step('what is added there is here when one comes back to the page', async () => {
    const kept = drafts(second.page)
    await second.field.fill('Here it is, with our thanks')
    await kept
    await first.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
    await story.eventually('the words are here too', async () => (await first.field.inputValue()) === 'Here it is, with our thanks', first.page)
  })
  const again = await story.step('without network the agent types on, and the browser crashes', async () => {
    const { page } = first
    const context = page.context()
    await context.setOffline(true)
    await first.field.fill('Here it is, with our thanks. Anything else?')
    const devtools = await context.newCDPSession(page)
    const crashed = page.waitForEvent('crash')
    devtools.send('Page.crash').catch(() => {
      // The page that should answer is gone.
    })
    await crashed
    await page.close()
    await context.setOffline(false)
    return story.tab(first)
  })
  await story.step('opened again, every word is there', async () => {
    await again.open('Tove Berg')
    await story.eventually('the last words too', async () => (await again.field.inputValue()) === 'Here it is, with our thanks. Anything else?', again.page)
    await again.page.getByTestId('attachment').filter({ hasText: 'invoice.txt' }).waitFor()
    await again.page.getByTestId('conversation').filter({ hasText: 'Draft: Here it is' }).waitFor()
  })
  await story.step('the reply window closes: the draft is shown and kept', async () => {
    await story.demo.control('POST', 'clock', { advance_seconds: 25 * 3600 })
    await story.demo.control('POST', `people/${(await story.person('Clock')).id}/messages`, { text: 'tick' })
    await again.page.locator('[data-testid="window"][data-state="closed"]').filter({ hasText: 'Anything else?' }).waitFor()
  })
  await story.step('Tove writes again: it is back in the field and goes, words and file', async () => {
    await phone.write('Are you there?')
    await again.field.waitFor()
    await story.eventually('the words are back', async () => (await again.field.inputValue()).endsWith('Anything else?'), again.page)
    await again.field.press('Enter')
    await phone.message('Here it is, with our thanks. Anything else?').waitFor()
    const sends = await story.demo.sendsTo(person)
    story.check(sends.length === 1, `one send, not ${sends.length}`)
  })
  await story.step('nothing of it is left to send in either browser', async () => {
    await story.eventually('no draft on the server', async () => (await again.page.evaluate(() => fetch('/api/v1/drafts', { headers: { 'X-Clearline': '1' } }).then((r) => r.json()))).items.length === 0, again.page)
    await second.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
    await story.eventually('the other field is empty', async () => (await second.field.inputValue()) === '', second.page)
  })
  story.allowErrors(/ERR_INTERNET_DISCONNECTED|ERR_NETWORK/)
}
