import { flushSync } from 'svelte'
import { describe, expect, it } from 'vitest'
import { connections, signedIn, team } from '../../../fixture/world'
import { accountText } from '../../text/account'
import { by, button, show, type, workspaceWith } from '../../testing/mounted'
import { settled, type Call, type Reply } from '../../testing/support'
import Account from './Account.svelte'
import { lineOf, reach, stepsOf } from './chart'
import { begun, changesOf, lengthOf, trimmed, wrongsOf } from './profile'
import { square } from './picture'
import type { Limit, NameState, Profile, ProfileFields, Standing } from './types'

const now = Date.parse('2026-11-22T12:00:00Z')
const ago = (days: number) => new Date(now - days * 86_400_000).toISOString()
const words = (e: Element) => (e.textContent ?? '').replace(/\s+/g, ' ')
const look = async () => {
  await settled()
  flushSync()
}

const good = (): Standing => ({
  checked_at: ago(0.01),
  state: 'good',
  cause: null,
  since: null,
  works: ['receive', 'reply', 'start', 'start_utility', 'add_number'].map((ability) => ({ ability, state: 'yes', until: null }) as Standing['works'][number]),
  restrictions: [],
  violation: null,
  now: { quality_rating: { at: ago(1), value: 'GREEN' }, verification: { at: ago(9), value: 'not_verified' } },
  history: [{ name: 'quality_rating', values: [{ at: ago(9), value: 'GREEN' }, { at: ago(4), value: 'YELLOW' }, { at: ago(1), value: 'GREEN' }] }],
  announced: [
    { on: ago(-613), what: 'The version in use ends', do: 'Upgrade.', concerns: true, open: true, unconfirmed: false, source: 'https://developers.facebook.com/', read: '2026-09' },
    { on: ago(-60), what: 'Something changes', do: 'Do it.', concerns: true, open: false, unconfirmed: true, source: 'https://developers.facebook.com/', read: '2026-09' },
    { on: ago(400), what: 'Something has changed', do: '', concerns: false, open: false, unconfirmed: false, source: 'https://developers.facebook.com/', read: '2026-09' },
  ],
  badge: { state: 'REJECTED', since: ago(10), again_at: ago(-20) },
  verification: [{ what: 'Numbers in the portfolio', before: '2', after: '20' }],
  rules_read: '2026-09',
  places: { appeal: 'https://business.facebook.com/appeal', manager: 'https://m.example', verify: 'https://v.example', badge: 'https://b.example' },
})
const bounds = (): Limit[] => {
  const bound = (name: Limit['name'], limit: number | null, used: number | null, more: Partial<Limit> = {}): Limit => ({
    name, what: name, limit, known: true, per_seconds: 86_400, used, left: limit === null || used === null ? null : Math.max(0, limit - used), at: null, free_at: null, kept: 'Kept so.', unconfirmed: false, source: 'https://developers.facebook.com/', read: '2026-09', ...more,
  })
  return [
    bound('throughput', 80, 66, { per_seconds: 1, at: ago(0.01) }),
    bound('starts', 2000, 2000, { free_at: ago(-0.1) }),
    bound('registrations', 10, 1, { per_seconds: 259_200 }),
    bound('templates', null, 12, { known: false, per_seconds: null }),
    bound('calls', 5000, null, { per_seconds: 3600 }),
    bound('codes', 10, null, { unconfirmed: true }),
  ]
}
const fields = (): ProfileFields => ({ about: 'Coffee', address: '', description: '', email: '', vertical: '', websites: [] })
const limits: Profile['limits'] = { about: 139, address: 256, description: 256, email: 128, websites: 2, website: 256, verticals: ['RETAIL', 'RESTAURANT'], picture: 5_242_880, picture_side: 192 }
const named = (more: Partial<NameState> = {}): NameState => ({ name: 'Aurora', status: 'APPROVED', wanted: null, wanted_status: null, ready: false, pin_kept: false, coexistence: false, attempts: { used: 1, limit: 10, window_hours: 72, free_at: null }, min: 2, max: 75, ...more })

/** The tab with a server that answers by the last part of the path. */
async function tab(answers: Record<string, (call: Call) => Reply>, role: 'owner' | 'agent' = 'owner') {
  begun.clear()
  const connection = connections(now)[0]!
  const { ws, calls } = await workspaceWith(now, (call): Reply => {
    const path = new URL(call.path, 'http://x').pathname
    if (path.endsWith('/users')) return { body: { items: team, next: null } }
    if (path.endsWith('/templates')) return { body: { items: [], next: null } }
    const known = Object.entries(answers).find(([end]) => path.endsWith(end))
    return known ? known[1](call) : path.endsWith('/account') ? { body: good() } : path.endsWith('/limits') ? { body: { items: bounds(), next: null } } : { status: 404, body: { title: 'Not here.', status: 404 } }
  })
  if (role === 'agent') ws.me = { ...signedIn, role: 'agent', rights: ['read', 'reply'] }
  const root = show(ws, Account as never, { connection })
  await look()
  const open = async (part: string) => {
    const details = root.querySelector<HTMLDetailsElement>(`[data-part="${part}"]`)!
    details.open = true
    details.dispatchEvent(new Event('toggle'))
    await look()
    await look()
  }
  return { root, calls, open }
}

