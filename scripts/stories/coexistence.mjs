// C7 C22 G3: a number that its owner goes on using in the WhatsApp Business app: keeping the app is offered first, nothing is registered,
// what is written on the phone is in the inbox too; and when that app was idle too long, the product says so and what brings it back.
import { signInAtMeta } from './lib/signup.mjs'

export const title = 'A number stays in the Business app, and comes to the inbox too'

export async function tell(story) {
  const { demo } = story
  const inbox = await story.inbox()
  const { page } = inbox
  const connections = async () => (await demo.api('GET', 'connections')).body.items
  const before = await connections()
  const step = (name) => page.locator(`[data-testid="step"][data-step="${name}"]`)

  const shop = await story.step('there is a number that lives in the Business app on its owner’s phone', async () => {
    const account = await demo.control('POST', 'accounts', { name: 'Corner Shop', country: 'DE', app_id: demo.facts.whatsapp.app_id, fresh: true })
    await demo.control('PATCH', `accounts/${account.phone_number_id}`, { in_app: 'business' })
    const earlier = await demo.control('POST', 'people', { platform: 'whatsapp', name: 'Otto Brandt', account: account.phone_number_id })
    await demo.control('POST', `people/${earlier.id}/messages`, { text: 'Do you have batteries?' })
    await demo.control('POST', `people/${earlier.id}/app-messages`, { text: 'Yes, next to the door' })
    return { number: account.phone_number_id, waba: account.waba_id, business: (await demo.control('GET', `accounts/${account.phone_number_id}`)).business.id }
  })
  await story.step('the admin says that it is in the Business app: keeping the app is the first way offered', async () => {
    await page.getByRole('link', { name: 'Platforms' }).click()
    await page.getByTestId('add-connection').click()
    await page.getByTestId('app-business').focus()
    await page.keyboard.press('Enter')
    await page.getByTestId('way-coexistence').waitFor()
    const ways = await page.locator('[data-testid^="way-"]').evaluateAll((all) => all.map((e) => e.dataset.testid))
    story.check(ways.join() === 'way-coexistence,way-embedded_signup,way-manual', `coexistence comes first: ${ways}`)
    await story.shot(page, 'ways')
  })
  await story.step('taking it out of the app by the ordinary sign-in is refused at Meta, and nothing changes', async () => {
    await page.getByTestId('way-embedded_signup').click()
    await page.getByRole('button', { name: 'I choose the number at Meta' }).click()
    await step('login').waitFor()
    await page.getByTestId('go-login').click()
    await page.getByTestId('login-owner').waitFor()
    await page.getByTestId('login-next').click()
    for (const [kind, id] of [['business', shop.business], ['waba', shop.waba]]) {
      await page.locator(`input[name="${kind}"][value="${id}"]`).check()
      await page.getByTestId('login-next').click()
    }
    await page.locator(`input[name="number"][value="${shop.number}"]`).check()
    await page.getByTestId('login-next').click()
    await page.getByRole('alert').filter({ hasText: 'linked to an existing WhatsApp account' }).waitFor()
    await page.getByTestId('login-cancel').click()
    await page.locator('[data-testid="trouble"][data-cause="login.cancelled"]').waitFor()
    story.check((await connections()).length === before.length, 'nothing was connected')
    await page.locator('[data-action="give_up"]').click()
    await page.locator('[data-confirm]').click()
    await page.getByTestId('add-connection').waitFor()
  })
  const connection = await story.step('with the app kept it goes through to the first message, without a PIN and without registering', async () => {
    await page.getByTestId('add-connection').click()
    await page.getByTestId('app-business').click()
    await page.getByTestId('way-coexistence').click()
    await page.getByRole('button', { name: 'I choose the number at Meta' }).click()
    await step('login').waitFor()
    await signInAtMeta(page, demo, shop)
    await step('message').waitFor()
    await story.shot(page, 'message')
    const asked = (await demo.control('GET', 'ledger?since=0')).calls.filter((c) => c.account === shop.number && c.method === 'POST').map((c) => c.edge)
    story.check(asked.filter((name) => name === 'smb_app_data').length === 2, `people and history are asked for once each: ${asked}`)
    story.check(!asked.includes('register') && !asked.includes('deregister'), `the number stays as it is: ${asked}`)
    return (await connections()).find((c) => c.account === shop.number)
  })
  const customer = await story.step('a customer writes: it is connected, and in the inbox', async () => {
    const person = await demo.control('POST', 'people', { platform: 'whatsapp', name: 'Ines Prado', account: shop.number })
    await demo.control('POST', `people/${person.id}/messages`, { text: 'Are you open on Sunday?' })
    await page.getByTestId('connected').waitFor()
    await page.getByRole('link', { name: 'Inbox' }).first().click()
    await inbox.open('Ines Prado')
    await inbox.bubble('Are you open on Sunday?').waitFor()
    return person
  })
  await story.step('what was written in the app before is here too, and asks for nothing', async () => {
    const all = (await demo.api('GET', 'conversations?limit=50&view=all')).body.items
    const earlier = all.filter((c) => c.connection_id === connection.id && c.last_message?.text === 'Yes, next to the door')
    story.check(earlier.length === 1 && earlier[0].state === 'done' && earlier[0].unread === 0 && earlier[0].waiting_since === null, `it stands under Done, read and answered: ${JSON.stringify(earlier)}`)
    await page.goto(`${demo.facts.url}/conversations/${earlier[0].id}`)
    await inbox.bubble('Do you have batteries?').waitFor()
    await inbox.bubble('Yes, next to the door').waitFor()
    await page.getByRole('link', { name: 'Inbox' }).first().click()
    await inbox.open('Ines Prado')
  })
  await story.step('the owner answers on the phone: the answer is in the thread, as one of the business’s', async () => {
    await demo.control('POST', `people/${customer.id}/app-messages`, { text: 'Yes, from ten, said from my phone' })
    const bubble = inbox.bubble('Yes, from ten, said from my phone')
    await bubble.waitFor()
    story.check((await bubble.getAttribute('data-direction')) === 'out', 'it stands on the business’s side')
    story.check((await bubble.innerText()).includes('from the phone'), `and says where it was written: ${await bubble.innerText()}`)
    await story.shot(page, 'echo')
  })
  await story.step('the next answer comes from here: the customer’s phone shows all three, each once', async () => {
    await page.getByTestId('conversations').focus()
    await page.keyboard.press('r')
    await page.keyboard.type('And until six')
    await page.keyboard.press('Enter')
    await inbox.bubble('And until six').locator('[data-status="delivered"], [data-status="read"]').waitFor()
    const { items } = await demo.control('GET', `people/${customer.id}/messages`)
    story.check(items.map((m) => m.text).reverse().join(' | ') === 'Are you open on Sunday? | Yes, from ten, said from my phone | And until six', `the phone shows ${JSON.stringify(items.map((m) => m.text))}`)
    story.check(!(await inbox.bubble('And until six').innerText()).includes('from the phone'), 'what was written here does not say so')
    story.check((await inbox.page.getByTestId('message').count()) === 3, 'the thread has three')
  })

  const verdict = (cause) => page.locator(`section[data-verdict="${cause}"]`)
  const check = async (cause) => {
    const answer = page.waitForResponse((r) => r.request().method() === 'POST' && r.url().endsWith('/doctor'))
    await page.locator('.doctor header [data-action="check"]').click()
    await answer
    await verdict(cause).waitFor()
  }
  await story.step('nobody opens the app for two weeks: named as that, with what brings the number back, and no new sign-in is asked for', async () => {
    await demo.control('POST', 'faults', { cause: 'wa.coexist_idle', account: shop.number })
    await page.goto(`${demo.facts.url}/platforms/${connection.id}?tab=doctor`)
    await check('wa.coexist_idle')
    await page.getByText('Open WhatsApp Business on the phone that has the number').first().waitFor()
    const { status } = (await connections()).find((c) => c.id === connection.id)
    story.check(status !== 'reauthorization_required' && status !== 'connected', `it is ${status}`)
    await story.shot(page, 'idle')
  })
  await story.step('somebody opens it: green again', async () => {
    await demo.control('DELETE', 'faults')
    await check('ok')
  })
}
