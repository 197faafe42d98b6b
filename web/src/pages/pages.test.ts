import { flushSync } from 'svelte'
import { describe, expect, it, vi } from 'vitest'
import canned from '../../fixture/causes.json'
import { report } from '../../fixture/doctor'
import { connections, world } from '../../fixture/world'
import type { Delivery } from '../api/types'
import { text as desk } from '../text/desk'
import { text } from '../text/en'
import { by, button, press, show, workspaceWith } from '../testing/mounted'
import { settled, type Call, type Reply } from '../testing/support'
import ConversationList from '../components/ConversationList.svelte'
import DeliveriesPage from './DeliveriesPage.svelte'
import PlatformsPage from './PlatformsPage.svelte'

const now = Date.parse('2026-11-22T12:00:00Z')

describe('the deliveries page', () => {
  async function page(answer?: (call: Call) => Reply | null, address?: (deliveries: Delivery[]) => string) {
    const w = world('full', now)
    if (address) history.replaceState(null, '', address(w.deliveries))
    const { ws, calls } = await workspaceWith(now, (call) => {
      const own = answer?.(call)
      if (own) return own
      const url = new URL(call.path, 'http://x')
      const id = url.pathname.split('/')[4]
      if (url.pathname.endsWith('/ledger')) return { body: w.ledger }
      if (url.pathname.endsWith('/replay')) {
        Object.assign(w.deliveries.find((d) => d.id === id)!, { state: 'applied', reason: null })
        return { body: { stored: 2, duplicate: 998, parked: 0 } }
      }
      if (id) return { body: { ...w.deliveries.find((d) => d.id === id), raw: '{"object":"x"}' } }
      const state = url.searchParams.get('state')
      return { body: { items: structuredClone(w.deliveries.filter((d: Delivery) => !state || d.state === state)), next: null } }
    })
    ws.connections.put(w.connections)
    const root = show(ws, DeliveriesPage, {})
    await settled()
    flushSync()
    const rows = () => [...root.querySelectorAll<HTMLElement>('[data-testid="delivery"]')]
    return { root, rows, calls }
  }

  it('says what became of each call, in words', async () => {
    const { rows, root } = await page()
    const parked = rows().find((r) => r.textContent?.includes('998 stored'))!
    expect(parked.textContent).toContain('Parked')
    expect(parked.textContent).toContain('2 parked')
    expect(parked.textContent).toContain('Could not be read')
    expect(rows().find((r) => r.dataset.state === 'refused')!.textContent).toContain('signature does not match')
    expect(by(root, 'ledger').textContent).toMatch(/1417\s*received/)
  })

  // X3: what was not understood is kept, shown, and applied after a fix.
  it('X3: replays a parked delivery and shows what it is now', async () => {
    const { rows, root } = await page()
    const id = rows().findIndex((r) => r.dataset.state === 'parked')
    button(rows()[id]!, text.deliveries.replay).click()
    await settled()
    flushSync()
    expect(rows()[id]!.dataset.state).toBe('applied')
    expect(root.textContent).toContain('Replayed: 2 stored, 998 duplicate, 0 parked.')
    expect(() => button(rows()[id]!, text.deliveries.replay)).toThrow()
  })

  it('offers replay for parked deliveries only', async () => {
    const { rows } = await page()
    const replayable = rows().filter((r) => [...r.querySelectorAll('button')].some((b) => b.textContent === text.deliveries.replay))
    expect(new Set(replayable.map((r) => r.dataset.state))).toEqual(new Set(['parked']))
  })

  it('explains a refused call by the playbook, in place', async () => {
    const { rows, calls } = await page((call) => (call.path.includes('/causes/') ? { body: (canned as { causes: Record<string, unknown> }).causes['net.outage'] } : null))
    const refused = rows().find((r) => r.dataset.state === 'refused')!
    by(refused, 'delivery-why').click()
    await settled()
    flushSync()
    expect(calls.at(-1)!.path).toBe('/api/v1/causes/hook.signature?platform=whatsapp')
    await vi.waitFor(() => expect(by(refused, 'cause-page').textContent).toContain('What to do'))
    expect(rows().find((r) => r.dataset.state === 'applied')!.querySelector('[data-testid="delivery-why"]')).toBeNull()
  })

  it('shows the one that its address names, whatever the filter, with its content', async () => {
    const { root } = await page(undefined, (all) => `/deliveries/${all.find((d) => d.state === 'refused')!.id}`)
    const one = by(root, 'one-delivery')
    expect(one.textContent).toContain('The call was not signed with the app secret stored here.')
    expect(one.querySelector('pre')!.textContent).toContain('"object": "x"')
    button(root, 'Applied').click()
    await settled()
    flushSync()
    expect(by(root, 'one-delivery').textContent).toContain('Refused')
  })

  it('says so when the address names none', async () => {
    const { root } = await page((call) => (call.path.endsWith('/77') ? { status: 404, body: { title: 'That is not here.', status: 404 } } : null), () => '/deliveries/77')
    expect(by(root, 'one-delivery').querySelector('[role=alert]')!.textContent).toContain('That is not here.')
  })

  it('says why a replay was refused', async () => {
    const { rows, root } = await page((call) =>
      call.path.endsWith('/replay') ? { status: 422, body: { title: 'The bytes are no longer kept.', status: 422, detail: 'They were deleted after 30 days.' } } : null,
    )
    button(rows().find((r) => r.dataset.state === 'parked')!, text.deliveries.replay).click()
    await settled()
    flushSync()
    expect(root.querySelector('[role=alert]')!.textContent).toContain('They were deleted after 30 days.')
  })

  it('filters by state and shows the raw content', async () => {
    const { root, rows } = await page()
    button(root, 'Refused').click()
    await settled()
    flushSync()
    expect(rows().map((r) => r.dataset.state)).toEqual(['refused'])
    button(rows()[0]!, text.deliveries.showRaw).click()
    await settled()
    flushSync()
    expect(rows()[0]!.querySelector('pre')!.textContent).toContain('"object": "x"')
  })
})

