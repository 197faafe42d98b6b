import { flushSync } from 'svelte'
import { describe, expect, it } from 'vitest'
import { story as canned } from '../../fixture/files'
import { everyStatus, message } from '../../fixture/world'
import type { Message, Story } from '../api/types'
import { by, press, show, workspaceWith } from '../testing/mounted'
import { settled } from '../testing/support'
import Inspector from './Inspector.svelte'
import { forSupport, masked, steps } from './story'

const now = Date.parse('2026-11-22T12:00:00Z')
const storyOf = (m: Message) => canned(m) as Story
const inbound = message(now, { id: 'in1', text: 'Where is it?' })
const failed = everyStatus(now).find((m) => m.status === 'failed')!

// I38: every message can be explained, both directions.
describe('I38 a message’s life', () => {
  it('begins for an inbound one with the platform’s clock, and names the delivery', () => {
    const life = steps(storyOf(inbound), 'Ana')
    expect(life.map((s) => [s.title, s.after])).toEqual([['Written', null], ['Received', 880], ['Stored', 31]])
    expect(life[1]!.delivery).toBe('d5521')
  })

  it('tells an outgoing one with the time between the steps and its cause', () => {
    const life = steps(storyOf(failed), 'Ana')
    expect(life.map((s) => s.title)).toEqual(['Composed', 'Queued', 'Handed over', 'Answered', 'Status', 'Status'])
    expect(life.map((s) => s.after)).toEqual([null, 0, 3_004, 60, 1_716, 1_410])
    expect(life.at(-1)!.cause).toBe('wa.undeliverable')
  })
})

describe('masking', () => {
  it.each([
    ['to 15552935637 now', 'to 155••••••37 now'],
    ['+351 912 345 678', '+351•••••••78'],
    ['"from": "447700900123"', '"from": "447•••••••23"'],
    ['"timestamp": "1795348826"', '"timestamp": "1795348826"'],
    ['wamid.HBgLMTU1NTI5MzU2MzcVAgASGBJCQUM4OTZERkQ5', 'wamid.HBgLMTU1NTI5MzU2MzcVAgASGBJCQUM4OTZERkQ5'],
    ['message 250230946572275712', 'message 250230946572275712'],
    ['2026-11-22T12:08:26.728Z', '2026-11-22T12:08:26.728Z'],
  ])('%s', (text, wanted) => expect(masked(text)).toBe(wanted))

  it('I41: what goes to support has ids, times and codes, but no words and no number', () => {
    const report = forSupport(storyOf({ ...failed, text: 'my secret words, call 15552935637' }))
    expect(report).toContain(failed.id)
    expect(report).toContain('131026')
    expect(report).toContain('trace A1b2C3')
    expect(report).not.toContain('secret')
    expect(report).not.toContain('15552935637')
  })
})

describe('the inspector', () => {
  async function open(m: Message, answer?: { status: number; body: unknown }) {
    let closed = 0
    const { ws, calls } = await workspaceWith(now, (call) => {
      if (call.path.endsWith('/story')) return answer ?? { body: storyOf(m) }
      if (call.path.includes('/deliveries/')) return { body: { ...storyOf(m).deliveries[0], raw: '{"from":"447700900123"}' } }
      return { body: { items: [], next: null, previous: null } }
    })
    const root = show(ws, Inspector, { id: m.id, conversationId: 'c1', close: () => closed++ })
    await settled()
    flushSync()
    return { root, calls, closed: () => closed }
  }
  const tab = (root: HTMLElement, name: string) => {
    root.querySelector<HTMLElement>(`#inspector-${name}`)!.click()
    flushSync()
  }

  // G2, I34: from here too it is sent again, and what the facts rule out is struck through.
  it('sends a failed message again and shows what is ruled out', async () => {
    const { root, calls } = await open(failed)
    expect(by(root, 'candidates').querySelectorAll('s')).toHaveLength(1)
    expect(by(root, 'candidates').textContent).toContain('Ana wrote 9 minutes earlier')
    by(root, 'inspector-retry').click()
    await settled()
    expect(calls.find((c) => c.path === `/api/v1/messages/${failed.id}/retry`)).toMatchObject({ method: 'POST', body: { attempts: failed.attempts, confirm_duplicate: false } })
  })

  it('shows cause, steps, attempts and reports', async () => {
    const { root } = await open(failed)
    expect(root.textContent).toContain('WhatsApp could not deliver')
    expect(by(root, 'steps').querySelectorAll('li')).toHaveLength(6)
    expect(by(root, 'steps').querySelector('time')!.textContent).toMatch(/\d\d:\d\d:\d\d\.\d\d\d/)
    tab(root, 'attempts')
    expect(root.textContent).toContain('HTTP 200')
    tab(root, 'statuses')
    expect(root.textContent).toContain('Failed')
  })

  it('shows the bytes as the platform sent them only when asked, with numbers masked', async () => {
    const { root, calls } = await open(inbound)
    expect(calls.some((c) => c.path.includes('/deliveries/'))).toBe(false)
    tab(root, 'raw')
    await settled()
    flushSync()
    expect(root.querySelector('pre')!.textContent).toContain('447•••••••23')
    root.querySelector<HTMLElement>('[aria-pressed]')!.click()
    flushSync()
    expect(root.querySelector('pre')!.textContent).toContain('447700900123')
  })

  it('moves through its tabs with the arrows and closes with Escape', async () => {
    const { root, closed } = await open(failed)
    press(root.querySelector('#inspector-story')!, 'ArrowLeft')
    expect(root.querySelector('#inspector-raw')!.getAttribute('aria-selected')).toBe('true')
    press(by(root, 'inspector'), 'Escape')
    expect(closed()).toBe(1)
  })

  it('says so when there is no such message', async () => {
    const { root } = await open(inbound, { status: 404, body: { title: 'That is not here.', status: 404, detail: 'It does not exist.', cause: 'api.absent' } })
    expect(root.textContent).toContain('That is not here.')
  })
})
