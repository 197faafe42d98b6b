// C1: an agent's daily work without a mouse.
export const title = 'J, K, Enter, R and Escape; the draft stays'

export async function tell(story) {
  const names = ['Ada Field', 'Ben Gray', 'Cleo Hart']
  const people = []
  for (const name of names) people.push(await story.person(name))
  const inbox = await story.inbox()
  const { page } = inbox
  const keys = page.keyboard
  const focused = (testid) => story.eventually(`the focus is on ${testid}`, () => page.evaluate((id) => document.activeElement?.getAttribute('data-testid') === id, testid))
  const chosen = (name) => page.locator('[data-testid="conversation"][aria-selected="true"]').filter({ hasText: name }).waitFor()

  await story.step('three customers write, one after the other', async () => {
    for (const [i, person] of people.entries()) {
      await story.demo.control('POST', `people/${person.id}/messages`, { text: `Question ${i + 1}` })
      await page.getByTestId('conversation').filter({ hasText: `Question ${i + 1}` }).waitFor()
    }
  })
  const order = await story.step('J opens the first, J the next, K goes back', async () => {
    const rows = await page.getByTestId('conversation').allInnerTexts()
    const order = rows.map((row) => names.find((name) => row.includes(name)))
    await keys.press('j')
    await chosen(order[0])
    await keys.press('j')
    await chosen(order[1])
    await keys.press('k')
    await chosen(order[0])
    return order
  })
  await story.step('R goes to the field, letters are text there, Escape leaves it and keeps the draft', async () => {
    await keys.press('r')
    await focused('reply')
    await keys.type('just a jolly reply')
    await keys.press('Escape')
    await focused('conversations')
    await page.getByTestId('conversation').filter({ hasText: order[0] }).filter({ hasText: 'Draft: just a jolly reply' }).waitFor()
  })
  await story.step('the arrow keys move in the list, Enter goes to the field', async () => {
    await keys.press('ArrowDown')
    await chosen(order[1])
    await keys.press('ArrowUp')
    await chosen(order[0])
    await keys.press('Enter')
    await focused('reply')
    story.check((await inbox.field.inputValue()) === 'just a jolly reply', 'the draft is back in the field')
  })
  await story.step('the draft is there after a reload too', async () => {
    await page.reload()
    await inbox.field.waitFor()
    story.check((await inbox.field.inputValue()) === 'just a jolly reply', 'the draft is in the field')
  })
  await story.step('Escape closes the thread', async () => {
    await page.getByTestId('conversations').focus()
    await keys.press('Escape')
    await page.getByTestId('thread').waitFor({ state: 'detached' })
    story.check(new URL(page.url()).pathname === '/', 'the address is the inbox’s')
  })
}
