import { describe, expect, it, vi } from 'vitest'
import { connections, message, templates } from '../../fixture/world'
import type { OutcomeGroup, OutcomeMessage, RetryPlan } from '../api/types'
import Shell from '../components/Shell.svelte'
import { outcomesText as words } from '../text/outcomes'
import { button, by, press, show, workspaceWith } from '../testing/mounted'
import { settled, type Call } from '../testing/support'
import OutcomesPage from './OutcomesPage.svelte'

const now = Date.parse('2026-11-22T12:00:00Z')
const iso = (ms: number) => new Date(now + ms).toISOString()

function group(fields: Partial<OutcomeGroup>): OutcomeGroup {
  return { key: `${fields.state ?? 'needs_you'}:${fields.cause}`, cause: 'wa.undeliverable', state: 'needs_you', count: 3, people: 2, connection_id: null, code: 131026, again: true, oldest_at: iso(-3_600_000), newest_at: iso(0), until: null, actions: ['retry', 'dismiss'], closing_soon: 0, ...fields }
}

function failed(id: string, name: string, more: Partial<OutcomeMessage> = {}): OutcomeMessage {
  const m = message(now - 60_000, { id, conversation_id: `c-${name}`, direction: 'out', text: `To ${name}`, status: 'failed', cause: 'wa.undeliverable' })
  return { ...m, connection_id: 'k1', contact: { id: name, name }, address: '4915100000001', platform: 'whatsapp', window: { state: 'open', expires_at: iso(3_600_000) }, ...more }
}

const groups = [
  group({ cause: 'wa.window', key: 'needs_you:wa.window', code: 131047, count: 14, people: 14, again: true, actions: ['template', 'dismiss'] }),
  group({ cause: 'wa.undeliverable', key: 'needs_you:wa.undeliverable', closing_soon: 2 }),
  group({ cause: 'net.outage', key: 'waiting:k1', state: 'waiting', count: 12, people: 9, connection_id: 'k1', code: null, again: false, until: iso(240_000), actions: ['connection'] }),
]
const inGroup = [failed('m1', 'Ana'), failed('m2', 'Ben'), failed('m3', 'Caio', { status: 'unknown', cause: 'send.unconfirmed' })]

async function page(answer: (call: Call) => { status?: number; body?: unknown } | null = () => null, address = '/outcomes', until = '[data-testid="outcome-summary"]') {
  history.replaceState(null, '', address)
  const made = await workspaceWith(now, (call) => {
    const own = answer(call)
    if (own) return own
    const { pathname } = new URL(call.path, 'http://server.test')
    if (pathname === '/api/v1/outcomes') return { body: { needs_you: 17, waiting: 12, resolved_today: 40, groups } }
    if (pathname.endsWith('/messages') && pathname.startsWith('/api/v1/outcomes/')) return { body: { items: inGroup, next: null } }
    if (pathname.endsWith('/templates')) return { body: { items: templates(now), next: null } }
    return { body: { items: [], next: null } }
  })
  made.ws.connections.put(connections(now))
  const root = show(made.ws, OutcomesPage, {})
  await vi.waitFor(() => {
    if (!root.querySelector(until)) throw new Error(`no ${until} yet`)
  })
  return { root, ...made, said: () => (root.textContent ?? '').replace(/\s+/g, ' ') }
}

const row = (root: HTMLElement, key: string) => root.querySelector<HTMLElement>(`[data-testid="outcome-group"][data-key="${key}"]`)!

