import { flushSync } from 'svelte'
import { describe, expect, it } from 'vitest'
import { connections, message, templates, world } from '../../fixture/world'
import type { Conversation } from '../api/types'
import { text } from '../text/en'
import { by, button, press, show, type, workspaceWith } from '../testing/mounted'
import { settled, type Reply } from '../testing/support'
import Composer from './Composer.svelte'

const now = Date.parse('2026-11-22T12:00:00Z')
const minute = 60_000
const at = (ms: number) => new Date(now + ms).toISOString()

async function composer(window: Conversation['window'], answer: (path: string) => Reply = () => ({ status: 204 })) {
  const conversation = { ...world('full', now).conversations[0]!, window }
  const { ws, calls } = await workspaceWith(now, (call) =>
    call.path.includes('/templates') ? { body: { items: templates(now), next: null } } : answer(call.path),
  )
  ws.connections.put(connections(now))
  const left: string[] = []
  const root = show(ws, Composer, {
    conversationId: conversation.id,
    conversation,
    byId: new Map([['q1', message(now, { id: 'q1', text: 'Which colour?' })]]),
    leave: () => left.push('left'),
    sent: () => {},
  })
  const posts = () => calls.filter((c) => c.method === 'POST' && c.path.endsWith('/messages'))
  return { root, ws, calls, posts, left, id: conversation.id, field: () => by(root, 'reply') as HTMLTextAreaElement }
}

const accepted = () => ({ status: 201, body: message(now, { direction: 'out', text: 'x' }) })

// C9: the time left is shown before anything is typed; afterwards only templates leave.
describe('C9 the reply window', () => {
  it.each([
    [14 * 60 * minute, 'calm', '14 h 0 m left'],
    [134 * minute, 'soon', '2 h 14 m left'],
    [12 * minute, 'last', '12 m left'],
  ])('with %d ms left', async (ms, tone, words) => {
    const { root } = await composer({ state: 'open', expires_at: at(ms) })
    expect(by(root, 'window').textContent).toContain(words)
    expect(by(root, 'window').className).toContain(tone)
  })

  it.each([
    [40 * minute, ''],
    [29 * minute, 'The reply window closes in less than 30 m.'],
    [4 * minute, 'The reply window closes in less than 5 m.'],
  ])('says aloud, with %d ms left: %s', async (ms, words) => {
    const { root } = await composer({ state: 'open', expires_at: at(ms) })
    expect(root.querySelector('[role=status]')!.textContent).toBe(words)
  })

  it('closes by itself when its time has passed, without a word from the server', async () => {
    const { root } = await composer({ state: 'open', expires_at: at(-minute) })
    expect(by(root, 'window').dataset.state).toBe('closed')
    expect(root.querySelector('[data-testid="reply"]')).toBeNull()
  })

  it('shows the kept draft and only a template when closed', async () => {
    const { root, ws, id } = await composer({ state: 'closed', expires_at: at(-3 * 60 * minute) })
    ws.drafts.set(id, { text: 'my draft' })
    flushSync()
    expect(by(root, 'window').textContent).toContain('closed 3 h ago')
    expect(by(root, 'window').textContent).toContain('my draft')
    expect(by(root, 'choose-template').textContent).toContain(text.composer.template)
  })

  it('has no countdown where the platform has no window', async () => {
    const { root } = await composer({ state: 'none', expires_at: null })
    expect(by(root, 'window').textContent).toContain(text.composer.unlimited)
  })
})

describe('a refused text', () => {
  it('C9: shows the server’s reason while the window it met is the one shown', async () => {
    const refused = { status: 422, body: { title: 'The free-reply time has ended.', status: 422, detail: 'Send a template.', cause: 'wa.window' } }
    const { root, field, ws, id } = await composer({ state: 'open', expires_at: at(minute) }, () => refused)
    ws.conversations.put([{ ...world('full', now).conversations[0]!, window: { state: 'open', expires_at: at(minute) } }])
    type(field(), 'too late')
    press(field(), 'Enter')
    await settled()
    flushSync()
    expect(by(root, 'refusal').textContent).toContain('The free-reply time has ended.')
    expect(by(root, 'refusal').textContent).toContain('Send a template.')
    expect(field().value).toBe('too late')
    expect(ws.drafts.get(id).text).toBe('too late')
  })
})

