// C1 X4: the agent's network is gone for a while; nothing typed is lost, nothing is sent twice, nothing is missed.
export const title = 'offline and back: what was sent goes once, what arrived appears'

export async function tell(story) {
  const person = await story.person('Mara Holm')
  const other = await story.person('Otto Rahn')
  const phone = await story.phone(person)
  const inbox = await story.inbox()
  const network = inbox.page.context()

  await story.step('Mara writes and the agent has the thread open', async () => {
    await phone.write('Is the blue one back?')
    await inbox.open('Mara Holm')
    await inbox.bubble('Is the blue one back?').waitFor()
  })
  await story.step('the agent’s network goes', () => network.setOffline(true))
  await story.step('the agent replies: the bubble is there at once and says that it waits', async () => {
    await inbox.field.fill('Yes, since this morning.')
    await inbox.field.press('Enter')
    await inbox.page.locator('[data-testid="outgoing"][data-state="waiting"]').filter({ hasText: 'Yes, since this morning.' }).waitFor()
  })
  await story.step('the page says so', () => inbox.page.getByText('You are offline. 1 message is waiting; reading still works.').waitFor())
  await story.step('meanwhile Mara writes again, and somebody else for the first time', async () => {
    await phone.write('And the green one?')
    await story.demo.control('POST', `people/${other.id}/messages`, { text: 'Good evening' })
  })
  await story.step('a page that is loaded anew would find the reply kept in the browser', async () => {
    const kept = await inbox.page.evaluate(() => Object.keys(localStorage).filter((k) => k.includes('.outbox.')).length)
    story.check(kept === 1, `one kept message, not ${kept}`)
  })
  await story.step('the network is back: the reply goes, and what Mara wrote is there', async () => {
    await network.setOffline(false)
    await phone.message('Yes, since this morning.').waitFor()
    await inbox.bubble('And the green one?').waitFor()
    await inbox.bubble('Yes, since this morning.').locator('[data-status="sent"], [data-status="delivered"], [data-status="read"]').waitFor()
    await inbox.page.getByTestId('outgoing').waitFor({ state: 'detached' })
  })
  await story.step('the page says that it is back and how much came meanwhile, and leads there', async () => {
    await inbox.page.getByText(/Back\. \d+ new while you were away\./).waitFor()
    await inbox.page.getByTestId('show-missed').click()
    await inbox.page.getByTestId('conversation').filter({ hasText: 'Otto Rahn' }).filter({ hasText: '1 unread' }).waitFor()
  })
  await story.step('it has left exactly once, and nothing is kept any more', async () => {
    const sends = await story.demo.sendsTo(person)
    story.check(sends.length === 1, `one send, not ${sends.length}`)
    const kept = await inbox.page.evaluate(() => Object.keys(localStorage).filter((k) => k.includes('.outbox.')).length)
    story.check(kept === 0, `nothing kept, not ${kept}`)
  })
  story.allowErrors(/ERR_INTERNET_DISCONNECTED|ERR_NETWORK/)
}
