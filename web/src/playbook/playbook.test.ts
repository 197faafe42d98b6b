import { describe, expect, it, vi } from 'vitest'
import canned from '../../fixture/causes.json'
import { message } from '../../fixture/world'
import type { CauseEntry, Message } from '../api/types'
import Failure from '../components/Failure.svelte'
import { playbookText as words } from '../text/playbook'
import { threadText } from '../text/thread'
import { by, button, show, workspaceWith } from '../testing/mounted'
import { settled, type Call } from '../testing/support'

const now = Date.parse('2026-11-22T12:00:00Z')
/** What the server really answers, written from the playbook's pages. */
const samples: { codes: Record<string, { entries: CauseEntry[] }>; causes: Record<string, unknown> } = canned as never

async function failing(fields: Partial<Message>, answer?: (call: Call) => { status?: number; body?: unknown } | null) {
  const m = message(now, { id: 'm1', conversation_id: 'c1', direction: 'out', text: 'It ships today', status: 'failed', ...fields })
  const { ws, calls } = await workspaceWith(now, (call) => {
    const url = new URL(call.path, 'http://server.test')
    const own = answer?.(call)
    if (own) return own
    if (url.pathname === '/api/v1/explain') return { body: samples.codes[url.searchParams.get('code')!] }
    if (url.pathname.startsWith('/api/v1/causes/')) return { body: samples.causes[url.pathname.slice('/api/v1/causes/'.length)] }
    return { body: m }
  })
  const root = show(ws, Failure, { message: m })
  return { root, ws, calls, m }
}

/** Opens the sheet: it is loaded only now. */
async function open(root: HTMLElement) {
  button(root, threadText.why).click()
  await vi.waitFor(() => by(root, 'why-sheet'), { timeout: 5000 })
  await vi.waitFor(() => {
    if (!root.querySelector('[data-testid="cause-page"], [role="alert"], [data-testid="problem"]')) throw new Error('still reading')
  })
  return by(root, 'why-sheet')
}

const said = (e: Element) => (e.textContent ?? '').replace(/\s+/g, ' ')