describe('X1 what failed and what waits', () => {
  it('is grouped by cause, with counts, what can be done, and what holds the rest', async () => {
    const { root, said, calls } = await page()
    expect(said()).toContain('17Need you12Waiting40Resolved today')
    expect(row(root, 'needs_you:wa.window').textContent).toContain('14 messages · 14 people')
    expect(row(root, 'needs_you:wa.undeliverable').textContent).toContain(words.closing(2))
    expect(row(root, 'waiting:k1').textContent).toContain('WhatsApp has a problem, not you')
    expect(row(root, 'waiting:k1').textContent).toMatch(/tried again at/)
    expect(row(root, 'waiting:k1').querySelector('[data-act="dismiss"]')).toBeNull()
    expect(calls.find((c) => c.path.startsWith('/api/v1/outcomes?'))?.path).toContain('days=7&today_from=')
  })

  it('is said to be nothing where nothing failed', async () => {
    const { root } = await page((call) => (call.path.startsWith('/api/v1/outcomes?') ? { body: { needs_you: 0, waiting: 0, resolved_today: 0, groups: [] } } : null))
    expect(by(root, 'outcomes-empty').textContent).toContain(words.empty)
  })

  it('says so when it cannot be read, and can be asked again', async () => {
    let down = true
    const { root } = await page((call) => (call.path.startsWith('/api/v1/outcomes?') && down ? { status: 503, body: { title: 'The server is busy.', detail: '', cause: 'server.busy', fields: [] } } : null), '/outcomes', '[role="alert"]')
    expect(root.querySelector('[role="alert"]')?.textContent).toContain('The server is busy.')
    down = false
    root.querySelector<HTMLElement>('[role="alert"] button')!.click()
    await vi.waitFor(() => by(root, 'outcome-summary'))
    expect(root.querySelector('[role="alert"]')).toBeNull()
  })

  it('keeps a whole group or what is selected, and dismisses it', async () => {
    const { root, calls } = await page((call) => (call.path === '/api/v1/outcomes/dismiss' ? { body: { dismissed: (call.body as { message_ids?: string[] }).message_ids?.length ?? 0 } } : null), '/outcomes?group=needs_you%3Awa.undeliverable')
    await vi.waitFor(() => by(root, 'outcome-messages'))
    const boxes = [...root.querySelectorAll<HTMLInputElement>('[data-message] input')]
    expect(boxes).toHaveLength(3)
    boxes[0]!.click()
    boxes[1]!.click()
    await settled()
    expect(row(root, 'needs_you:wa.undeliverable').textContent).toContain(words.selected(2))
    row(root, 'needs_you:wa.undeliverable').querySelector<HTMLElement>('[data-act="dismiss"]')!.click()
    await settled()
    expect(calls.filter((c) => c.path === '/api/v1/outcomes/dismiss').map((c) => c.body)).toEqual([{ message_ids: ['m1', 'm2'] }])
  })
})

describe('keys on the page of what failed', () => {
  it('J and K move, X selects, D dismisses', async () => {
    const { ws, calls } = await page((call) => (call.path === '/api/v1/outcomes/dismiss' ? { body: { dismissed: 1 } } : null), '/outcomes?group=needs_you%3Awa.undeliverable')
    const root = document.body
    await vi.waitFor(() => by(root, 'outcome-messages'))
    const rows = [...root.querySelectorAll<HTMLElement>('[data-row]')]
    rows[0]!.focus()
    for (const expected of [rows[1], rows[2]]) {
      expect(ws.commands.run('next')).toBe(true)
      expect(document.activeElement).toBe(expected)
    }
    ws.commands.run('previous')
    expect(document.activeElement).toBe(rows[1])
    root.querySelector<HTMLElement>('[data-message="m2"] a')!.focus()
    ws.commands.run('select')
    expect([...ws.outcomes.selected]).toEqual(['m2'])
    ws.commands.run('dismiss')
    await settled()
    expect(calls.some((c) => c.path === '/api/v1/outcomes/dismiss' && JSON.stringify(c.body) === '{"message_ids":["m2"]}')).toBe(true)
  })

  it('G F leads there', async () => {
    const { ws } = await page()
    ws.router.go({ page: 'inbox', conversation: null })
    const root = show(ws, Shell, { children: () => {} } as never)
    press(root, 'g')
    press(root, 'f')
    expect(ws.router.route).toEqual({ page: 'outcomes' })
  })
})

describe('one connection alone', () => {
  it('is in the address, asked of the server for groups, messages and what is done to a whole group, and changed by the list', async () => {
    const { root, ws, calls } = await page((call) => (call.path === '/api/v1/outcomes/dismiss' ? { body: { dismissed: 0 } } : null), '/outcomes?connection=k1')
    const asked = () => calls.filter((c) => c.path.startsWith('/api/v1/outcomes?')).map((c) => new URL(c.path, 'http://server.test').searchParams.get('connection_id'))
    expect(asked()).toEqual(['k1'])
    const select = by(root, 'outcomes-connection') as HTMLSelectElement
    expect(select.value).toBe('k1')
    row(root, 'needs_you:wa.undeliverable').querySelector<HTMLElement>('[data-row]')!.click()
    await settled()
    expect(ws.router.route).toEqual({ page: 'outcomes', group: 'needs_you:wa.undeliverable', connection: 'k1' })
    expect(calls.some((c) => c.path.includes('/messages?') && c.path.includes('connection_id=k1'))).toBe(true)
    row(root, 'needs_you:wa.undeliverable').querySelector<HTMLElement>('[data-act="dismiss"]')!.click()
    await vi.waitFor(() => expect(calls.find((c) => c.path === '/api/v1/outcomes/dismiss')?.body).toEqual({ key: 'needs_you:wa.undeliverable', days: 7, connection_id: 'k1' }))
    select.value = ''
    select.dispatchEvent(new Event('change', { bubbles: true }))
    await vi.waitFor(() => expect(asked().at(-1)).toBeNull())
    expect(ws.router.route).toEqual({ page: 'outcomes' })
  })
})

