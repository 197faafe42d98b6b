// C9 C10: after 24 hours free text is refused with the reason, and only a template leaves.
export const title = '25 hours later only a template leaves'

export async function tell(story) {
  const person = await story.person('Nils Berg')
  const phone = await story.phone(person)
  const inbox = await story.inbox()
  const words = 'Your parcel is on its way.'

  await story.step('Nils writes; the composer says until when free replies are open', async () => {
    await phone.write('Where is my parcel?')
    await inbox.open('Nils Berg')
    await inbox.bubble('Where is my parcel?').waitFor()
    story.check((await inbox.window.innerText()).includes('Reply window open'), 'the window is shown as open')
  })
  await story.step('the agent types a reply but does not send it', () => inbox.field.fill(words))
  await story.step('25 hours pass', () => story.demo.control('POST', 'clock', { advance_seconds: 25 * 3600 }))
  await story.step('the agent sends it: refused, with the reason, and the words are kept', async () => {
    await inbox.page.keyboard.press('Enter')
    const closed = inbox.page.locator('[data-testid="window"][data-state="closed"]')
    await closed.waitFor()
    story.check((await closed.innerText()).includes('Only a template can be sent now'), 'the composer says what can be sent')
    story.check((await closed.innerText()).includes(words), 'the typed words are kept')
    story.check((await inbox.bubble(words).count()) === 0, 'no bubble pretends that it was sent')
    // The page may have seen by itself that the time is over; if it had to ask, the server's words are shown.
    const refusal = inbox.page.getByTestId('refusal')
    if (story.errors.length > 0) story.check(/free|24/i.test(await refusal.innerText()), 'the server’s reason is shown')
    story.allowErrors(/\/messages: .*422/)
    await story.shot(inbox.page, 'refused')
  })
  const conversation = await story.step('the API refuses free text too: 422 wa.window, nothing is stored', async () => {
    const { body: list } = await story.demo.api('GET', 'conversations?limit=50')
    const found = list.items.find((c) => c.contact.name === 'Nils Berg')
    const refused = await story.demo.api('POST', `conversations/${found.id}/messages`, { client_id: crypto.randomUUID(), text: 'by key' })
    story.check(refused.status === 422 && refused.body.cause === 'wa.window', `422 wa.window, not ${refused.status} ${refused.body?.cause}`)
    const { body: messages } = await story.demo.api('GET', `conversations/${found.id}/messages?limit=50`)
    story.check(messages.items.length === 1, `one message is stored, the customer’s, not ${messages.items.length}`)
    return found
  })
  await story.step('nothing has left for Nils', async () => {
    const sends = await story.demo.sendsTo(person)
    story.check(sends.length === 0, `no send, not ${sends.length}`)
  })
  await story.step('the agent chooses a template; it cannot go before its values are there', async () => {
    await inbox.page.getByTestId('choose-template').click()
    const choice = inbox.page.getByTestId('template-choice')
    await choice.waitFor()
    const option = choice.locator('option').filter({ hasText: 'order_update · en_US' })
    await choice.selectOption(await option.getAttribute('value'))
    await inbox.page.getByTestId('send-template').click()
    await inbox.page.locator('[data-testid="template-value"][aria-invalid="true"]').first().waitFor()
  })
  await story.step('the values are filled in, the preview shows them, and the template leaves', async () => {
    const values = inbox.page.getByTestId('template-value')
    for (let i = 0; i < (await values.count()); i++) await values.nth(i).fill(['Nils', '1042', 'tomorrow', 'A17'][i] ?? `value ${i + 1}`)
    const preview = await inbox.page.locator('[data-testid="template-form"] figure').innerText()
    story.check(preview.includes('Nils'), 'the preview holds the value')
    await story.shot(inbox.page, 'template')
    await inbox.page.getByTestId('send-template').click()
    await phone.message('Nils').first().waitFor()
  })
  await story.step('the ledger holds one send, the thread one template, and the draft is still there', async () => {
    const sends = await story.demo.sendsTo(person)
    story.check(sends.length === 1, `one send, not ${sends.length}`)
    await inbox.page.locator('[data-testid="message"][data-kind="template"] [data-status="read"]').waitFor()
    story.check((await inbox.page.locator('[data-testid="window"][data-state="closed"]').innerText()).includes(words), 'the draft is kept')
  })
  await story.step('Nils writes again: the window opens by itself and the draft is back in the field', async () => {
    await phone.write('Thank you!')
    await inbox.page.locator('[data-testid="window"][data-state="open"]').waitFor()
    story.check((await inbox.field.inputValue()) === words, 'the draft is in the field')
    const { body } = await story.demo.api('GET', `conversations/${conversation.id}`)
    story.check(body.window.state === 'open', 'the server says so too')
  })
  await story.shot(inbox.page, 'open-again')
}
