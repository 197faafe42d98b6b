import { flushSync } from 'svelte'
import { describe, expect, it, vi } from 'vitest'
import { connections, media, message, world } from '../../fixture/world'
import { Problem } from '../api/problem'
import type { Media, Message, NewMessage, Settings } from '../api/types'
import { composeText } from '../text/compose'
import { by, button, press, show, type, workspaceWith } from '../testing/mounted'
import { later, settled, type Call, type Reply } from '../testing/support'
import Composer from './Composer.svelte'

const now = Date.parse('2026-11-22T12:00:00Z')
const caio = { id: 'u2', name: 'Caio' }

async function composer(more: { settings?: Partial<Settings>; messages?: Message[]; answer?: (call: Call) => Reply } = {}) {
  const conversation = { ...world('full', now).conversations[0]!, window: { state: 'open' as const, expires_at: new Date(now + 10 * 3_600_000).toISOString() } }
  const { ws, calls } = await workspaceWith(now, (call) => more.answer?.(call) ?? (call.path.endsWith('/messages') ? { status: 201, body: message(now, { direction: 'out', text: 'x' }) } : { status: 204 }))
  if (more.settings) ws.me = { ...ws.me!, settings: { ...ws.me!.settings, ...more.settings } }
  ws.connections.put(connections(now))
  const left: string[] = []
  const root = show(ws, Composer, {
    conversationId: conversation.id,
    conversation,
    byId: new Map((more.messages ?? []).map((m) => [m.id, m])),
    leave: () => left.push('left'),
    sent: () => {},
  })
  const sent = () => calls.filter((c) => c.method === 'POST' && c.path.endsWith('/messages')).map((c) => { const { client_id: _, ...rest } = c.body as NewMessage; return rest })
  return { root, ws, calls, sent, left, id: conversation.id, field: () => by(root, 'reply') as HTMLTextAreaElement }
}

const file = (id: string, kind: Media['kind'], more: Partial<Media> = {}): Media =>
  media({ id, kind, name: `${id}.bin`, state: 'ready', fits: [{ platform: 'whatsapp', ok: true, limit_bytes: 5_000_000, reason: null }], ...more })

describe('while a colleague types', () => {
  it('Send asks for a second press, and asks no more once they stop', async () => {
    const { root, ws, id, field, sent } = await composer()
    ws.presence.hear({ conversation_id: id, user: caio, state: 'typing' })
    type(field(), 'mine')
    press(field(), 'Enter')
    expect(by(root, 'asks').textContent).toBe('Caio is typing a reply. Press again to send yours too.')
    await settled()
    expect(sent()).toEqual([])
    ws.presence.hear({ conversation_id: id, user: caio, state: 'viewing' })
    flushSync()
    expect(root.querySelector('[data-testid="asks"]')).toBeNull()
    ws.presence.hear({ conversation_id: id, user: caio, state: 'typing' })
    flushSync()
    press(field(), 'Enter')
    press(field(), 'Enter')
    await settled()
    expect(sent()).toEqual([{ text: 'mine' }])
  })

  it('whoever types elsewhere, or is oneself, counts for nothing', async () => {
    const { ws, id, field, sent } = await composer()
    ws.presence.hear({ conversation_id: 'c9', user: caio, state: 'typing' })
    ws.presence.hear({ conversation_id: id, user: { id: 'u1', name: 'Bia' }, state: 'typing' })
    type(field(), 'mine')
    press(field(), 'Enter')
    await settled()
    expect(sent()).toEqual([{ text: 'mine' }])
  })
})

describe('a text over the limit', () => {
  it('offers to go as several, and goes in order with the second press', async () => {
    const { root, field, sent } = await composer()
    const text = `${'a'.repeat(4_000)}\n\n${'b'.repeat(4_000)}`
    type(field(), text)
    expect(by(root, 'send').textContent).toContain('Send as 2 messages')
    press(field(), 'Enter')
    await settled()
    expect(sent()).toEqual([])
    press(field(), 'Enter')
    await settled()
    expect(sent()).toEqual([{ text: 'a'.repeat(4_000) }, { text: 'b'.repeat(4_000) }])
    expect(field().value).toBe('')
  })
})

