import { describe, expect, it } from 'vitest'
import { apiWith } from '../testing/support'
import { Problem } from './problem'

async function refusal(reply: Parameters<typeof apiWith>[0] extends (c: never) => infer R ? Awaited<R> : never): Promise<Problem> {
  const { api } = apiWith(() => reply)
  return api.me().then(
    () => {
      throw new Error('it was not refused')
    },
    (error: unknown) => error as Problem,
  )
}

describe('what went wrong', () => {
  it('is told in the server’s words, with the wrong fields', async () => {
    const p = await refusal({ status: 422, body: { title: 'Not read.', detail: 'Correct it.', status: 422, cause: 'api.input', fields: [{ name: 'body.token', reason: 'too short' }, 7], request_id: 'R1' } })
    expect(p).toMatchObject({ title: 'Not read.', detail: 'Correct it.', status: 422, code: 'api.input', requestId: 'R1', passing: false })
    expect(p.field('token')).toBe('too short')
    expect(p.field('other')).toBeNull()
  })

  it('may pass by itself where the server says so, or says nothing', async () => {
    const busy = await refusal({ status: 503, headers: { 'Retry-After': '5' }, body: { title: 'Busy', status: 503 } })
    expect([busy.passing, busy.retryAfterSeconds]).toEqual([true, 5])
    const silent = await refusal(new TypeError('Failed to fetch'))
    expect([silent.passing, silent.status, silent.title]).toEqual([true, 0, 'The server cannot be reached.'])
    const late = await refusal(new DOMException('', 'TimeoutError'))
    expect(late.title).toBe('The server did not answer in time.')
  })

  it('is still a sentence when something else than the server answers', async () => {
    const p = await refusal({ status: 502, body: '<html>Bad Gateway</html>' })
    expect([p.title, p.code]).toEqual(['The server answered with 502.', 'browser.bad_answer'])
  })
})
