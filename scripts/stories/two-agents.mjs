// C1 C11 M1 X2 X4: two people at one desk: they see what the customer sends and each other, answer with a picture,
// can tell what became of it, and lose nothing when one of them has no network.
import { deflateSync } from 'node:zlib'

export const title = 'two browsers: a picture both ways, who types, each step of a message, a minute without network'

/** A minute without network, as the product's clocks and the browser's timers see it. */
const minute = 60_000

export async function tell(story) {
  const [bia, caio] = story.demo.facts.users
  const person = await story.person('Nora Lund')
  const other = await story.person('Otto Brandt')
  const phone = await story.phone(person)
  const first = await story.inbox(undefined, bia)
  const second = await story.inbox(undefined, caio)

  await pictureArrives(story, { person, phone, first, second })
  await oneTypes(story, { first, second, name: bia.name, other: caio.name })
  await pictureGoes(story, { person, other, phone, first, second })
  await everyStep(story, { first })
  await takenBack(story, { person, first, second, other: caio.name })
  await withoutNetwork(story, { person, phone, first, second })
}

async function pictureArrives(story, { person, phone, first, second }) {
  await story.step('Nora writes, and both browsers show it', async () => {
    await phone.write('This is how it arrived:')
    for (const inbox of [first, second]) {
      await inbox.open('Nora Lund')
      await inbox.bubble('This is how it arrived:').waitFor()
    }
  })
  await story.step('she sends a picture: it stands in both threads, in the room kept for it', async () => {
    await story.demo.control('POST', `people/${person.id}/messages`, { kind: 'image', text: 'Look at the corner' })
    for (const inbox of [first, second]) {
      const image = inbox.bubble('Look at the corner').locator('button.picture img')
      await image.waitFor()
      await inbox.page.waitForFunction((img) => img.complete && img.naturalWidth > 0, await image.elementHandle())
      const [width, height] = await image.evaluate((img) => [Number(img.getAttribute('width')), Number(img.getAttribute('height'))])
      story.check(width > 0 && height > 0, `the picture’s room is reserved, ${width} × ${height}`)
    }
  })
  await story.step('the picture opens large, and Escape closes it', async () => {
    await first.bubble('Look at the corner').locator('button.picture').click()
    await first.page.getByTestId('viewer').waitFor()
    await first.page.keyboard.press('Escape')
    await first.page.getByTestId('viewer').waitFor({ state: 'detached' })
  })
}

async function oneTypes(story, { first, second, name, other }) {
  await story.step(`each sees the other at the conversation`, async () => {
    await first.page.getByTestId('presence').filter({ hasText: `${other} is viewing` }).waitFor()
    await second.page.getByTestId('presence').filter({ hasText: `${name} is viewing` }).waitFor()
  })
  await story.step(`${name} types: ${other} sees it, and Send asks for a second press`, async () => {
    await first.field.pressSequentially('That should not happen')
    await second.page.getByTestId('presence').filter({ hasText: `${name} is typing a reply` }).waitFor()
    await second.field.fill('I look into it')
    await second.field.press('Enter')
    await second.page.getByTestId('asks').filter({ hasText: `${name} is typing a reply. Press again` }).waitFor()
    story.check((await second.field.inputValue()) === 'I look into it', 'nothing has been sent')
    await story.shot(second.page, 'warned')
    for (const inbox of [first, second]) await inbox.field.fill('')
    await first.page.getByTestId('presence').filter({ hasText: `${other} is viewing` }).waitFor()
    await second.page.getByTestId('presence').filter({ hasText: `${name} is viewing` }).waitFor()
  })
}

