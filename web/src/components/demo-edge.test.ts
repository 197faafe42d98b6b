import { flushSync } from 'svelte'
import { expect, it } from 'vitest'
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
