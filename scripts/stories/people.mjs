// I47, I48, I53: from an empty installation to a team: the one-time link makes the owner, an invitation a colleague, a password
// lets in, and a change of rights signs out everywhere at once.
import { Server } from './lib/server.mjs'

export const title = 'set up by code, invite, sign in, change a role, deactivate'

const owner = { company: 'Aurora', name: 'Rui Tavares', email: 'rui@aurora.example', password: 'quiet rivers run deep' }
const bia = { name: 'Bia Ramos', email: 'bia@aurora.example', password: 'seven small lanterns' }

export async function tell(story) {
  const server = await Server.start()
  try {
    await team(story, server)
    // A page whose server is gone looks for it again, which the browser notes as an error.
    for (const page of story.pages) await page.context().close()
    // Browsers note refusals as errors: who has no session is told so, and a wrong password is refused.
    story.allowErrors(/status of (401|422)/)
  } finally {
    await server.stop()
  }
}

async function signIn(page, email, password) {
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

async function team(story, server) {
  const rui = await story.step('the operator opens the link that the server printed', () => story.browse(server.setupURL))
  await story.step('they name company and owner; a password that is too short is refused with the reason', async () => {
    await rui.getByLabel('Company').fill(owner.company)
    await rui.getByLabel('Your name').fill(owner.name)
    await rui.getByLabel('E-mail address').fill(owner.email)
    await rui.getByLabel('Password', { exact: true }).fill('short')
    await rui.getByRole('button', { name: 'Make my company' }).click()
    await rui.getByText('too short:').waitFor()
    await story.shot(rui, 'setup')
    await rui.getByLabel('Password', { exact: true }).fill(owner.password)
    await rui.getByRole('button', { name: 'Make my company' }).click()
    await rui.getByTestId('inbox').waitFor()
  })
  await story.step('the link works once', async () => {
    const late = await story.browse(server.setupURL)
    await late.getByText('set up already').waitFor()
    await late.context().close()
  })

  await rui.goto(`${server.url}/settings/people`)
  const link = await story.step('Rui invites Bia; the link is shown once', async () => {
    await rui.getByRole('button', { name: 'Invite somebody' }).click()
    await rui.getByLabel('Name', { exact: true }).fill(bia.name)
    await rui.getByLabel('E-mail address').fill(bia.email)
    await rui.getByRole('button', { name: 'Add and make a link' }).click()
    const field = rui.getByTestId('secret').locator('input')
    await field.waitFor()
    await story.shot(rui, 'invited')
    const url = await field.inputValue()
    await rui.getByRole('button', { name: 'Done' }).click()
    return url
  })

  const page = await story.step('Bia opens it and chooses her password', () => story.browse(link))
  await page.getByLabel('New password').fill(bia.password)
  await story.shot(page, 'welcome')
  await page.getByRole('button', { name: 'Save and sign in' }).click()
  await page.getByTestId('inbox').waitFor()
  await story.step('it opens nothing a second time', async () => {
    const late = await story.browse(link)
    await late.getByLabel('New password').fill('another password')
    await late.getByRole('button', { name: 'Save and sign in' }).click()
    await late.getByText('This link does not work.').waitFor()
    await late.context().close()
  })

  await story.step('she signs out; a wrong password and an unknown address get the same answer', async () => {
    await page.goto(`${server.url}/settings/sessions`)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByTestId('login-form').waitFor()
    await signIn(page, bia.email, 'not the password')
    const wrong = await page.getByRole('alert').innerText()
    await story.shot(page, 'login')
    await page.getByLabel('E-mail address').fill('nobody@aurora.example')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: 'Sign in' }).waitFor()
    story.check((await page.getByRole('alert').innerText()) === wrong, 'the two answers are one')
  })
  await story.step('with the right one she is in', async () => {
    await signIn(page, bia.email, bia.password)
    await page.getByTestId('inbox').waitFor()
  })

  await story.step('Rui makes her a lead: her open page asks her to sign in again', async () => {
    const row = rui.getByTestId('person').filter({ hasText: bia.name })
    await row.getByRole('combobox').selectOption('lead')
    await story.shot(rui, 'role')
    await row.getByRole('button', { name: 'Change role' }).click()
    await page.getByTestId('login-form').waitFor()
    await signIn(page, bia.email, bia.password)
    await page.getByTestId('inbox').waitFor()
  })

  await story.step('her settings are saved field by field, take effect at once and can be taken back', async () => {
    await page.goto(`${server.url}/settings/you`)
    await page.getByText('Dark', { exact: true }).click()
    await page.locator('html[data-theme=dark]').waitFor({ state: 'attached' })
    await page.getByTestId('mark-theme').getByText('Saved').waitFor()
    await story.shot(page, 'you-dark')
    await page.reload()
    await page.locator('html[data-theme=dark]').waitFor({ state: 'attached' })
    await page.getByText('Compact', { exact: true }).click()
    await page.getByTestId('mark-density').getByRole('button', { name: 'Undo' }).click()
    await page.getByTestId('mark-density').getByText('Undone').waitFor()
    await page.locator('html[data-density=comfortable]').waitFor({ state: 'attached' })
    await page.setViewportSize({ width: 390, height: 844 })
    await story.shot(page, 'you-narrow')
    await page.setViewportSize({ width: 1440, height: 900 })
  })
  await story.step('as a lead she sees who may manage people, and cannot', async () => {
    await page.goto(`${server.url}/settings/people`)
    await page.getByText(`Ask ${owner.name}.`).waitFor()
    story.check((await page.getByRole('combobox').count()) === 0, 'no role can be changed')
    await story.shot(page, 'people-lead')
  })

  await story.step('Rui makes an API key, shown once, and sees where he is signed in', async () => {
    await rui.goto(`${server.url}/settings/keys`)
    await rui.getByRole('button', { name: 'New key' }).click()
    await rui.getByLabel('What will use it').fill('n8n')
    await rui.getByRole('button', { name: 'Make key' }).click()
    const field = rui.getByTestId('secret').locator('input')
    await field.waitFor()
    story.check((await field.inputValue()).startsWith('clk_'), 'it is a key')
    await story.shot(rui, 'key')
    await rui.getByRole('button', { name: 'I’ve saved it' }).click()
    await rui.goto(`${server.url}/settings/sessions`)
    await rui.getByTestId('session').first().waitFor()
    await story.shot(rui, 'sessions')
  })

  await story.step('Rui deactivates her: her page is signed out, and her password opens nothing', async () => {
    await rui.goto(`${server.url}/settings/people`)
    const row = rui.getByTestId('person').filter({ hasText: bia.name })
    await row.getByRole('button', { name: `Deactivate ${bia.name}` }).click()
    await row.getByRole('button', { name: 'Deactivate', exact: true }).click()
    await page.getByTestId('login-form').waitFor()
    await signIn(page, bia.email, bia.password)
    await page.getByText('do not belong together').waitFor()
    await rui.getByText('Deactivated').waitFor()
    await story.shot(rui, 'people')
  })
}
