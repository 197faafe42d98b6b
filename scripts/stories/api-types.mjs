// C1: the browser speaks the API that the server describes.
import { readFileSync } from 'node:fs'
import { apiTypes, committed } from './lib/api-types.mjs'

export const title = 'the browser’s types of the API are those that the server describes'

export async function tell(story) {
  await story.step('the types made from /api/openapi.json are the committed ones', async () => {
    const made = await apiTypes(story.demo.facts.url)
    story.check(made === readFileSync(committed, 'utf8'), 'web/src/api/schema.d.ts is fresh; renew it with: npm --prefix web run api')
  })
}
