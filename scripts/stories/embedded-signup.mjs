// C3 C7 C11 G1 G4: a number is connected by signing in at Meta, with a wrong PIN and a closed browser in between; then a
// sign-in that brings another business is stopped before anything is overwritten.
import { signInAtMeta } from './lib/signup.mjs'

export const title = 'A number is connected by signing in, step by step'

export async function tell(story) {
  const { demo } = story
  const inbox = await story.inbox()
  let page = inbox.page
  const step = (name) => page.locator(`[data-testid="step"][data-step="${name}"]`)
  const at = async (name) => step(name).waitFor()
  const signIn = (chosen) => signInAtMeta(page, demo, chosen)

  const fresh = await story.step('at the twin there is a number with two-step verification of an earlier provider', async () => {
    const account = await demo.control('POST', 'accounts', { name: 'Second Shop', country: 'DE', app_id: demo.facts.whatsapp.app_id, fresh: true })
    await demo.control('PATCH', `accounts/${account.phone_number_id}`, { pin: '482915' })
    return { ...account, business: (await demo.control('GET', `accounts/${account.phone_number_id}`)).business.id }
  })
  await story.step('the admin opens Platforms and chooses to connect, by keyboard', async () => {
    await page.getByRole('link', { name: 'Platforms' }).click()
    await page.getByTestId('add-connection').focus()
    await page.keyboard.press('Enter')
    await page.getByTestId('app-no').focus()
    await page.keyboard.press('Enter')
    await page.getByTestId('way-embedded_signup').waitFor()
    await story.shot(page, 'ways')
    await page.getByTestId('way-embedded_signup').focus()
    await page.keyboard.press('Enter')
  })
  await story.step('the server check passes; a number that cannot be one is refused with the reason at its field', async () => {
    await at('number')
    await page.getByRole('textbox', { name: 'Number' }).fill('+49 12')
    await page.keyboard.press('Enter')
    await page.locator('#number-phone[aria-invalid="true"]').or(page.getByTestId('trouble')).first().waitFor()
    story.allowErrors(/\/steps\/number: .*422/)
    await story.shot(page, 'number')
    await page.getByRole('button', { name: 'I choose the number at Meta' }).click()
    await at('login')
  })
  await story.step('the sign-in is cancelled: said so, and nothing changed', async () => {
    await page.getByTestId('go-login').click()
    await page.getByTestId('login-cancel').click()
    await page.locator('[data-testid="trouble"][data-cause="login.cancelled"]').waitFor()
    await story.shot(page, 'cancelled')
  })
  await story.step('a sign-in that leaves a permission out is named as that', async () => {
    await signIn({ business: fresh.business, waba: fresh.waba_id, number: fresh.phone_number_id, without: 'whatsapp_business_messaging' })
    await page.locator('[data-testid="trouble"][data-cause="auth.scope"]').waitFor()
    await story.shot(page, 'scope')
  })
  await story.step('the sign-in goes through: everything up to the registration is done by itself', async () => {
    await signIn({ business: fresh.business, waba: fresh.waba_id, number: fresh.phone_number_id })
    await at('register')
    const states = await page.locator('nav [data-step]').evaluateAll((all) => all.map((e) => `${e.dataset.step} ${e.dataset.state}`))
    for (const name of ['assets', 'reserve', 'subscribe', 'code']) story.check(states.includes(`${name} done`), `${name} is done: ${states}`)
  })
  const address = await story.step('a wrong PIN is refused, the try is counted', async () => {
    await page.getByRole('textbox', { name: 'PIN' }).fill('111111')
    await page.keyboard.press('Enter')
    await page.getByTestId('trouble').waitFor()
    story.allowErrors(/\/steps\/register: .*422/)
    await story.eventually('one of ten tries is used', async () => (await page.getByTestId('attempts').innerText()).startsWith('1 of 10'), page)
    await page.getByRole('button', { name: 'Why?' }).click()
    await page.getByTestId('cause-page').waitFor()
    await story.shot(page, 'pin')
    return page.url()
  })
  await story.step('the browser is closed; another one finds the step where it stopped', async () => {
    await page.close()
    const second = await story.inbox()
    page = second.page
    await page.getByRole('link', { name: 'Platforms' }).click()
    const open = page.getByTestId('resume')
    await open.waitFor()
    story.check((await open.innerText()).includes('Register'), 'the step is named')
    await story.shot(page, 'resume')
    await open.getByRole('link', { name: 'Continue' }).click()
    await at('register')
    story.check(page.url() === address, 'the address is the same')
    await story.eventually('the try is still counted', async () => (await page.getByTestId('attempts').innerText()).startsWith('1 of 10'), page)
  })
  const connection = await story.step('the right PIN registers it; the way in is proven; the first message is waited for', async () => {
    await page.getByRole('textbox', { name: 'PIN' }).fill('482915')
    await page.keyboard.press('Enter')
    await at('message')
    await story.shot(page, 'message')
    const { body } = await demo.api('GET', 'connections')
    return body.items.find((c) => c.account === fresh.phone_number_id)
  })
  story.check(connection, 'the connection is there')
  await story.step('a customer writes “hi”: the page turns green by itself', async () => {
    const person = await demo.control('POST', 'people', { platform: 'whatsapp', name: 'Rosa Lind', account: fresh.phone_number_id })
    await demo.control('POST', `people/${person.id}/messages`, { text: 'hi' })
    await page.getByTestId('connected').waitFor()
    await story.shot(page, 'connected')
    const { body } = await demo.api('GET', 'conversations?limit=20')
    const conversation = body.items.find((c) => c.contact.name === 'Rosa Lind')
    await demo.api('POST', `conversations/${conversation.id}/messages`, { client_id: crypto.randomUUID(), text: 'Hello Rosa' })
    await story.eventually('the reply has arrived at the phone', async () => (await demo.control('GET', `people/${person.id}/messages`)).items.some((m) => m.text === 'Hello Rosa'), page)
  })
  await story.step('the number is registered once, and connected', async () => {
    const { calls } = await demo.control('GET', 'ledger?since=0')
    const registered = calls.filter((c) => c.operation === 'register' && c.account === fresh.phone_number_id)
    story.check(registered.length >= 2, 'both tries were made at the platform')
    const { body } = await demo.api('GET', `connections/${connection.id}`)
    story.check(body.status === 'connected', `connected, not ${body.status}`)
  })
  await story.step('a reconnect that brings another business is shown beside what is connected, nothing is overwritten', async () => {
    const first = demo.facts.whatsapp
    const theirs = (await demo.control('GET', `accounts/${first.phone_number_id}`)).business.id
    await page.goto(`${demo.facts.url}/connect?connection=${connection.id}`)
    await at('login')
    await signIn({ business: theirs, waba: first.waba_id, number: first.phone_number_id })
    const conflict = page.getByTestId('conflict')
    await conflict.waitFor()
    const words = await conflict.innerText()
    story.check(words.includes(fresh.waba_id) && words.includes(first.waba_id), 'both accounts are named')
    await story.shot(page, 'conflict')
    const { body } = await demo.api('GET', `connections/${connection.id}`)
    story.check(body.account === fresh.phone_number_id && body.status === 'connected', 'the connection is as it was')
  })
  await story.step('the admin signs in again with the same one, and it is connected as before', async () => {
    await page.getByTestId('sign-in-again').click()
    await at('login')
    await signIn({ business: fresh.business, waba: fresh.waba_id, number: fresh.phone_number_id })
    await page.getByTestId('connected').waitFor()
    const { body } = await demo.api('GET', `connections/${connection.id}`)
    story.check(body.status === 'connected', `connected, not ${body.status}`)
  })
}
