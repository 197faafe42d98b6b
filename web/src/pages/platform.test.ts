import { flushSync } from 'svelte'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import canned from '../../fixture/causes.json'
import { history as earlier, plan, report, silent } from '../../fixture/doctor'
import { connections, signedIn, team } from '../../fixture/world'
import type { Connection } from '../api/types'
import type { Check, Report } from '../platforms/types'
import { doctorText } from '../text/doctor'
import { platformsText } from '../text/platforms'
import { by, button, show, type, workspaceWith } from '../testing/mounted'
import { settled, speaker, type Call, type Reply } from '../testing/support'
import PlatformPage from './PlatformPage.svelte'
import PlatformsPage from './PlatformsPage.svelte'

const now = Date.parse('2026-11-22T12:00:00Z')
const words = (e: Element) => (e.textContent ?? '').replace(/\s+/g, ' ')
const look = async () => {
  await settled()
  flushSync()
}

/** The page at an address, with a server of canned connections and reports. */
async function page(address: string, answer: (call: Call, all: Connection[]) => Reply | null = () => null, role: 'owner' | 'agent' = 'owner') {
  history.replaceState(null, '', address)
  const all = connections(now)
  const { ws, calls } = await workspaceWith(now, (call): Reply => {
    const own = answer(call, all)
    if (own) return own
    const url = new URL(call.path, 'http://x')
    const [, , , room, id, act] = url.pathname.split('/')
    const connection = all.find((c) => c.id === id)
    if (room === 'procedures') return { body: { items: [], next: null } }
    if (room === 'users') return { body: { items: team, next: null } }
    if (room === 'causes') return { body: (canned as { causes: Record<string, unknown> }).causes[id!] ?? null }
    if (room === 'connections' && !id) return { body: { items: structuredClone(all), next: null } }
    if (room === 'connections' && !connection) return { status: 404, body: { title: 'Not here.', status: 404 } }
    if (act === 'doctor') return connection!.doctor?.at ? { body: report(connection!, now) } : { status: 404, body: { title: 'Not here.', status: 404 } }
    if (act === 'findings') return { body: { items: earlier(connection!, now), next: null } }
    if (act === 'repairs') return { body: { items: [{ at: new Date(now - 3_600_000).toISOString(), action: 'point_here', by: { id: 'u3', name: 'Rui Tavares' }, changes: [], cause: null }], next: null } }
    if (act === 'templates') return { body: { items: [], next: null } }
    return { body: connection }
  })
  if (role === 'agent') ws.me = { ...signedIn, role: 'agent', rights: ['read', 'reply', 'see_deliveries'] }
  const root = show(ws, address.startsWith('/platforms/') ? PlatformPage : PlatformsPage, {})
  await look()
  await look()
  const verdict = () => root.querySelector<HTMLElement>('[data-verdict]')!
  const check = (id: string) => root.querySelector<HTMLElement>(`[data-check="${id}"]`)!
  return { root, ws, calls, all, verdict, check }
}

beforeEach(() => void vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue())

