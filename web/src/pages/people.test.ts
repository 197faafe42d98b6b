import { flushSync } from 'svelte'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Key, Me, Session, User } from '../api/types'
import { people } from '../text/people'
import { by, button, show, type as typeIn } from '../testing/mounted'
import { apiWith, MemoryStorage, settled, type Call, type Reply } from '../testing/support'
import { wear, wearLast } from '../state/look'
import { ServerClock } from '../state/server-clock.svelte'
import { Workspace } from '../state/workspace.svelte'
import Keys from '../settings/Keys.svelte'
import People from '../settings/People.svelte'
import Sessions from '../settings/Sessions.svelte'
import You from '../settings/You.svelte'
import LoginPage from './LoginPage.svelte'
import SetupPage from './SetupPage.svelte'
import WelcomePage from './WelcomePage.svelte'

const now = Date.parse('2026-11-22T12:00:00Z')

const usual: Me['settings'] = {
  undo_seconds: 3,
  send_with: 'enter',
  single_keys: true,
  assign_on_reply: true,
  density: 'comfortable',
  theme: 'system',
  text_size: 100,
  notify: { desktop: false, sound: true, title: true },
  clock: 'auto',
}

function meAs(role: Me['role']): Me {
  const rights: Me['rights'] = role === 'agent' ? ['read', 'reply'] : ['read', 'reply', 'manage_people', 'manage_keys', ...(role === 'owner' ? (['manage_owners'] as const) : [])]
  return { user: { id: 'u1', name: 'Bia Ramos', email: 'bia@example.org', role }, company: { id: 'co', name: 'Shop' }, role, rights, settings: structuredClone(usual), session_id: 's1', encrypted: true, demo: null }
}

const refusal = (status: number, cause: string, title: string, more: object = {}, headers: Record<string, string> = {}): Reply => ({
  status,
  body: { title, status, detail: '', cause, fields: [], request_id: 'r', ...more },
  headers,
})

/** A workspace of somebody with a role, or of nobody, on a server that is a function. */
async function someone(role: Me['role'] | null, answer: (call: Call, me: Me) => Reply | null | Promise<Reply | null>): Promise<{ ws: Workspace; calls: Call[] }> {
  const me = meAs(role ?? 'agent')
  const { api, calls } = apiWith(async (call) => {
    const own = await answer(call, me)
    if (own) return own
    if (call.path === '/api/v1/setup') return { body: { needed: false } }
    if (call.path !== '/api/v1/me') return { body: { items: [], next: null } }
    if (role === null) return refusal(401, 'api.sign_in', 'You are not signed in.')
    if (call.method === 'PATCH') {
      const { name, settings } = call.body as { name?: string; settings?: Partial<Me['settings']> }
      if (name) me.user!.name = name
      Object.assign(me.settings, settings, { notify: { ...me.settings.notify, ...settings?.notify } })
    }
    return { body: structuredClone(me) }
  })
  const ws = new Workspace({ api, clock: new ServerClock(() => now), storage: new MemoryStorage(), feed: () => ({ start() {}, stop() {}, nudge() {} }) })
  await ws.start()
  return { ws, calls }
}

async function look(): Promise<void> {
  await settled()
  flushSync()
}

const submit = (root: ParentNode) => root.querySelector('form')!.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }))
const field = (root: ParentNode, id: string) => root.querySelector<HTMLInputElement>(`#${id}`)!

beforeEach(() => {
  localStorage.clear()
  delete document.documentElement.dataset.theme
  delete document.documentElement.dataset.density
})