describe('the platforms page', () => {
  async function page(answer: (call: Call) => Reply | null = () => null) {
    const all = connections(now)
    const { ws, calls } = await workspaceWith(now, (call) => {
      if (call.path.includes('/procedures')) return { body: { items: [], next: null } }
      const examined = /connections\/(\w+)\/doctor$/.exec(call.path)?.[1]
      return answer(call) ?? { body: examined ? report(all.find((c) => c.id === examined)!, now) : { items: all, next: null } }
    })
    const root = show(ws, PlatformsPage, {})
    await settled()
    flushSync()
    return { root, calls, card: (name: string) => [...root.querySelectorAll<HTMLElement>('[data-testid="connection"]')].find((c) => c.textContent?.includes(name))! }
  }

  // C11: the proof that messages come in and go out, with its age.
  it('C11: shows both directions with the age of their proof', async () => {
    const { card } = await page()
    const words = card('Sales').textContent!.replace(/\s+/g, ' ')
    expect(words).toContain('Connected')
    expect(words).toContain('Receiving yes proof 2 m ago')
    expect(words).toContain('Sending yes proof 4 m ago')
    expect(card('Warehouse').textContent).toContain('no proof yet')
    expect(card('Support').textContent).toContain('Sign-in has expired')
    expect(card('Returns').textContent).toContain('not checked since')
  })
})