describe('what waits', () => {
  it('can be paused, which is asked of the connection, and sent by hand, which keeps it from leaving here', async () => {
    const waits = inGroup.map((m) => ({ ...m, status: 'held' as const, cause: 'net.outage' }))
    const { root, calls } = await page((call) => {
      if (call.path.includes('/messages?')) return { body: { items: waits, next: null } }
      if (call.method === 'PATCH') return { body: { ...connections(now)[0]!, status: 'paused', paused: { at: iso(0), by: { id: 'u1', name: 'Bia Ramos' } } } }
      return null
    })
    const group = () => row(root, 'waiting:k1')
    group().querySelector<HTMLElement>('[data-act="pause"]')!.click()
    await vi.waitFor(() => expect(group().textContent).toContain('Paused by Bia Ramos'))
    expect(calls.find((c) => c.method === 'PATCH')).toMatchObject({ path: '/api/v1/connections/k1', body: { paused: true } })
    expect(group().querySelector('[data-act="resume"]')).not.toBeNull()
    group().querySelector<HTMLElement>('[data-act="by-hand"]')!.click()
    await vi.waitFor(() => expect(group().querySelectorAll('[data-act="copy"]')).toHaveLength(3))
    expect(group().textContent).toContain(words.byHand.about)
    group().querySelector<HTMLElement>('[data-message="m2"] [data-act="sent-by-hand"]')!.click()
    await vi.waitFor(() => expect(calls.some((c) => c.method === 'POST' && c.path === '/api/v1/messages/m2/cancel')).toBe(true))
  })

  it('is not paused by whoever may not change connections', async () => {
    const { ws, root } = await page()
    ws.me = { ...ws.me!, rights: ws.me!.rights.filter((r) => r !== 'manage_connections') }
    await settled()
    expect(row(root, 'waiting:k1').querySelector('[data-act="pause"]')).toBeNull()
    expect(row(root, 'waiting:k1').querySelector('[data-act="by-hand"]')).not.toBeNull()
  })
})

describe('a retry of many', () => {
  const plan = (more: Partial<RetryPlan> = {}): RetryPlan => ({ send: ['m1', 'm2'], skipped: [{ id: 'm9', cause: 'wa.experiment', why: 'This person is in a WhatsApp test group.' }], duplicates: ['m3'], closing_soon: ['m1'], done: false, ...more })

  async function opened(answer: (call: Call) => { body?: unknown } | Promise<{ body?: unknown }>) {
    const retries: Record<string, unknown>[] = []
    const made = await page((call) => {
      if (call.path !== '/api/v1/outcomes/retry') return null
      retries.push(call.body as Record<string, unknown>)
      return answer(call) as { body?: unknown }
    }, '/outcomes?group=needs_you%3Awa.undeliverable')
    row(made.root, 'needs_you:wa.undeliverable').querySelector<HTMLElement>('[data-act="retry"]')!.click()
    await vi.waitFor(() => by(made.root, 'plan-send'), { timeout: 5000 })
    return { ...made, retries }
  }

  it('is closed when it is asked to, not when the browser tells of it: the next one may be open by then', async () => {
    const { root } = await opened(() => ({ body: plan() }))
    vi.spyOn(HTMLDialogElement.prototype, 'close').mockImplementation(() => {}) // the event comes later, as in browsers
    button(by(root, 'retry-sheet'), words.plan.close).click()
    await settled()
    expect(root.querySelector('[data-testid="retry-sheet"]')).toBeNull()
    vi.restoreAllMocks()
  })

  // X4: what may arrive twice is left out until somebody says so.
  it('X4: says first what goes, what is left alone and why, and what may arrive twice, unticked', async () => {
    const { root, retries } = await opened(() => ({ body: plan() }))
    const sheet = by(root, 'retry-sheet')
    const said = () => (sheet.textContent ?? '').replace(/\s+/g, ' ')
    expect(retries).toEqual([{ key: 'needs_you:wa.undeliverable', days: 7, dry_run: true }])
    expect(by(sheet, 'plan-send').textContent).toContain('2 will be sent again')
    expect(by(sheet, 'plan-skipped').textContent).toContain('test group')
    expect(said()).toContain('1 whose window closes within the hour goes first')
    const box = by(sheet, 'plan-duplicates').querySelector<HTMLInputElement>('input')!
    expect(box.checked).toBe(false)
    expect(by(sheet, 'plan-duplicates').textContent).toContain('Caio: To Caio')
    box.click()
    await settled()
    expect(by(sheet, 'plan-go').textContent).toBe(words.plan.go(3))
    by(sheet, 'plan-go').click()
    await vi.waitFor(() => expect(by(sheet, 'plan-done').textContent).toContain('on the way again'))
    expect(retries[1]).toEqual({ message_ids: ['m1', 'm2', 'm3'], confirm_duplicates: ['m3'] })
  })

  it('goes in parts and can be stopped in the middle', async () => {
    const many = Array.from({ length: 50 }, (_, i) => `x${i}`)
    let release: (() => void) | undefined
    const { root, retries } = await opened(async (call) => {
      const body = call.body as { dry_run?: boolean; message_ids?: string[] }
      if (body.dry_run) return { body: plan({ send: many, skipped: [], duplicates: [], closing_soon: [] }) }
      await new Promise<void>((resolve) => (release = resolve))
      return { body: plan({ send: body.message_ids!, skipped: [], duplicates: [], closing_soon: [], done: true }) }
    })
    const sheet = by(root, 'retry-sheet')
    by(sheet, 'plan-go').click()
    await vi.waitFor(() => expect(release).toBeDefined())
    by(sheet, 'plan-stop').click()
    release!()
    await vi.waitFor(() => expect(by(sheet, 'plan-done').textContent).toBe(words.plan.stopped(20, 30)))
    expect(retries).toHaveLength(2)
  })
})

