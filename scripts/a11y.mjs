// Looks at every page with axe-core: node scripts/a11y.mjs [--quick] [NAME …]
// Each case × full and empty × light and dark × 320 and 1440 px × both directions, and no page may be wider than the
// window; then what a screen reader is told while history loads and a message comes. --quick looks twice at each case:
// light, left to right at 1440, and dark, right to left at 320. The last line is `N passed, N failed, N skipped`.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { openBrowser } from './stories/lib/browser.mjs'
import { announcements } from './stories/lib/announcements.mjs'
import { belongs, cases, gaps, visit } from './stories/lib/pages.mjs'
import { inWorlds, wantedWorlds } from './stories/lib/worlds.mjs'

const require = createRequire(new URL('../web/package.json', import.meta.url))
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

const args = process.argv.slice(2)
const quick = args.includes('--quick')
const names = args.filter((a) => !a.startsWith('--'))
const atOnce = 3
const sizes = { 320: { width: 320, height: 640 }, 1440: { width: 1440, height: 900 } }

const faults = []
const rows = []
let passed = 0
let failed = 0

function judge(what, found) {
  if (found.length === 0) {
    passed++
    return
  }
  failed++
  faults.push(...found.map((f) => `${what}: ${f}`))
}

/** What axe finds on the page as it is, and whether it fits the window. */
async function look(page, width) {
  const violations = await page.evaluate((values) => window.axe.run(document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] }).then((r) => r.violations), tags)
  const found = violations.flatMap((v) => v.nodes.map((n) => `${v.id} (${v.impact}) at ${n.target.join(' ')}: ${n.any[0]?.message ?? n.all[0]?.message ?? n.none[0]?.message ?? v.help}`))
  const wide = await page.evaluate(() => document.documentElement.scrollWidth)
  if (wide > width) found.push(`the page is ${wide} px wide in a window of ${width}`)
  return found
}

async function one(browser, world, scenario, c, state) {
  let checked = 0
  let wrong = 0
  const hold = (what, found) => {
    checked++
    if (found.length > 0) wrong++
    judge(what, found)
  }
  for (const [size, viewport] of Object.entries(sizes)) {
    const context = await browser.newContext({ viewport, reducedMotion: 'reduce', storageState: c.signedOut ? undefined : state })
    context.setDefaultTimeout(60_000)
    const page = await context.newPage()
    const errors = []
    page.on('pageerror', (e) => errors.push(`error in the page: ${e.message}`))
    try {
      await visit(page, c, world)
      await page.evaluate(axe)
      for (const [theme, dir] of combinations(size)) {
        await page.emulateMedia({ colorScheme: theme })
        await page.evaluate((d) => (document.documentElement.dir = d), dir)
        hold(`${c.name} ${scenario} ${theme} ${size} ${dir}`, [...(await look(page, viewport.width)), ...errors.splice(0)])
      }
    } catch (error) {
      hold(`${c.name} ${scenario} ${size}`, [error.message.split('\n').slice(0, 4).join(' ')])
    } finally {
      await context.close()
    }
  }
  rows.push({ name: c.name, scenario, checked, failed: wrong })
}

function combinations(size) {
  if (quick) return size === '320' ? [['dark', 'rtl']] : [['light', 'ltr']]
  return [['light', 'ltr'], ['light', 'rtl'], ['dark', 'rtl'], ['dark', 'ltr']]
}

async function main() {
  judge('the table of pages', gaps())
  const wanted = (name) => names.length === 0 || names.includes(name)
  const browser = await openBrowser()
  try {
    await inWorlds(browser, wantedWorlds(names), async (worlds) => {
      const jobs = []
      for (const { scenario, world, state } of worlds) {
        for (const c of cases) {
          if (belongs(c, scenario) && c.path(world) != null && wanted(c.name)) jobs.push(() => one(browser, world, scenario, c, state))
        }
        if (scenario === 'full' && wanted('announcements')) jobs.push(() => announcements(browser, world, state, judge))
      }
      await Promise.all(Array.from({ length: atOnce }, async () => {
        for (let job = jobs.shift(); job; job = jobs.shift()) await job()
      }))
    })
  } finally {
    await browser.close()
  }
}

await main().catch((error) => judge('accessibility', [error.stack ?? String(error)]))
rows.sort((a, b) => (a.scenario + a.name).localeCompare(b.scenario + b.name))
for (const r of rows) console.log(`${r.failed === 0 ? 'ok  ' : 'FAIL'} ${r.scenario.padEnd(6)} ${r.name.padEnd(24)} ${String(r.checked).padStart(3)} looks, ${r.failed} with faults`)
for (const [fault, times] of [...counted(faults)].sort()) console.log(`  ${times > 1 ? `${times} × ` : ''}${fault}`)
console.log(`${passed} passed, ${failed} failed, 0 skipped`)
process.exit(failed > 0 || passed === 0 ? 1 : 0)

/** The same fault in several looks is told once, with the pages it is on and one look that shows it. */
function counted(all) {
  const found = new Map()
  for (const f of all) {
    const [, look, fault] = /^(.*?): (.*)$/s.exec(f)
    if (!found.has(fault)) found.set(fault, { times: 0, pages: new Set(), look })
    found.get(fault).times++
    found.get(fault).pages.add(look.split(' ')[0])
  }
  return [...found].map(([fault, { times, pages, look }]) => [`${fault}\n      on ${[...pages].join(', ')}; such as ${look}`, times])
}
