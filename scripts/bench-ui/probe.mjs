// What runs inside the measured page, and the arithmetic on what it brings.

/** Put into every page before its own code: a clock for the moments at which something is painted. */
export function probe() {
  const probe = (window.__probe = { lcp: 0, cls: 0, tbt: 0, long: [], marks: {}, events: [] })
  const seen = (type, take) => {
    try {
      new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true, ...(type === 'event' ? { durationThreshold: 16 } : {}) })
    } catch {
      // a kind of entry this browser does not know
    }
  }
  seen('largest-contentful-paint', (e) => (probe.lcp = e.startTime))
  seen('layout-shift', (e) => e.hadRecentInput || (probe.cls += e.value))
  seen('longtask', (e) => {
    probe.tbt += Math.max(0, e.duration - 50)
    probe.long.push([Math.round(e.startTime), Math.round(e.duration)])
  })
  seen('event', (e) => e.interactionId && probe.events.push([e.interactionId, e.duration]))

  /** Two frames on, what is there now has been painted. */
  probe.painted = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now()))))
  /** The time at which a selector matched and was painted; root is watched for it. */
  probe.when = (look) =>
    new Promise((resolve) => {
      const check = () => {
        const found = look()
        if (!found) return false
        watch.disconnect()
        probe.painted().then((at) => resolve({ at, found }))
        return true
      }
      const watch = new MutationObserver(check)
      if (!check()) watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
    })
  /** Frames from now on, until the returned call, which gives their mean rate and the longest gap. */
  probe.frames = () => {
    const at = []
    let on = true
    const tick = (t) => {
      at.push(t)
      if (on) requestAnimationFrame(tick)
    }
    requestAnimationFrame(tick)
    return () => {
      on = false
      const gaps = at.slice(1).map((t, i) => t - at[i])
      return { fps: (1000 * gaps.length) / (at.at(-1) - at[0]), slowest: Math.max(...gaps), over: gaps.filter((g) => g > 50).length, frames: gaps.length }
    }
  }
}

/** The q-th part of values, 0…1. */
export function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? NaN
}

export const median = (values) => quantile(values, 0.5)

/** A page in which the probe is, with the browser's own protocol to it. */
export async function probed(context) {
  await context.addInitScript(probe)
  const page = await context.newPage()
  const cdp = await context.newCDPSession(page)
  return { page, cdp }
}

/** Opens the inbox and waits until its list stands. */
export async function openInbox(bench, context, path = '/') {
  const { page, cdp } = await probed(context)
  await page.goto(bench.order.url + path)
  await page.getByTestId('conversation').first().waitFor()
  return { page, cdp }
}

/** The bytes of JavaScript's heap after a collection. */
export async function heap(cdp) {
  await cdp.send('HeapProfiler.enable')
  await cdp.send('HeapProfiler.collectGarbage')
  return (await cdp.send('Runtime.getHeapUsage')).usedSize
}

/** Somebody of the inbox writes, and whoever asks gets the conversation. */
export async function writes(bench, person, text) {
  await bench.hook.write(person, [{ type: 'text', text: { body: text } }])
  for (const end = Date.now() + 10_000; Date.now() < end; ) {
    const { items } = await bench.api('conversations?limit=20')
    const found = items.find((c) => c.address.replace('+', '') === person.wa_id)
    if (found) return found.id
  }
  throw new Error(`${person.wa_id} has written and is not in the list`)
}

/** Messages from many people at a steady rate until the returned call, which gives how many there were. */
export function traffic(bench, perSecond, { to = null } = {}) {
  let sent = 0
  let failed = null
  const began = performance.now()
  const flights = new Set()
  const timer = setInterval(() => {
    for (const due = ((performance.now() - began) / 1000) * perSecond; sent < due; ) {
      const n = sent++
      const person = to ?? { name: `Crowd ${n % 500}`, wa_id: `49152${String(9_000_000 + (n % 500)).padStart(7, '0')}` }
      const flight = bench.hook.write(person, [{ type: 'text', text: { body: `Traffic ${began.toFixed(0)}-${n}` } }]).catch((e) => (failed = e))
      flights.add(flight)
      void flight.finally(() => flights.delete(flight))
    }
  }, 10)
  return async () => {
    clearInterval(timer)
    await Promise.all(flights)
    if (failed) throw failed
    return sent
  }
}
