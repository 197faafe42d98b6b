// Runs stories in a real browser against bin/clearline: node scripts/stories/run.mjs [NAME …] (all without a name).
// Each story has a demo of its own. The last line is `N passed, N failed, N skipped`.
import { readdirSync } from 'node:fs'
import { openBrowser } from './lib/browser.mjs'
import { Demo } from './lib/demo.mjs'
import { Story } from './lib/story.mjs'

const here = new URL('.', import.meta.url)
const known = readdirSync(here)
  .filter((f) => f.endsWith('.mjs') && f !== 'run.mjs')
  .map((f) => f.slice(0, -'.mjs'.length))
  .sort()
const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !known.includes(name))
if (unknown.length > 0) {
  console.error(`no story is called ${unknown.join(', ')}; there are: ${known.join(', ')}`)
  process.exit(2)
}

async function run(name, browser) {
  const { title, tell } = await import(new URL(`${name}.mjs`, here))
  console.log(`${name}: ${title}`)
  const demo = await Demo.start()
  const story = new Story(name, demo, browser)
  story.whole = wanted.length > 0
  let failure = null
  try {
    await tell(story)
    if (story.errors.length > 0) throw new Error(`errors in the browser’s console:\n    ${story.errors.join('\n    ')}`)
  } catch (error) {
    failure = error
    for (const [i, page] of story.pages.entries()) await story.shot(page, `failed-${i + 1}`).catch(() => {})
  }
  for (const context of browser.contexts()) await context.close()
  await demo.stop().catch((error) => (failure ??= error))
  if (failure) {
    console.log(`  failed: ${failure.stack ?? failure}`)
    if (story.errors.length > 0) console.log(`  the browser’s console:\n    ${story.errors.join('\n    ')}`)
    console.log(`  the server’s last lines:\n    ${demo.log.slice(-20).join('\n    ')}`)
  } else {
    console.log('  passed')
  }
  return failure === null
}

const browser = await openBrowser()
let passed = 0
let failed = 0
for (const name of wanted.length > 0 ? wanted : known) {
  const well = await run(name, browser).catch((error) => {
    console.log(`  failed: ${error.stack ?? error}`)
    return false
  })
  if (well) passed++
  else failed++
}
await browser.close()
console.log(`${passed} passed, ${failed} failed, 0 skipped`)
process.exit(failed > 0 ? 1 : 0)