// C2, C16, G2: what is wrong stands on top, with whose it is and the first thing to do.
describe('C2 C16 the connection’s page', () => {
  it('says that nothing is wrong by the checks that say so', async () => {
    const { verdict, root } = await page('/platforms/k1?tab=doctor')
    expect(verdict().dataset.verdict).toBe('ok')
    expect(words(verdict())).toContain('All 32 checks passed.')
    expect([...root.querySelectorAll<HTMLElement>('[data-check]')].map((c) => c.dataset.result)).toEqual(Array(32).fill('pass'))
    expect(root.querySelectorAll('details[open] > ol')).toHaveLength(3)
  })

  it('never shows what could not be told as a pass', async () => {
    const { verdict, check } = await page('/platforms/k4?tab=doctor')
    expect(verdict().dataset.kind).toBe('unknown')
    expect(words(verdict())).toContain(doctorText.verdict.unknown)
    expect(check('loopback').dataset.result).toBe('could_not_tell')
    expect(words(check('loopback').querySelector('.word')!)).toBe('Could not tell')
    expect(check('loopback').querySelector('.icon.check')).toBeNull()
  })

  it('opens the failing check with why, what to do, who, since when, and the raw answer', async () => {
    const { verdict, check, root } = await page('/platforms/k5?tab=doctor')
    expect(verdict().dataset.verdict).toBe('hook.elsewhere')
    expect(words(verdict())).toContain('Who can act: an admin.')
    const row = words(check('callback'))
    for (const part of ['found https://old.example.org', 'expected https://in.example.org', doctorText.why, 'the narrowest one wins', 'Began 3 times since', 'webhook_configuration']) expect(row).toContain(part)
    expect(check('callback').querySelector('[data-action="point_here"]')).not.toBeNull()
    expect(root.querySelector('[data-group="server"]')!.hasAttribute('open')).toBe(false)
    expect(root.querySelector('[data-group="account"]')!.hasAttribute('open')).toBe(true)
  })

  it('says what an unchecked one needs', async () => {
    const { check } = await page('/platforms/k2?tab=doctor')
    expect(check('asset').dataset.result).toBe('not_checked')
    expect(words(check('asset'))).toContain('It needs: Meta accepts our key.')
  })

  it('explains the cause by the playbook, in place', async () => {
    const { root, verdict } = await page('/platforms/k5?tab=overview', (call) => (call.path.includes('/causes/') ? { body: (canned as { causes: Record<string, unknown> }).causes['net.outage'] } : null))
    button(verdict(), platformsText.card.why).click()
    await look()
    expect(by(root, 'cause-page').textContent).toContain('What to do')
  })

  it('shows how it was fixed before and what came back', async () => {
    const { root } = await page('/platforms/k5?tab=doctor')
    const items = [...by(root, 'history').querySelectorAll<HTMLElement>('li[data-cause]')]
    expect(items.map((i) => [i.dataset.cause, i.dataset.state])).toEqual([
      ['hook.elsewhere', 'open'],
      ['net.outage', 'fixed'],
    ])
    expect(words(items[0]!)).toContain('3 times')
    expect(words(by(root, 'repairs'))).toContain('Point it here Rui Tavares')
  })

  it('copies a report for support', async () => {
    const { root } = await page('/platforms/k5?tab=doctor')
    button(root, doctorText.report.copy).click()
    await look()
    expect(root.textContent).toContain(doctorText.report.copied)
    expect(vi.mocked(navigator.clipboard.writeText).mock.calls[0]![0]).toContain('hook.elsewhere')
  })

  it('says when there is no such connection', async () => {
    const { root } = await page('/platforms/nope')
    expect(root.textContent).toContain(platformsText.page.absent)
  })
})

// P4: a repair that the product can do is a button, and says first what it will change.
// C18: where a trouble lies, told on the connection's page with each fact, and on the card in short.
describe('C18 trouble compared over connections', () => {
  const down = (call: Call, all: Connection[]): Reply | null => {
    const sick: Connection = { ...all[0]!, status: 'degraded', cause: 'net.outage' }
    if (call.path.endsWith(`/connections/${sick.id}/doctor`)) return { body: silent(sick, now) }
    if (call.path === '/api/v1/connections') return { body: { items: [sick], next: null } }
    return call.path === `/api/v1/connections/${sick.id}` ? { body: sick } : null
  }

  it('points at the platform and says by what, and to wait', async () => {
    const { root } = await page('/platforms/k1?tab=doctor', down)
    const told = by(root, 'triage')
    expect(told.dataset.points).toBe('platform')
    expect(words(told)).toContain('It points at WhatsApp, not at you')
    expect(words(told)).toContain('Wait. What you write is kept in order')
    const facts = [...told.querySelectorAll<HTMLElement>('li')]
    expect(facts.map((f) => f.dataset.points)).toEqual(['unknown', 'platform', 'platform', 'unknown'])
    expect(words(facts[3]!)).toContain('cannot be read, which says nothing. decides nothing')
  })

  it('tells how late messages are', async () => {
    const { root } = await page('/platforms/k1?tab=doctor', (call, all) => {
      const told = silent(all[0]!, now)
      return call.path.endsWith('/k1/doctor') ? { body: { ...told, triage: { ...told.triage!, late_ms: 5 * 3_600_000 } } } : down(call, all)
    })
    expect(words(by(root, 'triage'))).toContain('Messages come 5 h late.')
  })

  it('stands on the card in short, and nowhere while nothing is wrong', async () => {
    const { root } = await page('/platforms', down)
    expect(words(by(root, 'card-triage'))).toContain('It points at WhatsApp, not at you. Wait.')
    const well = await page('/platforms/k1?tab=doctor')
    expect(well.root.querySelector('[data-testid="triage"]')).toBeNull()
  })
})