// C5, G9: figures are shown as they were told, over time, as a line and as a table.
describe('G9 figures over time', () => {
  it('cuts what held when to 90 days and orders the words by their worth', () => {
    const { steps, levels } = stepsOf('quality_rating', [{ at: ago(200), value: 'RED' }, { at: ago(100), value: 'GREEN' }, { at: ago(3), value: 'YELLOW' }], now)
    expect(levels).toEqual(['GREEN', 'YELLOW'])
    expect(steps.map((s) => [s.value, s.level, (now - s.from) / 86_400_000])).toEqual([['GREEN', 1, 90], ['YELLOW', 0, 3]])
    expect(steps[0]!.from).toBe(now - reach)
    expect(lineOf(steps, 2, 90, 100)).toBe('M0 25L87 25L87 75L90 75')
  })

  it('puts a word that nobody knows below the others', () => {
    expect(stepsOf('quality_rating', [{ at: ago(2), value: 'PURPLE' }, { at: ago(1), value: 'RED' }], now).levels).toEqual(['RED', 'PURPLE'])
  })

  it('shows the line with its meaning in words, and the table beside it', async () => {
    const { root } = await tab({})
    const figure = root.querySelector<HTMLElement>('[data-figure="quality_rating"]')!
    expect(figure.querySelector('svg')!.getAttribute('aria-label')).toMatch(/^Quality since .*: high, then medium, then high\.$/)
    expect([...figure.querySelectorAll('td')].map((td) => td.textContent)).toEqual(['high', 'medium', 'high'])
    expect(words(root.querySelector('[data-figure="throughput"]')!)).toContain(accountText.over.none)
  })

  it('asks nothing of the platform until a part is opened', async () => {
    const { calls } = await tab({})
    expect(calls.filter((c) => /profile|links|display_name/.test(c.path))).toEqual([])
  })
})

// G8: the badge that was refused says when it may be asked for again.
it('G8 tells the day of the next try for the badge', async () => {
  const { root } = await tab({})
  expect(words(root)).not.toContain(accountText.badge.ask)
  expect(words(by(root, 'badge-again'))).toMatch(/again from .*(12 December|December 12).* no appeal/)
})

// G16, C5: a restricted account says what happened, what still works and how to appeal.
// C19: each limit with what is used and what is left, as far as that can be known.
describe('C19 limits of the account', () => {
  it('say what is used and left, and what nobody knows', async () => {
    const { root } = await tab({})
    const of = (name: string) => root.querySelector<HTMLElement>(`[data-limit="${name}"]`)!
    expect(words(of('throughput'))).toMatch(/66 \/ 80 a second Left: 14 .*nearly used up\. the busiest second of the last hour/)
    expect(of('throughput').dataset.level).toBe('near')
    expect(words(of('starts'))).toMatch(/2,000 \/ 2,000 in 24 h Left: 0 .*used up\..*The next place is free in 2 h 24 m\./)
    expect(words(of('registrations'))).toContain('1 / 10 in 72 h Left: 9')
    expect(of('registrations').dataset.level).toBe('')
    expect(words(of('templates'))).toContain('12 / not told yet')
    expect(words(of('calls'))).toContain('5,000 an hour Used: not known')
    expect(of('calls').querySelector('.bar')).toBeNull()
    expect(words(of('codes'))).toContain('Meta does not publish this figure.')
  })
})

// C23: what the platform has announced, with its day, what to do, and what is near.
describe('C23 announced changes', () => {
  it('stand with their days, and near ones are marked', async () => {
    const { root } = await tab({})
    const all = [...by(root, 'announced').querySelectorAll<HTMLElement>('li')]
    expect(all.map((e) => e.dataset.when)).toEqual(['later', 'near', 'past'])
    expect(words(all[0]!)).toMatch(/not before .* The version in use ends\. Upgrade\./)
    expect(words(all[1]!)).toMatch(/in 60 d 0 h.* Something changes\. Do it\. Sources differ on it\./)
    expect(words(all[2]!)).not.toContain('Do it.')
  })
})

