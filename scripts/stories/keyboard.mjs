// C1: an agent's day without a mouse. The keys of each task are counted against the goals of the design, and printed.
export const title = 'next, reply, done, undo, hand over, search, inspect, palette and help by keyboard, with the keys counted'

export async function tell(story) {
  const names = ['Ada Field', 'Ben Gray', 'Cleo Hart', 'Dora Lind']
  const people = []
  for (const name of names) people.push(await story.person(name))
  const colleague = await story.demo.api('POST', 'users', { name: 'Quim Tavares', email: 'quim@example.org', role: 'agent' })
  story.check(colleague.status === 201, `a colleague is there: ${JSON.stringify(colleague.body)}`)
  const inbox = await story.inbox()
  const { page } = inbox
  const keys = new Keys(page.keyboard)
  const focused = (testid) => story.eventually(`the focus is on ${testid}`, () => page.evaluate((id) => document.activeElement?.getAttribute('data-testid') === id, testid))
  const row = (name) => page.getByTestId('conversation').filter({ hasText: name })
  const chosen = (name) => page.locator('[data-testid="conversation"][aria-selected="true"]').filter({ hasText: name }).waitFor()
  const api = async (path) => (await story.demo.api('GET', path)).body
  const conversation = async (name) => (await api('conversations?view=all')).items.find((c) => c.contact.name === name)
  /** A task of the design's table: what it takes may not be more keys than promised. */
  const task = async (words, goal, act) => {
    keys.pressed = 0
    const result = await story.step(words, act)
    console.log(`    ${keys.pressed} of at most ${goal} key presses`)
    story.check(keys.pressed > 0 && keys.pressed <= goal, `${words}: ${goal} key presses at most, not ${keys.pressed}`)
    return result
  }

  await story.step('four customers write, one after the other', async () => {
    for (const [i, person] of people.entries()) {
      await story.demo.control('POST', `people/${person.id}/messages`, { text: `Question ${i + 1} about parcel ${1040 + i}` })
      await row(`Question ${i + 1}`).waitFor()
    }
  })
  const order = (await page.getByTestId('conversation').allInnerTexts()).map((text) => names.find((name) => text.includes(name)))

  await task('open the next conversation', 1, async () => {
    await keys.press('j')
    await chosen(order[0])
  })
  await story.step('J the next, K goes back', async () => {
    await keys.press('j')
    await chosen(order[1])
    await keys.press('k')
    await chosen(order[0])
  })
  await story.step('letters are text in the field; Escape leaves it and keeps the draft, also over a reload', async () => {
    await keys.press('r')
    await focused('reply')
    await keys.type('just a jolly reply')
    await keys.press('Escape')
    await focused('conversations')
    await row(order[0]).filter({ hasText: 'Draft: just a jolly reply' }).waitFor()
    await page.reload()
    await inbox.field.waitFor()
    story.check((await inbox.field.inputValue()) === 'just a jolly reply', 'the draft is in the field')
    await chosen(order[0])
  })
  await task('reply', 2, async () => {
    await keys.press('r')
    await focused('reply')
    await keys.type(' for you')
    await keys.press('Enter')
    await inbox.bubble('just a jolly reply for you').first().waitFor()
  })
  await keys.press('Escape')
  await focused('conversations')

  await task('done, and on to the next', 1, async () => {
    await keys.press('e')
    await chosen(order[1])
    await page.getByTestId('toast').filter({ hasText: `Done: ${order[0]}.` }).waitFor()
    await row(order[0]).waitFor({ state: 'detached' })
    await story.eventually('the server has it as done', async () => (await conversation(order[0])).state === 'done')
  })
  await task('take it back', 1, async () => {
    await keys.press('z')
    await chosen(order[0])
    await story.eventually('it is open again', async () => (await conversation(order[0])).state === 'open')
  })
  await task('hand over to a colleague', 4, async () => {
    // Without waiting for the list to appear: what is typed is for it, and no command.
    await keys.press('a')
    await keys.press('q')
    await keys.press('u')
    await keys.press('Enter')
    await page.getByTestId('toast').filter({ hasText: 'is now with Quim Tavares.' }).waitFor()
    await story.eventually('the server has the colleague', async () => (await conversation(order[0])).assignee?.name === 'Quim Tavares')
  })
  await task('take a conversation oneself', 1, async () => {
    await keys.press('i')
    await page.getByTestId('toast').filter({ hasText: `${order[0]} is now yours.` }).waitFor()
  })
  await task('see who waits longest', 2, async () => {
    await keys.press('g')
    await keys.press('q')
    await page.waitForURL('**/inbox/waiting')
    // The one who wrote first waits longest; the demo's own people may wait longer still.
    await row(names[1]).waitFor()
    const waiting = (await page.getByTestId('conversation').allInnerTexts()).map((text) => names.find((name) => text.includes(name))).filter(Boolean)
    story.check(waiting.indexOf(names[1]) < waiting.indexOf(names[3]), `who waits longer stands higher: ${waiting}`)
  })
  await story.step('mine is a list of its own, with the one just taken; back leads back', async () => {
    await keys.press('g')
    await keys.press('m')
    await page.waitForURL('**/inbox/mine')
    await row(order[0]).waitFor()
    await page.goBack()
    await page.waitForURL('**/inbox/waiting')
  })
  await task('find a message in all history and open it', 3, async () => {
    await keys.press('/')
    await focused('search-field')
    await keys.type('parcel 1042')
    await page.getByTestId('found-message').filter({ hasText: 'Cleo Hart' }).first().waitFor()
    await keys.press('Enter')
    await inbox.bubble('about parcel 1042').waitFor()
    story.check(/\/conversations\/\d+\?at=\d+$/.test(page.url()), `the address names the message: ${page.url()}`)
  })
  await task('inspect a message', 1, async () => {
    await keys.press('m')
    await page.waitForURL(/\/conversations\/\d+\/messages\/\d+$/)
  })
  await story.step('Escape closes the inspector, then leads to the results, then back to the list', async () => {
    await keys.press('Escape')
    await page.waitForURL((url) => !url.pathname.includes('/messages/'))
    await keys.press('Escape')
    await focused('search-field')
    story.check((await page.getByTestId('search-field').inputValue()) === 'parcel 1042', 'the search is as it was')
    await keys.press('Escape')
    await focused('conversations')
  })
  await task('open whatever a pasted number names', 2, async () => {
    const { id } = await conversation('Ada Field')
    await keys.press('Control+k')
    await focused('picker-field')
    await keys.paste(id)
    // Enter may come before the answer: it means the first one that comes.
    await keys.press('Enter')
    await page.waitForURL(`**/conversations/${id}`)
  })
  await story.step('the palette does what it lists', async () => {
    await keys.press('Control+k')
    await keys.type('assi me')
    await page.getByTestId('picker-option').first().filter({ hasText: 'Assign to me' }).waitFor()
    await keys.press('Enter')
    await page.getByTestId('toast').filter({ hasText: 'Ada Field is now yours.' }).waitFor()
  })
  await story.step('? lists the keys; Escape closes only the list of keys', async () => {
    await keys.press('?')
    await page.getByTestId('help').getByText('Done, open the next').waitFor()
    await keys.press('Escape')
    await page.getByTestId('help').waitFor({ state: 'detached' })
    story.check(page.url().includes('/conversations/'), 'the conversation is still open')
  })
  await story.step('F6 goes through the parts of the page', async () => {
    const seen = new Set()
    for (let i = 0; i < 6; i++) {
      await keys.press('F6')
      seen.add(await page.evaluate(() => document.activeElement?.closest('[data-pane]')?.className ?? ''))
    }
    story.check(seen.size >= 3 && !seen.has(''), `at least three parts: ${[...seen].join(' | ')}`)
  })
  await story.step('the arrow keys move in the list, Enter goes to the field, Escape closes the thread', async () => {
    await keys.press('g')
    await keys.press('i')
    await page.waitForURL('**/inbox/open')
    await page.getByTestId('conversations').focus()
    await keys.press('Home')
    const first = await page.locator('[data-testid="conversation"][aria-selected="true"]').getAttribute('data-id')
    await keys.press('ArrowDown')
    await keys.press('ArrowUp')
    await page.locator(`[data-testid="conversation"][aria-selected="true"][data-id="${first}"]`).waitFor()
    await keys.press('Enter')
    await focused('reply')
    await keys.press('Escape')
    await keys.press('Escape')
    await page.getByTestId('thread').waitFor({ state: 'detached' })
    story.check(new URL(page.url()).pathname === '/inbox/open', `the address is the list’s: ${page.url()}`)
  })
}

/** A keyboard that counts; what is typed as content does not count. */
class Keys {
  constructor(keyboard) {
    this.keyboard = keyboard
    this.pressed = 0
  }

  press(key) {
    this.pressed++
    return this.keyboard.press(key)
  }

  type(content) {
    return this.keyboard.type(content)
  }

  paste(content) {
    return this.keyboard.insertText(content)
  }
}