// C1: one inbox for all agents, live.
describe('C1 the list', () => {
  async function list(scenario: 'full' | 'empty') {
    const w = world(scenario, now)
    const { ws } = await workspaceWith(now, (call) => ({ body: { items: call.path.includes('connections') ? w.connections : w.conversations, next: null } }))
    await Promise.all([ws.conversations.load(), ws.connections.load()])
    const opened: string[] = []
    const root = show(ws, ConversationList, { openThread: () => opened.push('thread') })
    return { ws, root, opened, rows: [...root.querySelectorAll<HTMLElement>('[role=option]')] }
  }

  it('names each conversation for those who cannot see it', async () => {
    const { rows } = await list('full')
    expect(rows[0]!.querySelector('.hidden')!.textContent).toBe('Ana Souza, WhatsApp, 2 unread, waiting 4 m, Can I change the address?')
    expect(rows[0]!.getAttribute('aria-setsize')).toBe('12')
  })

  it('puts what was not sent before everything else', async () => {
    const { rows, ws } = await list('full')
    const of = (name: string) => rows.find((r) => r.textContent?.includes(name))!
    expect(of('Chloé').textContent).toContain('Not sent · The free-reply time has ended')
    expect(of('Ravi').textContent).toContain('Unconfirmed')
    ws.drafts.set('c1', { text: 'half a sentence' })
    ws.drafts.set('c8', { text: 'a draft too' })
    flushSync()
    expect(of('Ana').textContent).toContain('Draft: half a sentence')
    expect(of('Chloé').textContent).toContain('Not sent')
  })

  it('shows the clock only when less than 4 h of the window are left', async () => {
    const { rows } = await list('full')
    expect(rows.find((r) => r.textContent?.includes('João'))!.textContent).toContain('25 m')
    expect(rows[0]!.querySelector('.closing')).toBeNull()
  })

  it('moves with the arrow keys and opens with Enter', async () => {
    const { root, ws, opened } = await list('full')
    const box = root.querySelector('[role=listbox]')!
    press(box, 'ArrowDown')
    press(box, 'ArrowDown')
    expect(ws.openId).toBe('c2')
    expect(box.getAttribute('aria-activedescendant')).toBe('conversation-c2')
    press(box, 'Home')
    expect(ws.openId).toBe('c1')
    press(box, 'Enter')
    expect(opened).toEqual(['thread'])
  })

  it('holds still while the pointer is in it, says what waits, and shows it when asked', async () => {
    const { ws, root } = await list('full')
    const ids = () => [...root.querySelectorAll<HTMLElement>('[role=option]')].map((r) => r.dataset.id)
    const before = ids()
    const box = root.querySelector('.list')!
    box.dispatchEvent(new PointerEvent('pointerenter', { pointerType: 'mouse' }))
    flushSync()
    const ana = ws.conversations.get('c4')!
    ws.conversations.put([{ ...ana, last_message: { ...ana.last_message!, id: 'newer', text: 'I am first now', at: new Date(now + 1000).toISOString() }, trouble: null }])
    flushSync()
    expect(ids()).toEqual(before)
    expect(by(root, 'held-back').textContent).toContain('1 update')
    expect(root.textContent).toContain('I am first now')
    by(root, 'held-back').click()
    flushSync()
    expect(ids()[0]).toBe('c4')
    expect(root.querySelector('[data-testid="held-back"]')).toBeNull()
    ws.conversations.put([{ ...ws.conversations.get('c2')!, state: 'done' }])
    flushSync()
    expect(ids()).toContain('c2')
    box.dispatchEvent(new PointerEvent('pointerleave'))
    flushSync()
    expect(ids()).not.toContain('c2')
  })

  it('says how many there are and where one stands, also for the one that is out of sight', async () => {
    const { ws, root } = await list('full')
    expect(by(root, 'view-failed').textContent).toContain('Failed')
    ws.conversations.put(Array.from({ length: 500 }, (_, i) => ({ ...ws.conversations.get('c1')!, id: `x${1000 + i}`, last_message: { ...ws.conversations.get('c1')!.last_message!, id: `y${i}`, at: new Date(now - 9e8 - i * 60_000).toISOString() } })))
    ws.router.go({ page: 'inbox', conversation: 'x1400' })
    flushSync()
    const rows = [...root.querySelectorAll<HTMLElement>('[role=option]')]
    expect(rows.length).toBeLessThanOrEqual(60)
    const chosen = rows.find((r) => r.getAttribute('aria-selected') === 'true')!
    expect([chosen.dataset.id, chosen.getAttribute('aria-posinset'), chosen.getAttribute('aria-setsize')]).toEqual(['x1400', '413', '512'])
    expect(root.querySelector('[role=listbox]')!.getAttribute('aria-activedescendant')).toBe('conversation-x1400')
  })

  it('says what to do when nothing is connected', async () => {
    const { root } = await list('empty')
    expect(root.textContent).toContain(desk.empty.noConnection)
    expect(by(root, 'empty').querySelector('a')!.getAttribute('href')).toBe('/platforms')
  })
})