describe('signing in', () => {
  it('lets password managers fill in, and sends what was typed', async () => {
    let known = false
    const { ws, calls } = await someone(null, (call, me) => {
      if (call.path === '/api/v1/session') return ((known = true), { body: me })
      return call.path === '/api/v1/me' && known ? { body: me } : null
    })
    history.replaceState(null, '', '/conversations/7')
    const root = show(ws, LoginPage, {})
    expect(field(root, 'email').autocomplete).toBe('username')
    expect(field(root, 'password').autocomplete).toBe('current-password')
    typeIn(field(root, 'email'), ' bia@example.org ')
    typeIn(field(root, 'password'), 'seven small lanterns')
    submit(root)
    await look()
    expect(calls.find((c) => c.path === '/api/v1/session')!.body).toEqual({ email: 'bia@example.org', password: 'seven small lanterns' })
    expect(ws.phase).toBe('ready')
    expect(location.pathname).toBe('/conversations/7') // the page that was asked for
  })

  it('says what the server says, and what is missing', async () => {
    const { ws, calls } = await someone(null, (call) => (call.path === '/api/v1/session' ? refusal(401, 'api.sign_in', 'They do not belong together.') : null))
    const root = show(ws, LoginPage, {})
    submit(root)
    await look()
    expect(root.querySelectorAll('[aria-invalid=true]')).toHaveLength(2)
    expect(calls.some((c) => c.path === '/api/v1/session')).toBe(false)
    typeIn(field(root, 'email'), 'bia@example.org')
    typeIn(field(root, 'password'), 'wrong')
    submit(root)
    await look()
    expect(root.querySelector('[role=alert]')!.textContent).toContain('They do not belong together.')
    expect(field(root, 'password').value).toBe('wrong')
  })

  // I48: who is slowed down sees for how long, and cannot make it longer by trying.
  it('I48: waits as long as the server asks', async () => {
    const { ws, calls } = await someone(null, (call) => (call.path === '/api/v1/session' ? refusal(429, 'api.too_many', 'Too many tries.', {}, { 'Retry-After': '8' }) : null))
    const root = show(ws, LoginPage, {})
    typeIn(field(root, 'email'), 'bia@example.org')
    typeIn(field(root, 'password'), 'wrong')
    submit(root)
    await look()
    expect(root.textContent).toContain(people.wait(8))
    expect(button(root, people.login.submit).disabled).toBe(true)
    submit(root)
    await look()
    expect(calls.filter((c) => c.path === '/api/v1/session')).toHaveLength(1)
  })

  it('points to the link where nothing is set up yet', async () => {
    const { ws } = await someone(null, (call) => (call.path === '/api/v1/setup' ? { body: { needed: true } } : null))
    const root = show(ws, LoginPage, {})
    await look()
    expect(root.textContent).toContain(people.login.empty)
  })
})

describe('setting up and being invited', () => {
  it('takes the code from the address, and puts each refusal at its field', async () => {
    history.replaceState(null, '', '/setup?code=7F2K-AAAA')
    const { ws, calls } = await someone(null, (call) => {
      if (call.path !== '/api/v1/setup') return null
      if (call.method === 'GET') return { body: { needed: true } }
      return refusal(422, 'api.input', 'This password cannot be used.', { fields: [{ name: 'password', reason: 'too short' }] })
    })
    const root = show(ws, SetupPage, {})
    await look()
    for (const [id, value] of Object.entries({ company: 'Shop', name: 'Rui', email: 'rui@example.org', password: 'short' })) typeIn(field(root, id), value)
    submit(root)
    await look()
    expect(calls.at(-1)!.body).toEqual({ code: '7F2K-AAAA', company: 'Shop', name: 'Rui', email: 'rui@example.org', password: 'short' })
    expect(root.querySelector('#password-hint')!.textContent).toBe('too short')
    expect(field(root, 'password').getAttribute('aria-invalid')).toBe('true')
    expect(field(root, 'company').value).toBe('Shop')
  })

  it('says when everything is set up already', async () => {
    const { ws } = await someone(null, () => null)
    const root = show(ws, SetupPage, {})
    await look()
    expect(root.textContent).toContain(people.setup.done)
    expect(root.querySelector('form')).toBeNull()
  })

  it('counts towards a password that is long enough, and shows it on demand', async () => {
    history.replaceState(null, '', '/welcome?code=abc')
    const { ws, calls } = await someone(null, (call) => (call.path === '/api/v1/welcome' ? refusal(422, 'api.link', 'This link does not work.') : null))
    const root = show(ws, WelcomePage, {})
    typeIn(field(root, 'password'), 'sevenseven')
    expect(root.textContent).toContain(people.passwordGood)
    typeIn(field(root, 'password'), 'sevenseve')
    expect(root.textContent).toContain(people.passwordMore(1))
    button(root, people.showPassword).click()
    flushSync()
    expect(field(root, 'password').type).toBe('text')
    submit(root)
    await look()
    expect(calls.at(-1)!.body).toEqual({ code: 'abc', password: 'sevenseve' })
    expect(root.querySelector('[role=alert]')!.textContent).toContain('This link does not work.')
  })
})

