import { flushSync } from 'svelte'
import { afterEach, describe, expect, it, vi } from 'vitest'
import ConnectPage from '../pages/ConnectPage.svelte'
import { by, button, show, type, workspaceWith } from '../testing/mounted'
import { later, settled, type Call, type Reply } from '../testing/support'
import type { Procedure, Step } from './types'

const now = Date.parse('2026-11-22T12:00:00Z')
const names = ['server', 'number', 'login', 'assets', 'reserve', 'subscribe', 'code', 'register', 'health', 'webhook', 'message']

const bare = (step: string, state: Step['state']): Step => ({ step, state, title: step, cause: null, detail: null, evidence: null, at: null, inputs: [], again_at: null, tries: 0 })

/** A procedure that has come to a step. */
function procedure(at: string, own: Partial<Step> = {}, more: Partial<Procedure> = {}, all = names): Procedure {
  const here = all.indexOf(at)
  const steps = all.map((name, i) => (i === here ? { ...bare(name, 'now'), ...own } : bare(name, i < here ? 'done' : 'todo')))
  return {
    id: 'p1', platform: 'whatsapp', way: 'embedded_signup', connection_id: null, status: 'waiting', step: at, steps, login_url: null, choices: null,
    account: { waba_id: '', phone_number_id: '', phone: '', business: '' }, conflict: null, attempts: { used: 0, limit: 10, window_hours: 72, free_at: null },
    created_at: '2026-11-22T11:00:00Z', updated_at: '2026-11-22T11:00:00Z', expires_at: '2026-12-06T11:00:00Z', ...more,
  }
}

const look = async () => {
  await settled()
  flushSync()
}

/** posted: what every post is answered with, where that is one answer that may come late. */
async function page(address: string, answer: (call: Call) => Reply | null, posted: Promise<Reply> | null = null) {
  history.replaceState(null, '', address)
  const { ws, calls } = await workspaceWith(now, (call) => (posted && call.method === 'POST' ? posted : (answer(call) ?? { body: { items: [], next: null } })))
  const root = show(ws, ConnectPage, {})
  await look()
  return { root, ws, calls, posts: () => calls.filter((c) => c.method === 'POST') }
}

afterEach(() => vi.restoreAllMocks())

// G1: what is not set up on the server is named, and the other way stays.
describe('G1 the choice of ways', () => {
  const server = { public_url: 'https://in.example.org', usable: true, cause: null }

  it('names the settings that signing in at Meta still needs', async () => {
    const { root } = await page('/connect', (call) => (call.path.includes('platforms/whatsapp') ? { body: { embedded_signup: { ready: false, app_id: null, missing: ['--meta-app-id'] }, server } } : null))
    by(root, 'app-business').click()
    await look()
    expect((by(root, 'way-coexistence') as HTMLButtonElement).disabled).toBe(true)
    expect(root.textContent).toContain('--meta-app-id')
    expect((by(root, 'way-manual') as HTMLButtonElement).disabled).toBe(false)
  })

  it('lets nobody move a personal account without having typed that its chats are backed up', async () => {
    const { root, posts } = await page('/connect', (call) => {
      if (call.path.includes('platforms/whatsapp')) return { body: { embedded_signup: { ready: true, app_id: '1', missing: [] }, server } }
      return call.method === 'POST' || call.path.includes('/procedures/p1') ? { status: call.method === 'POST' ? 201 : 200, body: procedure('number', { inputs: ['phone', 'skip'] }) } : null
    })
    by(root, 'app-personal').click()
    await look()
    const way = by(root, 'way-embedded_signup') as HTMLButtonElement
    expect(way.disabled).toBe(true)
    // The keyboard comes to the warning first, not past it.
    expect(document.activeElement!.id).toBe('erase-title')
    type(root.querySelector<HTMLInputElement>('#erase-typed')!, 'backed up')
    flushSync()
    expect(way.disabled).toBe(false)
    way.click()
    await look()
    expect(posts()[0]!.body).toEqual({ platform: 'whatsapp', way: 'embedded_signup' })
    expect(location.pathname).toBe('/connect/p1')
  })
})

