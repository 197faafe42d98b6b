// C1: a list longer than the screen: it holds still under the pointer, and back leads to where one was.
export const title = 'forty conversations: the list holds still under the pointer, back restores list, place and choice'

const many = 40

export async function tell(story) {
  const inbox = await story.inbox()
  const { page } = inbox
  const people = []
  for (let n = 1; n <= many; n++) people.push(await story.person(`Person ${String(n).padStart(2, '0')}`))
  const write = (n, text) => story.demo.control('POST', `people/${people[n - 1].id}/messages`, { text })
  const scroller = page.locator('[data-pane]:has([data-testid="conversations"])')
  const place = () => scroller.evaluate((e) => Math.round(e.scrollTop))
  const row = (name) => page.getByTestId('conversation').filter({ hasText: name })
  const order = () => page.getByTestId('conversation').evaluateAll((rows) => rows.sort((a, b) => a.ariaPosInSet - b.ariaPosInSet).map((r) => r.dataset.id))

  await story.step('forty people write', async () => {
    await Promise.all(people.map((_, i) => write(i + 1, `Question of ${i + 1}`)))
    await page.getByTestId('view-open').filter({ hasText: String(many) }).waitFor()
    await story.eventually('the list says that it holds all', async () => (await page.getByTestId('conversation').first().getAttribute('aria-setsize')) === String(many))
  })
  await story.step('only the rows in sight and some beyond are in the page', async () => {
    const mounted = await page.getByTestId('conversation').count()
    story.check(mounted < many, `fewer rows than conversations, not ${mounted}`)
  })
  const last = await lastName(page)
  const first = (await order())[0]
  await story.step('while the pointer is in the list, what comes moves nothing and is counted', async () => {
    const box = await scroller.boundingBox()
    await page.mouse.move(box.x + 100, box.y + 100)
    await page.mouse.move(box.x + 100, box.y + 160)
    await page.mouse.move(box.x + 100, box.y + 170)
    const before = await order()
    await write(Number(last.slice(-2)), 'I am at the bottom and write again')
    await page.getByTestId('held-back').filter({ hasText: '1 update' }).waitFor()
    story.check(JSON.stringify(await order()) === JSON.stringify(before), 'no row has moved')
  })
  await story.step('when it leaves, the list catches up', async () => {
    await page.mouse.move(1200, 400)
    await row('I am at the bottom and write again').waitFor()
    await page.getByTestId('held-back').waitFor({ state: 'detached' })
    const second = (await order())[1]
    story.check(second === first, 'the one that was first is second now')
  })
  await story.step('the agent scrolls down and opens one; another list and back again: the same place, the same choice', async () => {
    await scroller.evaluate((e) => (e.scrollTop = 900))
    await story.eventually('rows further down are there', async () => (await page.getByTestId('conversation').first().getAttribute('aria-posinset')) > 1)
    const name = await page.evaluate(() => {
      const top = document.querySelector('[data-pane]:has([data-testid="conversations"])').getBoundingClientRect().top
      return [...document.querySelectorAll('[data-testid="conversation"]')].find((r) => r.getBoundingClientRect().top > top + 120).dataset.id
    })
    await page.locator(`[data-testid="conversation"][data-id="${name}"]`).click()
    await page.waitForURL(`**/conversations/${name}`)
    await page.mouse.move(1200, 400)
    const stood = await place()
    await page.getByTestId('view-done').click()
    await page.waitForURL('**/inbox/done')
    await page.getByTestId('empty').waitFor()
    await page.goBack()
    await page.locator(`[data-testid="conversation"][aria-selected="true"][data-id="${name}"]`).waitFor()
    await story.eventually(`the list stands at ${stood} again`, async () => (await place()) === stood)
    await page.keyboard.press('g')
    await page.keyboard.press('d')
    await page.getByTestId('delivery').first().waitFor()
    await page.goBack()
    await page.locator(`[data-testid="conversation"][aria-selected="true"][data-id="${name}"]`).waitFor()
    await story.eventually(`the list stands at ${stood} again`, async () => (await place()) === stood)
  })
}

async function lastName(page) {
  const scroller = page.locator('[data-pane]:has([data-testid="conversations"])')
  await scroller.evaluate((e) => (e.scrollTop = e.scrollHeight))
  const last = page.locator('[data-testid="conversation"][aria-posinset="40"]')
  await last.waitFor()
  const name = (await last.innerText()).match(/Person \d\d/)[0]
  await scroller.evaluate((e) => (e.scrollTop = 0))
  await page.locator('[data-testid="conversation"][aria-posinset="1"]').waitFor()
  return name
}
