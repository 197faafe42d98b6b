import { afterEach, describe, expect, it } from 'vitest'
import { message, team, world } from '../../fixture/world'
import type { Conversation, ViewName } from '../api/types'
import { workspaceWith } from '../testing/mounted'
import { later, settled, Waits, type Call, type Reply } from '../testing/support'
import { belongs, comparePlaces, placeOf } from './views'
import type { Workspace } from './workspace.svelte'

const now = Date.parse('2026-11-22T12:00:00Z')
const pageSize = 5

afterEach(() => history.replaceState(null, '', '/'))

/** A small server with views, pages and PATCH, as the real one answers. */
async function desk(options: { before?: (call: Call) => Reply | Promise<Reply> | null; many?: number } = {}) {
  const w = world('full', now)
  for (let i = 0; i < (options.many ?? 0); i++) {
    const at = now - (2000 + i) * 60_000
    const last = message(at, { id: `x${10_000 + i}`, conversation_id: `n${i}` })
    w.conversations.push({ ...w.conversations[0]!, id: `n${i}`, unread: 0, waiting_since: null, assignee: null, last_message: last })
  }
  const all = w.conversations
  const list = (view: ViewName) => all.filter((c) => belongs(view, c, 'u1')).sort((a, b) => comparePlaces(view, placeOf(view, a), placeOf(view, b)))
  const waits = new Waits()
  const { ws, calls } = await workspaceWith(
    now,
    async (call) => {
      const own = await options.before?.(call)
      if (own) return own
      const url = new URL(call.path, 'http://x')
      const [room, id, act] = url.pathname.split('/').slice(3)
      if (room === 'users') return { body: { items: team, next: null } }
      if (id === 'counts') return { body: { open: list('open').length, mine: list('mine').length, unassigned: list('unassigned').length, waiting: list('waiting').length, failed: list('failed').length, unread_mine: 1 } }
      if (room === 'conversations' && !id) {
        const rows = list((url.searchParams.get('view') ?? 'all') as ViewName)
        const from = Number(url.searchParams.get('after') ?? 0)
        const limit = Math.min(Number(url.searchParams.get('limit')), pageSize)
        return { body: structuredClone({ items: rows.slice(from, from + limit), next: from + limit < rows.length ? String(from + limit) : null }) }
      }
      const c = all.find((x) => x.id === id)
      if (!c) return { status: 404, body: { title: 'Absent', status: 404 } }
      const body = call.body as { state?: 'open' | 'done'; assignee?: string | null } | null
      if (call.method === 'PATCH' && body?.state) Object.assign(c, { state: body.state, waiting_since: null })
      if (call.method === 'PATCH' && body && 'assignee' in body) c.assignee = team.find((u) => u.id === body.assignee) ?? null
      if (act === 'unread') c.unread = 1
      return { body: structuredClone(c) }
    },
    { later: waits.later },
  )
  await ws.conversations.load()
  const ids = () => [...ws.conversations.current.ids]
  return { ws, calls, waits, all, list, ids, server: (id: string) => all.find((c) => c.id === id)! }
}

const open = (ws: Workspace, id: string) => ws.router.go({ page: 'inbox', conversation: id })
const refused = { status: 409, body: { title: 'Caio changed this.', detail: 'It is done already.', status: 409 } }