describe('G16 a restricted account', () => {
  it('says what works until when, and where to appeal', async () => {
    const standing = good()
    Object.assign(standing, { state: 'restricted', cause: 'account.restricted', since: ago(1), violation: 'SCAM', restrictions: [{ kind: 'X', until: ago(-6) }] })
    Object.assign(standing.works[2]!, { state: 'no', until: ago(-6) })
    const { root } = await tab({ '/account': () => ({ body: standing }) })
    const stand = by(root, 'standing')
    expect(words(stand)).toContain('Meta names as the reason: SCAM.')
    expect(stand.querySelector('[data-ability="start"]')!.getAttribute('data-can')).toBe('no')
    expect(words(stand.querySelector('[data-ability="start"]')!)).toMatch(/until .*28/)
    expect(stand.querySelector('[data-ability="receive"]')!.getAttribute('data-can')).toBe('yes')
    expect(stand.querySelector('a')!.href).toBe('https://business.facebook.com/appeal')
  })

  it('says nothing of appeals while all is well', async () => {
    const { root } = await tab({})
    expect(words(by(root, 'standing'))).not.toContain(accountText.standing.appeal)
  })
})

// G8: the profile counts as the platform does, shows what will change, and loses nothing.
describe('G8 business profile', () => {
  it('judges texts by the platform’s figures', () => {
    expect(lengthOf('👍🏽é')).toBe(3)
    const wrong = wrongsOf({ about: '', address: '', description: 'x'.repeat(257), email: 'nobody', vertical: '', websites: ['', 'shop.example'] }, fields(), limits)
    expect(wrong).toEqual({ about: accountText.profile.aboutKept, description: '1 too many', email: accountText.profile.noEmail, websites1: accountText.profile.noSite })
    expect(changesOf(fields(), trimmed({ ...fields(), about: ' Tea ', vertical: 'RETAIL', websites: ['', ' https://a.example '] }))).toEqual([
      { name: 'about', from: 'Coffee', to: 'Tea' },
      { name: 'vertical', from: '', to: 'Shop' },
      { name: 'websites', from: '', to: 'https://a.example' },
    ])
  })

  it('shows what will change before it saves, and keeps what was typed when the platform refuses', async () => {
    let refuse = true
    const { root, calls, open } = await tab({
      '/profile': (call) => {
        if (call.method === 'GET') return { body: { profile: fields(), limits } }
        if (refuse) return { status: 422, body: { title: 'Meta did not take the profile.', detail: 'Nothing was changed.', status: 422, cause: 'auth.expired', fields: [] } }
        return { body: { profile: call.body, limits } }
      },
    })
    await open('profile')
    const profile = by(root, 'profile')
    type(profile.querySelector<HTMLInputElement>('#profile-about')!, 'Tea and coffee')
    profile.querySelector('form')!.requestSubmit()
    await look()
    expect(words(by(root, 'profile-changes'))).toContain('now Coffee then Tea and coffee')
    expect(calls.filter((c) => c.method === 'PUT')).toEqual([])
    button(profile, accountText.profile.save).click()
    await look()
    expect(words(profile)).toContain('Meta did not take the profile.')
    expect(profile.querySelector<HTMLInputElement>('#profile-about')!.value).toBe('Tea and coffee')
    refuse = false
    profile.querySelector('form')!.requestSubmit()
    await look()
    button(profile, accountText.profile.save).click()
    await look()
    expect(calls.findLast((c) => c.method === 'PUT')!.body).toMatchObject({ about: 'Tea and coffee', websites: [] })
    expect(words(profile)).toContain(accountText.profile.saved)
  })

  it('cuts pictures to the square in their middle', () => {
    expect(square(1200, 800)).toEqual({ x: 200, y: 0, side: 800 })
    expect(square(301, 600)).toEqual({ x: 0, y: 149, side: 301 })
    expect(square(640, 640)).toEqual({ x: 0, y: 0, side: 640 })
  })

  it('shows the picture to everybody, and lets only those choose one who may', async () => {
    for (const role of ['owner', 'agent'] as const)
      for (const picture of [true, false]) {
        const { root, open } = await tab({ '/profile': () => ({ body: { profile: fields(), picture, limits } }) }, role)
        await open('profile')
        const part = by(root, 'profile-picture')
        expect(part.querySelector('img')?.getAttribute('src') ?? null).toBe(picture ? '/api/v1/connections/k1/profile/picture' : null)
        expect(words(part).includes(accountText.profile.picture.none)).toBe(!picture)
        expect(part.querySelector('[data-action="choose_picture"]') !== null).toBe(role === 'owner')
      }
  })

  it('shows it without a form to whoever may not change it', async () => {
    const { root, open } = await tab({ '/profile': () => ({ body: { profile: fields(), limits } }) }, 'agent')
    await open('profile')
    expect(by(root, 'profile').querySelector('form')).toBeNull()
    expect(words(by(root, 'profile'))).toContain('Coffee')
  })
})

