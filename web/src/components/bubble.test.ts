import { describe, expect, it } from 'vitest'
import { everyKind, everyStatus, message } from '../../fixture/world'
import type { Message } from '../api/types'
import { text } from '../text/en'
import { mediaText } from '../text/media'
import { by, button, show, workspaceWith } from '../testing/mounted'
import { settled } from '../testing/support'
import Bubble from './Bubble.svelte'

const now = Date.parse('2026-11-22T12:00:00Z')

async function bubble(m: Message, more: { target?: Message; newest?: boolean } = {}) {
  const { ws, calls } = await workspaceWith(now, (call) => ({ body: { ...m, status: call.path.endsWith('cancel') ? 'cancelled' : 'queued' } }))
  const root = show(ws, Bubble, { message: m, target: more.target ?? null, name: 'Ana', newest: more.newest ?? false, found: false, reply: () => {}, inspect: () => {}, goTo: () => {} })
  return { root, calls, ws, shown: (root.textContent ?? '').replace(/\s+/g, ' ') }
}

// M1: every message type that comes in is shown, in words, never blank.
describe('M1 a bubble for every kind', () => {
  const kinds = everyKind(now)
  const of = (kind: Message['kind'], n = 0) => kinds.filter((m) => m.kind === kind)[n]!

  it('covers every kind there is', () => {
    expect(new Set(kinds.map((m) => m.kind))).toEqual(new Set(Object.keys(text.kind)))
  })

  it.each([
    ['image', of('image'), ['This is how it arrived']],
    ['video', of('video'), ['Video', 'video/mp4 · 8.3 MB', mediaText.pending]],
    ['voice', of('voice'), ['Voice message', mediaText.lost]],
    ['document', of('document'), ['invoice-1042.pdf', 'The invoice']],
    ['location', of('location'), ['Praça do Comércio', '1100-148 Lisboa', '38.7223, -9.1393']],
    ['contacts', of('contacts'), ['Rui Costa', 'Transportes Costa', '+351 912 000 111']],
    ['button', of('interactive', 0), [text.card.pressed, 'Yes, that one']],
    ['list', of('interactive', 1), [text.card.chose, 'Afternoon', '14:00 to 18:00']],
    ['form', of('interactive', 2), [text.card.form, 'size', 'M', 'colour', 'blue']],
    ['order', of('order'), ['2 items', 'MUG-01', '€19.20', 'Gift wrap']],
    ['unsupported', of('unsupported'), ['“poll” is not supported yet', '131051']],
    ['system', of('system'), ['This person changed their number.']],
    ['template', of('template'), ['Template', 'order 1042 arrives']],
    ['reaction', of('reaction', 1), ['Reacted with 😮 to a message that is not here.']],
  ])('%s', async (_, m, words) => {
    const { shown } = await bubble(m)
    for (const word of words) expect(shown).toContain(word)
  })

  it('shows a bare message of each kind by its name', async () => {
    for (const kind of Object.keys(text.kind) as Message['kind'][]) {
      const { shown } = await bubble(message(now, { kind }))
      expect(shown.replace(/\d|:|AM|PM/g, '').trim(), kind).not.toBe('')
    }
  })

  it('marks edits, hides what was deleted, and quotes what was answered', async () => {
    expect((await bubble(message(now, { text: 'new', edited_at: new Date(now).toISOString() }))).shown).toContain(text.thread.edited)
    const gone = await bubble(message(now, { text: 'secret', deleted_at: new Date(now).toISOString() }))
    expect(gone.shown).toContain(text.thread.deleted)
    expect(gone.shown).not.toContain('secret')
    const asked = message(now, { id: 'q', text: 'Which one?' })
    expect((await bubble(message(now, { text: 'This', reply_to: 'q' }), { target: asked })).shown).toContain('Ana Which one?')
    expect((await bubble(message(now, { text: 'This', reply_to: 'q' }))).shown).toContain(text.thread.quoteAbsent)
  })

  it('shows reactions on their target, with a name', async () => {
    const { root } = await bubble(message(now, { text: 'x', reactions: [{ emoji: '👍', from: 'person' }] }))
    expect(by(root, 'reactions').querySelector('[role=img]')!.getAttribute('aria-label')).toBe('They reacted with 👍')
  })

  // I45: text is text.
  it('renders markup as text and opens links without a referrer', async () => {
    const { root } = await bubble(message(now, { text: '<b>x</b><img src=x> https://example.org' }))
    expect(root.querySelector('b, img')).toBeNull()
    expect(root.querySelector('a')!.rel).toContain('noreferrer')
  })

  it('lets each text find its own direction', async () => {
    const { root } = await bubble(message(now, { text: 'مرحبا' }))
    expect(by(root, 'text').getAttribute('dir')).toBe('auto')
  })
})

