// What a page costs to load: bytes, and time on a phone and at a desk.
import { median, probed } from './probe.mjs'

const runs = 5
const phoneNet = { offline: false, latency: 150, downloadThroughput: (1.6 * 1_000_000) / 8, uploadThroughput: (0.75 * 1_000_000) / 8 }

/** How fast this machine's browser computes: a fixed piece of work, so that figures of two machines can be compared. */
export async function machine(bench) {
  const context = await bench.context()
  const page = await context.newPage()
  const times = []
  for (let i = 0; i < 7; i++) {
    times.push(await page.evaluate(() => {
      const began = performance.now()
      let x = 1
      const seen = new Map()
      for (let n = 0; n < 3_000_000; n++) {
        x = (x * 1103515245 + 12345) % 2147483648
        if (n % 8 === 0) seen.set(x % 4096, `${x}`)
      }
      return performance.now() - began + (seen.size === 0 ? 1 : 0)
    }))
  }
  bench.figure('machine_js_ms', median(times), 'a fixed computation in the page: compare it before comparing machines')
}

/** Bytes over the wire and requests, nothing in the cache. */
export async function firstLoad(bench) {
  const context = await bench.context()
  const { page, cdp } = await probed(context)
  await cdp.send('Network.enable')
  const requests = new Map()
  cdp.on('Network.responseReceived', (e) => requests.set(e.requestId, { type: e.type, url: e.response.url, bytes: 0 }))
  cdp.on('Network.loadingFinished', (e) => {
    const r = requests.get(e.requestId)
    if (r) r.bytes = e.encodedDataLength
  })
  await page.goto(bench.order.url)
  await page.getByTestId('conversation').first().waitFor()
  await page.evaluate(() => document.fonts.ready)
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1000))) // what follows the first paint by itself belongs to it
  const all = [...requests.values()].filter((r) => r.type !== 'EventSource' && !r.url.endsWith('/stream'))
  const kb = (type) => all.filter((r) => !type || r.type === type).reduce((sum, r) => sum + r.bytes, 0) / 1000
  bench.figure('js_kb', kb('Script'))
  bench.figure('css_kb', kb('Stylesheet'))
  bench.figure('font_kb', kb('Font'))
  bench.figure('all_kb', kb())
  bench.figure('requests', all.length, all.map((r) => new URL(r.url).pathname.replace(/^\/(assets|api\/v1)\//, '').replace(/-[\w-]{8}\./, '.')).join(' '))
  await context.close()
}

/** A desk on the same network: from the address to the painted list. */
export async function deskList(bench) {
  const times = []
  for (let i = 0; i < runs; i++) {
    const context = await bench.context()
    const { page } = await probed(context)
    await page.goto(bench.order.url, { waitUntil: 'commit' })
    times.push(await page.evaluate(() => window.__probe.when(() => document.querySelector('[data-testid="conversation"]')).then((w) => w.at)))
    await context.close()
  }
  bench.figure('desk_list_ms', median(times), `median of ${runs}: ${times.map(Math.round).join(' ')}`)
}

/** A phone of the middle sort: processor four times slower, 1.6 Mb/s, 150 ms to the server. */
export async function phone(bench) {
  const cold = []
  const warm = []
  for (let i = 0; i < runs; i++) {
    const context = await bench.context({ viewport: { width: 360, height: 800 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 })
    const { page, cdp } = await probed(context)
    await cdp.send('Network.enable')
    await cdp.send('Network.emulateNetworkConditions', phoneNet)
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 })
    cold.push(await load(page, bench.order.url, true))
    warm.push(await load(page, bench.order.url, false))
    await context.close()
  }
  const of = (all, key) => all.map((m) => m[key])
  const note = (values) => `median of ${runs}: ${values.map((v) => Math.round(v)).join(' ')}`
  bench.figure('phone_lcp_ms', median(of(cold, 'lcp')), note(of(cold, 'lcp')))
  bench.figure('phone_openable_ms', median(of(cold, 'openable')), note(of(cold, 'openable')))
  bench.figure('phone_warm_ms', median(of(warm, 'list')), note(of(warm, 'list')))
  bench.figure('phone_cls', median(of(cold, 'cls')))
  bench.figure('phone_tbt_ms', median(of(cold, 'tbt')), `long tasks of the last run, at and for ms: ${JSON.stringify(cold.at(-1).long)}`)
}

/** Loads a page; openable is when a tap on the first row, made as soon as it is painted, has given a painted thread. */
async function load(page, url, tap) {
  await page.goto(url, { waitUntil: 'commit' })
  return page.evaluate(async (tap) => {
    const probe = window.__probe
    const { at: list, found } = await probe.when(() => document.querySelector('[data-testid="conversation"]'))
    let openable = null
    const vitals = { lcp: probe.lcp, cls: probe.cls }
    if (tap) {
      found.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, view: window }))
      openable = (await probe.when(() => document.querySelector('[data-testid="message"]'))).at
    }
    await new Promise((resolve) => setTimeout(resolve, 300)) // a long task is told of after it has ended
    return { list, openable, lcp: vitals.lcp || probe.lcp, cls: probe.cls, tbt: probe.tbt, long: probe.long }
  }, tap)
}
