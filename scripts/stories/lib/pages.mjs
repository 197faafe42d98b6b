// Every page and sheet of the application, where it is found and how one knows that it is there. The accessibility
// checks and the pictures walk through this table; a page of web/src/pages without a case here fails both.
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const src = fileURLToPath(new URL('../../../web/src/', import.meta.url))
const message = '[data-testid="message"]'
const closed = '[data-testid="choose-template"]'

/**
 * A case: name · page, the file in web/src/pages that is shown · parts, the sheets and panes that it opens, by their
 * files' names · path in the world it is given, or null where that world has no such thing · ready, what is visible
 * once it is there · before and act, what is done before one goes there and to open it · signedOut for whoever is not signed in · world, the one it is
 * looked at in where that is neither the full nor the empty one: see worlds.mjs.
 */
export const cases = [
  { name: 'inbox', page: 'InboxPage', path: () => '/', ready: inbox() },
  ...viewNames().map((view) => ({ name: `view-${view}`, page: 'InboxPage', path: () => `/inbox/${view}`, ready: inbox() })),
  { name: 'search', page: 'InboxPage', parts: ['SearchPane'], path: () => '/search?q=order', ready: '[data-testid="search"]', act: settled('[data-testid^="found"], [data-testid="search-nothing"]') },
  { name: 'search-start', page: 'InboxPage', path: () => '/search', ready: '[data-testid="search-field"]' },
  { name: 'search-nothing', page: 'InboxPage', path: () => '/search?q=adressoy', ready: '[data-testid="search-nothing"]' },
  { name: 'two-keys', page: 'InboxPage', path: () => '/', ready: inbox(), act: press('g', '[data-testid="second-key"]') },
  { name: 'not-loaded', page: 'InboxPage', path: () => '/', ready: 'main', before: (page) => page.route('**/api/v1/conversations?*', (route) => route.abort()) },
  { name: 'thread-kinds', page: 'InboxPage', parts: ['ContextPane'], path: ({ at }) => thread(at.kinds), ready: message },
  { name: 'thread-statuses', page: 'InboxPage', path: ({ at }) => thread(at.sends), ready: message },
  { name: 'thread-closed', page: 'InboxPage', path: ({ at }) => thread(at.closed), ready: closed },
  { name: 'thread-rtl', page: 'InboxPage', path: ({ at }) => thread(at.rtl), ready: message },
  { name: 'thread-absent', page: 'InboxPage', path: () => '/conversations/4', ready: 'main' },
  { name: 'inspector', page: 'InboxPage', parts: ['Inspector'], path: ({ at }) => at.message && `/conversations/${at.sends}/messages/${at.message}`, ready: '[data-testid="inspector"] [data-testid="steps"]' },
  { name: 'why', page: 'InboxPage', parts: ['WhySheet', 'CausePage'], path: ({ at }) => thread(at.sends), ready: '[data-testid="why"]', act: async (page) => {
    await page.getByTestId('why').first().click()
    await page.getByTestId('cause-page').first().waitFor()
  } },
  { name: 'palette', page: 'InboxPage', parts: ['Palette', 'Picker'], path: () => '/', ready: inbox(), act: press('Control+k', '[data-testid="picker-option"]') },
  { name: 'assign', page: 'InboxPage', parts: ['AssignPicker'], path: ({ at }) => thread(at.kinds), ready: message, act: press('a', '[data-testid="picker-option"]') },
  { name: 'help', page: 'InboxPage', parts: ['Help'], path: () => '/', ready: inbox(), act: press('?', '[data-testid="help"]') },
  { name: 'emoji', page: 'InboxPage', parts: ['EmojiPanel'], path: ({ at }) => thread(at.kinds), ready: message, act: click('emoji', 'emoji-panel') },
  { name: 'more-menu', page: 'InboxPage', path: ({ at }) => thread(at.kinds), ready: message, act: click('more', 'send-location') },
  { name: 'location-form', page: 'InboxPage', parts: ['LocationForm'], path: ({ at }) => thread(at.kinds), ready: message, act: click('more', 'send-location', 'latitude') },
  { name: 'contact-form', page: 'InboxPage', parts: ['ContactForm'], path: ({ at }) => thread(at.kinds), ready: message, act: click('more', 'send-contact', 'card-name') },
  { name: 'ask-form', page: 'InboxPage', parts: ['AskForm'], path: ({ at }) => thread(at.kinds), ready: message, act: click('more', 'send-ask', 'ask-body') },
  { name: 'recorder', page: 'InboxPage', parts: ['Recorder'], path: ({ at }) => thread(at.kinds), ready: message, act: click('record', 'recorder') },
  {
    name: 'reaction-picker',
    page: 'InboxPage',
    parts: ['ReactionPicker'],
    path: ({ at }) => thread(at.sends),
    ready: message,
    act: async (page) => {
      const bubble = page.locator(`${message}[data-direction="in"]`).first()
      await bubble.hover()
      await bubble.getByRole('button', { name: 'React' }).click()
      await page.getByTestId('reaction-picker').waitFor()
    },
  },
  {
    name: 'viewer',
    page: 'InboxPage',
    parts: ['Viewer'],
    path: ({ at }) => thread(at.picture),
    ready: `[data-testid="media"][data-state="ready"]`,
    act: async (page) => {
      await page.getByTestId('media').first().click()
      await page.getByTestId('viewer').waitFor()
    },
  },
  {
    name: 'template-form',
    page: 'InboxPage',
    parts: ['TemplateForm'],
    path: ({ at }) => thread(at.closed),
    ready: closed,
    act: async (page) => {
      await page.getByTestId('choose-template').first().click()
      const choice = page.getByTestId('template-choice')
      await choice.locator('option').nth(1).waitFor({ state: 'attached' })
      await choice.selectOption({ index: 2 })
      await page.getByTestId('send-template').click()
    },
  },
  { name: 'outcomes', page: 'OutcomesPage', path: () => '/outcomes', ready: '[data-testid="outcome-group"], [data-testid="outcomes-empty"]' },
  { name: 'outcomes-open', page: 'OutcomesPage', path: ({ at }) => at.message && '/outcomes?group=needs_you%3Awa.undeliverable', ready: '[data-testid="outcome-messages"] [data-message]', act: async (page) => {
    await page.locator('[data-testid="outcome-messages"] input').first().check()
  } },
  { name: 'retry-sheet', page: 'OutcomesPage', parts: ['RetrySheet'], path: ({ at }) => at.message && '/outcomes', ready: '[data-act="retry"]', act: async (page) => {
    await page.locator('[data-act="retry"]').first().click()
    await page.getByTestId('plan-send').waitFor()
  } },
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
  { name: 'platforms', page: 'PlatformsPage', path: () => '/platforms', ready: '[data-testid="connection"], [data-testid="no-platform"]' },
  ...named('tabs').map((tab) => ({ name: `platform-${tab}`, page: 'PlatformPage', path: ({ at }) => at.connection && `/platforms/${at.connection}?tab=${tab}`, ready: '[data-verdict]' })),
  { name: 'platform-healthy', page: 'PlatformPage', path: ({ at }) => at.connection && `/platforms/${at.connection}?tab=doctor`, ready: '[data-verdict]', act: examined },
  { name: 'account-parts', page: 'PlatformPage', path: ({ at }) => at.connection && `/platforms/${at.connection}?tab=account`, ready: '[data-testid="standing"]', act: async (page) => {
    for (const part of ['profile', 'links', 'name', 'move']) await page.locator(`[data-part="${part}"] summary`).click()
    await page.locator('[data-testid="profile"] form').waitFor()
    await page.locator('[data-testid="display-name"] [data-step]').waitFor()
    await page.locator('[data-action="add_link"]').click()
    await page.getByLabel('Text that is already written').fill('Hello! I would like to order.')
    await page.getByRole('button', { name: 'Make the link' }).click()
    await page.locator('[data-testid="links"] img').first().evaluate((img) => img.decode())
  } },
  { name: 'account-restricted', page: 'PlatformPage', world: 'restricted', path: ({ at }) => `/platforms/${at.connection}?tab=account`, ready: '[data-testid="standing"][data-state="restricted"]' },
  { name: 'platforms-broken', page: 'PlatformsPage', world: 'broken', path: () => '/platforms', ready: '[data-testid="connection"] [data-verdict]' },
  { name: 'platform-broken', page: 'PlatformPage', world: 'broken', path: ({ at }) => `/platforms/${at.connection}?tab=doctor`, ready: '[data-verdict="hook.elsewhere"]' },
  { name: 'platform-fix', page: 'PlatformPage', world: 'broken', path: ({ at }) => `/platforms/${at.connection}?tab=doctor&fix=point_here`, ready: '[data-testid="fix"][data-phase="plan"]' },
  { name: 'platform-pin', page: 'PlatformPage', world: 'broken', path: ({ at }) => `/platforms/${at.connection}?tab=doctor&fix=register`, ready: '[data-testid="fix"][data-phase="input"]' },
  { name: 'platform-why', page: 'PlatformPage', world: 'broken', path: ({ at }) => `/platforms/${at.connection}`, ready: '[data-verdict="hook.elsewhere"]', act: async (page) => {
    await page.locator('section[data-verdict]').getByRole('button', { name: 'Why?' }).click()
    await page.getByTestId('cause-page').waitFor()
  } },
  { name: 'platform-checking', page: 'PlatformPage', world: 'checking', path: ({ at }) => `/platforms/${at.connection}?tab=doctor`, ready: '[data-verdict]', act: async (page) => {
    await page.locator('button[data-action="check"]').first().click()
    await page.locator('[data-result="running"]').first().waitFor()
  } },
  { name: 'break', page: 'PlatformPage', path: ({ at }) => at.connection && `/platforms/${at.connection}?tab=doctor`, ready: '[data-verdict]', act: async (page) => {
    await page.getByTestId('demo-break').click()
    await page.locator('[data-fault]').first().waitFor()
  } },
  { name: 'platform-absent', page: 'PlatformPage', path: () => '/platforms/4', ready: 'main h1' },
  { name: 'connect', page: 'ConnectPage', parts: ['Choose'], path: () => '/connect', ready: '[data-testid="choose"]' },
  { name: 'connect-erase', page: 'ConnectPage', path: () => '/connect', ready: '[data-testid="choose"]', act: click('app-personal', 'way-manual') },
  { name: 'connect-number', page: 'ConnectPage', parts: ['Going', 'StepPane', 'StepList', 'Trouble'], path: ({ at }) => (at.connection ? '/connect' : null), ready: '[data-testid="choose"]', act: async (page) => {
    await byHand(page)
    await page.locator('#number-phone').fill('+49 12')
    await page.keyboard.press('Enter')
    await page.getByTestId('trouble').waitFor()
  } },
  { name: 'connect-token', page: 'ConnectPage', parts: ['TokenStep'], path: ({ at }) => (at.connection ? '/connect' : null), ready: '[data-testid="choose"]', act: async (page) => {
    await byHand(page)
    await page.getByRole('button', { name: 'I choose the number at Meta' }).click()
    await page.locator('#token-token').fill('Bearer abc')
    await page.locator('#token-token').press('Tab')
    await page.locator('#token-token[aria-invalid="true"]').waitFor()
  } },
  // An installation without a public address stops at the first step.
  { name: 'connect-server', page: 'ConnectPage', path: ({ at }) => (at.connection ? null : '/connect'), ready: '[data-testid="choose"]', act: async (page) => {
    await page.getByTestId('app-no').click()
    await page.getByTestId('way-manual').click()
    await page.getByTestId('trouble').waitFor()
  } },
  { name: 'connect-absent', page: 'ConnectPage', path: () => '/connect/4', ready: 'main [role="alert"]' },
  ...named('sections').map((section) => ({ name: `settings-${section}`, page: 'SettingsPage', path: () => `/settings/${section}`, ready: '[data-testid="settings"] h1' })),
  {
    name: 'settings-password',
    page: 'SettingsPage',
    path: () => '/settings/you',
    ready: '[data-testid="settings"] h2',
    act: async (page) => {
      await page.getByRole('button', { name: 'Change password' }).click()
      await page.getByLabel('New password').fill('short')
    },
  },
  {
    name: 'settings-invite',
    page: 'SettingsPage',
    path: () => '/settings/people',
    ready: '[data-testid="person"]',
    act: async (page) => {
      await page.getByTestId('person').last().getByRole('button', { name: /^New link/ }).click()
      await page.getByTestId('secret').waitFor()
      await page.getByRole('button', { name: 'Invite somebody' }).click()
      await page.getByTestId('invite-form').waitFor()
    },
  },
  {
    name: 'settings-key',
    page: 'SettingsPage',
    path: ({ at }) => (at.kinds ? '/settings/keys' : null),
    ready: '[data-testid="key"]',
    act: async (page) => {
      await page.getByRole('button', { name: 'New key' }).click()
      await page.getByLabel('What will use it').fill('n8n')
      await page.getByRole('button', { name: 'Make key' }).click()
      await page.getByTestId('secret').waitFor()
      await page.getByRole('button', { name: /^End key/ }).first().click()
    },
  },
  {
    name: 'door-refused',
    page: 'LoginPage',
    path: () => '/login',
    ready: '[data-testid="login-form"]',
    signedOut: true,
    act: async (page) => {
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.locator('[aria-invalid="true"]').first().waitFor()
    },
  },
  { name: 'lost', page: 'LostPage', path: () => '/nowhere/at/all', ready: 'main' },
  { name: 'door-login', page: 'LoginPage', path: () => '/login', ready: '[data-testid="login-form"]', signedOut: true },
  { name: 'door-welcome', page: 'WelcomePage', path: ({ at }) => at.welcome ?? null, ready: '[data-testid="welcome-form"]', signedOut: true },
  { name: 'door-welcome-spent', page: 'WelcomePage', path: () => '/welcome?code=none', ready: 'main', signedOut: true },
  { name: 'door-setup', page: 'SetupPage', world: 'new', path: ({ setup }) => setup, ready: '[data-testid="setup-form"]', signedOut: true },
]