describe('at the end', () => {
  it('C2: says no more than was proven', async () => {
    const ended = (state: Step['state']) => {
      const p = procedure('message', { state }, { status: 'done' })
      p.steps.find((s) => s.step === 'health')!.evidence = { text: 'Status CONNECTED · name available_without_review · quality green', facts: { status: 'CONNECTED', name_status: 'AVAILABLE_WITHOUT_REVIEW', quality_rating: 'GREEN', sending: 'AVAILABLE', limits: '' }, fields: [] }
      return p
    }
    for (const [state, told] of [['done', 'A message came in.'], ['skipped', 'The first message that comes in will prove it.']] as const) {
      const { root } = await page('/connect/p1', (call) => (call.path.includes('/procedures/p1') ? { body: ended(state) } : null))
      expect(by(root, 'connected').textContent).toContain(told)
      expect(root.querySelector('[data-step="health"]')!.textContent).toContain('Number connected · name usable, not reviewed · quality high')
      root.remove()
    }
  })
})

describe('what was begun', () => {
  it('waits for who went elsewhere meanwhile, and calls nobody back', async () => {
    const begun = later<Reply>()
    const { root, ws } = await page('/connect', (call) => (call.path.includes('platforms/whatsapp') ? { body: { embedded_signup: { ready: true, app_id: '1', missing: [] }, server: { public_url: '', usable: true, cause: null } } } : null), begun.promise)
    by(root, 'app-no').click()
    await look()
    by(root, 'way-manual').click()
    ws.router.go({ page: 'platforms' })
    await look()
    begun.resolve({ status: 201, body: procedure('number') })
    await look()
    expect(location.pathname).toBe('/platforms')
  })

  it('says when it is tried again beside what is said at once, for that runs down', async () => {
    const { root } = await page('/connect/p1', (call) => (call.path.includes('/procedures/p1') ? { body: procedure('register', { state: 'failed', inputs: ['pin'], cause: 'wa.number_in_use', detail: 'Not freed yet.', again_at: '2026-11-22T12:03:00Z' }) } : null))
    expect(by(root, 'again-at').textContent).toContain('3 m.')
    expect(by(root, 'again-at').closest('[role=alert]')).toBeNull()
  })

  it('keeps why it was refused until the next try, whatever is read meanwhile', async () => {
    const { root } = await page('/connect/p1', (call) => {
      if (call.method === 'POST') return { status: 503, body: { title: 'This server is busy.', status: 503 } }
      return call.path.includes('/procedures/p1') ? { body: procedure('number', { inputs: ['phone'] }) } : null
    })
    type(root.querySelector<HTMLInputElement>('#number-phone')!, '+351 912 345 678')
    button(root, 'Continue').click()
    await look()
    await look()
    expect(root.textContent).toContain('This server is busy.')
  })
})