describe('the lists', () => {
  it('hold what the server’s lists hold, in its order, to the last page', async () => {
    const { ws, list, ids } = await desk({ many: 20 })
    for (const view of ['open', 'mine', 'unassigned', 'waiting', 'failed', 'done', 'all'] as const) {
      ws.router.go({ page: 'inbox', conversation: null, view })
      await ws.conversations.ensure()
      while (ws.conversations.current.more) await ws.conversations.loadMore()
      expect(ids(), view).toEqual(list(view).map((c) => c.id))
    }
  })

  it('follow each fact, whoever brought it', async () => {
    const { ws, ids, server } = await desk()
    ws.router.go({ page: 'inbox', conversation: null, view: 'mine' })
    await ws.conversations.ensure()
    expect(ids()).toEqual(['c2', 'c5'])
    ws.conversations.put([{ ...server('c1'), assignee: { id: 'u1', name: 'Bia' } }])
    expect(ids()).toEqual(['c1', 'c2', 'c5'])
    ws.conversations.put([{ ...server('c2'), assignee: null }])
    expect(ids()).toEqual(['c1', 'c5'])
    const newest = message(now + 1000, { id: 'zz', conversation_id: 'c5' })
    ws.conversations.put([{ ...server('c5'), last_message: newest }])
    expect(ids()).toEqual(['c5', 'c1'])
  })

  it('leave what stands below the part that was read to the next page, without doubles', async () => {
    const { ws, ids, server, list } = await desk({ many: 20 })
    expect(ids()).toHaveLength(pageSize)
    ws.conversations.put([server('n7')])
    expect(ids()).toHaveLength(pageSize)
    await ws.conversations.loadMore()
    expect(ids()).toEqual(list('open').slice(0, 2 * pageSize).map((c) => c.id))
  })

  it('hold still while a reader is in them, and say what waits', async () => {
    const { ws, ids, server } = await desk()
    const list = ws.conversations.current
    const before = ids()
    list.hold(true)
    ws.conversations.put([{ ...server('c5'), last_message: message(now + 1000, { id: 'zz', conversation_id: 'c5' }) }])
    ws.conversations.put([{ ...server('c1'), state: 'done' }])
    expect([ids(), list.heldBack]).toEqual([before, 2])
    // What a row says is true all the same.
    expect(ws.conversations.get('c5')!.last_message!.id).toBe('zz')
    // Growing at the end moves nothing.
    await ws.conversations.loadMore()
    expect(ids().slice(0, before.length)).toEqual(before)
    expect(ids().length).toBeGreaterThan(before.length)
    list.show()
    expect([ids()[0], ids().includes('c1'), list.heldBack]).toEqual(['c5', false, 0])
    list.hold(false)
    expect(ids()[0]).toBe('c5')
  })

  it('stand where they stood when one comes back, with what has changed', async () => {
    const { ws, ids, server } = await desk()
    ws.conversations.current.scrollTop = 480
    ws.router.go({ page: 'inbox', conversation: null, view: 'done' })
    await ws.conversations.ensure()
    ws.conversations.put([{ ...server('c1'), state: 'done' }])
    expect(ids()).toContain('c1')
    ws.router.go({ page: 'inbox', conversation: null, view: 'open' })
    expect([ws.conversations.current.scrollTop, ids().includes('c1')]).toEqual([480, false])
  })

  it('say why they could not be read, and read on when asked again', async () => {
    let down = false
    const { ws, ids } = await desk({ many: 20, before: () => (down ? new TypeError('network') : null) })
    down = true
    await ws.conversations.loadMore()
    expect([ws.conversations.current.problem?.status, ids().length]).toEqual([0, pageSize])
    down = false
    await ws.conversations.loadMore()
    expect([ws.conversations.current.problem, ids().length]).toEqual([null, 2 * pageSize])
  })
})

describe('finishing', () => {
  it('shows at once, opens the next one and can be taken back', async () => {
    const { ws, ids, server } = await desk()
    open(ws, 'c2')
    const act = ws.desk.finish()
    expect([ids().includes('c2'), ws.openId, ws.desk.toast?.undo]).toEqual([false, 'c3', true])
    await act
    expect(server('c2').state).toBe('done')
    await ws.desk.undo()
    expect([server('c2').state, ws.openId, ids().includes('c2')]).toEqual(['open', 'c2', true])
  })

  it('takes the row out of a list that is held still: the reader did it', async () => {
    const { ws, ids } = await desk()
    ws.conversations.current.hold(true)
    open(ws, 'c2')
    await ws.desk.finish()
    expect(ids()).not.toContain('c2')
  })

  it('is taken off again when the server refuses, and says why', async () => {
    const { ws, ids } = await desk({ before: (call) => (call.method === 'PATCH' ? refused : null) })
    open(ws, 'c2')
    const before = ids()
    await ws.desk.finish()
    expect(ids()).toEqual(before)
    expect(ws.conversations.get('c2')!.state).toBe('open')
    expect([ws.desk.toast?.problem?.title, ws.desk.canUndo]).toEqual(['Caio changed this.', false])
  })

  it('keeps what came meanwhile: a refusal takes off the change, not the news', async () => {
    const answer = later<Reply>()
    const { ws, server } = await desk({ before: (call) => (call.method === 'PATCH' ? answer.promise : null) })
    const act = ws.desk.assignToMe('c1')
    expect(ws.conversations.get('c1')!.assignee!.id).toBe('u1')
    ws.conversations.put([{ ...server('c1'), unread: 9 }])
    expect([ws.conversations.get('c1')!.assignee!.id, ws.conversations.get('c1')!.unread]).toEqual(['u1', 9])
    answer.resolve(refused)
    await act
    expect([ws.conversations.get('c1')!.assignee, ws.conversations.get('c1')!.unread]).toEqual([null, 9])
  })

  it('from the last row goes to the one before, and from the only one to the list', async () => {
    const { ws } = await desk()
    ws.router.go({ page: 'inbox', conversation: null, view: 'mine' })
    await ws.conversations.ensure()
    open(ws, 'c5')
    await ws.desk.finish()
    expect(ws.openId).toBe('c2')
    await ws.desk.finish()
    expect([ws.openId, location.pathname]).toEqual([null, '/inbox/mine'])
  })

  it('beside search results stays where it is', async () => {
    const { ws, server } = await desk()
    ws.router.go({ page: 'inbox', conversation: 'c2', search: 'azul' })
    await ws.desk.finish()
    expect([ws.openId, server('c2').state]).toEqual(['c2', 'done'])
  })

  it('does nothing to one that is done', async () => {
    const { ws, calls } = await desk()
    await ws.desk.finish('c11')
    await ws.desk.reopen('c1')
    expect(calls.filter((c) => c.method === 'PATCH')).toEqual([])
  })
})