// G8: links are made, shown with their code, changed, and deleted only after a second word.
it('G8 makes and deletes a message link', async () => {
  const { root, calls, open } = await tab({
    '/links': (call) => (call.method === 'GET' ? { body: { items: [], text_max: 140 } } : { status: 201, body: { code: 'AB12', url: 'https://wa.me/message/AB12', text: (call.body as { text: string }).text } }),
    '/links/AB12': () => ({ status: 204 }),
  })
  await open('links')
  const links = by(root, 'links')
  button(links, accountText.links.add).click()
  await look()
  const field = links.querySelector<HTMLTextAreaElement>('#link-text')!
  type(field, 'x'.repeat(141))
  expect(button(links, accountText.links.make).disabled).toBe(true)
  type(field, 'Hello')
  links.querySelector('form')!.requestSubmit()
  await look()
  expect(links.querySelector('img')!.getAttribute('src')).toMatch(/^\/api\/v1\/connections\/.*\/links\/AB12\/image\?format=svg$/)
  button(links, accountText.links.remove).click()
  await look()
  expect(calls.some((c) => c.method === 'DELETE')).toBe(false)
  button(links, accountText.links.removeYes).click()
  await look()
  expect(calls.some((c) => c.method === 'DELETE')).toBe(true)
  expect(words(links)).toContain(accountText.links.none)
})

// G7: the display name's change goes on where Meta says that it stands.
describe('G7 display name', () => {
  const at = async (state: NameState, more: Record<string, (call: Call) => Reply> = {}) => {
    const shown = await tab({ '/display_name': () => ({ body: state }), ...more })
    await shown.open('name')
    return { ...shown, name: by(shown.root, 'display-name') }
  }

  it('waits for the review', async () => {
    const { name } = await at(named({ wanted: 'Aurora Café', wanted_status: 'PENDING_REVIEW' }))
    expect(name.querySelector('[data-step]')!.getAttribute('data-step')).toBe('2')
    expect(name.querySelector('form')).toBeNull()
  })

  it('asks for the PIN that is not kept, and says what a try costs', async () => {
    const { name, calls } = await at(named({ wanted: 'Aurora Café', wanted_status: 'APPROVED', ready: true }), {
      '/register': () => ({ body: named({ name: 'Aurora Café', pin_kept: true }) }),
    })
    expect(words(name)).toContain('Registrations used: 1 of 10')
    name.querySelector('form')!.requestSubmit()
    await look()
    expect(calls.some((c) => c.path.endsWith('/register'))).toBe(false)
    expect(words(name)).toContain(accountText.name.pinWrong)
    type(name.querySelector('#name-pin')!, '246810')
    name.querySelector('form')!.requestSubmit()
    await look()
    expect(calls.findLast((c) => c.path.endsWith('/register'))!.body).toEqual({ pin: '246810' })
    expect(name.querySelector('[data-step]')!.getAttribute('data-step')).toBe('4')
  })

  it('uses the PIN that is kept, and asks once that one does not match', async () => {
    const { name, calls } = await at(named({ wanted: 'Aurora Café', wanted_status: 'APPROVED', ready: true, pin_kept: true }), {
      '/register': () => ({ status: 422, body: { title: 'The PIN kept here does not match any more.', detail: '', status: 422, cause: 'wa.pin', fields: [{ name: 'pin', reason: 'does not match' }] } }),
    })
    expect(name.querySelector('#name-pin')).toBeNull()
    name.querySelector('form')!.requestSubmit()
    await look()
    expect(calls.findLast((c) => c.path.endsWith('/register'))!.body).toEqual({})
    expect(name.querySelector('#name-pin')).not.toBeNull()
  })

  it('says that a refused name leaves the old one, and leaves a number of the app alone', async () => {
    const declined = await at(named({ wanted: 'Best', wanted_status: 'DECLINED' }))
    expect(words(declined.name)).toContain(accountText.name.refused('Best'))
    const inApp = await at(named({ coexistence: true }))
    expect(words(inApp.root.querySelector('[data-testid="display-name"]')!)).toContain(accountText.name.inApp)
  })
})

// G5, M10: a move begins as a connecting of its own.
it('G5 begins a move on the page of its procedure', async () => {
  const { root, calls, open } = await tab({ '/procedures': () => ({ status: 201, body: { id: '77' } }) })
  await open('move')
  expect(words(by(root, 'moving'))).toContain(accountText.move.billed)
  button(by(root, 'moving'), accountText.move.start).click()
  await look()
  expect(calls.findLast((c) => c.method === 'POST')!.body).toMatchObject({ way: 'move_in' })
  expect(location.pathname).toBe('/connect/77')
})