/** Whether a case is looked at in a world. */
export function belongs(one, scenario) {
  return one.world ? one.world === scenario : scenario === 'full' || scenario === 'empty'
}

/** Lets the doctor look, and waits for what it says. */
async function examined(page) {
  await page.locator('button[data-action="check"]').first().click()
  await page.locator('section[data-verdict]:not([data-verdict="running"]):not([data-verdict="never"])').waitFor()
}

function inbox() {
  return '[data-testid="inbox"]'
}

/** Presses a key and waits for what it opens. */
function press(key, opens) {
  return async (page) => {
    await page.keyboard.press(key)
    await page.locator(opens).first().waitFor()
  }
}

/** Clicks one thing after the other; the last is only waited for. */
function click(...testids) {
  return async (page) => {
    for (const id of testids.slice(0, -1)) await page.getByTestId(id).first().click()
    await page.getByTestId(testids.at(-1)).first().waitFor()
  }
}

function settled(selector) {
  return (page) => page.locator(selector).first().waitFor()
}

function thread(id) {
  return id ? `/conversations/${id}` : null
}

/** The names in a list of the router's, such as sections. */
function named(list, file = 'state/router.svelte.ts') {
  const found = new RegExp(`const ${list} = \\[([^\\]]*)\\]`).exec(readFileSync(src + file, 'utf8'))
  if (!found) throw new Error(`web/src/${file} has no list called ${list}`)
  return [...found[1].matchAll(/'([\w-]+)'/g)].map((m) => m[1])
}

