import { brotliCompressSync, constants } from 'node:zlib'
import type { Plugin } from 'vite'

/** What may go over the wire, in kB of 1000 bytes, brotli at its best as the server hands it out. */
const limits = { js: 130, css: 25, font: 45, lazy: 60 }

/** The parts of a bundle that the check looks at; Vite's own types say the rest. */
type Chunk = {
  type: 'chunk'
  fileName: string
  code: string
  isEntry: boolean
  isDynamicEntry: boolean
  imports: string[]
  viteMetadata?: { importedCss: Set<string> }
}
type Asset = { type: 'asset'; fileName: string; source: string | Uint8Array }
export type Bundle = Record<string, Chunk | Asset>

const packed = (text: string | Uint8Array) =>
  brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }).length / 1000

/** A chunk with everything it imports before it can run. */
function closure(bundle: Bundle, fileName: string, into = new Set<string>()): Set<string> {
  const chunk = bundle[fileName]
  if (chunk?.type !== 'chunk' || into.has(fileName)) return into
  into.add(fileName)
  for (const name of chunk.imports) closure(bundle, name, into)
  return into
}

/** What the first page needs before it can run, what each lazy part adds to it, and whatever is over its limit. */
export function weigh(bundle: Bundle): { lines: string[]; over: string[] } {
  const all = Object.values(bundle)
  const chunks = all.filter((f): f is Chunk => f.type === 'chunk')
  const first = new Set<string>()
  for (const c of chunks) if (c.isEntry) closure(bundle, c.fileName, first)
  const js = (names: Iterable<string>) => [...names].reduce((sum, n) => sum + packed((bundle[n] as Chunk).code), 0)
  const css = (names: Iterable<string>) => {
    const files = new Set([...names].flatMap((n) => [...((bundle[n] as Chunk).viteMetadata?.importedCss ?? [])]))
    return [...files].reduce((sum, n) => sum + packed((bundle[n] as Asset).source), 0)
  }
  // A worker is a file of its own that no chunk imports; the first page starts it.
  const workers = all.filter((f): f is Asset => f.type === 'asset' && f.fileName.endsWith('.js'))
  // The browser takes only the font files whose letters a page shows; for most pages that is one.
  const fonts = all.filter((f): f is Asset => f.type === 'asset' && f.fileName.endsWith('.woff2')).map((f) => f.source.length / 1000)

  const figures: [string, number, number][] = [
    ['first page, JS', js(first) + workers.reduce((sum, f) => sum + packed(f.source), 0), limits.js],
    ['first page, CSS', css(first), limits.css],
    ['largest font file', Math.max(0, ...fonts), limits.font],
  ]
  for (const c of chunks.filter((f) => f.isDynamicEntry && !first.has(f.fileName))) {
    const added = [...closure(bundle, c.fileName)].filter((n) => !first.has(n))
    figures.push([`lazy ${c.fileName.replace(/^assets\/|-[\w-]{8}\.js$/g, '')}`, js(added) + css(added), limits.lazy])
  }
  const line = ([what, is, limit]: [string, number, number]) => `${what.padEnd(34)} ${is.toFixed(1).padStart(6)} of ${limit} kB`
  return { lines: figures.map(line), over: figures.filter(([, is, limit]) => is > limit).map(line) }
}

/** Ends the build when the graph of what is loaded grows past its budget. */
export function budget(): Plugin {
  return {
    name: 'clearline-budget',
    apply: 'build',
    writeBundle(_, bundle) {
      const { lines, over } = weigh(bundle as unknown as Bundle)
      console.log(lines.join('\n'))
      if (over.length > 0) this.error(`over what a page may weigh, brotli:\n${over.join('\n')}\nimport what a page does not need at once lazily: () => import('…')`)
    },
  }
}