describe('a repair', () => {
  it('shows what it changes, does nothing when left, does it when confirmed, and looks again', async () => {
    const talk = speaker()
    const { root, calls, verdict } = await page('/platforms/k5?tab=overview', (call, all) => {
      if (call.path.includes('/fixes/')) {
        const dry = (call.body as { dry_run: boolean }).dry_run
        if (!dry) Object.assign(all.find((c) => c.id === 'k5')!, { status: 'connected', cause: null })
        return { body: { ...plan, done: !dry } }
      }
      return call.method === 'POST' && call.path.endsWith('/doctor') ? { stream: talk.stream } : null
    })
    const fixes = () => calls.filter((c) => c.path.includes('/fixes/')).map((c) => [c.path, c.body])
    verdict().querySelector<HTMLElement>('[data-action="point_here"]')!.click()
    await look()
    expect(fixes()).toEqual([['/api/v1/connections/k5/fixes/point_here', { dry_run: true }]])
    const fix = by(root, 'fix')
    for (const part of ['This makes 1 change', 'subscribed_apps', 'https://old.example.org', 'https://in.example.org']) expect(words(fix)).toContain(part)
    button(fix, doctorText.fix.leave).click()
    await look()
    expect(root.querySelector('[data-testid="fix"]')).toBeNull()
    expect(fixes()).toHaveLength(1)

    verdict().querySelector<HTMLElement>('[data-action="point_here"]')!.click()
    await look()
    button(by(root, 'fix'), doctorText.fix.go).click()
    await look()
    expect(fixes().at(-1)).toEqual(['/api/v1/connections/k5/fixes/point_here', { dry_run: false }])
    expect(verdict().dataset.verdict).toBe('running')
    expect(calls.at(-1)!.headers.get('Accept')).toBe('text/event-stream')
    const all = connections(now)
    talk.say('report', report({ ...all[0]!, id: 'k5' }, now))
    await look()
    expect(verdict().dataset.verdict).toBe('ok')
    expect(words(by(root, 'run-summary'))).toBe('32 of 32 passed.')
    expect(root.querySelector('[data-testid="fix"]')).toBeNull()
  })

  it('opens from its address with its changes laid out', async () => {
    const { root } = await page('/platforms/k5?tab=doctor&fix=point_here', (call) => (call.path.includes('/fixes/') ? { body: plan } : null))
    expect(by(root, 'fix').dataset.phase).toBe('plan')
  })

  it('says so when nothing needs changing', async () => {
    const { root } = await page('/platforms/k5?fix=subscribe', (call) => (call.path.includes('/fixes/') ? { body: { changes: [], done: false } } : null))
    expect(by(root, 'fix').textContent).toContain(doctorText.fix.nothing)
  })

  it('asks for a PIN before anything is planned, and keeps it after a refusal', async () => {
    const { root, calls } = await page('/platforms/k5?fix=register', (call) =>
      call.path.includes('/fixes/') ? { status: 422, body: { title: 'The PIN does not match.', status: 422, cause: 'wa.pin', detail: '3 tries are left.' } } : null,
    )
    const fix = by(root, 'fix')
    button(fix, doctorText.fix.next).click()
    await look()
    expect(words(fix)).toContain(doctorText.fix.pinWrong)
    expect(calls.filter((c) => c.path.includes('/fixes/'))).toHaveLength(0)
    const field = fix.querySelector<HTMLInputElement>('#fix-pin')!
    type(field, '481516')
    button(fix, doctorText.fix.next).click()
    await look()
    expect(calls.find((c) => c.path.includes('/fixes/'))!.body).toEqual({ pin: '481516', dry_run: true })
    expect(words(fix)).toContain('3 tries are left.')
    expect(fix.querySelector<HTMLInputElement>('#fix-pin')!.value).toBe('481516')
  })

  it('goes from asking for a code to entering it', async () => {
    const { root, calls } = await page('/platforms/k5?tab=doctor&fix=request_code', (call) => (call.path.includes('/fixes/') ? { body: plan } : null))
    button(by(root, 'fix'), doctorText.fix.next).click()
    await look()
    button(by(root, 'fix'), doctorText.fix.go).click()
    await look()
    expect(calls.filter((c) => c.path.includes('/fixes/')).map((c) => (c.body as { method: string }).method)).toEqual(['sms', 'sms'])
    expect(by(root, 'fix').dataset.fix).toBe('verify_code')
    type(by(root, 'fix').querySelector<HTMLInputElement>('#fix-code')!, '123-456')
    button(by(root, 'fix'), doctorText.fix.next).click()
    await look()
    expect(calls.at(-1)!.body).toEqual({ code: '123456', dry_run: true })
  })

  it('is not offered to those who may not, who see whom to ask instead', async () => {
    const { root, verdict, calls } = await page('/platforms/k5?tab=doctor&fix=point_here', undefined, 'agent')
    expect(root.querySelector('[data-testid="fix"]')).toBeNull()
    expect(root.querySelector('[data-action="point_here"]')).toBeNull()
    expect(words(verdict())).toContain('Only admins can do this. Ask Rui Tavares.')
    button(verdict(), doctorText.fix.link('Rui Tavares')).click()
    await look()
    expect(vi.mocked(navigator.clipboard.writeText).mock.calls[0]![0]).toMatch(/\/platforms\/k5\?tab=doctor&check=callback$/)
    expect(calls.filter((c) => c.method === 'POST')).toEqual([])
  })
})

