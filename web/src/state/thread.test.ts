import { describe, expect, it, vi } from 'vitest'
import { message } from '../../fixture/world'
import type { Message } from '../api/types'
import { apiWith } from '../testing/support'
import { Thread } from './thread.svelte'

const start = Date.parse('2026-11-01T08:00:00Z')
const id = (n: number) => `m${String(n).padStart(5, '0')}`

/** A server with a long conversation; cursors are places in it. */
function server(length: number) {
  const all: Message[] = Array.from({ length }, (_, n) => message(start + n * 60_000, { id: id(n), text: `line ${n}` }))
  const { api, calls } = apiWith((call) => {
    const url = new URL(call.path, 'http://server.test')
    const single = /^\/api\/v1\/messages\/(\w+)$/.exec(url.pathname)
    if (single) return { body: all.find((m) => m.id === single[1]) }
    const limit = Number(url.searchParams.get('limit'))
    let [from, to] = [all.length - limit, all.length]
    const { after, newer, around } = Object.fromEntries(url.searchParams)
    if (after) [from, to] = [Number(after) - limit, Number(after)]
    if (newer) [from, to] = [Number(newer), Number(newer) + limit]
    if (around) {
      const at = all.findIndex((m) => m.id === around)
      if (at === -1) return { status: 404, body: { title: 'That is not here.', status: 404, detail: '', cause: 'api.absent' } }
      ;[from, to] = [at - limit / 2, at + limit / 2]
    }
    ;[from, to] = [Math.max(0, from), Math.min(all.length, to)]
    return { body: { items: all.slice(from, to).reverse(), next: from > 0 ? String(from) : null, previous: to < all.length ? String(to) : null } }
  })
  return { all, api, calls }
}

const ends = (thread: Thread) => [thread.messages[0]?.id, thread.messages.at(-1)?.id]
function whole(thread: Thread): void {
  const numbers = thread.messages.map((m) => Number(m.id.slice(1)))
  expect(numbers).toEqual(numbers.map((_, i) => numbers[0]! + i))
}

describe('Thread', () => {
  it('reads the newest page, then older ones to the beginning', async () => {
    const { api } = server(220)
    const thread = new Thread(api, 'c1')
    await thread.load()
    expect([ends(thread), thread.more, thread.atNewest]).toEqual([[id(170), id(219)], true, true])
    await thread.loadOlder()
    await thread.loadOlder()
    expect([ends(thread), thread.more]).toEqual([[id(0), id(219)], false])
    whole(thread)
  })

  it('opens at an old message and reads on both ways until the newest', async () => {
    const { api } = server(500)
    const thread = new Thread(api, 'c1')
    expect(await thread.openAt(id(100))).toBe(true)
    expect([ends(thread), thread.more, thread.atNewest]).toEqual([[id(75), id(124)], true, false])
    await thread.loadNewer()
    await thread.loadOlder()
    whole(thread)
    while (!thread.atNewest) await thread.loadNewer()
    expect(ends(thread)).toEqual([id(0), id(499)])
    whole(thread)
  })

  it('has no hole after more came at once than a page holds, and reads it page by page', async () => {
    const { all, api, calls } = server(80)
    const heard: string[] = []
    const thread = new Thread(api, 'c1', (m) => heard.push(m.id))
    await thread.load()
    for (let n = 80; n < 580; n++) all.push(message(start + n * 60_000, { id: id(n), text: `line ${n}` }))
    // The newest is heard of first, by itself.
    thread.touch(id(579))
    await vi.waitFor(() => expect(thread.get(id(579))).not.toBeNull())
    for (let n = 80; n < 580; n++) thread.touch(id(n))
    const before = calls.length
    await vi.waitFor(() => expect(ends(thread)).toEqual([id(530), id(579)]))
    whole(thread)
    expect([thread.more, thread.atNewest, heard.at(-1)]).toEqual([true, true, id(579)])
    while (thread.more) await thread.loadOlder()
    expect(ends(thread)).toEqual([id(0), id(579)])
    whole(thread)
    expect(calls.length - before).toBeLessThan(10)
  })

  it('says so when there is no such message, and keeps what it has', async () => {
    const { api } = server(60)
    const thread = new Thread(api, 'c1')
    await thread.load()
    expect(await thread.openAt('gone')).toBe(false)
    expect([thread.absent, thread.messages.length]).toEqual([false, 50])
  })

  it('leaves live messages outside while it does not reach the end, and counts them', async () => {
    const { all, api } = server(500)
    const heard: string[] = []
    const thread = new Thread(api, 'c1', (m) => heard.push(m.id))
    await thread.openAt(id(100))
    all.push(message(start + 500 * 60_000, { id: id(500), text: 'new' }))
    thread.touch(id(500))
    await vi.waitFor(() => expect(thread.below).toBe(1))
    expect([ends(thread)[1], heard]).toEqual([id(124), [id(500)]])
    await thread.toNewest()
    expect([ends(thread), thread.below, thread.atNewest]).toEqual([[id(451), id(500)], 0, true])
    whole(thread)
  })

  it('keeps a bounded part of a very long thread and finds the rest again', async () => {
    const { api } = server(5_000)
    const thread = new Thread(api, 'c1')
    await thread.load()
    for (let i = 0; i < 30; i++) await thread.loadOlder()
    expect([thread.messages.length, thread.atNewest]).toEqual([2_000, false])
    whole(thread)
    while (!thread.atNewest) await thread.loadNewer()
    expect([thread.messages.length, ends(thread)[1], thread.more]).toEqual([2_000, id(4_999), true])
    whole(thread)
    await thread.loadOlder()
    whole(thread)
  })

  it('reads an old stretch again where one reads, not at the end', async () => {
    const { api, calls } = server(500)
    const thread = new Thread(api, 'c1')
    await thread.openAt(id(100))
    await thread.load(id(110))
    expect(calls.at(-1)!.path).toContain(`around=${id(110)}`)
    expect(thread.atNewest).toBe(false)
    whole(thread)
  })

  it('drops what is known when a hole would come between it and the newest page', async () => {
    const { all, api } = server(100)
    const thread = new Thread(api, 'c1')
    await thread.load()
    for (let n = 100; n < 300; n++) all.push(message(start + n * 60_000, { id: id(n) }))
    await thread.load()
    expect(ends(thread)).toEqual([id(250), id(299)])
    await thread.loadOlder()
    whole(thread)
  })
})
