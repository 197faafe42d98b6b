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
  const second = Math.floor(round / 1000) - 60
  for (let n = 0; n < missed; n += 50) {
    const timestamp = String(second + n / 50) // within a second, the place in the delivery is the order
    await bench.hook.write(person, Array.from({ length: 50 }, (_, i) => ({ type: 'text', timestamp, text: { body: `Missed ${round} no ${n + i}.` } })))
  }
  await context.setOffline(false)
  const back = performance.now()
  const last = page.getByText(`Missed ${round} no ${missed - 1}.`).last()
  await last.waitFor()
  const shown = performance.now()
  const since = await Promise.race([opened, Promise.resolve(null)])
  bench.figure('reconnect_ms', shown - Math.max(back, since ?? back), `from the stream’s opening to the last message; from the network’s return ${(shown - back).toFixed(0)}`)

  // All of them, once and in order, as one meets them on the way up: each step is less than what is in sight.
  const met = new Map()
  for (const end = Date.now() + 120_000; Date.now() < end && !met.has(0); ) {
    const seen = await page.evaluate((round) => {
      const shown = [...document.querySelectorAll('[data-testid="message"]')].map((m) => [m.dataset.id, new RegExp(`Missed ${round} no (\\d+)\\.`).exec(m.textContent)?.[1]])
      document.querySelector('[data-testid="thread"]').scrollBy({ top: -300, behavior: 'instant' })
      return window.__probe.painted().then(() => shown.filter(([, n]) => n !== undefined))
    }, round)
    for (const [key, n] of seen) {
      const known = met.get(Number(n))
      met.set(Number(n), known && known !== key ? 'doubled' : key)
    }
  }
  const order = [...met.entries()].sort((a, b) => a[0] - b[0])
  const wrong = missed - met.size + [...met.values()].filter((k) => k === 'doubled').length + order.slice(1).filter(([, key], i) => key !== 'doubled' && order[i][1] !== 'doubled' && BigInt(key) < BigInt(order[i][1])).length
  bench.figure('reconnect_wrong', wrong, `of ${missed}: lost, doubled or out of order`)
  await context.close()
}