describe('a run', () => {
  it('shows each check as it begins and ends, then the verdict', async () => {
    const talk = speaker()
    const { root, verdict, check } = await page('/platforms/k3?tab=doctor', (call) => (call.method === 'POST' && call.path.endsWith('/doctor') ? { stream: talk.stream } : null))
    expect(verdict().dataset.verdict).toBe('never')
    button(verdict(), doctorText.first).click()
    await look()
    expect(verdict().dataset.verdict).toBe('running')
    const made: Report = report({ ...connections(now)[4]!, id: 'k3' }, now)
    const first = made.checks[0]!
    talk.say('check', { ...first, result: 'running', found: '', ms: 0 } satisfies Check)
    await look()
    expect(check('public').dataset.result).toBe('running')
    talk.say('check', first)
    await look()
    expect(check('public').dataset.result).toBe('pass')
    expect(by(root, 'run-summary').textContent).toBe('')
    talk.say('report', made)
    talk.end()
    await look()
    expect(verdict().dataset.verdict).toBe('hook.elsewhere')
    expect(words(by(root, 'run-summary'))).toBe('31 of 32 passed, 1 failed: Messages go to another address.')
  })

  it('keeps what was known when it breaks off', async () => {
    const talk = speaker()
    const { root, check, verdict } = await page('/platforms/k5?tab=doctor', (call) => (call.method === 'POST' && call.path.endsWith('/doctor') ? { stream: talk.stream } : null))
    button(root, doctorText.run).click()
    await look()
    expect(check('callback').dataset.result).toBe('queued')
    talk.end()
    await look()
    expect(check('callback').dataset.result).toBe('fail')
    expect(verdict().dataset.verdict).toBe('hook.elsewhere')
    expect(root.querySelector('[role=alert]')).not.toBeNull()
  })

  it('says why it was refused', async () => {
    const { root } = await page('/platforms/k5?tab=doctor', (call) => (call.method === 'POST' ? { status: 429, body: { title: 'Too many runs.', status: 429, detail: 'Wait a minute.' } } : null))
    button(root, doctorText.run).click()
    await look()
    expect(root.querySelector('[role=alert]')!.textContent).toContain('Too many runs.')
  })

  it('of all connections ends with one sentence', async () => {
    const { root, calls } = await page('/platforms', (call, all) => (call.method === 'POST' ? { body: report(all.find((c) => call.path.includes(c.id))!, now) } : null))
    button(root, platformsText.checkAll).click()
    await look()
    await look()
    expect(calls.filter((c) => c.method === 'POST')).toHaveLength(6)
    expect(root.textContent).toContain('All 6 checked: 2 with a problem.')
  })

  it('of all says of none that it is well when its run broke off', async () => {
    const { root } = await page('/platforms', (call, all) => {
      if (call.method !== 'POST') return null
      const connection = all.find((c) => call.path.includes(c.id))!
      return connection.id === 'k5' ? { body: report(connection, now) } : { status: 502, body: { title: 'Away.', status: 502 } }
    })
    button(root, platformsText.checkAll).click()
    await look()
    await look()
    expect(root.textContent).toContain('All 6 checked: 1 with a problem.')
    expect(root.textContent).not.toContain('nothing is wrong')
  })

  it('says that it could not read what was found, rather than that nobody has looked', async () => {
    const { root, verdict } = await page('/platforms/k1?tab=doctor', (call) => (call.method === 'GET' && call.path.endsWith('/doctor') ? { status: 500, body: { title: 'Broken.', status: 500 } } : null))
    expect(verdict().dataset.verdict).toBe('unread')
    expect(words(verdict())).toContain(doctorText.verdict.unread)
    expect(words(verdict())).not.toContain(doctorText.verdict.ok)
    expect(root.querySelector('[role=alert]')!.textContent).toContain('Broken.')
  })

  it('names the page of a cause that cannot be read, and reads it again', async () => {
    let fails = true
    const { root } = await page('/platforms/k5', (call) => (!call.path.includes('/causes/') ? null : fails ? { status: 500, body: { title: 'No page.', status: 500 } } : { body: { ...canned.causes['net.outage'], cause: 'hook.elsewhere' } }))
    button(root.querySelector<HTMLElement>('section[data-verdict]')!, platformsText.card.why).click()
    await look()
    expect(words(root)).toContain('No page.')
    fails = false
    button(root, 'Try again').click()
    await look()
    await look()
    expect(by(root, 'cause-page').dataset.cause).toBe('hook.elsewhere')
  })
})

