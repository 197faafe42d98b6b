// The installations that pages are looked at in: one with something of everything, one with nothing yet; and for some
// pages one without a company, one that is broken, one whose platform is slow.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Demo, binary } from './demo.mjs'
import { belongs, cases } from './pages.mjs'
import { Webhook, everyKind } from './webhook.mjs'

const hour = 3_600_000

/** What people and platforms write in the full world, by slot: see everyKind. */
const words = {
  reaction: '👍',
  'referral.url': 'https://example.org/ad',
  'location.url': 'https://example.org/place',
  'contact.url': 'https://example.org/rui',
  'contact.phone': '+351 912 000 111',
  'contact.email': 'rui@example.org',
  'contact.name': 'Rui Costa',
  'file.name': 'invoice-1042.pdf',
  'unknown.type': 'hologram',
  'unknown.key': 'hologram',
}

/** A demo in which every kind of message, status and delivery is there to be seen. */
export async function fullWorld() {
  const demo = await Demo.start()
  try {
    const hook = new Webhook(demo.facts)
    const people = {
      kinds: { name: 'Every Kind', wa_id: '491520000001' },
      closed: { name: 'Closed Window', wa_id: '491520000002' },
      rtl: { name: 'ليلى', wa_id: '201000000003' },
    }
    const [first, second] = await hook.write(people.kinds, [{ type: 'text', text: { body: 'Hello! Where is order 1042? https://example.org/orders/1042' } }, { type: 'text', text: { body: 'It was due on Monday.' } }], Date.now() - hour)
    await hook.write(people.kinds, everyKind((slot) => words[slot] ?? `The ${slot.replace('.', ' of the ')}`, { reply: first, reactTo: second }), Date.now() - hour / 2)
    await hook.write(people.closed, [{ type: 'text', text: { body: 'I wrote two days ago.' } }], Date.now() - 48 * hour)
    await hook.write(people.rtl, [{ type: 'text', text: { body: 'مرحبا، أين الطلب رقم 1042؟ شكرا!' } }])
    const conversations = await conversationsOf(demo, Object.values(people))
    const sends = await statuses(demo, 'Every Status')
    return {
      demo,
      url: demo.facts.url,
      login: demo.facts.login_url,
      at: { kinds: conversations['Every Kind'], closed: conversations['Closed Window'], rtl: conversations['ليلى'], ...sends, picture: await picture(demo), welcome: await invitation(demo), connection: await connected(demo) },
      stop: () => demo.stop(),
    }
  } catch (error) {
    await demo.stop().catch(() => {})
    throw error
  }
}

/** Lets messages to one of the twin's people end in every status, and gives the conversation. */
async function statuses(demo, name) {
  const person = await demo.control('POST', 'people', { platform: 'whatsapp', name })
  await demo.control('POST', `people/${person.id}/messages`, { text: 'Which statuses are there?' })
  const { [name]: conversation } = await conversationsOf(demo, [{ name }])
  const send = async (text, wanted, fault) => {
    const made = fault ? await demo.control('POST', 'faults', { ...fault, person: person.id, operation: 'send', times: 1 }) : null
    const { status, body } = await demo.api('POST', `conversations/${conversation}/messages`, { client_id: `world-${wanted}`, text })
    if (status >= 300) throw new Error(`a send was answered ${status}: ${JSON.stringify(body)}`)
    await until(`${text} is ${wanted}`, async () => (await demo.api('GET', `messages/${body.id}/story`)).body?.message?.status === wanted)
    if (made) await demo.control('DELETE', `faults/${made.id}`)
    return body.id
  }
  await send('This one is delivered.', 'delivered')
  const failed = await send('This one fails.', 'failed', { effect: 'error', code: 131026 })
  return { sends: conversation, message: failed }
}

/** A customer's photo that has been fetched. */
async function picture(demo) {
  const person = await demo.control('POST', 'people', { platform: 'whatsapp', name: 'Sends Pictures' })
  await demo.control('POST', `people/${person.id}/messages`, { kind: 'image', text: 'Like this one' })
  const { 'Sends Pictures': conversation } = await conversationsOf(demo, [{ name: 'Sends Pictures' }])
  await until('the picture is fetched', async () => (await demo.api('GET', `conversations/${conversation}/messages`)).body?.items?.[0]?.media?.[0]?.state === 'ready')
  return conversation
}

/** The sample company's number. */
async function connected(demo) {
  return (await demo.api('GET', 'connections')).body.items[0].id
}

/** The link with which somebody new joins. */
async function invitation(demo) {
  const { status, body } = await demo.api('POST', 'users', { name: 'Ines', email: 'ines@shop.example', role: 'agent' })
  if (status >= 300) throw new Error(`the invitation was answered ${status}: ${JSON.stringify(body)}`)
  return new URL(body.invite_url).pathname + new URL(body.invite_url).search
}

async function conversationsOf(demo, people) {
  const found = {}
  await until(`the conversations with ${people.map((p) => p.name).join(', ')}`, async () => {
    const { body } = await demo.api('GET', 'conversations?limit=100')
    for (const c of body?.items ?? []) found[c.contact.name] = c.id
    return people.every((p) => found[p.name])
  })
  return found
}