function viewNames() {
  return named('viewNames', 'api/types.ts')
}

/** What opens over or beside a page, by the name of its file: a new one without a case is a gap. */
const parts = /^(\w*(Form|Panel|Picker|Palette|Pane|Help|Inspector|Viewer|Recorder))\.svelte$/

/** What of the application no case shows, and what cases show that is not there: both are faults of this table. */
export function gaps() {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).map((f) => f.split('/').at(-1))
  const pages = readdirSync(`${src}pages`).filter((f) => f.endsWith('.svelte')).map((f) => f.slice(0, -'.svelte'.length))
  const opened = files.map((f) => parts.exec(f)?.[1]).filter(Boolean)
  const shown = new Set(cases.map((c) => c.page))
  const inCases = new Set(cases.flatMap((c) => c.parts ?? []))
  const doors = named('doors').filter((d) => !cases.some((c) => c.name === `door-${d}`))
  const routes = new Set([...readFileSync(`${src}state/router.svelte.ts`, 'utf8').matchAll(/\{ page: '(\w+)'/g)].map((m) => m[1]))
  routes.delete('door') // each by its own name
  return [
    ...pages.filter((p) => !shown.has(p)).map((p) => `web/src/pages/${p}.svelte is shown by no case`),
    ...[...shown].filter((p) => !pages.includes(p)).map((p) => `a case shows ${p}, which is not in web/src/pages`),
    ...opened.filter((p) => !inCases.has(p)).map((p) => `${p}.svelte is opened by no case`),
    ...[...inCases].filter((p) => !files.includes(`${p}.svelte`)).map((p) => `a case opens ${p}, which is nowhere in web/src`),
    ...doors.map((d) => `the page /${d} has no case`),
    ...[...routes].filter((r) => !cases.some((c) => c.page.toLowerCase() === `${r}page`)).map((r) => `the router’s page ${r} has no case`),
  ]
}

/** Goes to a case's page in the given world and waits until it is there. */
export async function visit(page, one, world) {
  await one.before?.(page)
  const path = one.path(world)
  await page.goto(path.startsWith('http') ? path : world.url + path)
  await page.locator(one.ready).first().waitFor()
  await page.evaluate(() => document.fonts.ready)
  await one.act?.(page)
}

/** Begins to connect a number by the manual way. */
async function byHand(page) {
  await page.getByTestId('app-no').click()
  await page.getByTestId('way-manual').click()
  await page.locator('#number-phone').waitFor()
}
