import { describe, expect, it, vi } from 'vitest'
import { connections, message, world } from '../../fixture/world'
import type { Message } from '../api/types'
import { outcomesText } from '../text/outcomes'
import { text } from '../text/en'
import { button, by, show, workspaceWith } from '../testing/mounted'
import { settled } from '../testing/support'
import Bubble from './Bubble.svelte'
import RuleLine from '../compose/RuleLine.svelte'

const now = Date.parse('2026-11-22T12:00:00Z')
const hour = 3_600_000
const words = outcomesText.message
const iso = (t: number) => new Date(t).toISOString()

async function bubble(m: Message, more: { window?: 'open' | 'closed'; hold?: boolean } = {}) {
  const { ws, calls } = await workspaceWith(now, (call) =>
    call.path.endsWith('/story')
      ? { body: { candidates: [{ cause: 'wa.undeliverable', reason: 'no_account', title: 'The number has no WhatsApp account.', tell: null, ruled_out: true, likely: false, evidence: 'Ana wrote 9 minutes earlier.' }] } }
      : { body: m },
  )
  const hold = more.hold ? { cause: 'net.outage', until: iso(now + 4 * 60_000) } : null
  const [conversation, connection] = [world('full', now).conversations[0]!, connections(now)[0]!]
  ws.connections.put([{ ...connection, hold }])
  ws.conversations.put([{ ...conversation, id: m.conversation_id, connection_id: connection.id, window: { state: more.window ?? 'open', expires_at: iso(now + (more.window === 'closed' ? -hour : hour)) } }])
  const root = show(ws, Bubble, { message: m, target: null, name: 'Ana', newest: true, found: false, reply: () => {}, inspect: () => {}, goTo: () => {} })
  await settled()
  return { root, ws, calls, said: () => (root.textContent ?? '').replace(/\s+/g, ' ') }
}

const failed = (more: Partial<Message> = {}) =>
  message(now - hour, { id: 'm1', direction: 'out', text: 'It ships today', status: 'failed', cause: 'wa.undeliverable', error: { code: 131026, subcode: null, text: 'Message undeliverable' }, ...more })

describe('a message that did not get through', () => {
  // M2: the facts stand on the message itself.
  it('M2: says under the bubble what the facts rule out, and why', async () => {
    const { root, calls, said } = await bubble(failed())
    await vi.waitFor(() => by(root, 'ruled-out'))
    expect(by(root, 'ruled-out').querySelector('s')?.textContent).toBe('The number has no WhatsApp account.')
    expect(said()).toContain('Ruled out: The number has no WhatsApp account. Ana wrote 9 minutes earlier.')
    expect(by(root, 'failure').dataset.cause).toBe('wa.undeliverable')
    expect(calls.filter((c) => c.path.endsWith('/story'))).toHaveLength(1)
  })

  // I34: it stays failed while it is sent again, and pressing is told with what was seen.
  it('I34: shows a retry under way as that, keeps it failed, and lets it be taken back', async () => {
    const { root, calls, said } = await bubble(failed({ again: null, retry: { status: 'queued', cause: null, at: iso(now) } }))
    expect(by(root, 'status').dataset.status).toBe('failed')
    expect(said()).toContain(words.again)
    expect(() => button(root, text.act.retry)).toThrow()
    button(root, words.cancelAgain).click()
    await settled()
    expect(calls.at(-1)).toMatchObject({ method: 'POST', path: '/api/v1/messages/m1/cancel' })
  })

  it('I22: says how many attempts it knows of when it asks for another', async () => {
    const { root, calls } = await bubble(failed({ attempts: 2 }))
    by(root, 'retry').click()
    await settled()
    expect(calls.at(-1)).toMatchObject({ path: '/api/v1/messages/m1/retry', body: { attempts: 2, confirm_duplicate: false } })
  })

  // G2: 131049 has no retry before a day has passed; 131050 has none at all.
  it('G2: has no retry before its time, and says from when', async () => {
    const { root } = await bubble(failed({ kind: 'template', cause: 'wa.user_limit', error: { code: 131049, subcode: null, text: '' }, again: { possible: true, after: iso(now + 23 * hour), risky: false } }))
    expect(() => by(root, 'retry')).toThrow()
    expect(by(root, 'again-after').textContent).toContain('Try again after')
    const later = await bubble(failed({ kind: 'template', cause: 'wa.user_limit', again: { possible: true, after: iso(now - hour), risky: false } }))
    by(later.root, 'retry')
    const never = await bubble(failed({ kind: 'template', cause: 'wa.opted_out', again: { possible: false, after: null, risky: false } }))
    expect(() => by(never.root, 'retry')).toThrow()
  })

  // I26, C9: what the window keeps now is not offered, whatever it failed with.
  it('C9: offers a template instead of a retry once the window has closed', async () => {
    const { root, said } = await bubble(failed(), { window: 'closed' })
    expect(() => by(root, 'retry')).toThrow()
    expect(said()).toContain(words.windowClosed)
    button(root, text.act.sendTemplate)
  })

  it('C9: offers a retry of what the window kept, once it is open again', async () => {
    const { root } = await bubble(failed({ cause: 'wa.window', error: { code: 131047, subcode: null, text: '' } }))
    by(root, 'retry')
  })
})