// C7 G1: a step says why it does not go on, and keeps what it may keep.
describe('C7 G1 a step', () => {
  it('sends no PIN that is not six digits, and forgets the one that was refused', async () => {
    let state = procedure('register', { inputs: ['pin'] }, { attempts: { used: 1, limit: 10, window_hours: 72, free_at: '2026-11-24T12:00:00Z' } })
    const { root, posts } = await page('/connect/p1', (call) => {
      if (call.method === 'POST') {
        state = procedure('register', { inputs: ['pin'], cause: 'wa.pin', detail: 'That PIN does not match. Enter the one that was set first.', tries: 2 }, { attempts: { used: 2, limit: 10, window_hours: 72, free_at: null }, updated_at: '2026-11-22T11:01:00Z' })
        return { status: 422, body: { title: 'That PIN does not match.', status: 422, cause: 'wa.pin' } }
      }
      return call.path.includes('/procedures/p1') ? { body: state } : null
    })
    const pin = root.querySelector<HTMLInputElement>('#register-pin')!
    expect(by(root, 'attempts').textContent).toContain('1 of 10')
    type(pin, '12a')
    button(root, 'Register').click()
    await look()
    expect(posts()).toHaveLength(0)
    expect(pin.getAttribute('aria-invalid')).toBe('true')
    type(pin, '111111')
    button(root, 'Register').click()
    await look()
    await look()
    expect(posts()[0]!.body).toEqual({ pin: '111111' })
    expect(by(root, 'trouble').dataset.cause).toBe('wa.pin')
    expect(by(root, 'trouble').querySelector('.title')!.textContent).toBe('That PIN does not match.')
    expect(by(root, 'trouble').getAttribute('role')).toBe('alert')
    expect(document.activeElement).toBe(root.querySelector('#register-pin'))
    expect(root.querySelector<HTMLInputElement>('#register-pin')!.value).toBe('')
    expect(by(root, 'attempts').textContent).toContain('2 of 10')
  })

  it('says of each pasted value what is known of it, and keeps nothing while it looks', async () => {
    const hand = ['server', 'number', 'token', 'assets']
    const inputs = ['phone_number_id', 'waba_id', 'token', 'app_secret', 'app_id', 'name']
    const state = procedure('token', { inputs }, { way: 'manual' }, hand)
    const { root, posts } = await page('/connect/p1', (call) => {
      if (call.method !== 'POST') return call.path.includes('/procedures/p1') ? { body: state } : null
      const fields = [{ name: 'token', ok: true, text: 'works · system user · never ends', cause: null }, { name: 'phone_number_id', ok: false, text: 'is a phone number', cause: 'api.input' }]
      return { body: procedure('token', { inputs, evidence: { text: '', facts: {}, fields } }, { way: 'manual' }, hand) }
    })
    type(root.querySelector<HTMLInputElement>('#token-phone_number_id')!, '+351 912')
    const token = root.querySelector<HTMLInputElement>('#token-token')!
    expect(token.type).toBe('password')
    type(token, 'EAAB')
    token.dispatchEvent(new Event('change', { bubbles: true }))
    await look()
    expect(posts().at(-1)!.body).toEqual({ phone_number_id: '+351 912', token: 'EAAB', dry_run: true })
    expect(by(root, 'hint-token').textContent).toContain('never ends')
    // Whoever hears the page hears it too, once.
    const heard = [...root.querySelectorAll('[role=status]')].map((e) => e.textContent ?? '').filter((s) => s.includes('never ends'))
    expect(heard).toEqual(['Token: works · system user · never ends. Phone number ID: is a phone number'])
    expect(root.querySelector('#token-phone_number_id')!.getAttribute('aria-invalid')).toBe('true')
    expect(root.querySelector('#token-waba_id')!.getAttribute('aria-invalid')).toBeNull()
  })

  it('C3: shows what is connected and what a sign-in brought side by side, and lets a person decide', async () => {
    const conflict = {
      stored: { waba_id: '102', phone_number_id: '1', phone: '+351912', business: '5' },
      found: { waba_id: '900', phone_number_id: '2', phone: '+4915', business: '5' },
      missing_scopes: ['whatsapp_business_messaging'],
    }
    const { root, posts } = await page('/connect/p1', (call) =>
      call.path.includes('/procedures/p1') ? { body: procedure('assets', { inputs: ['decide'], cause: 'connection.other_account' }, { way: 'reconnect', conflict }, ['login', 'assets']) } : null,
    )
    const rows = [...by(root, 'conflict').querySelectorAll('tbody tr')]
    expect(rows.map((r) => r.classList.contains('other'))).toEqual([false, true, true])
    expect(by(root, 'conflict').textContent).toContain('whatsapp_business_messaging')
    by(root, 'sign-in-again').click()
    await look()
    expect(posts()[0]!.body).toEqual({ decide: 'sign_in_again' })
  })

  it('tells who may not connect whom to ask, and begins nothing', async () => {
    history.replaceState(null, '', '/connect?connection=k1')
    const { ws, calls } = await workspaceWith(now, () => ({ body: { items: [], next: null } }))
    ws.me = { ...ws.me!, role: 'agent', rights: ['read', 'reply'] }
    const root = show(ws, ConnectPage, {})
    await look()
    expect(calls.filter((c) => c.method === 'POST')).toHaveLength(0)
    expect(root.textContent).toContain('Only admins')
  })
})
