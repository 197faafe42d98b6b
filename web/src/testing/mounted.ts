import { flushSync, mount, unmount, type Component } from 'svelte'
import { afterEach } from 'vitest'
import { signedIn } from '../../fixture/world'
import { Api } from '../api/client'
import { ServerClock } from '../state/server-clock.svelte'
import { Workspace } from '../state/workspace.svelte'
import { apiWith, MemoryStorage, type Call, type Reply } from './support'
import Stage from './Stage.svelte'

const mounted: ReturnType<typeof mount>[] = []

afterEach(async () => {
  for (const m of mounted.splice(0)) await unmount(m)
  document.body.replaceChildren()
  history.replaceState(null, '', '/')
})

/** A signed-in workspace whose server is a function. */
export async function workspaceWith(now: number, answer: (call: Call) => Reply | Promise<Reply>, more: { later?: (ms: number, fn: () => void) => void } = {}): Promise<{ ws: Workspace; calls: Call[]; api: Api }> {
  const { api, calls } = apiWith((call) =>
    call.path === '/api/v1/me' ? { body: structuredClone(signedIn) } : answer(call),
  )
  const ws = new Workspace({
    api,
    clock: new ServerClock(() => now),
    storage: new MemoryStorage(),
    feed: () => ({ start() {}, stop() {}, nudge() {} }),
    ...more,
  })
  await ws.start()
  return { ws, calls, api }
}

/** Mounts a component inside a workspace and returns the element around it. */
export function show<P extends Record<string, unknown>>(ws: Workspace, component: Component<P>, props: P): HTMLElement {
  const target = document.body.appendChild(document.createElement('div'))
  mounted.push(mount(Stage, { target, props: { ws, component: component as Component, props } }))
  flushSync()
  return target
}

export function by(root: ParentNode, testid: string): HTMLElement {
  const found = root.querySelector<HTMLElement>(`[data-testid="${testid}"]`)
  if (!found) throw new Error(`nothing with data-testid ${testid} in ${(root as HTMLElement).innerHTML}`)
  return found
}

export function button(root: ParentNode, label: string): HTMLButtonElement {
  const all = [...root.querySelectorAll('button')]
  const found = all.find((b) => (b.textContent ?? '').trim() === label || b.getAttribute('aria-label') === label)
  if (!found) throw new Error(`no button “${label}”; there are: ${all.map((b) => b.textContent?.trim()).join(' | ')}`)
  return found
}

export function type(field: HTMLInputElement | HTMLTextAreaElement, value: string): void {
  field.value = value
  field.dispatchEvent(new Event('input', { bubbles: true }))
  flushSync()
}

export function press(element: Element, key: string, init: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init })
  element.dispatchEvent(event)
  flushSync()
  return event
}