async function until(words, look) {
  const end = Date.now() + 60_000
  while (!(await look())) {
    if (Date.now() > end) throw new Error(`did not come about within a minute: ${words}`)
    await new Promise((resolve) => setTimeout(resolve, 30)) // how often is asked, not how long it takes
  }
}

/** An installation that has only just been started: no company, the link for the first one is printed. */
export async function newWorld() {
  const folder = mkdtempSync(join(tmpdir(), 'clearline-new-'))
  const child = spawn(binary, ['serve', '--data-dir', folder, '--addr', '127.0.0.1:0', '--metrics-addr', '', '--log-format', 'json'], { stdio: ['ignore', 'pipe', 'pipe'] })
  const log = []
  const stop = async () => {
    if (child.exitCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
    }
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const setup = await new Promise((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`serve ended with ${code}\n${log.join('')}`)))
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (chunk) => {
          log.push(String(chunk))
          const found = /http:\/\/127\.0\.0\.1:\d+\/setup\?code=\S+(?=\s)/.exec(log.join(''))
          if (found) resolve(found[0])
        })
      }
    })
    return { url: new URL(setup).origin, setup, at: {}, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

export const owner = { company: 'New Shop', name: 'Nora', email: 'nora@shop.example', password: 'a long enough word to keep' }

/** An installation as it is right after its company was made: no connection, nobody has written. */
export async function emptyWorld() {
  const world = await newWorld()
  const answer = await fetch(`${world.url}/api/v1/setup`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Clearline': '1', Origin: world.url },
    body: JSON.stringify({ code: new URL(world.setup).searchParams.get('code'), ...owner }),
  })
  if (!answer.ok) {
    await world.stop()
    throw new Error(`setup was answered ${answer.status}: ${await answer.text()}`)
  }
  return { ...world, cookie: answer.headers.getSetCookie()[0].split(';')[0] }
}

/** A demo whose number the doctor has found pointing elsewhere. */
export async function brokenWorld() {
  return troubled({ cause: 'hook.elsewhere' }, async (demo, connection) => {
    await demo.api('POST', `connections/${connection}/doctor`)
  })
}

/** A demo whose number Meta has restricted after its quality fell: figures over time, what still works, how to appeal. */
export async function restrictedWorld() {
  return troubled(null, async (demo, connection) => {
    const account = demo.facts.whatsapp.phone_number_id
    const examined = () => demo.api('POST', `connections/${connection}/doctor`)
    for (const change of [{}, { quality_rating: 'YELLOW', messaging_limit: 'TIER_1K' }, { quality_rating: 'RED' }, { oba_status: 'REJECTED', messaging_limit: 'TIER_250', quality_rating: 'YELLOW' }]) {
      await demo.control('PATCH', `accounts/${account}`, change)
      await examined()
    }
    await demo.control('POST', 'faults', { cause: 'account.restricted', account })
    await until('the restriction is told', async () => (await examined(), (await demo.api('GET', `connections/${connection}/account`)).body?.violation))
  })
}

/** A demo whose platform takes its time, so that a run of the doctor can be seen under way. */
export async function slowWorld() {
  return troubled({ effect: 'delay', operation: 'read', ms: 3000 }, async () => {})
}

async function troubled(fault, then) {
  const demo = await Demo.start()
  try {
    const connection = await connected(demo)
    if (fault) await demo.control('POST', 'faults', fault.cause ? { ...fault, account: demo.facts.whatsapp.phone_number_id } : fault)
    await then(demo, connection)
    return { demo, url: demo.facts.url, login: demo.facts.login_url, at: { connection }, stop: () => demo.stop() }
  } catch (error) {
    await demo.stop().catch(() => {})
    throw error
  }
}

const makers = { full: fullWorld, empty: emptyWorld, new: newWorld, broken: brokenWorld, restricted: restrictedWorld, checking: slowWorld }

/** The worlds in which the cases of these names, or all, are looked at. */
export function wantedWorlds(names) {
  return Object.keys(makers).filter((scenario) => cases.some((c) => belongs(c, scenario) && (names.length === 0 || names.includes(c.name))) || (scenario === 'full' && names.includes('announcements')))
}

/** Runs act with these worlds, each with the session of its owner, and ends them. */
export async function inWorlds(browser, wanted, act) {
  const worlds = []
  try {
    for (const scenario of wanted) {
      const world = await makers[scenario]()
      worlds.push({ scenario, world, state: null })
      worlds.at(-1).state = scenario === 'new' ? null : await signedIn(browser, world)
    }
    return await act(worlds)
  } finally {
    for (const { world } of worlds) await world.stop()
  }
}

async function signedIn(browser, world) {
  const context = await browser.newContext()
  if (world.cookie) {
    const [name, value] = world.cookie.split('=')
    await context.addCookies([{ name, value, url: world.url }])
  }
  const page = await context.newPage()
  await page.goto(world.login ?? world.url)
  await page.getByTestId('inbox').waitFor()
  const state = await context.storageState()
  await context.close()
  return state
}