// G2, X1: what keeps a message from arriving is explained on the message itself.
describe('G2 why a message did not arrive', () => {
  it('asks for the page only when somebody wants it, and shows all of it', async () => {
    const { root, calls } = await failing({ cause: 'wa.undeliverable', error: { code: 131026, subcode: null, text: 'Message undeliverable' } })
    expect(calls.filter((c) => c.path.includes('explain'))).toEqual([])
    const sheet = await open(root)
    expect(calls.filter((c) => c.path.includes('explain')).map((c) => c.path)).toEqual(['/api/v1/explain?platform=whatsapp&code=131026&subcode=0&text=Message%20undeliverable'])
    const entry = samples.codes['131026']!.entries[0]!
    for (const part of [entry.title, entry.what, entry.why, entry.reasons[4]!.tell, entry.reasons[0]!.ruled_out, entry.do[2]!.text, entry.retry.rule, words.whoIs.agent!, 'https://wa.me/tos/20210210', '2.21.15.15', 'Message undeliverable'])
      expect(said(sheet)).toContain(part)
    expect(said(sheet)).not.toMatch(/[{}]/)
  })

  it('makes a button of what can be done here, and leaves the rest as words', async () => {
    const { root, calls } = await failing({ cause: 'wa.undeliverable', error: { code: 131026, subcode: null, text: '' } })
    const sheet = await open(root)
    expect([...sheet.querySelectorAll<HTMLElement>('[data-action]')].map((b) => b.dataset.action)).toEqual(['copy_questions', 'retry'])
    sheet.querySelector<HTMLElement>('[data-action="retry"]')!.click()
    await settled()
    expect(calls.at(-1)).toMatchObject({ method: 'POST', path: '/api/v1/messages/m1/retry' })
    await vi.waitFor(() => expect(root.querySelector('[data-testid="why-sheet"]')).toBeNull())
  })

  // M2: what the facts rule out is struck through, with the fact; the rest stands as it is.
  it('strikes through what the facts rule out', async () => {
    const candidate = (reason: string, ruled_out: boolean, likely: boolean, evidence: string) => ({ cause: 'wa.undeliverable', reason, title: reason, tell: null, ruled_out, likely, evidence })
    const { root } = await failing({ cause: 'wa.undeliverable', error: { code: 131026, subcode: null, text: '' } }, (call) =>
      call.path.endsWith('/messages/m1/story')
        ? { body: { candidates: [candidate('no_account', true, false, 'Ana wrote 9 minutes earlier.'), candidate('closed_country', false, true, 'The number is of Cuba.'), candidate('old_client', false, false, 'Nothing.')] } }
        : null,
    )
    const sheet = await open(root)
    await vi.waitFor(() => expect(sheet.querySelectorAll('s')).toHaveLength(1))
    const item = (reason: string) => sheet.querySelector(`[data-reason="${reason}"]`)!
    expect(item('no_account').querySelector('s')?.textContent).toBe('The number has no WhatsApp account.')
    expect(said(item('no_account'))).toContain('Ruled out: Ana wrote 9 minutes earlier.')
    expect(said(item('closed_country'))).toContain('Speaks for it: The number is of Cuba.')
    expect(said(item('old_client'))).not.toContain('Nothing.')
  })

  it('copies the four questions of M2, with the address of the terms', async () => {
    const written: string[] = []
    const clipboard = vi.spyOn(navigator.clipboard, 'writeText').mockImplementation((t) => (written.push(t), Promise.resolve()))
    const { root } = await failing({ cause: 'wa.undeliverable', error: { code: 131026, subcode: null, text: '' } })
    const sheet = await open(root)
    sheet.querySelector<HTMLElement>('[data-action="copy_questions"]')!.click()
    await vi.waitFor(() => expect(said(sheet)).toContain(words.copied))
    clipboard.mockRestore()
    expect(written).toHaveLength(1)
    for (const part of ['Can you send', 'Privacy, Blocked', 'https://wa.me/tos/20210210', 'update']) expect(written[0]).toContain(part)
  })

  it('offers a template where the window has closed, and no retry', async () => {
    const { root, ws } = await failing({ cause: 'wa.window', error: { code: 131047, subcode: null, text: 'Re-engagement message' } })
    const sheet = await open(root)
    expect(sheet.querySelector('[data-action="retry"]')).toBeNull()
    sheet.querySelector<HTMLElement>('[data-action="template"]')!.click()
    expect(ws.templating.has('c1')).toBe(true)
  })

  it('shows the message’s own cause first where a code has several', async () => {
    const { root } = await failing({ status: 'unknown', cause: 'send.unconfirmed', error: { code: 131000, subcode: null, text: 'Something went wrong' } })
    const sheet = await open(root)
    expect([...sheet.querySelectorAll<HTMLElement>('[data-testid="cause-page"]')].map((p) => p.dataset.cause)).toEqual(['send.unconfirmed', 'meta.unspecified'])
    expect(said(sheet)).toContain(words.several(2))
    expect(sheet.querySelector('[data-action="retry"]')).not.toBeNull()
  })

  it('explains a wait by its cause, without a code', async () => {
    const { root, calls } = await failing({ status: 'held', cause: 'net.outage', error: null })
    const sheet = await open(root)
    expect(calls.at(-1)!.path).toBe('/api/v1/causes/net.outage?platform=whatsapp')
    expect(said(sheet)).toContain('WhatsApp has a problem, not you')
    expect(said(sheet)).toContain(words.titleWaiting)
  })

  it('says of an unknown code that it is unknown, and quotes the platform', async () => {
    const { root } = await failing({ cause: 'other', error: { code: 139999, subcode: null, text: 'Algo correu mal' } })
    const sheet = await open(root)
    expect(said(sheet)).toContain('WhatsApp answered with code 139999')
    expect(said(sheet)).toContain('Algo correu mal')
  })

  it('says when the page cannot be read, and reads it on another try', async () => {
    let down = true
    const { root } = await failing({ cause: 'wa.window', error: null }, (call) => (down && call.path.includes('/causes/') ? { status: 503, body: { title: 'The server is busy.', status: 503, detail: 'Try again.', cause: 'server.busy' } } : null))
    button(root, threadText.why).click()
    const sheet = await vi.waitFor(() => by(root, 'why-sheet'))
    await vi.waitFor(() => expect(said(sheet)).toContain('The server is busy.'))
    down = false
    sheet.querySelector<HTMLElement>('button:not([aria-label])')!.click()
    await vi.waitFor(() => by(sheet, 'cause-page'))
  })

  it('has nothing to explain where the person got it, or somebody stopped it', async () => {
    for (const fields of [{ conflict: true, cause: 'wa.undeliverable' }, { status: 'cancelled' as const, cause: 'send.cancelled' }]) {
      const { root } = await failing(fields)
      expect(() => by(root, 'why')).toThrow()
    }
  })
})