describe('writing', () => {
  const open = { state: 'open' as const, expires_at: at(600 * minute) }

  it('sends with Enter, once, and empties the field', async () => {
    const { field, posts, ws, id } = await composer(open, accepted)
    type(field(), '  hello  ')
    expect(press(field(), 'Enter').defaultPrevented).toBe(true)
    expect(ws.outbox!.of(id).map((o) => o.shown)).toEqual(['hello'])
    press(field(), 'Enter')
    await settled()
    expect(posts().map((p) => (p.body as { text: string }).text)).toEqual(['hello'])
    expect(ws.drafts.get(id).text).toBe('')
    expect(field().value).toBe('')
  })

  it('makes a new line with Shift Enter and lets an input method use Enter', async () => {
    const { field, posts } = await composer(open, accepted)
    type(field(), 'x')
    expect(press(field(), 'Enter', { shiftKey: true }).defaultPrevented).toBe(false)
    expect(press(field(), 'Enter', { isComposing: true }).defaultPrevented).toBe(false)
    await settled()
    expect(posts()).toEqual([])
  })

  it('sends nothing that is empty or too long, and says how much too long', async () => {
    const { field, posts, root } = await composer(open, accepted)
    type(field(), ' \n ')
    press(field(), 'Enter')
    type(field(), 'x'.repeat(4097))
    press(field(), 'Enter')
    await settled()
    expect(posts()).toEqual([])
    expect(root.textContent).toContain('4097 of 4096')
    expect(by(root, 'asks').textContent).toContain('Press again to send it as 2 messages.')
  })

  it('replies to a message, and Escape lets go of it before it leaves the field', async () => {
    const { field, posts, ws, id, root, left } = await composer(open, accepted)
    ws.drafts.set(id, { reply_to: 'q1' })
    flushSync()
    expect(root.textContent).toContain('Which colour?')
    type(field(), 'Blue')
    press(field(), 'Escape')
    expect([ws.drafts.get(id).reply_to, left.length]).toEqual([null, 0])
    press(field(), 'Escape')
    expect(left).toEqual(['left'])
    expect(ws.drafts.get(id).text).toBe('Blue')
    ws.drafts.set(id, { reply_to: 'q1' })
    flushSync()
    press(field(), 'Enter')
    await settled()
    expect(posts()[0]!.body).toMatchObject({ text: 'Blue', reply_to: 'q1' })
  })

  it('tells the person that somebody types, at most every 20 s', async () => {
    const { field, calls } = await composer(open)
    for (const t of ['a', 'ab', 'abc']) type(field(), t)
    await settled()
    expect(calls.filter((c) => c.path.endsWith('/typing'))).toHaveLength(1)
  })
})

// C10: approved templates, variables filled in a form, with a preview.
describe('C10 the template form', () => {
  async function form() {
    const c = await composer({ state: 'closed', expires_at: at(-minute) }, accepted)
    by(c.root, 'choose-template').click()
    flushSync()
    await settled()
    flushSync()
    const choose = (name: string) => {
      const select = by(c.root, 'template-choice') as HTMLSelectElement
      select.value = [...select.options].find((o) => o.textContent?.startsWith(name))!.value
      select.dispatchEvent(new Event('change', { bubbles: true }))
      flushSync()
    }
    const values = () => [...c.root.querySelectorAll<HTMLInputElement>('[data-testid="template-value"]')]
    return { ...c, choose, values }
  }

  it('offers the approved ones only, and says how many cannot be used', async () => {
    const { root } = await form()
    const names = [...by(root, 'template-choice').querySelectorAll('option')].map((o) => o.textContent ?? '')
    expect(names.some((n) => n.startsWith('order_update · en_US · Utility'))).toBe(true)
    expect(names.some((n) => n.includes('old_offer'))).toBe(false)
    expect(root.textContent).toContain('2 templates cannot be used now')
  })

  it('sends nothing while a value is missing, and shows which', async () => {
    const { root, choose, values, posts } = await form()
    choose('order_update')
    expect(by(root, 'send-template').textContent).toContain('Fill 4 more')
    type(values()[0]!, '1042')
    by(root, 'send-template').click()
    flushSync()
    expect(values().map((v) => v.getAttribute('aria-invalid'))).toEqual(['false', 'true', 'true', 'true'])
    await settled()
    expect(posts()).toEqual([])
  })

  it('shows what the person will see and sends the values in their places', async () => {
    const { root, choose, values, posts, ws, id } = await form()
    ws.drafts.set(id, { text: 'kept' })
    choose('order_update')
    ;['1042', 'Ana', 'Tuesday', 'o1042'].forEach((v, i) => type(values()[i]!, v))
    expect(root.querySelector('figure')!.textContent).toContain('Hello Ana, your order arrives on Tuesday.')
    button(root, text.template.send).click()
    await settled()
    expect(posts()[0]!.body).toMatchObject({
      template: { name: 'order_update', language: 'en_US', header: [{ text: '1042' }], body: [{ text: 'Ana' }, { text: 'Tuesday' }], buttons: [{ index: 0, text: 'o1042' }] },
    })
    expect(ws.drafts.get(id).text).toBe('kept')
  })

  it('fills the person’s name in, to be changed', async () => {
    const { choose, values } = await form()
    choose('appointment_reminder')
    expect(values().map((v) => v.value)).toEqual(['Ana Souza', ''])
  })

  it('warns that marketing may be held back', async () => {
    const { root, choose } = await form()
    choose('winter_sale')
    expect(root.textContent).toContain(text.template.marketing)
  })
})
