// M1 X5: everything a customer can send leaves a phone by clicking and arrives; everything the business sends can be
// seen and answered there.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

export const title = 'every kind leaves a phone and arrives, buttons and lists are answered, several phones at once'

const require = createRequire(new URL('../../web/package.json', import.meta.url))
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')

/** What the menu of a phone offers, and the kind it becomes in the inbox. */
const offers = [
  ['attach-sticker', 'sticker'],
  ['attach-voice', 'voice'],
  ['attach-audio', 'audio'],
  ['attach-location', 'location'],
  ['attach-contacts', 'contacts'],
  ['attach-order', 'order'],
  ['attach-unsupported', 'unsupported'],
]
/** Those that wait for words first. */
const withWords = [
  ['attach-image-parcel', 'image', 'It came like this'],
  ['attach-video', 'video', 'My evening tea'],
  ['attach-document', 'document', 'The order'],
]

export async function tell(story) {
  const person = await story.person('Mira Holm')
  const other = await story.person('Ivo Lang')
  const phone = await story.phone(person)
  const inbox = await story.inbox()
  const { page } = phone
  const bubble = (kind) => page.locator(`[data-testid="phone-message"][data-kind="${kind}"]`)
  const arrived = (kind) => inbox.page.locator(`[data-testid="message"][data-kind="${kind}"]`).last()
  const attach = async (what) => {
    await page.getByTestId('phone-attach').click()
    await page.getByTestId(what).click()
  }
  const acts = async (words, what) => {
    await phone.message(words).hover()
    await phone.message(words).getByTestId('phone-acts').click()
    await page.getByTestId('acts').getByRole('button', { name: what }).click()
  }

  await story.step('Mira writes and the agent opens the conversation', async () => {
    await phone.write('Hello, *is anybody* there?')
    await phone.message('Hello, is anybody there?').locator('strong').waitFor()
    await inbox.open('Mira Holm')
  })
  for (const [what, kind] of offers) {
    await story.step(`she sends: ${kind}`, async () => {
      await attach(what)
      await bubble(kind).first().waitFor()
      await arrived(kind).waitFor()
    })
  }
  for (const [what, kind, words] of withWords) {
    await story.step(`she chooses: ${kind}, and writes words to it`, async () => {
      await attach(what)
      await page.getByTestId('staged').waitFor()
      await phone.write(words)
      await phone.message(words).waitFor()
      await arrived(kind).filter({ hasText: words }).waitFor()
    })
  }
  await story.step('the picture is shown in its true size, the voice with its length, the place on a map', async () => {
    await story.eventually('the picture is loaded', () => bubble('image').locator('img').evaluate((img) => img.naturalWidth === 960 && img.naturalHeight === 720), page)
    await bubble('voice').getByText('0:07').waitFor()
    await bubble('location').locator('svg.map').waitFor()
  })
  await story.step('a file of her own goes too, as it is', async () => {
    await page.getByTestId('phone-attach').click()
    await page.getByTestId('attach-own').setInputFiles({ name: 'list.txt', mimeType: 'text/plain', buffer: Buffer.from('two bags of oolong') })
    await page.getByTestId('staged').filter({ hasText: 'list.txt' }).waitFor()
    await phone.write('My list')
    await phone.message('list.txt').waitFor()
    await arrived('document').filter({ hasText: 'My list' }).waitFor()
  })

  const { items: accounts } = await story.demo.control('GET', 'accounts')
  const send = async (body) => {
    const answer = await fetch(`${story.demo.facts.sim_url}/graph/v26.0/${accounts[0].phone_number_id}/messages`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${accounts[0].token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ messaging_product: 'whatsapp', to: person.address, ...body }),
    })
    story.check(answer.status === 200, `the twin takes a ${body.type}, not ${answer.status}`)
  }
  await story.step('the business asks with buttons; she presses one, and the inbox has the answer', async () => {
    await send({ type: 'interactive', interactive: { type: 'button', header: { type: 'text', text: 'Delivery' }, body: { text: 'When may we come?' }, footer: { text: 'Free of charge' },
      action: { buttons: [{ type: 'reply', reply: { id: 'am', title: 'Morning' } }, { type: 'reply', reply: { id: 'pm', title: 'Afternoon' } }] } } })
    const question = phone.message('When may we come?')
    await question.filter({ hasText: 'Delivery' }).filter({ hasText: 'Free of charge' }).waitFor()
    await question.getByRole('button', { name: 'Afternoon', exact: true }).click()
    await question.getByRole('button', { name: '✓ Afternoon' }).waitFor()
    await arrived('interactive').filter({ hasText: 'Afternoon' }).waitFor()
  })
  await story.step('a list opens, and a row of it is chosen', async () => {
    await send({ type: 'interactive', interactive: { type: 'list', body: { text: 'Which tea?' }, action: { button: 'See the teas', sections: [
      { title: 'Green', rows: [{ id: 'sencha', title: 'Sencha', description: 'Fresh, from spring' }] }, { title: 'Black', rows: [{ id: 'assam', title: 'Assam' }] }] } } })
    const question = phone.message('Which tea?')
    await question.getByTestId('phone-list').click()
    // A tick and a message that come meanwhile close nothing.
    await send({ type: 'text', text: { body: 'Take your time.' } })
    await phone.message('Take your time.').waitFor()
    await question.getByRole('button', { name: 'Sencha' }).click()
    await question.getByText('✓ Sencha').first().waitFor()
    await arrived('interactive').filter({ hasText: 'Sencha' }).filter({ hasText: 'Fresh, from spring' }).waitFor()
  })
  await story.step('a link, a place and cards of the business are shown', async () => {
    await send({ type: 'interactive', interactive: { type: 'cta_url', body: { text: 'Follow it here' }, action: { name: 'cta_url', parameters: { display_text: 'The parcel', url: 'https://example.com/p/1' } } } })
    const link = phone.message('Follow it here').getByRole('link', { name: 'The parcel' })
    story.check((await link.getAttribute('href')) === 'https://example.com/p/1', 'the link leads where the business said')
    await send({ type: 'location', location: { latitude: 52.5, longitude: 13.4, name: 'Our shop', address: 'Torstraße 12' } })
    await phone.message('Torstraße 12').locator('svg.map').waitFor()
    await send({ type: 'contacts', contacts: [{ name: { formatted_name: 'Rui Costa', first_name: 'Rui' }, phones: [{ phone: '+351 910 555 001' }] }] })
    await phone.message('+351 910 555 001').waitFor()
  })
  await story.step('the agent types: three dots; then the answer, which Mira quotes', async () => {
    await inbox.field.pressSequentially('We bring it at three.')
    await page.getByTestId('phone-typing').waitFor()
    await inbox.page.keyboard.press('Enter')
    await phone.message('We bring it at three.').waitFor()
    await page.getByTestId('phone-typing').waitFor({ state: 'hidden' })
    await acts('We bring it at three.', 'Reply')
    await phone.write('Three is perfect')
    await phone.message('Three is perfect').getByTestId('phone-quote').filter({ hasText: 'We bring it at three.' }).waitFor()
    await inbox.bubble('Three is perfect').filter({ hasText: 'We bring it at three.' }).waitFor()
  })
  await story.step('she reacts, takes it back, edits and deletes', async () => {
    const answer = page.locator('[data-testid="phone-message"][data-from="business"]').filter({ hasText: 'We bring it at three.' })
    const react = async () => {
      await answer.hover()
      await answer.getByTestId('phone-acts').click()
      await page.getByTestId('acts').getByRole('button', { name: '🙏' }).click()
    }
    const shown = inbox.page.locator('[data-testid="message"]').filter({ hasText: 'We bring it at three.' }).getByTestId('reactions').filter({ hasText: '🙏' })
    await react()
    await answer.getByTestId('phone-reaction').filter({ hasText: '🙏' }).waitFor()
    await shown.waitFor()
    // WhatsApp tells whole seconds: what happens within one has no order.
    await story.demo.control('POST', 'clock', { advance_seconds: 2 })
    await react()
    await answer.getByTestId('phone-reaction').waitFor({ state: 'detached' })
    await shown.waitFor({ state: 'detached' })
    await page.getByTestId('phone-input').press('ArrowUp')
    story.check((await page.getByTestId('phone-input').inputValue()) === 'Three is perfect', 'the arrow up takes the last message to edit')
    await phone.write('Four is perfect')
    await phone.message('Four is perfect').filter({ hasText: 'edited' }).waitFor()
    await inbox.bubble('Four is perfect').waitFor()
    await acts('Four is perfect', 'Delete for everyone')
    await phone.message('You deleted this message').waitFor()
    await inbox.bubble('Four is perfect').waitFor({ state: 'detached' })
  })
  await story.step('a second phone stands beside the first; each has its own chat', async () => {
    await page.getByTestId(`person-${other.id}`).click({ modifiers: ['Control'] })
    await story.eventually('two phones are on the table', async () => (await page.getByTestId('phone').count()) === 2, page)
    const second = page.getByTestId('phone').filter({ hasText: 'Ivo Lang' })
    await second.getByTestId('phone-input').fill('And I am Ivo')
    await second.getByTestId('phone-send').click()
    await second.getByTestId('phone-message').filter({ hasText: 'And I am Ivo' }).waitFor()
    story.check((await page.getByTestId('phone').filter({ hasText: 'Mira Holm' }).getByText('And I am Ivo').count()) === 0, 'Mira’s phone does not show it')
    await story.shot(page, 'two')
    await page.reload()
    await page.getByTestId('phone').nth(1).waitFor()
    await page.getByTestId('phone').filter({ hasText: 'Ivo Lang' }).getByRole('button', { name: 'Put the phone away' }).click()
    await story.eventually('one phone is left', async () => (await page.getByTestId('phone').count()) === 1, page)
  })
  await story.step('switched off, a phone gets nothing; switched on, it gets what waited', async () => {
    await page.getByTestId('phone-settings').click()
    await page.getByTestId('phone-online').uncheck()
    await page.getByTestId('phone-state').filter({ hasText: 'Waiting for a network' }).waitFor()
    await inbox.field.fill('Are you there?')
    await inbox.page.keyboard.press('Enter')
    await inbox.status('Are you there?', 'sent', 'Sent')
    story.check((await phone.message('Are you there?').count()) === 0, 'the phone does not have it')
    await page.getByTestId('phone-online').check()
    await phone.message('Are you there?').waitFor()
    await page.getByTestId('phone-settings').click()
  })
  await story.step('a day later the phone’s clock and the inbox’s window say so', async () => {
    await page.getByTestId('day-later').click()
    await page.getByText('1 d ahead').waitFor()
    await page.locator('.window').filter({ hasText: 'templates only since' }).waitFor({ state: 'attached' })
    await inbox.page.locator('[data-testid="window"][data-state="closed"]').waitFor()
  })
  await story.step('what the twin refuses is told, and the words come back', async () => {
    await story.demo.control('GET', `people/${person.id}`)
    await page.getByTestId('phone-input').fill('x'.repeat(20_000))
    await page.getByTestId('phone-input').evaluate((field) => { field.maxLength = 100_000; field.value = 'x'.repeat(70_000) })
    await page.getByTestId('phone-send').click()
    await page.locator('#notice').filter({ hasText: 'longer than' }).waitFor()
    story.check((await page.getByTestId('phone-input').inputValue()).length === 70_000, 'nothing typed is lost')
    await page.getByTestId('phone-input').fill('')
    story.allowErrors(/\/messages: .*422/)
  })
  await looks(story, phone)
}

