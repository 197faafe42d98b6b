// From the last letter of a question to its painted answers, over the whole history.
import { openInbox, quantile } from './probe.mjs'

export async function search(bench) {
  const { items } = await bench.api('conversations?limit=40')
  const words = [...new Set(items.flatMap((c) => (c.last_message?.text ?? '').split(/\s+/)).filter((w) => /^\p{L}{3,}$/u.test(w)))].slice(0, 20)
  const context = await bench.context()
  const { page } = await openInbox(bench, context)
  const taken = []
  for (const word of words) {
    await page.keyboard.press('/')
    const field = page.getByTestId('search-field')
    await field.fill('')
    const seen = page.evaluate((word) => {
      const began = performance.now()
      return window.__probe.when(() => [...document.querySelectorAll('[data-testid="found-message"]')].some((r) => r.textContent.toLowerCase().includes(word.toLowerCase()))).then(({ at }) => at - began)
    }, word)
    await field.fill(word)
    taken.push(await seen)
    await page.keyboard.press('Escape')
  }
  bench.figure('search_ms', quantile(taken, 0.95), `p95 of ${taken.length} words; p50 ${quantile(taken, 0.5).toFixed(0)}`)
  await context.close()
}