async function pictureGoes(story, { person, other, phone, first, second }) {
  await story.step('Nora’s phone is off the network, its screen elsewhere', async () => {
    await phone.show(other)
    await story.demo.control('PATCH', `people/${person.id}`, { online: false, reads: 'on_open' })
  })
  await story.step('the reply goes with a picture: uploaded, judged, captioned', async () => {
    await first.page.getByTestId('file-input').setInputFiles({ name: 'corner.png', mimeType: 'image/png', buffer: picture() })
    await first.page.locator('[data-testid="attachment"][data-ok="true"]').filter({ hasText: 'corner' }).waitFor()
    await first.field.fill('A new one like this leaves today')
    await first.field.press('Enter')
    await first.bubble('A new one like this leaves today').locator('button.picture img').waitFor()
  })
  await story.step('it can be taken back for a moment, then it is Sent, in both browsers', async () => {
    await first.bubble('A new one like this leaves today').getByTestId('held').waitFor()
    await first.status('A new one like this leaves today', 'sent', 'Sent')
    await second.status('A new one like this leaves today', 'sent', 'Sent')
  })
  await story.step('the phone is back: Delivered', async () => {
    await story.demo.control('PATCH', `people/${person.id}`, { online: true })
    await first.status('A new one like this leaves today', 'delivered', 'Delivered')
  })
  await story.step('Nora opens it: Read', async () => {
    await phone.show(person)
    await phone.message('A new one like this leaves today').waitFor()
    await first.status('A new one like this leaves today', 'read', 'Read')
  })
}