describe('your settings', () => {
  it('take effect at once, are saved by field, and can be taken back', async () => {
    const { ws, calls } = await someone('agent', () => null)
    const root = show(ws, You, {})
    root.querySelector<HTMLInputElement>('input[name=theme][value=dark]')!.click()
    flushSync()
    expect(document.documentElement.dataset.theme).toBe('dark')
    await look()
    expect(calls.at(-1)!.body).toEqual({ settings: { theme: 'dark' } })
    expect(by(root, 'mark-theme').textContent).toContain(people.settings.saved)
    button(root, people.settings.undo).click()
    await look()
    expect(calls.at(-1)!.body).toEqual({ settings: { theme: 'system' } })
    expect(document.documentElement.dataset.theme).toBeUndefined()
    expect(by(root, 'mark-theme').textContent).toContain(people.settings.undone)
  })

  it('go back to what they were when they cannot be saved, and say why', async () => {
    const { ws } = await someone('agent', (call) => (call.method === 'PATCH' ? new TypeError('offline') : null))
    const root = show(ws, You, {})
    field(root, 'assign').click()
    await look()
    expect(ws.settings.assign_on_reply).toBe(true)
    expect(field(root, 'assign').checked).toBe(true)
    expect(by(root, 'mark-assign').textContent).toContain('cannot be reached')
  })

  it('keep the rest of what belongs together', async () => {
    const { ws } = await someone('agent', () => null)
    const root = show(ws, You, {})
    field(root, 'sound').click()
    await look()
    expect(ws.settings.notify).toEqual({ desktop: false, sound: false, title: true })
  })

  it('dress the page before anybody is asked, as it was dressed last', () => {
    wear({ theme: 'dark', density: 'compact', text_size: 130, clock: '24' })
    delete document.documentElement.dataset.theme
    document.documentElement.style.removeProperty('--text-scale')
    wearLast()
    expect(document.documentElement.dataset).toMatchObject({ theme: 'dark', density: 'compact' })
    expect(document.documentElement.style.getPropertyValue('--text-scale')).toBe('1.3')
    localStorage.setItem('clearline.look', '{"theme":"<script>","text_size":9999}')
    wearLast()
    expect(document.documentElement.dataset.theme).toBeUndefined()
    expect(document.documentElement.style.getPropertyValue('--text-scale')).toBe('1.5')
  })

  it('change the password, and keep both fields when the current one is wrong', async () => {
    const { ws } = await someone('agent', (call) =>
      call.path === '/api/v1/me/password' ? refusal(422, 'api.input', 'It is another one.', { fields: [{ name: 'current', reason: 'not your current password' }] }) : null,
    )
    const root = show(ws, You, {})
    button(root, people.you.changePassword).click()
    flushSync()
    typeIn(field(root, 'current'), 'a')
    typeIn(field(root, 'password'), 'another password')
    submit(root)
    await look()
    expect(root.querySelector('#current-hint')!.textContent).toBe('not your current password')
    expect(field(root, 'password').value).toBe('another password')
  })
})

const team: User[] = [
  { id: 'u1', name: 'Bia Ramos', email: 'bia@example.org', role: 'admin', active: true, invited: false, last_seen_at: '2026-11-22T11:58:00Z' },
  { id: 'u2', name: 'Rui Tavares', email: 'rui@example.org', role: 'owner', active: true, invited: false, last_seen_at: null },
  { id: 'u3', name: 'Caio Lima', email: 'caio@example.org', role: 'agent', active: true, invited: true, last_seen_at: null },
]

describe('people and roles', () => {
  const answer = (call: Call): Reply | null => {
    if (call.path === '/api/v1/users' && call.method === 'GET') return { body: { items: team, next: null } }
    if (call.path === '/api/v1/users') return { status: 201, body: { ...team[2], invite_url: 'http://server.test/welcome?code=once' } }
    if (call.path.endsWith('/invite')) return { body: { invite_url: 'http://server.test/welcome?code=new' } }
    return call.path.startsWith('/api/v1/users/') ? { body: team[2] } : null
  }
  const row = (root: ParentNode, name: string) => [...root.querySelectorAll<HTMLElement>('[data-testid=person]')].find((r) => r.textContent!.includes(name))!

  it('lets whoever lacks the right see who has it', async () => {
    const { ws } = await someone('agent', answer)
    const root = show(ws, People, {})
    await look()
    expect(root.textContent).toContain('Ask Bia Ramos or Rui Tavares.')
    expect(root.querySelector('select')).toBeNull()
    expect(() => button(root, people.people.add)).toThrow()
  })

  it('says who is here, who was, and who has not come yet', async () => {
    const { ws } = await someone('admin', (call) =>
      call.path === '/api/v1/users' ? { body: { items: [{ ...team[0], last_seen_at: '2026-11-22T11:59:00Z' }, { ...team[1], last_seen_at: '2026-11-22T09:00:00Z' }, team[2]], next: null } } : null,
    )
    const root = show(ws, People, {})
    await look()
    expect(row(root, 'Bia').textContent).toContain(people.people.now)
    expect(row(root, 'Rui').textContent).toContain('Here 3 h ago')
    expect(row(root, 'Caio').textContent).toContain(people.people.invited)
  })

  it('shows an invitation’s link once, to be copied', async () => {
    const { ws } = await someone('admin', answer)
    const root = show(ws, People, {})
    await look()
    button(root, people.people.add).click()
    flushSync()
    typeIn(field(root, 'new-name'), 'Caio Lima')
    typeIn(field(root, 'new-email'), 'caio@example.org')
    submit(root)
    await look()
    expect(by(root, 'secret').querySelector('input')!.value).toBe('http://server.test/welcome?code=once')
    button(root, people.people.linkDone).click()
    flushSync()
    expect(root.querySelector('[data-testid=secret]')).toBeNull()
  })

  it('asks before it signs somebody out', async () => {
    const { ws, calls } = await someone('admin', answer)
    const root = show(ws, People, {})
    await look()
    const select = row(root, 'Caio').querySelector('select')!
    select.value = 'lead'
    select.dispatchEvent(new Event('change', { bubbles: true }))
    flushSync()
    expect(calls.some((c) => c.method === 'PATCH')).toBe(false)
    button(root, people.people.keep).click()
    flushSync()
    expect(select.value).toBe('agent')
    button(root, people.people.deactivateOf('Caio Lima')).click()
    flushSync()
    expect(row(root, 'Caio').textContent).toContain('signed out everywhere')
    button(root.querySelector('.sure')!, people.people.deactivate).click()
    await look()
    const change = calls.find((c) => c.method === 'PATCH')!
    expect([change.path, change.body]).toEqual(['/api/v1/users/u3', { active: false }])
  })

  it('lets an admin touch no owner, and nobody deactivate themselves', async () => {
    const { ws } = await someone('admin', answer)
    const root = show(ws, People, {})
    await look()
    expect(row(root, 'Rui').querySelector('select, button')).toBeNull()
    expect(() => button(row(root, 'Bia'), people.people.deactivateOf('Bia Ramos'))).toThrow()
    expect([...row(root, 'Caio').querySelectorAll('option')].filter((o) => o.disabled).map((o) => o.value)).toEqual(['owner'])
  })
})