describe('statuses', () => {
  const out = everyStatus(now)
  const of = (status: Message['status']) => out.find((m) => m.status === status && !m.conflict)!

  it.each(Object.keys(text.status).filter((s) => s !== 'received') as Message['status'][])('%s has its word', async (status) => {
    const { root } = await bubble(of(status), { newest: true })
    expect(by(root, 'status').textContent?.trim()).toBe(text.status[status])
  })

  it('writes the word out on the newest and on what has not arrived; older ones keep it as their name', async () => {
    const hidden = async (m: Message, newest: boolean) => by((await bubble(m, { newest })).root, 'status').querySelector('.hidden') !== null
    expect(await hidden(of('read'), false)).toBe(true)
    expect(await hidden(of('read'), true)).toBe(false)
    expect(await hidden(of('sent'), false)).toBe(false)
  })

  it('says why a message failed and offers to try again', async () => {
    const { root, calls } = await bubble(of('failed'))
    expect(by(root, 'failure').textContent).toContain('WhatsApp could not deliver')
    expect(by(root, 'failure').textContent).toContain('131026')
    button(root, text.act.retry).click()
    await settled()
    expect(calls.at(-1)).toMatchObject({ method: 'POST', path: `/api/v1/messages/${of('failed').id}/retry`, body: { confirm_duplicate: false } })
  })

  it('offers a template, not a retry, when the window has closed', async () => {
    const { root, ws } = await bubble(message(now, { direction: 'out', text: 'x', status: 'failed', cause: 'wa.window' }))
    expect(() => button(root, text.act.retry)).toThrow()
    button(root, text.act.sendTemplate).click()
    expect(ws.templating.has('c1')).toBe(true)
  })

  // X4: an unknown outcome is only sent again when a person says so, knowing that it may arrive twice.
  it('X4: leaves the choice about an unconfirmed message to the agent', async () => {
    const { root, calls } = await bubble(of('unknown'))
    expect(by(root, 'failure').textContent).toContain('may or may not have arrived')
    button(root, text.act.sendAgain).click()
    await settled()
    expect(calls.at(-1)).toMatchObject({ body: { confirm_duplicate: true } })
  })

  // M4: delivered and failed both reported.
  it('M4: keeps a message delivered when a failure was reported too, and says so', async () => {
    const { root } = await bubble(out.find((m) => m.conflict)!, { newest: true })
    expect(by(root, 'status').textContent).toContain('Delivered')
    expect(by(root, 'failure').textContent).toContain(text.thread.conflict)
    expect(root.querySelector('button.dense')).toBeNull()
  })

  // M5: agents see why a message waits.
  it('M5: says why a held message waits, and when it is tried again', async () => {
    const { root, calls } = await bubble(of('held'))
    expect(by(root, 'failure').textContent).toContain('WhatsApp has a problem, not you')
    expect(by(root, 'failure').textContent).toContain('Tried again at')
    button(root, text.act.cancel).click()
    await settled()
    expect(calls.at(-1)!.path).toBe(`/api/v1/messages/${of('held').id}/cancel`)
  })

  it('does not offer to call off what has only just been queued', async () => {
    const { root } = await bubble(message(now - 100, { direction: 'out', text: 'x', status: 'queued' }))
    expect(root.querySelector('[data-testid="failure"]')).toBeNull()
  })
})
