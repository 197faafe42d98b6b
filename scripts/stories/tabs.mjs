// C1: pages of one browser share one stream of changes, and go on without a gap when its reader is closed.
export const title = 'two tabs, one stream; the second goes on when the first is closed'

export async function tell(story) {
  const person = await story.person('Paul Weiss')
  const phone = await story.phone(person)
  const first = await story.inbox()
  const streams = () => story.requests.filter((url) => new URL(url).pathname === '/api/v1/stream')

  await story.step('the first tab opens the stream', () => story.eventually('one stream', () => streams().length === 1))
  const second = await story.step('the agent opens the inbox in a second tab', () => story.tab(first))
  await story.step('Paul writes: both tabs show it', async () => {
    await phone.write('Good morning')
    await first.page.getByTestId('conversation').filter({ hasText: 'Good morning' }).waitFor()
    await second.page.getByTestId('conversation').filter({ hasText: 'Good morning' }).waitFor()
    story.check(streams().length === 1, `still one stream, not ${streams().length}`)
  })
  await story.step('the first tab is closed: the second reads on from the last number it heard', async () => {
    await first.page.close()
    await story.eventually('the second tab opens the stream', () => streams().length === 2, second.page)
    story.check(/since=\d+/.test(streams()[1]), `it says since which number: ${streams()[1]}`)
  })
  await story.step('what Paul writes now is there too', async () => {
    await phone.write('Are you open today?')
    await second.page.getByTestId('conversation').filter({ hasText: 'Are you open today?' }).waitFor()
  })
}