describe('API keys and sessions', () => {
  it('shows a key once, and says which keys have stopped', async () => {
    const keys: Key[] = [
      { id: 'k1', name: 'n8n', created_at: '2026-11-20T10:00:00Z', created_by: { id: 'u1', name: 'Bia' }, last_used_at: '2026-11-22T11:58:00Z', works: true },
      { id: 'k2', name: 'old', created_at: '2026-11-20T10:00:00Z', created_by: { id: 'u3', name: 'Caio' }, last_used_at: null, works: false },
    ]
    const { ws, calls } = await someone('admin', (call) => {
      if (!call.path.startsWith('/api/v1/keys')) return null
      if (call.method === 'POST') return { status: 201, body: { name: 'crm', key: 'clk_secret' } }
      return call.method === 'DELETE' ? { status: 204 } : { body: { items: keys, next: null } }
    })
    const root = show(ws, Keys, {})
    await look()
    expect(root.textContent).toContain('Used 2 m ago')
    expect(root.textContent).toContain(people.keys.stopped)
    button(root, people.keys.add).click()
    flushSync()
    typeIn(field(root, 'key-name'), 'crm')
    submit(root)
    await look()
    expect(by(root, 'secret').querySelector('input')!.value).toBe('clk_secret')
    expect(button(root, people.keys.curl)).toBeTruthy()
    button(root, people.keys.kept).click()
    flushSync()
    expect(root.innerHTML).not.toContain('clk_secret')
    button(root, people.keys.endOf('n8n')).click()
    flushSync()
    expect(calls.some((c) => c.method === 'DELETE')).toBe(false)
    button(root.querySelector('.sure')!, people.keys.yes).click()
    await look()
    expect(calls.find((c) => c.method === 'DELETE')!.path).toBe('/api/v1/keys/k1')
  })

  it('ends other sessions, and signs out', async () => {
    let sessions: Session[] = [
      { id: 's1', created_at: '2026-11-22T10:00:00Z', last_used_at: '2026-11-22T12:00:00Z', browser: 'Firefox on Linux', address: '127.0.0.1', current: true },
      { id: 's2', created_at: '2026-11-20T10:00:00Z', last_used_at: '2026-11-22T11:58:00Z', browser: '', address: '10.0.0.7', current: false },
    ]
    const { ws, calls } = await someone('agent', (call) => {
      if (!call.path.startsWith('/api/v1/session')) return null
      if (call.method === 'DELETE') {
        sessions = sessions.filter((s) => s.current)
        return { status: 204 }
      }
      return { body: { items: sessions, next: null } }
    })
    const root = show(ws, Sessions, {})
    await look()
    expect(root.querySelectorAll('[data-testid=session]')).toHaveLength(2)
    expect(root.querySelectorAll('[data-testid=session]')[1]!.textContent).toMatch(/Unknown browser.*from 10\.0\.0\.7 · used 2 m ago/s)
    button(root, people.sessions.endOf(people.sessions.unknown)).click()
    await look()
    expect(root.querySelectorAll('[data-testid=session]')).toHaveLength(1)
    button(root, people.sessions.signOut).click()
    await look()
    expect(calls.at(-1)).toMatchObject({ method: 'DELETE', path: '/api/v1/session' })
    expect(ws.phase).toBe('signed_out')
    expect(location.pathname).toBe('/login')
  })
})
