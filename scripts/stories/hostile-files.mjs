// I44 I46: what people send and upload is dead bytes: opened, embedded or loaded as a script, nothing of it runs.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { lure, suspicious } from './lib/suspicion.mjs'

export const title = 'files that mean harm: kept or refused, shown only when harmless, never run'

const root = fileURLToPath(new URL('../../', import.meta.url))

export async function tell(story) {
  const { demo } = story
  const folder = mkdtempSync(join(tmpdir(), 'clearline-hostile-'))
  try {
    const files = await story.step('the files are made', () => {
      execFileSync('go', ['run', './scripts/hostile', folder], { cwd: root, stdio: 'ignore' })
      return JSON.parse(readFileSync(join(folder, 'list.json'), 'utf8'))
        .filter((_, i) => story.whole || i % 4 === 0)
        .map((f) => ({ ...f, bytes: readFileSync(join(folder, f.file)) }))
    })
    story.check(!story.whole || files.length >= 60, `60 files at least, not ${files.length}`)

    const kept = await story.step(`all ${files.length} are uploaded: taken as what they are, or refused in words`, async () => {
      const taken = []
      for (const f of files) {
        const answer = await fetch(`${demo.facts.url}/api/v1/media?name=${encodeURIComponent(f.name)}`, { method: 'POST', headers: { Authorization: `Bearer ${demo.facts.api_key}`, 'Content-Type': /^[\x20-\x7e]+$/.test(f.mime) ? f.mime : 'text/html' }, body: f.bytes })
        const body = await answer.json()
        story.check(answer.status === 201 || (answer.status >= 400 && answer.status < 500 && body.title), `${f.what} is taken or refused in words, not answered ${answer.status}`)
        if (answer.status === 201) taken.push({ what: f.what, ...body })
      }
      return taken
    })
    const arrived = await story.step('a customer sends them too', () => sent(story, files))

    const inbox = await story.inbox()
    const { page } = inbox
    await page.context().addInitScript(lure)
    page.on('dialog', (d) => {
      story.errors.push(`a dialog opened: ${d.message()}`)
      void d.dismiss()
    })
    await page.reload()
    await page.getByTestId('conversation').first().waitFor()
    const all = [...kept, ...arrived].filter((m) => m.url)
    const addresses = all.flatMap((m) => [m.url, m.preview_url].filter(Boolean).map((path) => ({ what: m.what, url: new URL(path, demo.facts.url).href })))
    await story.step(`loaded as scripts, styles, workers and frames of our own pages, ${addresses.length} addresses do nothing`, async () => {
      for (const { what, url } of addresses) {
        const ran = await page.evaluate(embed, url)
        story.check(ran.length === 0, `${what} does nothing: ${ran.join(', ')}`)
      }
    })
    await story.step('opened by their addresses, they are downloads, or pictures and sounds that do nothing', async () => {
      for (const { what, url } of addresses) await opened(story, page.context(), what, url)
    })
    await story.step('in the thread, they are what they are', async () => {
      await page.goto(demo.facts.url)
      await inbox.open('Sends Anything')
      await page.getByTestId('media').first().waitFor()
      const seen = await page.evaluate(suspicious)
      story.check(seen.length === 0, `nothing suspicious in the thread: ${seen.slice(0, 3).join(' · ')}`)
    })
    // What was loaded as the wrong thing is refused, and the console notes it.
    story.allowErrors(/\/api\/v1\/media\/|Refused to|violates the following|MIME type|ERR_ABORTED|net::ERR/)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Lets a customer's phone send every file that the twin takes, and waits until each has been fetched or given up. */
async function sent(story, files) {
  const { demo } = story
  const person = await story.person('Sends Anything')
  let count = 0
  for (const f of files) {
    const answer = await fetch(`${demo.facts.sim_url.replace(/\/$/, '')}/control/v1/people/${person.id}/messages`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ kind: 'document', mime: f.mime, filename: f.name, base64: f.bytes.toString('base64') }),
    })
    if (answer.ok) count++
  }
  story.check(count > files.length / 2, `the twin sends most of them, not ${count}`)
  for (const end = Date.now() + 180_000; ; ) {
    const { body } = await demo.api('GET', 'conversations?limit=20')
    const conversation = body.items.find((c) => c.contact.name === 'Sends Anything')
    const messages = conversation ? (await demo.api('GET', `conversations/${conversation.id}/messages?limit=100`)).body.items : []
    const media = messages.flatMap((m) => m.media.map((f) => ({ what: f.name || f.id, ...f })))
    if (media.length >= Math.min(count, 100) && media.every((m) => m.state !== 'pending')) return media
    if (Date.now() > end) throw new Error(`${media.filter((m) => m.state !== 'pending').length} of ${count} files were fetched within three minutes`)
    await new Promise((resolve) => setTimeout(resolve, 100)) // how often is asked
  }
}

/** Runs in the page: tries to use the address as code in every way a page of ours could be tricked into. */
async function embed(url) {
  delete window.pwned
  const before = document.title
  const tried = [
    Object.assign(document.createElement('script'), { src: url }),
    Object.assign(document.createElement('script'), { src: url, type: 'module' }),
    Object.assign(document.createElement('link'), { rel: 'stylesheet', href: url }),
    Object.assign(document.createElement('iframe'), { src: url }),
    Object.assign(document.createElement('object'), { data: url }),
    Object.assign(document.createElement('embed'), { src: url }),
    Object.assign(document.createElement('img'), { src: url }),
  ]
  const ended = tried.map((e) => new Promise((resolve) => {
    e.onload = e.onerror = resolve
    setTimeout(resolve, 150) // a frame that is refused says nothing
  }))
  document.body.append(...tried)
  const ran = []
  for (const make of [() => new Worker(url), () => new SharedWorker(url)]) {
    try {
      const worker = make()
      await new Promise((resolve) => {
        worker.onerror = resolve
        setTimeout(resolve, 60)
        const port = worker.port ?? worker
        port.onmessage = () => resolve(ran.push('a worker spoke'))
      })
      worker.terminate?.()
    } catch {
      // refused at once
    }
  }
  await navigator.serviceWorker?.register(url).then(() => ran.push('it became a service worker'), () => {})
  await Promise.all(ended)
  for (const e of tried) e.remove()
  if (window.pwned || document.title !== before) ran.push('a script ran')
  // Violations are wanted here: the policy did its work. What ran is not.
  ran.push(...window.__hits.filter((h) => !h.startsWith('the policy was violated')))
  window.__hits.length = 0
  return ran
}

async function opened(story, context, what, url) {
  const page = await context.newPage()
  const downloaded = page.waitForEvent('download', { timeout: 5_000 }).then((d) => d.cancel(), () => null)
  const response = await page.goto(url).catch((error) => {
    if (!/net::ERR_ABORTED|Download is starting/.test(error.message)) throw error
    return null
  })
  if (response === null) await downloaded
  else {
    const type = response.headers()['content-type'] ?? ''
    story.check(/^(image\/(jpeg|png|gif|webp)|audio\/|video\/)/.test(type), `${what} is shown only as a picture or a sound, not as ${type}`)
  }
  const { title, pwned } = await page.evaluate(() => ({ title: document.title, pwned: window.pwned })).catch(() => ({}))
  story.check(title !== 'pwned' && !pwned, `${what} ran when it was opened`)
  await page.close()
}
