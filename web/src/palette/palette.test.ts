import { flushSync } from 'svelte'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { connections, team, world } from '../../fixture/world'
import type { SearchAnswer } from '../api/types'
import { by, press, show, type, workspaceWith } from '../testing/mounted'
import { later, settled, type Reply } from '../testing/support'
import AssignPicker from './AssignPicker.svelte'
import { looksExact, modeOf } from './items'
import Palette from './Palette.svelte'

const now = Date.parse('2026-11-22T12:00:00Z')
const nobody: SearchAnswer = { exact: null, contacts: [], messages: { items: [], next: null }, took_ms: 1, complete: true, suggestion: null }

afterEach(() => vi.useRealTimers())

async function bench(search: (q: string) => Reply | Promise<Reply> = () => ({ body: nobody })) {
  const w = world('full', now)
  const { ws, calls } = await workspaceWith(now, (call) => {
    const url = new URL(call.path, 'http://x')
    if (url.pathname.endsWith('/users')) return { body: { items: team, next: null } }
    if (url.pathname.endsWith('/search')) return search(url.searchParams.get('q')!)
    const c = w.conversations.find((x) => call.path.endsWith(`/${x.id}`))
    if (c) return { body: { ...c, ...(call.body && 'assignee' in (call.body as object) ? { assignee: team.find((u) => u.id === (call.body as { assignee: string }).assignee) ?? null } : {}) } }
    return { body: { items: w.conversations, next: null } }
  })
  await ws.conversations.load()
  return { ws, calls }
}

const rows = (root: ParentNode) => [...root.querySelectorAll('[data-testid="picker-option"]')].map((r) => r.textContent!.replace(/\s+/g, ' ').trim())
const field = (root: ParentNode) => by(root, 'picker-field') as HTMLInputElement

describe('what is typed into the palette', () => {
  it('may begin with what it is limited to', () => {
    expect([modeOf('>done'), modeOf('@ rui'), modeOf(': deli'), modeOf('ana ')]).toEqual([
      { mode: 'actions', query: 'done' },
      { mode: 'people', query: 'rui' },
      { mode: 'pages', query: 'deli' },
      { mode: 'all', query: 'ana' },
    ])
  })

  it.each([
    ['250237388725424131', true],
    ['wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI', true],
    ['+351 912 345 678', true],
    ['(11) 98765-4321', true],
    ['1042', false],
    ['order 1042', false],
    ['wamid', false],
    ['ana', false],
  ])('%s names one thing: %s', (typed, exact) => expect(looksExact(typed)).toBe(exact))
})

describe('the palette', () => {
  it('offers only what works here, with its key, and does it after it has closed', async () => {
    const { ws } = await bench()
    const done: string[] = []
    ws.commands.offer({ done: () => done.push('done'), reopen: { run: () => done.push('reopen'), when: () => false }, send: null })
    const root = show(ws, Palette, { close: () => done.push('closed') })
    expect(rows(root)).toEqual(['Done, open the next E'])
    press(field(root), 'Enter')
    expect(done).toEqual(['closed', 'done'])
  })

  it('finds conversations by name and people through the server, each once', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { ws } = await bench(() => ({
      body: { ...nobody, contacts: [{ conversation_id: 'c1', platform: 'whatsapp', name: 'Ana Souza', address: '5511987654321' }, { conversation_id: 'far', platform: 'whatsapp', name: 'Anabel Old', address: '1555' }] },
    }))
    const root = show(ws, Palette, { close: () => {} })
    type(field(root), 'ana')
    vi.runAllTimers()
    await settled()
    flushSync()
    expect(rows(root).filter((r) => r.includes('Ana'))).toEqual(['Ana Souza Can I change the address?', 'Anabel Old 1555'])
  })

  it('means the first answer when Enter comes before it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const answer = later<Reply>()
    const { ws } = await bench(() => answer.promise)
    const root = show(ws, Palette, { close: () => {} })
    type(field(root), '250237388725424131')
    expect(rows(root)).toEqual([])
    press(field(root), 'Enter')
    vi.runAllTimers()
    expect(ws.openId).toBeNull()
    answer.resolve({ body: { ...nobody, exact: { type: 'message', id: 'm7', conversation_id: 'c3' } } })
    await settled()
    flushSync()
    expect(location.pathname + location.search).toBe('/conversations/c3?at=m7')
  })

  it('opens the doctor of a connection by its name', async () => {
    const { ws } = await bench()
    ws.connections.put(connections(now))
    const root = show(ws, Palette, { close: () => {} })
    type(field(root), 'doctor sal')
    expect(rows(root)[0]).toContain('Doctor: Sales')
    press(field(root), 'Enter')
    expect(location.pathname + location.search).toBe('/platforms/k1?tab=doctor')
  })

  it('works without the server, with what is known here', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { ws } = await bench(() => new TypeError('network'))
    const root = show(ws, Palette, { close: () => {} })
    type(field(root), 'joao')
    vi.runAllTimers()
    await settled()
    flushSync()
    expect(rows(root)[0]).toContain('João Pereira')
  })
})

describe('handing over', () => {
  it('takes two letters and Enter', async () => {
    const { ws, calls } = await bench()
    ws.desk.assigning = 'c1'
    const root = show(ws, AssignPicker, { conversationId: 'c1' })
    await settled()
    flushSync()
    expect(rows(root)[0]).toBe('Bia Ramos (you) I')
    type(field(root), 'so')
    expect(rows(root)).toEqual(['Sofia Nunes'])
    press(field(root), 'Enter')
    await settled()
    expect(ws.desk.assigning).toBeNull()
    expect(calls.find((c) => c.method === 'PATCH')!.body).toEqual({ assignee: 'u4' })
  })

  it('says that nobody is called so', async () => {
    const { ws } = await bench()
    const root = show(ws, AssignPicker, { conversationId: 'c1' })
    await settled()
    type(field(root), 'xyz')
    expect(root.textContent).toContain('Nobody here is called “xyz”.')
    expect(field(root).getAttribute('aria-activedescendant')).toBeNull()
  })
})
