// X4 I24: a send without an answer is shown as Unconfirmed, never repeated by itself, and settled by its status.
export const title = 'a send without an answer is Unconfirmed until its own status settles it'

const minute = 60

export async function tell(story) {
  const person = await story.person('Ines Prado')
  const phone = await story.phone(person)
  const inbox = await story.inbox()
  const words = 'We have sent you a new one.'

  await story.step('Ines writes', async () => {
    await phone.write('The cup arrived broken.')
    await inbox.open('Ines Prado')
    await inbox.bubble('The cup arrived broken.').waitFor()
  })
  const fault = await story.step('WhatsApp will take the next send but never answer, and its statuses are late', async () => {
    await story.demo.control('POST', 'settings', { status_delay_ms: 2 * minute * 1000 })
    return story.demo.control('POST', 'faults', { effect: 'accept_then_timeout', person: person.id, ms: 300, times: 1 })
  })
  await story.step('the agent replies: it shows Unconfirmed and says what that means', async () => {
    await inbox.field.fill(words)
    await inbox.field.press('Enter')
    await inbox.status(words, 'unknown', 'Unconfirmed')
    const why = await inbox.bubble(words).getByTestId('failure').innerText()
    story.check(why.includes('may or may not have arrived'), 'the bubble says that it may or may not have arrived')
    story.check(why.includes('Send again (may arrive twice)'), 'sending again is a choice, with its risk')
    const row = inbox.page.getByTestId('conversation').filter({ hasText: 'Ines Prado' })
    await row.filter({ hasText: 'Unconfirmed' }).waitFor()
    await story.shot(inbox.page, 'unconfirmed')
  })
  await story.step('the fault has struck once', async () => {
    const { items } = await story.demo.control('GET', 'faults')
    const struck = items.find((f) => f.id === fault.id)
    story.check(struck === undefined || struck.hits === 1, 'one hit')
  })
  await story.step('a minute later nothing has been sent again', async () => {
    await story.demo.control('POST', 'clock', { advance_seconds: minute })
    const sends = await story.demo.sendsTo(person)
    story.check(sends.length === 1, `one send, not ${sends.length}`)
    await inbox.status(words, 'unknown', 'Unconfirmed')
  })
  await story.step('the statuses come: the message is settled, without a click', async () => {
    await story.demo.control('POST', 'clock', { advance_seconds: 6 * minute })
    await inbox.bubble(words).locator('[data-status="delivered"], [data-status="read"]').waitFor()
    await inbox.bubble(words).getByTestId('failure').waitFor({ state: 'detached' })
    await phone.message(words).waitFor()
  })
  await story.step('the ledger holds exactly one send, and the phone one message', async () => {
    const sends = await story.demo.sendsTo(person)
    story.check(sends.length === 1, `one send, not ${sends.length}`)
    story.check((await phone.message(words).count()) === 1, 'one message on the phone')
  })
  await story.shot(inbox.page, 'settled')
}