describe('files', () => {
  it('go one message each, the words with the first', async () => {
    const { ws, id, field, sent } = await composer()
    ws.drafts.set(id, { text: 'The invoice', media: [file('f1', 'document'), file('f2', 'image')] })
    flushSync()
    press(field(), 'Enter')
    await settled()
    expect(sent()).toEqual([{ media: ['f1'], text: 'The invoice' }, { media: ['f2'] }])
    expect(ws.drafts.get(id).media).toEqual([])
  })

  it('that do not fit hold the sending up until they are removed', async () => {
    const { root, ws, id, field, sent } = await composer()
    const large = file('f1', 'video', { name: 'clip.mov', bytes: 22_000_000, fits: [{ platform: 'whatsapp', ok: false, limit_bytes: 16_000_000, reason: null }] })
    ws.drafts.set(id, { text: 'See', media: [large] })
    flushSync()
    expect(by(root, 'attachment').dataset.ok).toBe('false')
    expect(by(root, 'attachment').textContent).toContain('22 MB, limit 16 MB')
    press(field(), 'Enter')
    await settled()
    expect([sent(), root.textContent?.includes(composeText.doesNotFit)]).toEqual([[], true])
    button(root, composeText.remove('clip.mov')).click()
    flushSync()
    press(field(), 'Enter')
    await settled()
    expect(sent()).toEqual([{ text: 'See' }])
  })

  it('on their way are waited for, and shown with how far they are', async () => {
    const { root, ws, id, field, sent } = await composer()
    const answer = later<Media>()
    vi.spyOn(ws.api, 'upload').mockImplementation((_, how) => {
      how?.onProgress?.(0.5)
      return answer.promise
    })
    type(field(), 'Look')
    const input = by(root, 'file-input') as HTMLInputElement
    Object.defineProperty(input, 'files', { value: [new File(['x'], 'a.png', { type: 'image/png' })] })
    input.dispatchEvent(new Event('change', { bubbles: true }))
    flushSync()
    expect(by(root, 'upload').textContent).toContain('50 %')
    press(field(), 'Enter')
    await settled()
    expect([sent(), root.textContent?.includes(composeText.stillUploading(1))]).toEqual([[], true])
    answer.resolve(file('f7', 'image'))
    await settled()
    flushSync()
    expect(ws.drafts.get(id).media.map((m) => m.id)).toEqual(['f7'])
    press(field(), 'Enter')
    await settled()
    expect(sent()).toEqual([{ media: ['f7'], text: 'Look' }])
  })

  it('that the server refuses show its words and hold nothing up', async () => {
    const { root, ws, field, sent } = await composer()
    vi.spyOn(ws.api, 'upload').mockRejectedValue(new Problem({ title: 'This file is empty.', status: 422, code: 'media.type' }))
    type(field(), 'Look')
    ws.uploads.add('c1', [new File([], 'a.png')])
    await settled()
    flushSync()
    expect(by(root, 'upload').textContent).toContain('This file is empty.')
    press(field(), 'Enter')
    await settled()
    expect(sent()).toEqual([{ text: 'Look' }])
  })

  it('are attached by pasting; a text that brings a picture of itself stays a text', async () => {
    const { ws, field } = await composer()
    const added = vi.spyOn(ws.uploads, 'add').mockImplementation(() => {})
    const paste = (types: string[]) => {
      const event = new Event('paste', { bubbles: true, cancelable: true })
      Object.defineProperty(event, 'clipboardData', { value: { files: [new File(['x'], 'a.png')], types } })
      field().dispatchEvent(event)
      return event.defaultPrevented
    }
    expect([paste(['Files']), paste(['Files', 'text/plain'])]).toEqual([true, false])
    expect(added).toHaveBeenCalledTimes(1)
  })
})

