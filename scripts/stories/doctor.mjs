// C2 C6 C16 C17 G2 X1: what breaks is named with the first thing to do, what can be repaired here is repaired after it was said
// what that changes, and green comes back with proof. Without a mouse.
export const title = 'messages go elsewhere, then the key expires: named, repaired, and green again with proof'

export async function tell(story) {
  const person = await story.person('Ida Holm')
  const write = (text) => story.demo.control('POST', `people/${person.id}/messages`, { text })
  const inbox = await story.inbox()
  const { page } = inbox
  const verdict = (cause) => page.locator(`section[data-verdict="${cause}"]`)
  const check = (id) => page.locator(`[data-check="${id}"]`)
  const card = page.getByTestId('connection').first()
  /** Presses a key on what is found, as one does who has come to it by Tab. */
  const press = async (found, key = 'Enter') => {
    await found.first().focus()
    await page.keyboard.press(key)
  }
  const run = async (cause) => {
    const answer = page.waitForResponse((r) => r.request().method() === 'POST' && r.url().endsWith('/doctor'))
    // The one above the list stays where it is, whatever a run that goes by itself finds meanwhile.
    await press(page.locator('.doctor header [data-action="check"]'))
    await answer
    await verdict(cause).waitFor()
  }
  /** What the twin does wrong now: what is repaired at it ends there. */
  const wrong = async () => (await story.demo.control('GET', 'faults')).items.map((f) => f.cause).join(' ')
  const connection = async () => (await story.demo.api('GET', 'connections')).body.items[0]

  await story.step('a customer writes; G P leads to the card with both directions and the age of their proof', async () => {
    await write('Is the blue mug back?')
    await page.getByTestId('conversation').filter({ hasText: 'Ida Holm' }).waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('p')
    await page.waitForURL('**/platforms')
    await card.locator('[data-flow="receiving"][data-state="yes"]').waitFor()
    story.check(/proof \d+ [sm] ago/.test(await card.innerText()), `the proof has an age: ${await card.innerText()}`)
  })
  await story.step('the palette opens the doctor by the connection’s name; a run ends with nothing wrong', async () => {
    const name = (await connection()).name.split(' ')[0]
    await page.keyboard.press('Control+k')
    await page.keyboard.type(`doctor ${name}`)
    await page.getByTestId('picker-option').first().filter({ hasText: 'Doctor:' }).waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL('**/platforms/*?tab=doctor')
    await run('ok')
    const results = await page.locator('[data-check]').evaluateAll((all) => all.map((e) => `${e.dataset.check} ${e.dataset.result}`))
    story.check(results.length >= 20, `a full run: ${results.length} checks`)
    story.check(!results.some((r) => / (fail|warn|running|queued)$/.test(r)), `nothing failed: ${results.join(', ')}`)
    await story.shot(page, 'healthy')
  })

  await story.step('somebody points the number at another server, with the demo’s switch', async () => {
    await press(page.getByTestId('demo-break'))
    const box = page.locator('[data-fault="hook.elsewhere"]')
    await box.waitFor()
    await press(box, 'Space')
    await page.getByTestId('break').getByText('1 thing is broken.').waitFor()
    await page.keyboard.press('Escape')
    await page.getByTestId('break').waitFor({ state: 'detached' })
  })
  await story.step('the doctor names it: found, expected, why, what to do; it is told in one sentence', async () => {
    await run('hook.elsewhere')
    await check('callback').and(page.locator('[data-result="fail"]')).waitFor()
    const row = await check('callback').innerText()
    for (const part of ['found', 'expected', 'Why it matters', 'What to do', 'Who can act']) story.check(row.includes(part), `the open check has “${part}”: ${row}`)
    const said = await page.getByTestId('run-summary').innerText()
    story.check(/^\d+ of \d+ passed, 1 failed.*: .+\.$/.test(said), `the run is told once: ${said}`)
    await story.shot(page, 'elsewhere')
  })
  await story.step('the card has turned: it says what is wrong and offers the repair', async () => {
    await press(page.getByRole('link', { name: 'Platforms' }).last())
    await page.locator('[data-testid="connection"] [data-verdict="hook.elsewhere"]').waitFor()
    story.check((await card.getAttribute('data-status')) === 'disconnected', `the word is Disconnected: ${await card.getAttribute('data-status')}`)
    await story.shot(page, 'card')
  })
  await story.step('Point it here says which call it makes, from what to what, and makes none', async () => {
    await press(card.locator('[data-action="point_here"]'))
    await page.locator('[data-testid="fix"][data-phase="plan"]').waitFor()
    const plan = await page.getByTestId('plan').innerText()
    story.check(/POST \d+\/subscribed_apps/.test(plan) && plan.includes('https://other-inbox.example/webhook'), `the plan names the call and what is there now: ${plan}`)
    story.check((await wrong()) === 'hook.elsewhere', `nothing was changed yet: ${await wrong()}`)
    await story.shot(page, 'plan')
  })
  await story.step('Enter does it; it looks again by itself and is green', async () => {
    await story.eventually('the focus is on the confirmation', () => page.evaluate(() => document.activeElement?.hasAttribute('data-confirm')))
    await page.keyboard.press('Enter')
    await verdict('ok').waitFor()
    story.check((await wrong()) === '', `it is repaired at the platform: ${await wrong()}`)
    await page.getByTestId('history').locator('[data-cause="hook.elsewhere"][data-state="fixed"]').waitFor()
    await story.eventually('the word is Connected', async () => (await connection()).status === 'connected')
  })
  await story.step('the proof: the next message comes in', async () => {
    await write('And the red one?')
    await page.keyboard.press('g')
    await page.keyboard.press('i')
    await page.getByTestId('conversation').filter({ hasText: 'And the red one?' }).waitFor()
  })

  const fault = await story.step('the key expires at Meta', () => story.demo.control('POST', 'faults', { cause: 'auth.expired', account: story.demo.facts.whatsapp.phone_number_id }))
  await story.step('a reply waits instead of failing, and the messages of customers keep coming in', async () => {
    await inbox.open('Ida Holm')
    await inbox.field.fill('Both are back.')
    await page.keyboard.press('Enter')
    await story.eventually('the connection needs a new key', async () => (await connection()).status === 'reauthorization_required')
    await write('Great!')
    await inbox.bubble('Great!').waitFor()
    story.check((await story.demo.sendsTo(person)).filter((c) => c.platform_id).length === 0, 'nothing has reached the phone')
  })
  await story.step('the doctor says that sign-in has expired, and not that anything else is broken', async () => {
    await page.keyboard.press('Escape')
    await page.keyboard.press('g')
    await page.keyboard.press('p')
    await press(card.getByRole('link', { name: /^Doctor/ }))
    await page.waitForURL('**/platforms/*?tab=doctor')
    await run('auth.expired')
    await check('token').and(page.locator('[data-result="fail"]')).waitFor()
    await check('asset').and(page.locator('[data-result="not_checked"]')).waitFor()
    await page.locator('button[data-action="sign_in"]').first().waitFor()
    await story.shot(page, 'expired')
  })
  await story.step('Meta takes the key again: green after a run, and the reply leaves with its next try', async () => {
    await story.demo.control('DELETE', `faults/${fault.id}`)
    await run('ok')
    await story.demo.control('POST', 'clock', { advance_seconds: 61 })
    await story.eventually('the reply has left', async () => (await story.demo.sendsTo(person)).some((c) => c.platform_id))
    await story.eventually('the word is Connected', async () => (await connection()).status === 'connected')
  })
  await story.step('Test webhook goes through the public address hop by hop, and nothing of it is in the inbox', async () => {
    const before = (await story.demo.api('GET', 'conversations?view=all')).body.items.length
    await press(page.locator('[data-action="test_webhook"]'))
    await page.getByTestId('prove-told').getByText('It works.').waitFor()
    const hops = await page.locator('[data-hop]').evaluateAll((all) => all.map((e) => `${e.dataset.hop} ${e.dataset.ok}`))
    story.check(hops.includes('stored true') && !hops.some((h) => h.endsWith('false')), `each hop went through: ${hops.join(', ')}`)
    story.check((await story.demo.api('GET', 'conversations?view=all')).body.items.length === before, 'no conversation came of it')
  })
  await story.step('a test message reaches the phone of whoever asked for it', async () => {
    await press(page.locator('[data-action="test_message"]').last())
    await story.eventually('the number is asked for', () => page.evaluate(() => document.activeElement?.id === 'prove-to'))
    await page.keyboard.type(person.address)
    await page.keyboard.press('Enter')
    await page.locator('[data-hop="delivered"][data-ok="true"]').waitFor()
    const { items } = await story.demo.control('GET', `people/${person.id}/messages`)
    story.check(items[0].from === 'business' && items[0].text !== 'Both are back.', `the phone has it: ${JSON.stringify(items[0].text)}`)
    await story.shot(page, 'proved')
  })
}