describe('a test', () => {
  it('goes hop by hop, and says where it stopped', async () => {
    const talk = speaker()
    const { root, calls } = await page('/platforms/k1?tab=doctor', (call) => (call.path.endsWith('/test') ? { stream: talk.stream } : null))
    const prove = by(root, 'prove')
    button(prove, doctorText.test.webhook).click()
    await look()
    expect(calls.find((c) => c.path.endsWith('/test'))!.body).toEqual({ kind: 'webhook' })
    talk.say('step', { step: 'connect', ok: true, ms: 12, cause: null })
    await look()
    expect(by(prove, 'hops').querySelectorAll('li')).toHaveLength(1)
    talk.say('result', { ok: false, steps: [{ step: 'connect', ok: true, ms: 12, cause: null }, { step: 'deliver', ok: false, ms: 5000, cause: 'hook.unreachable' }] })
    talk.end()
    await look()
    expect(words(prove)).toContain(doctorText.test.notOk)
    expect(words(by(prove, 'hops'))).toContain('The platform cannot reach this server')
  })

  it('to a phone asks for the number first', async () => {
    const { root, calls } = await page('/platforms/k1?tab=doctor', (call) => (call.path.endsWith('/test') ? { body: { ok: true, steps: [{ step: 'sent', ok: true, ms: 3, cause: null }] } } : null))
    const prove = by(root, 'prove')
    button(prove, doctorText.test.message).click()
    await look()
    type(prove.querySelector<HTMLInputElement>('#prove-to')!, '912')
    button(prove, doctorText.test.start).click()
    await look()
    expect(words(prove)).toContain(doctorText.test.toWrong)
    type(prove.querySelector<HTMLInputElement>('#prove-to')!, '+351 912 345 678')
    button(prove, doctorText.test.start).click()
    await look()
    expect(calls.find((c) => c.path.endsWith('/test'))!.body).toEqual({ kind: 'message', to: '351912345678' })
    expect(words(prove)).toContain(doctorText.test.ok)
  })
})

it('tells whoever tests the round trip to write, and waits', async () => {
  const talk = speaker()
  const { root, calls } = await page('/platforms/k1?tab=doctor', (call) => (call.path.endsWith('/test') ? { stream: talk.stream } : null))
  button(by(root, 'prove'), doctorText.test.round_trip).click()
  await look()
  expect(calls.find((c) => c.path.endsWith('/test'))!.body).toEqual({ kind: 'round_trip' })
  expect(words(by(root, 'prove'))).toContain(doctorText.test.writeNow)
  talk.say('step', { step: 'received', ok: true, ms: 8000, cause: null, found: 'from Ana' })
  await look()
  expect(words(by(root, 'hops'))).toMatch(/Your message came in: went through.*from Ana/)
})

