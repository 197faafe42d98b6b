import { flushSync } from 'svelte'
import { describe, expect, it, vi } from 'vitest'
import { everyStatus, media, message, world } from '../../fixture/world'
import type { Message } from '../api/types'
import { text } from '../text/en'
import { threadText } from '../text/thread'
import { by, button, show, workspaceWith } from '../testing/mounted'
import { settled } from '../testing/support'
import Bubble from './Bubble.svelte'

const now = Date.parse('2026-11-22T12:00:00Z')

async function bubble(m: Message, answer: Partial<Message> = {}) {
  const { ws, calls } = await workspaceWith(now, () => ({ body: { ...m, ...answer } }))
  const went: string[] = []
  const root = show(ws, Bubble, { message: m, target: null, name: 'Ana', newest: true, found: false, reply: () => went.push('reply'), inspect: (id) => went.push(`inspect ${id}`), goTo: (id) => went.push(`go ${id}`) })
  const asked = () => calls.filter((c) => c.method === 'POST').map((c) => c.path.replace('/api/v1/', ''))
  return { root, ws, calls, went, asked, shown: (root.textContent ?? '').replace(/\s+/g, ' ') }
}

const held = message(now, { id: 'h1', direction: 'out', status: 'held', text: 'It ships today', undo_until: new Date(now + 2_400).toISOString(), attempts: 0, platform_id: null })

describe('a message that is held', () => {
  it('says how long, and goes back into the field', async () => {
    const { root, ws, asked } = await bubble(held, { status: 'cancelled' })
    expect(by(root, 'held').textContent).toContain(threadText.undo.left(3))
    by(root, 'undo-send').click()
    await settled()
    expect([asked(), ws.drafts.get('c1').text]).toEqual([['messages/h1/cancel'], 'It ships today'])
  })

  it('goes at once', async () => {
    const { root, asked } = await bubble(held, { status: 'queued' })
    by(root, 'send-now').click()
    await settled()
    expect(asked()).toEqual(['messages/h1/send_now'])
  })

  it('says that it was too late when it had left', async () => {
    const { root, ws } = await bubble(held, { status: 'sent' })
    by(root, 'undo-send').click()
    await settled()
    expect([ws.desk.toast?.words, ws.drafts.get('c1').text]).toEqual([threadText.undo.tooLate, ''])
  })

  it('for a trouble has a cause and no countdown', async () => {
    const { root } = await bubble({ ...held, cause: 'net.outage' })
    expect(root.querySelector('[data-testid="held"]')).toBeNull()
    expect(by(root, 'failure').textContent).toContain('WhatsApp has a problem')
  })

  it('leaves a trace when it was taken back, no status', async () => {
    const { root, shown } = await bubble({ ...held, status: 'cancelled' })
    expect(shown).toContain(threadText.undo.takenBack)
    expect(root.querySelector('[data-testid="status"]')).toBeNull()
  })
})

describe('a message that failed', () => {
  const failed = everyStatus(now).find((m) => m.status === 'failed')!

  it('can be dismissed once', async () => {
    const first = await bubble(failed)
    by(first.root, 'dismiss').click()
    await settled()
    expect(first.asked()).toEqual([`messages/${failed.id}/dismiss`])
    const done = await bubble({ ...failed, dismissed_at: new Date(now).toISOString() })
    expect(done.root.querySelector('[data-testid="dismiss"]')).toBeNull()
    expect(button(done.root, text.act.retry)).toBeTruthy()
  })
})

describe('reactions', () => {
  const theirs = message(now, { id: 'm1', text: 'Thank you', reactions: [{ emoji: '👍', from: 'business' }] })

  it('M1: show at once, before the server has them, and can be taken back', async () => {
    const { root, ws, calls } = await bubble(theirs)
    by(root, 'reactions').querySelector('button')!.click()
    await settled()
    expect(calls.at(-1)!.body).toMatchObject({ reaction: { message_id: 'm1', emoji: '' }, undo_seconds: 0 })
    ws.react(theirs, '🎉')
    flushSync()
    expect(by(root, 'reactions').textContent).toContain('🎉')
  })

  it('M1: six are at hand', async () => {
    const { root, calls } = await bubble(theirs)
    by(root, 'react').click()
    await vi.waitFor(() => {
      flushSync()
      by(root, 'reaction-picker')
    })
    const quick = [...by(root, 'reaction-picker').querySelectorAll('button')]
    expect(quick.slice(0, 6).map((b) => b.textContent)).toEqual(['👍', '❤️', '😂', '😮', '😢', '🙏'])
    quick[1]!.click()
    await settled()
    expect(calls.at(-1)!.body).toMatchObject({ reaction: { message_id: 'm1', emoji: '❤️' } })
  })
})

describe('what a bubble shows and does', () => {
  it.each([
    ['as the platform wants it', { type: 'button', body: { text: 'When?' }, action: { buttons: [{ type: 'reply', reply: { id: 'b1', title: 'Morning' } }] } }],
    ['as it was handed over', { type: 'button', body: 'When?', buttons: [{ id: 'b1', title: 'Morning' }] }],
  ])('M1: a question of ours, %s', async (_, interactive) => {
    const { shown } = await bubble(message(now, { direction: 'out', kind: 'interactive', text: 'When?', details: { interactive } }))
    expect(shown).toContain('When?')
    expect(shown).toContain('Morning')
  })

  it('M1: a picture in the room kept for it, which opens large', async () => {
    const picture = media({ id: 'f1', state: 'ready', url: '/api/v1/media/f1', preview_url: '/api/v1/media/f1/preview', width: 1200, height: 600 })
    const { root, ws } = await bubble(message(now, { kind: 'image', media: [picture] }))
    const image = root.querySelector('img')!
    expect([image.getAttribute('src'), image.width, image.height]).toEqual(['/api/v1/media/f1/preview', 320, 160])
    root.querySelector<HTMLElement>('button.picture')!.click()
    expect(ws.viewing).toEqual({ conversation: 'c1', media: 'f1' })
    image.dispatchEvent(new Event('error'))
    flushSync()
    expect(root.textContent).toContain('This browser cannot show the file.')
  })

  it('goes to the message it answers, and to everything about itself', async () => {
    const { root, went } = await bubble(message(now, { id: 'm5', text: 'Yes', reply_to: 'm1' }))
    root.querySelector<HTMLElement>('.quote')!.click()
    by(root, 'inspect').click()
    expect(went).toEqual(['go m1', 'inspect m5'])
  })

  it('marks unread from one message of the customer on', async () => {
    const { root, ws, calls } = await bubble(message(now, { id: 'm6', text: 'And this?' }))
    ws.conversations.put([world('full', now).conversations[0]!])
    by(root, 'unread-here').click()
    await settled()
    expect(calls.find((c) => c.path.endsWith('/unread'))!.body).toEqual({ message_id: 'm6' })
    const ours = await bubble(message(now, { direction: 'out', text: 'Ours' }))
    expect(ours.root.querySelector('[data-testid="unread-here"]')).toBeNull()
  })

  it('I45: draws WhatsApp’s marks as elements and markup as text', async () => {
    const { root } = await bubble(message(now, { text: '*bold* <b>no</b> https://bank.example@evil.example/x' }))
    expect(root.querySelector('strong')!.textContent).toBe('bold')
    expect(root.querySelector('b')).toBeNull()
    expect(root.querySelector('.real')!.textContent).toContain('evil.example')
  })
})
