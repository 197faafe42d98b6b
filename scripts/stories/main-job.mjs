// C1 C11 M1: a customer writes on WhatsApp, an agent answers in the browser, the customer gets it.
export const title = 'type on the simulated phone, see it in the thread, reply, watch the ticks'

export async function tell(story) {
  const person = await story.person('Vera Lindt')
  const other = await story.person('Otto Brandt')
  const phone = await story.phone(person)
  const inbox = await story.inbox()

  await story.step('Vera types on her phone: “Can I still change my order?”', () => phone.write('Can I still change my order?'))
  await story.step('the conversation appears in the list by itself, unread', async () => {
    const row = inbox.page.getByTestId('conversation').filter({ hasText: 'Vera Lindt' })
    await row.waitFor()
    await row.filter({ hasText: 'Can I still change my order?' }).waitFor()
    await row.filter({ hasText: '1 unread' }).waitFor()
  })
  await story.step('the agent opens it and reads it', async () => {
    await inbox.open('Vera Lindt')
    await inbox.bubble('Can I still change my order?').waitFor()
    await inbox.page.locator('[data-testid="window"][data-state="open"]').waitFor()
    await inbox.page.locator('[data-testid="conversation"][aria-selected="true"]').filter({ hasNotText: 'unread' }).waitFor()
  })
  await story.step('a second line appears in the open thread', async () => {
    await phone.write('It is number 1042.')
    await inbox.bubble('It is number 1042.').waitFor()
  })
  await story.step('Vera’s phone goes off the network, its screen on another chat', async () => {
    await phone.show(other)
    await story.demo.control('PATCH', `people/${person.id}`, { online: false, reads: 'on_open' })
  })
  await story.step('the agent presses R, types and presses Enter: the ticks say Sent', async () => {
    await inbox.page.getByTestId('conversations').focus()
    await inbox.page.keyboard.press('r')
    await inbox.page.keyboard.type('Yes, until six this evening.')
    await inbox.page.keyboard.press('Enter')
    await inbox.status('Yes, until six this evening.', 'sent', 'Sent')
    story.check((await inbox.field.inputValue()) === '', 'the field is empty again')
  })
  await story.step('the phone is back: Delivered', async () => {
    await story.demo.control('PATCH', `people/${person.id}`, { online: true })
    await inbox.status('Yes, until six this evening.', 'delivered', 'Delivered')
  })
  await story.step('Vera opens the chat and sees the answer: Read', async () => {
    await phone.show(person)
    await phone.message('Yes, until six this evening.').waitFor()
    await inbox.status('Yes, until six this evening.', 'read', 'Read')
  })
  await story.step('the twin’s ledger holds exactly one send', async () => {
    const sends = await story.demo.sendsTo(person)
    story.check(sends.length === 1, `one send, not ${sends.length}`)
  })
  await story.shot(inbox.page, 'inbox')
  await story.shot(phone.page, 'phone')
}