describe('settings of a connection', () => {
  it('rename and pause it', async () => {
    const { root, calls } = await page('/platforms/k1?tab=settings', (call, all) => (call.method === 'PATCH' ? { body: { ...all[0]!, ...(call.body as { name?: string }), ...((call.body as { paused?: boolean }).paused ? { status: 'paused', paused: { at: all[0]!.since, by: { id: 'u1', name: 'Bia Ramos' } } } : { paused: null }) } } : null))
    type(root.querySelector<HTMLInputElement>('#connection-name')!, 'Front desk')
    button(root, platformsText.settings.save).click()
    await look()
    expect(calls.at(-1)!.body).toEqual({ name: 'Front desk' })
    expect(root.querySelector('h1')!.textContent).toContain('Front desk')
    root.querySelector<HTMLElement>('[data-testid="connection-settings"] [data-action="pause"]')!.click()
    await look()
    expect(calls.at(-1)!.body).toEqual({ paused: true })
    expect(root.querySelector('[data-action="resume"]')).not.toBeNull()
  })

  it('say on every part of the page that it is paused, and resume it there', async () => {
    const { root, calls } = await page('/platforms/k6', (call, all) => (call.method === 'PATCH' ? { body: { ...all.find((c) => c.id === 'k6')!, status: 'connected', paused: null } } : null))
    const told = () => root.querySelector('[data-testid="paused"]')?.textContent ?? ''
    expect(told()).toContain('Paused by Bia Ramos, ')
    expect(told()).toContain('What arrives is still stored')
    root.querySelector<HTMLElement>('[data-action="resume"]')!.click()
    await look()
    expect(calls.at(-1)!.body).toEqual({ paused: false })
    expect(root.querySelector('[data-action="resume"]')).toBeNull()
  })

  it('end it only after its name was typed, and say what is left to do', async () => {
    const { root, calls } = await page('/platforms/k1?tab=settings', (call) => (call.method === 'DELETE' ? { body: { left_to_do: [{ what: 'Remove the address in your Meta app.', cause: 'net.outage' }] } } : null))
    root.querySelector<HTMLElement>('[data-action="disconnect"]')!.click()
    flushSync()
    const form = by(root, 'disconnect-form') as HTMLFormElement
    expect(form.querySelector<HTMLButtonElement>('[type=submit]')!.disabled).toBe(true)
    type(form.querySelector('input')!, 'Sales')
    form.requestSubmit()
    await look()
    expect(calls.at(-1)).toMatchObject({ method: 'DELETE', path: '/api/v1/connections/k1' })
    expect(by(root, 'disconnected').textContent).toContain('Remove the address in your Meta app.')
  })
})

describe('C11 the cards', () => {
  it('stand with the worst first, each with its verdict and the first thing to do', async () => {
    const { root } = await page('/platforms')
    const cards = [...root.querySelectorAll<HTMLElement>('[data-testid="connection"]')]
    expect(cards.map((c) => c.dataset.status)).toEqual(['reauthorization_required', 'disconnected', 'connecting', 'paused', 'connected', 'connected'])
    expect(cards[1]!.querySelector<HTMLAnchorElement>('[data-action="point_here"]')!.getAttribute('href')).toBe('/platforms/k5?tab=doctor&fix=point_here')
    expect(cards[0]!.querySelector<HTMLAnchorElement>('[data-action="sign_in"]')!.getAttribute('href')).toBe('/connect?connection=k2')
    expect(words(cards[0]!)).toContain('6 messages wait')
    expect(words(cards[4]!)).toContain('1 thing soon')
    expect(words(cards[4]!)).toContain('The key ends: in 6 d 0 h')
    expect(cards[5]!.querySelector('[data-verdict]')).toBeNull()
  })

  it('tell that quiet is not broken', async () => {
    const { root } = await page('/platforms', (call, all) => {
      const silent = [Array<number>(24).fill(0).with(20, 4), Array<number>(24).fill(0)]
      return call.path === '/api/v1/connections' ? { body: { items: [{ ...all[0]!, volume: silent }], next: null } } : null
    })
    expect(words(by(root, 'connection'))).toContain('No message for 2 h: usual for this hour of a Sunday.')
  })

  it('give the day as words too', async () => {
    const { root } = await page('/platforms')
    const label = [...root.querySelectorAll('svg[role=img]')].map((s) => s.getAttribute('aria-label')).find((l) => l?.startsWith('Messages of the last 24 hours'))
    expect(label).toMatch(/179 in, 164 out. Most came in at .*: 22\./)
  })
})
