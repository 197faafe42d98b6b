import { flushSync } from 'svelte'
import { expect, it, vi } from 'vitest'
import { connections } from '../../fixture/world'
import { breakText } from '../text/platforms'
import { by, show, workspaceWith } from '../testing/mounted'
import DemoEdge from './DemoEdge.svelte'

it('marks a demo, leads to the phones, and is nowhere else', async () => {
  const { ws } = await workspaceWith(0, () => ({ body: {} }))
  const root = show(ws, DemoEdge, {})
  expect(root.querySelector('[data-testid="demo-edge"]')).toBeNull()
  ws.me = { ...ws.me!, demo: { phones_url: 'http://127.0.0.1:8090' } }
  flushSync()
  expect(by(root, 'demo-edge').textContent).toContain('Demo')
  const link = by(root, 'demo-phones')
  expect(link.getAttribute('href')).toBe('http://127.0.0.1:8090')
  expect(link.getAttribute('rel')).toContain('noreferrer')
})

it('breaks the simulated platform by name, shows what is broken, and opens the real doctor', async () => {
  let faults: { id: string; cause: string; hits: number }[] = []
  const { ws, calls } = await workspaceWith(0, (call) => {
    if (call.path.endsWith('/kinds')) return { body: { items: [{ cause: 'hook.elsewhere', platforms: ['whatsapp'], needs: 'account' }, { cause: 'net.outage', platforms: ['whatsapp'], needs: 'none' }] } }
    if (call.path.includes('/demo/faults') && call.method === 'POST') faults = [{ id: 'f1', cause: (call.body as { cause: string }).cause, hits: 0 }]
    if (call.path.includes('/demo/faults') && call.method === 'DELETE') faults = []
    return { body: { items: faults, next: null } }
  })
  ws.me = { ...ws.me!, demo: { phones_url: 'http://127.0.0.1:8090' } }
  ws.connections.put(connections(0))
  const root = show(ws, DemoEdge, {})
  by(root, 'demo-break').click()
  const panel = await vi.waitFor(() => by(root, 'break'), { timeout: 5000 })
  const box = await vi.waitFor(() => panel.querySelector<HTMLInputElement>('[data-fault="hook.elsewhere"]')!)
  box.click()
  await vi.waitFor(() => expect(panel.textContent).toContain(breakText.broken(1)))
  expect(calls.find((c) => c.method === 'POST')!.body).toEqual({ cause: 'hook.elsewhere', account: '106540352242927' })
  by(panel, 'break-doctor').click()
  expect(ws.router.route).toMatchObject({ page: 'platform', connection: 'k6', tab: 'doctor' })
  await vi.waitFor(() => expect(calls.some((c) => c.method === 'POST' && c.path === '/api/v1/connections/k6/doctor')).toBe(true))
  by(panel, 'mend').click()
  await vi.waitFor(() => expect(panel.textContent).toContain(breakText.none))
  expect(box.checked).toBe(false)
})

it('offers no breaking to those who may not change connections', async () => {
  const { ws } = await workspaceWith(0, () => ({ body: {} }))
  ws.me = { ...ws.me!, rights: ['read'], demo: { phones_url: 'http://127.0.0.1:8090' } }
  expect(show(ws, DemoEdge, {}).querySelector('[data-testid="demo-break"]')).toBeNull()
})