describe('a message that stays sent', () => {
  const sent = (receipt: Message['receipt']) => message(now - 3 * hour, { id: 'm1', direction: 'out', text: 'Are you there?', status: 'sent', cause: null, receipt })

  // M2: explained with its age and the four questions; not a failure.
  it('M2: is explained with its age and the four questions, and is no failure', async () => {
    const written: string[] = []
    const clipboard = vi.spyOn(navigator.clipboard, 'writeText').mockImplementation((t) => (written.push(t), Promise.resolve()))
    const { root, said } = await bubble(sent({ cause: 'wa.held', since: iso(now - 3 * hour), until: iso(now + 700 * hour), final: false }))
    expect(by(root, 'status').dataset.status).toBe('sent')
    expect(said()).toContain('Sent 3 h ago and not delivered yet.')
    expect(by(root, 'failure').dataset.cause).toBe('wa.held')
    expect(() => button(root, text.act.retry)).toThrow()
    by(root, 'why')
    by(root, 'copy-questions').click()
    await vi.waitFor(() => expect(written[0]).toContain('https://wa.me/tos/20210210'))
    clipboard.mockRestore()
  })

  it('M2: says when no receipt will come any more', async () => {
    const { said } = await bubble(sent({ cause: 'wa.held', since: iso(now - 800 * hour), until: null, final: true }))
    expect(said()).toContain(words.noReceiptFinal)
  })
})

describe('M5: a connection that the platform lets wait', () => {
  it('is named on what stands behind the refused message, with the next try', async () => {
    const { root, said } = await bubble(message(now - 60_000, { direction: 'out', text: 'Behind', status: 'queued', cause: null, attempts: 0 }), { hold: true })
    expect(by(root, 'failure').dataset.cause).toBe('net.outage')
    expect(said()).toContain('WhatsApp has a problem, not you')
    expect(said()).toContain(words.heldWith)
    expect(said()).toMatch(/Tried again at/)
  })

  it('is named before anything is typed', async () => {
    const { ws } = await bubble(failed())
    const conversation = world('full', now).conversations[0]!
    const root = show(ws, RuleLine, { conversation, hold: { cause: 'net.outage', until: iso(now + 60_000) } })
    expect(by(root, 'lane-held').textContent).toContain('WhatsApp has a problem, not you')
  })

  // M3: the verdict before anything is typed.
  it('M3: so is a country rule, refused or only possible', async () => {
    const { ws } = await bubble(failed())
    const conversation = world('full', now).conversations[0]!
    const reach = (state: 'refused' | 'possible', regions: string[]) => ({ state, cause: 'wa.country', country: 'XX', name: 'Atlantis', regions, source: 'https://example.org', read: '2025-11' })
    const refused = show(ws, RuleLine, { conversation: { ...conversation, reach: reach('refused', []) }, hold: null })
    expect(by(refused, 'country').textContent).toContain('of Atlantis, where WhatsApp carries no business messages (rules of 2025-11)')
    const possible = show(ws, RuleLine, { conversation: { ...conversation, reach: reach('possible', ['North', 'South', 'West']) }, hold: null })
    expect(by(possible, 'country').textContent).toContain('does not serve North, South, and West')
    expect(by(possible, 'country').dataset.state).toBe('possible')
  })
})
