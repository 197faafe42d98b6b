// Every page and sheet of the application, where it is found and how one knows that it is there. The accessibility
// checks and the pictures walk through this table; a page of web/src/pages without a case here fails both.
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const src = fileURLToPath(new URL('../../../web/src/', import.meta.url))

/**
 * A case: name · page, the file in web/src/pages that is shown · path, of the world it is given, or null where that
 * world has no such thing · ready, what is visible once it is there · act, what is done to open it, if anything ·
 * signedOut for whoever is not signed in.
 */
export const cases = [
  { name: 'inbox', page: 'InboxPage', path: () => '/', ready: '[data-testid="inbox"]' },
  { name: 'thread-kinds', page: 'InboxPage', path: ({ at }) => thread(at.kinds), ready: '[data-testid="message"]' },
  { name: 'thread-statuses', page: 'InboxPage', path: ({ at }) => thread(at.sends), ready: '[data-testid="message"]' },
  { name: 'thread-closed', page: 'InboxPage', path: ({ at }) => thread(at.closed), ready: '[data-testid="choose-template"]' },
  { name: 'thread-rtl', page: 'InboxPage', path: ({ at }) => thread(at.rtl), ready: '[data-testid="message"]' },
  { name: 'thread-absent', page: 'InboxPage', path: () => '/conversations/4', ready: 'main' },
  {
    name: 'template-form',
    page: 'InboxPage',
    path: ({ at }) => thread(at.closed),
    ready: '[data-testid="choose-template"]',
    act: async (page) => {
      await page.getByTestId('choose-template').first().click()
      const choice = page.getByTestId('template-choice')
      await choice.locator('option').nth(1).waitFor({ state: 'attached' })
      await choice.selectOption({ index: 2 })
      await page.getByTestId('send-template').click()
    },
  },
  { name: 'deliveries', page: 'DeliveriesPage', path: () => '/deliveries', ready: 'main h1' },
  {
    name: 'delivery-raw',
    page: 'DeliveriesPage',
    path: ({ at }) => (at.kinds ? '/deliveries' : null),
    ready: '[data-testid="delivery"]',
    act: async (page) => {
      const delivery = page.getByTestId('delivery').first()
      await delivery.getByRole('button', { name: 'Raw content' }).click()
      await delivery.locator('pre').waitFor()
    },
  },
  { name: 'connections', page: 'ConnectionsPage', path: () => '/connections', ready: 'main h1' },
  {
    name: 'connect-form',
    page: 'ConnectionsPage',
    path: () => '/connections',
    ready: 'main h1',
    act: async (page) => {
      await page.getByRole('button', { name: 'Add a WhatsApp number' }).first().click()
      await page.getByLabel('Phone number ID').fill('+351 912')
      await page.getByRole('button', { name: 'Check and connect' }).click()
      await page.getByTestId('connect-form').locator('[aria-invalid="true"]').first().waitFor()
    },
  },
  { name: 'lost', page: 'LostPage', path: () => '/nowhere/at/all', ready: 'main' },
  { name: 'sign-in', page: 'SignInPage', path: () => '/', ready: 'main', signedOut: true },
]

const thread = (id) => (id ? `/conversations/${id}` : null)

/** Pages of the application that no case shows, and cases that show none: both are faults of this table. */
export function gaps() {
  const pages = readdirSync(`${src}pages`).filter((f) => f.endsWith('.svelte')).map((f) => f.slice(0, -'.svelte'.length))
  const routes = [...readFileSync(`${src}state/router.svelte.ts`, 'utf8').matchAll(/page: '(\w+)'/g)].map((m) => m[1])
  const shown = new Set(cases.map((c) => c.page))
  return [
    ...pages.filter((p) => !shown.has(p)).map((p) => `web/src/pages/${p}.svelte is shown by no case`),
    ...[...shown].filter((p) => !pages.includes(p)).map((p) => `a case shows ${p}, which is not in web/src/pages`),
    ...[...new Set(routes)].filter((r) => !cases.some((c) => c.page.toLowerCase().startsWith(r.toLowerCase().replace(/_/g, '')))).map((r) => `the router’s page ${r} has no case`),
  ]
}

/** Goes to a case's page in the given world and waits until it is there. */
export async function visit(page, one, world) {
  await page.goto(world.url + one.path(world))
  await page.locator(one.ready).first().waitFor()
  await page.evaluate(() => document.fonts.ready)
  await one.act?.(page)
}