describe('a template to those whom a text cannot reach', () => {
  it('goes once to each person, named after what failed, which is then dismissed', async () => {
    const sent: Call[] = []
    const two = [failed('m1', 'Ana'), failed('m2', 'Ana'), failed('m3', 'Ben')]
    const { root } = await page((call) => {
      const { pathname } = new URL(call.path, 'http://server.test')
      if (pathname.startsWith('/api/v1/outcomes/') && pathname.endsWith('/messages')) return { body: { items: two, next: null } }
      if (call.method === 'POST') {
        sent.push(call)
        return { body: pathname.endsWith('dismiss') ? { dismissed: 1 } : message(now, {}) }
      }
      return null
    })
    row(root, 'needs_you:wa.window').querySelector<HTMLElement>('[data-act="template"]')!.click()
    await vi.waitFor(() => by(root, 'template-choice'), { timeout: 5000 })
    const sheet = by(root, 'template-sheet')
    expect(sheet.querySelector('h2')?.textContent).toBe(words.template.title(2))
    const choice = by(sheet, 'template-choice') as HTMLSelectElement
    choice.value = [...choice.options].find((o) => o.value !== '')!.value
    choice.dispatchEvent(new Event('change', { bubbles: true }))
    await settled()
    for (const field of sheet.querySelectorAll('input')) {
      field.value = '{name}'
      field.dispatchEvent(new Event('input', { bubbles: true }))
    }
    await settled()
    by(sheet, 'template-go').click()
    await vi.waitFor(() => expect(by(sheet, 'template-done').textContent).toBe(words.template.done(2, 0)))
    const sends = sent.filter((c) => c.path.includes('/conversations/'))
    expect(sends.map((c) => c.path)).toEqual(['/api/v1/conversations/c-Ana/messages', '/api/v1/conversations/c-Ben/messages'])
    expect((sends[0]!.body as { client_id: string }).client_id).toMatch(/^outcome\.m[12]\./)
    expect(JSON.stringify(sends[1]!.body)).toContain('Ben')
    expect(sent.filter((c) => c.path.endsWith('dismiss')).map((c) => c.body)).toEqual([{ message_ids: ['m1', 'm2'] }, { message_ids: ['m3'] }])
    button(sheet, words.plan.close)
  })

  it('says what was sent though its failure is still listed', async () => {
    const { root } = await page((call) => {
      if (call.path.endsWith('/dismiss')) return { status: 503, body: { title: 'Busy.', status: 503 } }
      return call.path.includes('/conversations/') ? { status: 201, body: inGroup[0] } : null
    })
    row(root, 'needs_you:wa.window').querySelector<HTMLElement>('[data-act="template"]')!.click()
    const choice = await vi.waitFor(() => by(by(root, 'template-sheet'), 'template-choice') as HTMLSelectElement, { timeout: 5000 })
    choice.value = [...choice.options].find((o) => o.value !== '')!.value
    choice.dispatchEvent(new Event('change', { bubbles: true }))
    await settled()
    const sheet = by(root, 'template-sheet')
    for (const field of sheet.querySelectorAll('input')) {
      field.value = '{name}'
      field.dispatchEvent(new Event('input', { bubbles: true }))
    }
    await settled()
    by(sheet, 'template-go').click()
    await vi.waitFor(() => expect(by(sheet, 'template-done').textContent).toMatch(/^Sent to [23] people\. The failed messages of [23] people are still listed/))
    expect(sheet.textContent).not.toContain(words.template.failed)
  })
})