/** Wide and narrow, light and dark: axe finds nothing, and nothing is wider than the window. */
async function looks(story, phone) {
  for (const [name, width, height, colorScheme] of [['wide-light', 1280, 800, 'light'], ['wide-dark', 1280, 800, 'dark'], ['narrow-light', 390, 800, 'light'], ['smallest-dark', 320, 640, 'dark']]) {
    await story.step(`the page at ${width} px, ${colorScheme}`, async () => {
      await phone.page.setViewportSize({ width, height })
      await phone.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      for (const place of ['phone', 'room']) {
        if (place === 'room') await phone.page.evaluate(() => { location.hash = ''; location.reload() }).catch(() => {})
        await phone.page.getByTestId(place === 'phone' ? 'phone-input' : 'find-person').waitFor()
        if (place === 'room') await phone.page.getByTestId(`person-${phone.person.id}`).waitFor()
        await phone.page.evaluate(axe)
        const found = await phone.page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }).then((r) => r.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')}`))))
        story.check(found.length === 0, `axe finds nothing (${place}): ${found.slice(0, 5).join('; ')}`)
        story.check(await phone.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `nothing is wider than the window (${place})`)
        story.check(await phone.page.evaluate(() => [...document.querySelectorAll('.thread')].every((t) => t.scrollWidth <= t.clientWidth)), `no bubble sticks out of its thread (${place})`)
        await story.shot(phone.page, `${place}-${name}`)
      }
      await phone.show(phone.person)
    })
  }
}
