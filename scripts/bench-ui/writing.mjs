// Typing while messages come in, and how soon what comes in is seen.
import { openInbox, quantile, traffic, writes } from './probe.mjs'

const strokes = 500

/** Keystroke to paint at a processor four times slower, with 20 messages a second coming in. */
export async function keystrokes(bench) {
  const id = await writes(bench, { name: 'Typing To', wa_id: '491529999001' }, 'Will you write to me?')
  const context = await bench.context()
  const { page, cdp } = await openInbox(bench, context, `/conversations/${id}`)
  const field = page.getByTestId('reply')
  await field.fill('') // the draft of an earlier run
  await field.click()
  await page.evaluate(() => {
    window.__strokes = []
    addEventListener('keydown', (event) => {
      // After the frame that shows the letter has been handed over.
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = () => window.__strokes.push(performance.now() - event.timeStamp)
        port2.postMessage(0)
      })
    }, true)
  })
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 })
  const stop = traffic(bench, 20)
  const words = 'The parcel left this morning and comes on Tuesday. '
  for (let n = 0; n < strokes; n++) {
    const text = words[n % words.length]
    await cdp.send('Input.dispatchKeyEvent', { type: 'keyDown', text, key: text, unmodifiedText: text })
    await cdp.send('Input.dispatchKeyEvent', { type: 'keyUp', key: text })
    await new Promise((resolve) => setTimeout(resolve, 30 + ((n * 7919) % 60))) // people do not type in step with the screen
  }
  const sent = await stop()
  await page.waitForFunction((n) => window.__strokes.length >= n, strokes)
  const { taken, interactions } = await page.evaluate(() => ({ taken: window.__strokes, interactions: window.__probe.events }))
  const typed = await field.inputValue()
  if (typed.length !== strokes) throw new Error(`${typed.length} letters of ${strokes} are in the field`)
  bench.figure('keystroke_ms', quantile(taken, 0.95), `p95 of ${taken.length} with ${sent} messages coming in; p50 ${quantile(taken, 0.5).toFixed(0)}, slowest ${Math.max(...taken).toFixed(0)}`)
  const longest = new Map()
  for (const [interaction, duration] of interactions) longest.set(interaction, Math.max(duration, longest.get(interaction) ?? 0))
  bench.figure('inp_p98_ms', longest.size === 0 ? 16 : quantile([...Array(Math.max(0, strokes - longest.size)).fill(16), ...longest.values()], 0.98), `${longest.size} interactions of 16 ms and more`)
  await field.fill('')
  await context.close()
}

/** From handing a message to the server to seeing it painted in the open thread. */
export async function events(bench) {
  const person = { name: 'Speaks Now', wa_id: '491529999002' }
  const id = await writes(bench, person, 'The first word')
  const context = await bench.context()
  const { page } = await openInbox(bench, context, `/conversations/${id}`)
  await page.getByText('The first word').last().waitFor()
  await page.evaluate(() => {
    window.__seen = (words) => window.__probe.when(() => [...document.querySelectorAll('[data-testid="message"]')].slice(-5).some((m) => m.textContent.includes(words))).then(({ at }) => performance.timeOrigin + at)
  })
  const taken = []
  for (let n = 0; n < 100; n++) {
    const words = `Word ${Date.now()}-${n}`
    const seen = page.evaluate((w) => window.__seen(w), words)
    const began = performance.timeOrigin + performance.now()
    await bench.hook.write(person, [{ type: 'text', text: { body: words } }])
    taken.push((await seen) - began)
  }
  bench.figure('event_visible_ms', quantile(taken, 0.95), `p95 of ${taken.length}, from the webhook’s request to the painted bubble; p50 ${quantile(taken, 0.5).toFixed(0)}`)
  await context.close()
}

/** Frames while 100 messages a second come in, the list in view and a thread open. */
export async function burst(bench) {
  const person = { name: 'Speaks Now', wa_id: '491529999002' }
  const id = await writes(bench, person, 'Before the burst')
  const context = await bench.context()
  const { page } = await openInbox(bench, context, `/conversations/${id}`)
  await page.getByTestId('message').first().waitFor()
  await page.evaluate(() => (window.__frames = window.__probe.frames()))
  const stop = traffic(bench, 100)
  await new Promise((resolve) => setTimeout(resolve, bench.order.seconds * 1000))
  const { fps, slowest, over } = await page.evaluate(() => window.__frames())
  const sent = await stop()
  bench.figure('burst_fps', fps, `${sent} messages in ${bench.order.seconds} s; slowest frame ${slowest.toFixed(0)} ms, ${over} over 50 ms`)
  await context.close()
}
