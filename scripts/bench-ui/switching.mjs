// From one conversation to the next by J: from the key to the first frame with the new thread.
import { openInbox, quantile } from './probe.mjs'

const times = 200

export async function switching(bench) {
  const context = await bench.context()
  const { page, cdp } = await openInbox(bench, context)
  await page.keyboard.press('j')
  await page.getByTestId('message').first().waitFor()
  await page.evaluate(watchKeys)

  const there = await walk(page, 'j', times)
  const back = await walk(page, 'k', times)
  // Those on the way back have been read a moment ago; on the way there the next one was fetched ahead.
  const cached = [...there, ...back]
  bench.figure('switch_cached_ms', quantile(cached, 0.95), `p95 of ${cached.length}; p50 ${quantile(cached, 0.5).toFixed(0)}, slowest ${Math.max(...cached).toFixed(0)}; there p95 ${quantile(there, 0.95).toFixed(0)}, back ${quantile(back, 0.95).toFixed(0)}`)
  await context.close()

  // Nothing of these is in the browser, and the server is 50 ms away: rows are chosen far apart, so that nothing was fetched ahead.
  const cold = await bench.context()
  const far = await openInbox(bench, cold)
  await far.page.evaluate(watchKeys)
  await far.cdp.send('Network.enable')
  await far.cdp.send('Network.emulateNetworkConditions', { offline: false, latency: 50, downloadThroughput: -1, uploadThroughput: -1 })
  const uncached = []
  for (let n = 0; n < times / 2; n++) {
    const row = far.page.getByTestId('conversation').nth(6)
    const id = await row.getAttribute('data-id')
    uncached.push(await far.page.evaluate((id) => window.__click(id), id))
    await far.page.getByTestId('conversations').evaluate((list) => list.closest('[data-pane]').scrollBy(0, 900))
    await far.page.evaluate(() => window.__probe.painted())
  }
  bench.figure('switch_uncached_ms', quantile(uncached, 0.95), `p95 of ${uncached.length} rows clicked far apart; p50 ${quantile(uncached, 0.5).toFixed(0)}`)
  await cold.close()
}

async function walk(page, key, times) {
  const taken = []
  for (let n = 0; n < times; n++) {
    await page.evaluate(() => (window.__switch = null))
    await page.keyboard.press(key)
    const took = await page.waitForFunction(() => window.__switch).then((h) => h.jsonValue())
    taken.push(took)
    // People look at what they opened; what is fetched ahead is fetched meanwhile.
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 120)))
  }
  return taken
}

/** Runs in the page: times each J or K, or click, until another conversation's messages are painted. */
function watchKeys() {
  const shown = () => {
    const open = /\/conversations\/([^/?]+)/.exec(location.pathname)?.[1]
    return { open, message: document.querySelector('[data-testid="thread"] [data-testid="message"]')?.dataset.id }
  }
  const until = (before) =>
    window.__probe.when(() => {
      const now = shown()
      return now.open !== before.open && now.message && now.message !== before.message
    })
  addEventListener(
    'keydown',
    (event) => {
      if (event.key !== 'j' && event.key !== 'k') return
      void until(shown()).then(({ at }) => (window.__switch = at - event.timeStamp))
    },
    true,
  )
  window.__click = async (id) => {
    const before = shown()
    const began = performance.now()
    document.querySelector(`[data-testid="conversation"][data-id="${CSS.escape(id)}"]`).click()
    return (await until(before)).at - began
  }
}
