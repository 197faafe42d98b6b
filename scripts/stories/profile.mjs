// G8: the profile as customers see it. A picture is chosen, cut to a square, looked at and saved; a text is changed and looked at
// before it is saved. What the platform has afterwards is read from the platform. Without a mouse.
import { deflateSync, crc32 } from 'node:zlib'

export const title = 'a business gets a picture and a text that its customers see'

export async function tell(story) {
  const { page } = await story.inbox()
  const account = (await story.demo.control('GET', 'accounts')).items[0]
  const number = account.phone_number_id
  const profile = async () =>
    (await (await fetch(`${story.demo.facts.sim_url.replace(/\/$/, '')}/graph/v26.0/${number}/whatsapp_business_profile?fields=about,profile_picture_url`, { headers: { Authorization: `Bearer ${account.token}` } })).json()).data[0]
  const picture = page.getByTestId('profile-picture')
  const choose = (name, buffer, mimeType = 'image/png') => picture.locator('input[type="file"]').setInputFiles({ name, mimeType, buffer })

  await story.step('the account’s page shows that customers see no picture', async () => {
    const { id } = (await story.demo.api('GET', 'connections')).body.items[0]
    await page.goto(`${story.demo.facts.url.replace(/\/$/, '')}/platforms/${id}?tab=account`)
    const part = page.locator('[data-part="profile"]')
    await part.locator('summary').focus()
    await page.keyboard.press('Enter')
    await picture.getByText('Customers see no picture.').first().waitFor()
    story.check((await profile()).profile_picture_url === undefined, 'nor does the platform have one')
  })
  await story.step('a file that is no picture, and one that is too small, are refused with what to do', async () => {
    await choose('a.png', Buffer.from('<html>no picture</html>'))
    await picture.getByText('This file is no picture that can be read here.').waitFor()
    await choose('b.png', png(400, 120))
    await picture.getByText('Its shorter side has 120 pixels.').waitFor()
    story.check((await picture.getAttribute('data-phase')) === 'shown', 'nothing waits to be saved')
  })
  await story.step('a wide one is cut to its middle and shown as customers will see it; leaving it changes nothing', async () => {
    await choose('wide.png', png(1200, 800))
    await page.locator('[data-testid="profile-picture"][data-phase="chosen"]').waitFor()
    const seen = await page.evaluate(() => {
      const c = document.querySelector('[data-testid="profile-picture"] canvas')
      const at = (x, y) => [...c.getContext('2d').getImageData(x, y, 1, 1).data]
      return { width: c.width, height: c.height, left: at(2, 320), right: at(637, 320), focused: document.activeElement.hasAttribute('data-confirm') }
    })
    // The picture is red in its left third and blue in its right third; the middle square takes a bit of both.
    story.check(seen.width === 640 && seen.height === 640 && seen.left[0] > 200 && seen.right[2] > 200 && seen.focused, `the middle of it, with the focus on saving: ${JSON.stringify(seen)}`)
    await story.shot(page, 'chosen')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.locator('[data-testid="profile-picture"][data-phase="shown"]').waitFor()
    story.check((await profile()).profile_picture_url === undefined, 'nothing was handed over')
  })
  await story.step('saved, it is what the platform shows, and what this page shows', async () => {
    await choose('wide.png', png(1200, 800))
    await page.locator('[data-testid="profile-picture"][data-phase="chosen"]').waitFor()
    await page.keyboard.press('Enter')
    await picture.getByText('Saved. Phones may show the old one for a while.').waitFor()
    const answer = await fetch((await profile()).profile_picture_url)
    const bytes = Buffer.from(await answer.arrayBuffer())
    story.check(answer.headers.get('content-type') === 'image/jpeg' && bytes[0] === 0xff && bytes[1] === 0xd8, 'the platform has a JPEG')
    await page.waitForFunction(() => document.querySelector('[data-testid="profile-picture"] img')?.naturalWidth === 640)
    await story.shot(page, 'saved')
  })
  await story.step('a text is changed, looked at, and saved', async () => {
    await page.locator('#profile-about').focus()
    await page.keyboard.press('Control+a')
    await page.keyboard.type('Open until two on Sundays')
    await page.keyboard.press('Enter')
    await page.getByTestId('profile-changes').getByText('Open until two on Sundays').waitFor()
    await page.keyboard.press('Enter')
    await page.getByText('Saved. Customers see it from now on.').waitFor()
    const { about, profile_picture_url } = await profile()
    story.check(about === 'Open until two on Sundays' && Boolean(profile_picture_url), `the platform has the text and still the picture: ${about}`)
  })
}

/** A picture as PNG: red on the left, white in the middle, blue on the right. */
function png(width, height) {
  const rows = Buffer.alloc(height * (1 + width * 3), 255)
  for (let y = 0; y < height; y++) {
    const row = y * (1 + width * 3)
    rows[row] = 0
    for (let x = 0; x < width; x++) {
      const colour = x < width / 3 ? [220, 20, 20] : x >= (2 * width) / 3 ? [20, 20, 220] : [255, 255, 255]
      rows.set(colour, row + 1 + x * 3)
    }
  }
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data])
    const out = Buffer.alloc(8 + body.length)
    out.writeUInt32BE(data.length, 0)
    body.copy(out, 4)
    out.writeUInt32BE(crc32(body), 4 + body.length)
    return out
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 2, 0, 0, 0], 8)
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))])
}
