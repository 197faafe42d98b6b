// C1: what comes while nobody looks is told once, by one of the pages; what is read at once is not told.
export const title = 'two tabs in the background: one sound, one notification, the number in the title, the dot on the icon'

export async function tell(story) {
  const person = await story.person('Nora Blum')
  const other = await story.person('Emil Stern')
  const inbox = await story.inbox()
  const { page } = inbox
  const context = page.context()
  await context.grantPermissions(['notifications'], { origin: story.demo.facts.url })
  // Browsers draw notifications outside of the page: the story notes what they are asked to show and to play, in all tabs.
  await context.addInitScript(() => {
    const note = (what) => localStorage.setItem('told', `${localStorage.getItem('told') ?? ''}${what}\n`)
    window.Notification = class {
      static permission = 'granted'
      static requestPermission = async () => 'granted'
      constructor(heading, { body }) {
        note(`notification: ${heading} ${body}`.trim())
      }
      close() {}
    }
    const start = OscillatorNode.prototype.start
    OscillatorNode.prototype.start = function (when) {
      note('note')
      return start.call(this, when)
    }
    // A tab in front of which nobody sits.
    Object.defineProperty(document, 'visibilityState', { get: () => (sessionStorage.getItem('away') ? 'hidden' : 'visible') })
    document.hasFocus = () => !sessionStorage.getItem('away')
  })
  const told = async () => ((await page.evaluate(() => localStorage.getItem('told'))) ?? '').split('\n').filter(Boolean)
  const away = (tab, is) =>
    tab.evaluate((gone) => {
      if (gone) sessionStorage.setItem('away', '1')
      else sessionStorage.removeItem('away')
      dispatchEvent(new Event(gone ? 'blur' : 'focus'))
    }, is)

  await story.step('the agent wants sound and notifications, and has two tabs open', async () => {
    await page.reload()
    await page.goto(new URL('/settings/you', page.url()).href)
    await page.locator('#desktop').click()
    await page.getByTestId('test-bell').getByRole('button').click()
    await page.getByTestId('test-bell').getByText('A notification was handed to your desktop.').waitFor()
    await page.goto(new URL('/inbox/open', page.url()).href)
  })
  const second = await story.tab(inbox)
  await story.step('nobody looks at either; Nora writes', async () => {
    await page.evaluate(() => localStorage.removeItem('told'))
    await away(page, true)
    await away(second.page, true)
    await story.demo.control('POST', `people/${person.id}/messages`, { text: 'Are you open on Sunday?' })
    await story.eventually('it is told', async () => (await told()).some((line) => line.startsWith('notification')))
  })
  await story.step('once: two notes and one notification, which says who wrote and not what', async () => {
    for (const tab of [page, second.page]) await tab.getByTestId('conversation').filter({ hasText: 'Are you open on Sunday?' }).waitFor()
    const all = await told()
    story.check(JSON.stringify(all) === JSON.stringify(['note', 'note', 'notification: Nora Blum · nobody has it yet']), `told: ${JSON.stringify(all)}`)
  })
  await story.step('both icons have the dot; a look takes it away', async () => {
    const icon = (tab, name) => tab.waitForFunction((wanted) => document.querySelector('link[rel="icon"]').getAttribute('href') === wanted, name)
    await icon(page, '/favicon-new.svg')
    await icon(second.page, '/favicon-new.svg')
    await away(page, false)
    await icon(page, '/favicon.svg')
  })
  await story.step('taken over, it counts in the title until it is read', async () => {
    await page.goto(new URL('/inbox/unassigned', page.url()).href)
    await page.getByTestId('conversation').filter({ hasText: 'Nora Blum' }).click()
    await page.keyboard.press('i')
    await page.getByTestId('toast').filter({ hasText: 'Nora Blum is now yours.' }).waitFor()
    await page.keyboard.press('Shift+U')
    await page.waitForFunction(() => document.title.startsWith('(1) '))
    await page.getByTestId('conversation').filter({ hasText: 'Nora Blum' }).waitFor({ state: 'detached' })
    await page.keyboard.press('g')
    await page.keyboard.press('m')
    await page.getByTestId('conversation').filter({ hasText: 'Nora Blum' }).click()
    await page.waitForFunction(() => !document.title.startsWith('('))
  })
  await story.step('what is open in front is read at once and not told', async () => {
    await page.evaluate(() => localStorage.removeItem('told'))
    await story.demo.control('POST', `people/${person.id}/messages`, { text: 'And on Monday?' })
    await inbox.bubble('And on Monday?').waitFor()
    // Somebody else's message is told after it, so the first would have been told by then.
    await away(page, true)
    await story.demo.control('POST', `people/${other.id}/messages`, { text: 'Hello?' })
    await story.eventually('the other one is told', async () => (await told()).some((line) => line.includes('Emil Stern')))
    story.check(!(await told()).some((line) => line.includes('Nora')), `told: ${await told()}`)
  })
}
