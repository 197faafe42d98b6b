import { flushSync } from 'svelte'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { message } from '../../fixture/world'
import type { SearchAnswer } from '../api/types'
import { by, press, show, type, workspaceWith } from '../testing/mounted'
import { settled } from '../testing/support'
import SearchPane from './SearchPane.svelte'

const now = Date.parse('2026-11-22T12:00:00Z')
const address = () => location.pathname + location.search

afterEach(() => vi.useRealTimers())

async function pane(path: string, answer: (q: string) => Partial<SearchAnswer> = () => ({})) {
  history.replaceState(null, '', path)
  const { ws, calls } = await workspaceWith(now, (call) => {
    const q = new URL(call.path, 'http://x').searchParams.get('q') ?? ''
    return { body: { exact: null, contacts: [], messages: { items: ['m1', 'm2'].map((id) => hit(id, q)), next: null }, took_ms: 84, complete: true, suggestion: null, ...answer(q) } }
  })
  const opened: string[] = []
  const root = show(ws, SearchPane, { openThread: () => opened.push('thread') })
  await settled()
  flushSync()
  const field = by(root, 'search-field') as HTMLInputElement
  return { ws, calls, root, field, opened, rows: () => [...root.querySelectorAll<HTMLElement>('[role=option]')] }
}

function hit(id: string, q: string) {
  return { message: message(now, { id, text: `${id} ${q}` }), conversation: { id: 'c1', platform: 'whatsapp' as const, name: 'Ana' }, snippet: [{ text: 'about ', hit: false }, { text: q, hit: true }] }
}

describe('the search beside the thread', () => {
  it('searches for what its address says, and marks what was found', async () => {
    const { field, rows, root } = await pane('/search?q=parcel')
    expect(field.value).toBe('parcel')
    expect(rows()[0]!.querySelector('mark')!.textContent).toBe('parcel')
    expect(root.textContent).toMatch(/2 messages · 0\.08 s · whole history/)
  })

  it('puts what is typed into the address, and an address that comes later wins over it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { ws, field } = await pane('/search')
    type(field, 'refund')
    vi.runAllTimers()
    await settled()
    flushSync()
    expect(address()).toBe('/search?q=refund')
    ws.router.go({ page: 'inbox', conversation: null, search: 'another' })
    flushSync()
    await settled()
    flushSync()
    expect([address(), field.value, ws.search.query]).toEqual(['/search?q=another', 'another', 'another'])
  })

  it('opens at the message with Enter and is as it was when one comes back', async () => {
    const { field, opened, rows, ws } = await pane('/search?q=parcel')
    press(field, 'ArrowDown')
    press(field, 'ArrowDown')
    expect(field.getAttribute('aria-activedescendant')).toBe('found-1')
    press(field, 'Enter')
    await settled()
    expect([address(), opened]).toEqual(['/conversations/c1?at=m2', ['thread']])
    ws.router.go({ page: 'inbox', conversation: null })
    flushSync()
    expect([address(), ws.search.chosen, rows().length]).toEqual(['/search?q=parcel', 1, 2])
  })

  it('ends with Escape and leaves the thread open', async () => {
    const { field, ws } = await pane('/search?q=parcel')
    press(field, 'Enter')
    press(field, 'Escape')
    expect([address().replace(/\?.*/, ''), ws.router.route.page === 'inbox' && ws.router.route.search]).toEqual(['/conversations/c1', null])
  })

  it('offers the nearest spelling, and says that the index is behind', async () => {
    const { root, field } = await pane('/search?q=refnd', (q) => (q === 'refnd' ? { messages: { items: [], next: null }, suggestion: 'refund' } : { complete: false }))
    const nothing = by(root, 'search-nothing')
    expect(nothing.textContent!.replace(/\s+/g, ' ')).toContain('Nothing for “refnd”. Did you mean refund?')
    nothing.querySelector('button')!.click()
    await settled()
    flushSync()
    expect([field.value, root.textContent!.includes('still being indexed')]).toEqual(['refund', true])
  })

  it('opens what a pasted id names', async () => {
    const { field, root } = await pane('/search?q=250237388725424131', () => ({ messages: { items: [], next: null }, exact: { type: 'message', id: '250237388725424131', conversation_id: '77' } }))
    expect(root.textContent).toContain('Open at the message with this id')
    press(field, 'Enter')
    expect(address()).toBe('/conversations/77?at=250237388725424131')
  })
})
