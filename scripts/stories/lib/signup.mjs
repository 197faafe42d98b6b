/**
 * From the wizard's step "login" through the twin's pages of the sign-in at Meta and back, choosing what is named. A number that is
 * new to Meta gets a code, which is read off its owner's phone. `without` leaves a permission out.
 */
export async function signInAtMeta(page, demo, { business, waba, number, without }) {
  await page.getByTestId('go-login').click()
  await page.getByTestId('login-owner').waitFor()
  await page.getByTestId('login-next').click()
  for (const [kind, id] of [['business', business], ['waba', waba], ['number', number]]) {
    await page.locator(`input[name="${kind}"]`).first().waitFor()
    await page.locator(`input[name="${kind}"][value="${id}"]`).check()
    await page.getByTestId('login-next').click()
  }
  const [code, scope] = [page.getByTestId('login-code'), page.locator('input[name="scope"]').first()]
  await code.or(scope).waitFor()
  if (await code.isVisible()) {
    const { items } = await demo.control('GET', `accounts/${number}/codes`)
    await code.fill(items[0].code)
    await page.getByTestId('login-next').click()
    await scope.waitFor()
  }
  if (without) await page.getByTestId(`login-scope-${without}`).uncheck()
  await page.getByTestId('login-next').click()
}
