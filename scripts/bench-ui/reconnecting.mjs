// The network is gone while 500 messages come, and is back.
import { openInbox, writes } from './probe.mjs'

const missed = 500

export async function reconnect(bench) {
  const person = { name: 'Keeps Writing', wa_id: '491529999003' }
  const id = await writes(bench, person, 'Before the tunnel')
  const context = await bench.context()
  const { page } = await openInbox(bench, context, `/conversations/${id}`)
  await page.getByText('Before the tunnel').last().waitFor()
  const round = Date.now()
  const opened = new Promise((resolve) => page.on('response', (r) => r.url().includes('/api/v1/stream') && r.ok() && resolve(performance.now())))
  await context.setOffline(true)
  for (let n = 0; n < missed; n += 50) {
    await bench.hook.write(person, Array.from({ length: 50 }, (_, i) => ({ type: 'text', text: { body: `Missed ${round} no ${n + i}.` } })), Date.now() - 60_000 + n * 10)
  }
  await context.setOffline(false)
  const back = performance.now()
  const last = page.getByText(`Missed ${round} no ${missed - 1}.`).last()
  await last.waitFor()
  const shown = performance.now()
  const since = await Promise.race([opened, Promise.resolve(null)])
  bench.figure('reconnect_ms', shown - Math.max(back, since ?? back), `from the stream’s opening to the last message; from the network’s return ${(shown - back).toFixed(0)}`)

  // All of them, once and in order, as one meets them on the way up.
  const met = new Map()
  await page.getByTestId('thread').hover()
  for (const end = Date.now() + 60_000; Date.now() < end && !met.has(0); ) {
    for (const [key, n] of await page.evaluate((round) => [...document.querySelectorAll('[data-testid="message"]')].map((m) => [m.dataset.id, new RegExp(`Missed ${round} no (\\d+)\\.`).exec(m.textContent)?.[1]]).filter(([, n]) => n !== undefined), round)) {
      const known = met.get(Number(n))
      met.set(Number(n), known && known !== key ? 'doubled' : key)
    }
    await page.mouse.wheel(0, -500)
    await page.evaluate(() => window.__probe.painted())
  }
  const order = [...met.entries()].sort((a, b) => a[0] - b[0])
  const wrong = missed - met.size + [...met.values()].filter((k) => k === 'doubled').length + order.slice(1).filter(([, key], i) => BigInt(key) < BigInt(order[i][1])).length
  bench.figure('reconnect_wrong', wrong, `of ${missed}: lost, doubled or out of order`)
  await context.close()
}