async function everyStep(story, { first }) {
  const { page } = first
  const words = 'A new one like this leaves today'
  await story.step('M on the message tells every step, to the millisecond', async () => {
    await first.bubble(words).focus()
    await page.keyboard.press('m')
    await page.getByTestId('inspector').waitFor()
    for (const step of ['Composed', 'Queued', 'Handed over', 'Answered', 'Status']) await page.getByTestId('steps').getByText(step, { exact: true }).first().waitFor()
    for (const status of ['sent', 'delivered', 'read']) await page.getByTestId('steps').getByText(status, { exact: true }).waitFor()
    const times = await page.getByTestId('steps').locator('time').allInnerTexts()
    story.check(times.every((t) => /\d\d:\d\d:\d\d\.\d\d\d/.test(t)), `times to the millisecond: ${times.join(', ')}`)
    await story.shot(page, 'inspector')
  })
  await story.step('its address opens the same again', async () => {
    story.check(/\/conversations\/\d+\/messages\/\d+$/.test(new URL(page.url()).pathname), `an address of its own, not ${page.url()}`)
    await page.reload()
    await page.getByTestId('inspector').waitFor()
    await page.getByTestId('steps').getByText('read', { exact: true }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByTestId('inspector').waitFor({ state: 'detached' })
  })
  await story.step('an inbound message tells which delivery brought it', async () => {
    await first.bubble('Look at the corner').focus()
    await page.keyboard.press('m')
    await page.getByTestId('steps').locator('a[href^="/deliveries/"]').waitFor()
    await page.keyboard.press('Escape')
    await page.getByTestId('inspector').waitFor({ state: 'detached' })
  })
}

async function takenBack(story, { person, first, second, other }) {
  await story.step('a reply is taken back with Z before it leaves', async () => {
    await first.field.fill('Not like this')
    await first.field.press('Enter')
    await first.bubble('Not like this').getByTestId('held').waitFor()
    await first.page.getByTestId('thread').focus()
    await first.page.keyboard.press('z')
    await story.eventually('the words are back in the field', async () => (await first.field.inputValue()) === 'Not like this', first.page)
    await first.field.fill('')
  })
  await story.step(`${other}’s reply lands while one waits to leave: that one is stopped, and its words are kept`, async () => {
    await second.field.fill('I have written to the warehouse')
    await second.field.press('Enter')
    await second.bubble('I have written to the warehouse').getByTestId('held').waitFor()
    await first.field.fill('Shall I write to the warehouse?')
    await first.field.press('Enter')
    await first.bubble('Shall I write to the warehouse?').getByTestId('held').waitFor()
    await second.bubble('I have written to the warehouse').getByTestId('send-now').click()
    await first.page.getByTestId('stopped').filter({ hasText: `${other} replied` }).waitFor()
    story.check((await first.field.inputValue()) === 'Shall I write to the warehouse?', 'the words are in the field')
    await story.shot(first.page, 'stopped')
    await first.page.getByTestId('stopped').getByRole('button', { name: 'Discard' }).click()
  })
  await story.step('the colleague’s has gone; neither of the two taken back has reached Nora', async () => {
    await second.bubble('I have written to the warehouse').locator('[data-status="delivered"], [data-status="read"]').waitFor()
    const all = await story.demo.control('GET', `people/${person.id}/messages`)
    const texts = JSON.stringify(all)
    story.check(!texts.includes('Not like this') && !texts.includes('Shall I write'), 'what was taken back has not arrived')
  })
}

async function withoutNetwork(story, { person, phone, first, second }) {
  const network = first.page.context()
  const before = (await story.demo.sendsTo(person)).length
  await story.step('one browser loses its network; its reply waits there', async () => {
    await network.setOffline(true)
    await first.field.fill('Written without network')
    await first.field.press('Enter')
    await first.page.locator('[data-testid="outgoing"][data-state="waiting"]').filter({ hasText: 'Written without network' }).waitFor()
  })
  await story.step('meanwhile Nora and the colleague go on, for a minute', async () => {
    await phone.write('Thank you both')
    await second.bubble('Thank you both').waitFor()
    await second.field.fill('You are welcome')
    await second.field.press('Enter')
    await second.bubble('You are welcome').locator('[data-status="sent"], [data-status="delivered"], [data-status="read"]').waitFor()
    const { url } = story.demo.facts
    story.check(Boolean(url), 'the server is there all the time')
    // The product's clock jumps; what hangs on a minute's passing happens now.
    await story.demo.control('POST', 'clock', { advance_seconds: minute / 1000 })
    story.check((await first.bubble('Thank you both').count()) === 0, 'the browser without network has not heard of it')
  })
  await story.step('the network is back: all is there once, in the order of the server', async () => {
    await network.setOffline(false)
    await first.bubble('Thank you both').waitFor()
    await first.bubble('You are welcome').waitFor()
    await first.bubble('Written without network').locator('[data-status="sent"], [data-status="delivered"], [data-status="read"]').waitFor()
    await phone.message('Written without network').waitFor()
    for (const inbox of [first, second]) {
      for (const words of ['Thank you both', 'You are welcome', 'Written without network']) {
        await inbox.bubble(words).first().waitFor()
        story.check((await inbox.bubble(words).count()) === 1, `“${words}” stands once`)
      }
    }
    const order = async (inbox) => (await inbox.page.getByTestId('message').evaluateAll((all) => all.map((a) => a.dataset.id))).join(' ')
    await story.eventually('both threads stand in one order', async () => (await order(first)) === (await order(second)), first.page)
  })
  await story.step('each reply has left exactly once', async () => {
    const sends = (await story.demo.sendsTo(person)).length - before
    story.check(sends === 2, `two sends, not ${sends}`)
  })
  story.allowErrors(/ERR_INTERNET_DISCONNECTED|ERR_NETWORK/)
}

/** A small picture of our own, as PNG. */
function picture() {
  const [width, height] = [64, 48]
  const rows = Buffer.alloc(height * (1 + width * 3), 200)
  for (let y = 0; y < height; y++) rows[y * (1 + width * 3)] = 0
  const crcOf = (data) => {
    let c = 0xffffffff
    for (const byte of data) {
      c ^= byte
      for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1
    }
    return (c ^ 0xffffffff) >>> 0
  }
  const chunk = (type, data) => {
    const out = Buffer.alloc(12 + data.length)
    out.writeUInt32BE(data.length)
    out.write(type, 4, 'latin1')
    data.copy(out, 8)
    out.writeUInt32BE(crcOf(out.subarray(4, 8 + data.length)), 8 + data.length)
    return out
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width)
  head.writeUInt32BE(height, 4)
  head.set([8, 2, 0, 0, 0], 8)
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))])
}
