// Scrolling through everything: the list of all conversations, and the longest thread.
import { heap, openInbox, writes } from './probe.mjs'

export async function listScroll(bench) {
  const context = await bench.context()
  const { page, cdp } = await openInbox(bench, context)
  const pane = page.locator('[data-pane]:has([data-testid="conversations"])')
  await scroll(bench, page, cdp, pane, 'list', '[data-testid="conversation"]', 1)
  await context.close()
}

export async function threadScroll(bench) {
  const id = await writes(bench, { name: 'Long Thread', wa_id: bench.order.long }, 'One more of very many')
  const context = await bench.context()
  const { page, cdp } = await openInbox(bench, context, `/conversations/${id}`)
  await page.getByTestId('message').first().waitFor()
  await scroll(bench, page, cdp, page.getByTestId('thread'), 'thread', '[data-testid="message"]', -1)
  await context.close()
}

/** Scrolls one way for the given time, as a hand at the wheel does, and back for a moment. */
async function scroll(bench, page, cdp, pane, name, rows, way) {
  const box = await pane.boundingBox()
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  const before = await heap(cdp)
  await page.evaluate(() => (window.__frames = window.__probe.frames()))
  let most = 0
  const turns = []
  for (const end = Date.now() + bench.order.seconds * 1000; Date.now() < end; ) {
    await cdp.send('Input.synthesizeScrollGesture', { x, y, yDistance: -way * 6000, speed: 3000, gestureSourceType: 'mouse', preventFling: true })
    const now = await page.evaluate((rows) => ({ mounted: document.querySelectorAll(rows).length, blank: document.elementsFromPoint(innerWidth / 2, innerHeight / 2).length }), rows)
    most = Math.max(most, now.mounted)
    turns.push(await pane.evaluate((e) => Math.round(e.scrollTop)))
  }
  const { fps, slowest, over, frames } = await page.evaluate(() => window.__frames())
  const grown = (await heap(cdp)) - before
  bench.figure(`${name}_fps`, fps, `${frames} frames in ${bench.order.seconds} s; at ${turns.at(-1)} px`)
  bench.figure(`${name}_slowest_frame_ms`, slowest, `${over} frames over 50 ms`)
  bench.figure(`${name}_rows`, most, 'mounted at most')
  bench.figure(`${name}_heap_mb`, grown / 1_000_000)
}
