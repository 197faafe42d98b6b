// C1: the same job on a phone's screen: the list, the thread over it, and back.
export const title = '390 px: list, thread, reply, back; nothing scrolls sideways'

export async function tell(story) {
  const person = await story.person('Edda Falk')
  const inbox = await story.inbox({ width: 390, height: 844 })
  const { page } = inbox
  const fits = async (where) => {
    for (const width of [390, 320]) {
      await page.setViewportSize({ width, height: 844 })
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
      story.check(wider <= 0, `${where} fits into ${width} px, it is ${wider} px too wide`)
    }
    await page.setViewportSize({ width: 390, height: 844 })
  }

  await story.step('a long message without a break arrives; the list fits', async () => {
    await story.demo.control('POST', `people/${person.id}/messages`, { text: `Look: https://example.org/${'a-very-long-address/'.repeat(12)}` })
    await page.getByTestId('conversation').filter({ hasText: 'Look' }).waitFor()
    await fits('the list')
  })
  await story.step('a tap opens the thread over the list', async () => {
    await inbox.open('Edda Falk')
    await inbox.bubble('Look').waitFor()
    await page.getByTestId('conversations').waitFor({ state: 'hidden' })
    await fits('the thread')
    await story.shot(page, 'thread')
  })
  await story.step('a long word in the field makes nothing wider', async () => {
    await inbox.field.fill('x'.repeat(300))
    await fits('the thread with a long word in its field')
    await inbox.field.fill('')
  })
  await story.step('the agent replies', async () => {
    await inbox.field.fill('Thank you, we look into it.')
    await page.getByTestId('send').click()
    await inbox.bubble('Thank you, we look into it.').locator('[data-status="sent"], [data-status="delivered"], [data-status="read"]').waitFor()
  })
  await story.step('back to the list, where the focus is too', async () => {
    await page.getByRole('link', { name: 'Back to the list' }).click()
    await page.getByTestId('thread').waitFor({ state: 'detached' })
    await story.eventually('the focus is on the list', () => page.evaluate(() => document.activeElement?.getAttribute('data-testid') === 'conversations'))
    await page.getByTestId('conversation').filter({ hasText: 'You: Thank you, we look into it.' }).waitFor()
  })
  await story.step('the other pages fit as well', async () => {
    await page.getByRole('link', { name: 'Platforms' }).click()
    await page.getByTestId('connection').first().waitFor()
    await page.getByRole('link', { name: 'All deliveries' }).click()
    await page.getByTestId('delivery').first().waitFor()
    await fits('the deliveries page')
    await page.getByRole('link', { name: 'Search' }).click()
    await page.getByTestId('search-field').fill('very')
    await page.getByTestId('found-message').first().waitFor()
    await fits('the search')
    await page.getByRole('link', { name: 'Failed' }).click()
    await page.getByTestId('outcomes-empty').waitFor()
    await fits('a list without anything')
    await page.getByRole('link', { name: 'Platforms' }).click()
    await page.getByTestId('connection').first().waitFor()
    await fits('the platforms page')
    await page.getByRole('link', { name: /^Doctor/ }).click()
    await page.locator('[data-check]').first().waitFor()
    await fits('the doctor’s page')
    await page.getByRole('link', { name: 'Platforms' }).first().click()
    await page.getByTestId('connection').first().waitFor()
    await page.getByTestId('add-connection').click()
    await page.getByTestId('app-business').click()
    await page.getByTestId('way-manual').waitFor()
    await fits('the choice of ways to connect')
  })
}