describe('keys in the field', () => {
  it('send with a chord where one wants that', async () => {
    const { field, sent } = await composer({ settings: { send_with: 'chord' } })
    type(field(), 'x')
    expect(press(field(), 'Enter').defaultPrevented).toBe(false)
    press(field(), 'Enter', { ctrlKey: true })
    await settled()
    expect(sent()).toEqual([{ text: 'x' }])
  })

  it('format what is selected', async () => {
    const { field, ws, id } = await composer()
    type(field(), 'very good news')
    field().setSelectionRange(5, 9)
    expect(press(field(), 'b', { ctrlKey: true }).defaultPrevented).toBe(true)
    expect(ws.drafts.get(id).text).toBe('very *good* news')
  })

  it('put an emoji for a word after a colon', async () => {
    const { root, field, ws, id } = await composer()
    type(field(), 'Thanks :tad')
    await vi.waitFor(() => {
      flushSync()
      expect(root.querySelector('#emoji-hints')).not.toBeNull()
    })
    press(field(), 'Enter')
    expect(ws.drafts.get(id).text).toBe('Thanks 🎉 ')
  })

  it('take the last message back into an empty field with ↑', async () => {
    const held = message(now, { id: 'h1', conversation_id: 'c1', direction: 'out', status: 'held', text: 'Not yet', author: { id: 'u1', name: 'Bia' }, undo_until: new Date(now + 3_000).toISOString() })
    const { field, ws, id } = await composer({ messages: [held], answer: (call) => (call.path.endsWith('/cancel') ? { body: { ...held, status: 'cancelled' } } : { status: 204 }) })
    type(field(), 'busy')
    press(field(), 'ArrowUp')
    await settled()
    expect(ws.drafts.get(id).text).toBe('busy')
    type(field(), '')
    press(field(), 'ArrowUp')
    await settled()
    expect(ws.drafts.get(id).text).toBe('Not yet')
  })
})

describe('a reply that was stopped', () => {
  const held = message(now, { id: 'h1', conversation_id: 'c1', direction: 'out', status: 'held', text: 'Mine', author: { id: 'u1', name: 'Bia Ramos' }, undo_until: new Date(now + 3_000).toISOString() })
  const theirs = message(now, { id: 't1', conversation_id: 'c1', direction: 'out', status: 'queued', text: 'Theirs', author: caio })

  async function stopped() {
    const made = await composer({ messages: [held], answer: (call) => (call.path.endsWith('/cancel') ? { body: { ...held, status: 'cancelled' } } : call.path.endsWith('/messages') && call.method === 'POST' ? { status: 201, body: message(now, { direction: 'out' }) } : { body: { items: [], next: null, previous: null } }) })
    made.ws.thread('c1').put([held])
    made.ws.held.heard(theirs, null)
    await settled()
    flushSync()
    return made
  }

  it('says whose came first and keeps the words', async () => {
    const { root, field } = await stopped()
    expect(by(root, 'stopped').textContent).toContain('Caio replied 0 s ago')
    expect(field().value).toBe('Mine')
  })

  it('goes anyway, is edited, or is thrown away, as one decides', async () => {
    const anyway = await stopped()
    by(anyway.root, 'send-anyway').click()
    await settled()
    expect(anyway.sent().map((m) => m.text)).toEqual(['Mine'])
    const edit = await stopped()
    button(edit.root, composeText.edit).click()
    flushSync()
    expect([edit.root.querySelector('[data-testid="stopped"]'), edit.field().value]).toEqual([null, 'Mine'])
    const away = await stopped()
    button(away.root, composeText.discard).click()
    flushSync()
    expect([away.root.querySelector('[data-testid="stopped"]'), away.field().value, away.sent()]).toEqual([null, '', []])
  })
})
