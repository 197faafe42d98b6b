import { flushSync } from 'svelte'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { world } from '../../fixture/world'
import { text } from '../text/en'
import { by, show, workspaceWith } from '../testing/mounted'
import LiveBanner from './LiveBanner.svelte'

const now = Date.parse('2026-11-22T12:00:00Z')

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => vi.useRealTimers())

async function banner() {
  const w = world('full', now)
  const { ws } = await workspaceWith(now, () => ({ body: { items: w.conversations, next: null } }))
  ws.live = true
  const root = show(ws, LiveBanner, {})
  const pass = (ms: number) => {
    vi.advanceTimersByTime(ms)
    flushSync()
  }
  const set = (live: boolean, online = true) => {
    ws.live = live
    ws.online = online
    flushSync()
  }
  return { ws, pass, set, says: () => root.textContent!.replace(/\s+/g, ' ').trim() }
}

describe('a break in the stream', () => {
  it('is told only when it lasts, and its end too', async () => {
    const { pass, set, says } = await banner()
    set(false)
    pass(1_900)
    expect(says()).toBe('')
    set(true)
    pass(10_000)
    expect(says()).toBe('')
    set(false)
    pass(2_100)
    expect(says()).toBe(text.live.reconnecting)
    set(true)
    expect(says()).toBe(text.live.back)
    pass(4_100)
    expect(says()).toBe('')
  })

  it('of one’s own network is called so', async () => {
    const { pass, set, says } = await banner()
    set(false, false)
    pass(2_100)
    expect(says()).toBe(text.live.offline)
  })

  it('ends with what came meanwhile, and leads there', async () => {
    const { ws, pass, set, says } = await banner()
    await ws.conversations.load()
    ws.router.go({ page: 'inbox', conversation: 'c1', view: 'mine' })
    set(false)
    pass(2_100)
    ws.missed = 14
    set(true)
    expect(says()).toBe('Back. 14 new while you were away. Show')
    pass(4_100)
    expect(says()).toContain('14 new')
    by(document, 'show-missed').click()
    flushSync()
    expect([says(), location.pathname, ws.openId]).toEqual(['', '/inbox/open', null])
  })
})
