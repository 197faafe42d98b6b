// Pictures of every page and sheet: node scripts/shots.mjs [NAME …]   (make shots)
// Each case of stories/lib/pages.mjs × wide and 390 px × light and dark × full and empty, into shots/pages/. An error in a
// page's own code fails the run. The last line is `N passed, N failed, N skipped`.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openBrowser } from './stories/lib/browser.mjs'
import { belongs, cases, visit } from './stories/lib/pages.mjs'
import { inWorlds, wantedWorlds } from './stories/lib/worlds.mjs'

const folder = fileURLToPath(new URL('../shots/pages/', import.meta.url))
const names = process.argv.slice(2)
const atOnce = 3
const sizes = { wide: { width: 1440, height: 900 }, 390: { width: 390, height: 844 } }
mkdirSync(folder, { recursive: true })
let passed = 0
let failed = 0

async function picture(browser, world, scenario, c, state, [size, viewport]) {
  const context = await browser.newContext({ viewport, deviceScaleFactor: 1, hasTouch: size === '390', reducedMotion: 'reduce', storageState: c.signedOut ? undefined : state })
  context.setDefaultTimeout(60_000)
  const page = await context.newPage()
  let error = null
  page.on('pageerror', (e) => (error ??= e))
  try {
    await visit(page, c, world)
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme })
      await page.screenshot({ path: join(folder, `${c.name}-${scenario}-${size}-${colorScheme}.png`) })
    }
  } catch (e) {
    error ??= e
  }
  await context.close()
  if (!error) return void passed++
  failed++
  console.log(`${c.name} ${scenario} ${size}: ${error.message.split('\n').slice(0, 3).join(' ')}`)
}

const browser = await openBrowser()
try {
  await inWorlds(browser, wantedWorlds(names), async (worlds) => {
    const jobs = []
    for (const { scenario, world, state } of worlds) {
      for (const c of cases) {
        if (!belongs(c, scenario) || c.path(world) == null || (names.length > 0 && !names.includes(c.name))) continue
        for (const size of Object.entries(sizes)) jobs.push(() => picture(browser, world, scenario, c, state, size))
      }
    }
    await Promise.all(Array.from({ length: atOnce }, async () => {
      for (let job = jobs.shift(); job; job = jobs.shift()) await job()
    }))
  })
} finally {
  await browser.close()
}
console.log(`pictures in ${folder}`)
console.log(`${passed} passed, ${failed} failed, 0 skipped`)
process.exit(failed > 0 || passed === 0 ? 1 : 0)