describe('handing over', () => {
  it('shows at once whose it is, and back', async () => {
    const { ws, server } = await desk()
    await ws.desk.assign('c1', team[1]!)
    expect(server('c1').assignee!.id).toBe('u2')
    await ws.desk.assign('c1', null)
    expect(server('c1').assignee).toBeNull()
    await ws.desk.undo()
    expect(ws.conversations.get('c1')!.assignee!.id).toBe('u2')
  })

  it('counts along until the server has counted', async () => {
    const { ws } = await desk()
    await settled()
    const before = ws.conversations.counts!
    const act = ws.desk.assignToMe('c1')
    expect([ws.conversations.counts!.mine, ws.conversations.counts!.unassigned]).toEqual([before.mine + 1, before.unassigned - 1])
    await act
  })

  it('takes the one that nobody has and that waits longest', async () => {
    const { ws, list, server } = await desk()
    const oldest = list('waiting').find((c) => c.assignee === null)!
    await ws.desk.takeOldest()
    expect([ws.openId, server(oldest.id).assignee!.id]).toEqual([oldest.id, 'u1'])
  })
})

describe('unread again', () => {
  it('leaves the conversation, so that it is not read at once', async () => {
    const { ws, calls } = await desk()
    open(ws, 'c4')
    await ws.desk.markUnread()
    expect([ws.openId, ws.conversations.get('c4')!.unread]).toEqual([null, 1])
    expect(calls.some((c) => c.path === '/api/v1/conversations/c4/unread' && c.method === 'POST')).toBe(true)
  })
})

describe('the last thing done', () => {
  it('is said for 6 s and can be taken back for a minute', async () => {
    const { ws, waits } = await desk()
    await ws.desk.assignToMe('c1')
    expect(ws.desk.toast?.words).toBe('Ana Souza is now yours.')
    waits.end((ms) => ms === 6_000)
    expect([ws.desk.toast, ws.desk.canUndo]).toEqual([null, true])
  })

  it('may be something else that waits to happen, such as a message', async () => {
    const { ws } = await desk()
    const undone: string[] = []
    ws.desk.undoable(async () => void undone.push('send'), now + 3_000, 'Sent.')
    expect(ws.desk.toast).toMatchObject({ words: 'Sent.', undo: true })
    await ws.desk.undo()
    ws.desk.undoable(async () => void undone.push('late'), now - 1)
    await ws.desk.undo()
    expect(undone).toEqual(['send'])
    expect(ws.desk.toast?.undo).toBe(false)
  })

  it('says what went wrong when taking back fails', async () => {
    let down = false
    const { ws } = await desk({ before: (call) => (down && call.method === 'PATCH' ? new TypeError('network') : null) })
    await ws.desk.assignToMe('c1')
    down = true
    await ws.desk.undo()
    expect([ws.desk.toast?.problem?.status, ws.conversations.get('c1')!.assignee!.id]).toEqual([0, 'u1'])
  })
})

describe('going through a list', () => {
  it('reads further pages as it needs them', async () => {
    const { ws, list } = await desk({ many: 20 })
    const wanted: Conversation[] = list('open')
    for (let i = 0; i < 12; i++) await ws.step(1)
    expect(ws.openId).toBe(wanted[11]!.id)
  })

  it('finds the next unread one, also on a page that is not there yet', async () => {
    const { ws, server } = await desk({ many: 20 })
    for (const id of ['c1', 'c2', 'c3', 'c7']) ws.conversations.put([{ ...server(id), unread: 0 }])
    server('c7').unread = 0
    server('n4').unread = 2
    open(ws, 'c4')
    await ws.step(1, (c) => c.unread > 0)
    expect(ws.openId).toBe('n4')
    await ws.step(1, (c) => c.unread > 0)
    expect(ws.openId).toBe('n4')
  })
})
