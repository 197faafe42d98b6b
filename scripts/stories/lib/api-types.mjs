// The types of the API as the browser's client uses them, made from a running server's own description.
// Run by itself (npm run api in web/) it starts a demo and writes web/src/api/schema.d.ts.
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { Demo } from './demo.mjs'

const require = createRequire(new URL('../../../web/package.json', import.meta.url))

export const committed = fileURLToPath(new URL('../../../web/src/api/schema.d.ts', import.meta.url))

/** Gives the text of schema.d.ts for the server at url. */
export async function apiTypes(url) {
  const { default: openapiTS, astToString } = require('openapi-typescript')
  const response = await fetch(new URL('/api/openapi.json', url))
  if (!response.ok) throw new Error(`/api/openapi.json answered ${response.status}`)
  const description = await response.json()
  const head = '// Made from /api/openapi.json by `npm run api`; not written by hand.\n\n'
  return head + astToString(await openapiTS(description))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const demo = await Demo.start()
  try {
    writeFileSync(committed, await apiTypes(demo.facts.url))
    console.log(`written: ${committed}`)
  } finally {
    await demo.stop()
  }
}
