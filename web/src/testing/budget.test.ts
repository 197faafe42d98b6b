import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { weigh, type Bundle } from '../../budget'

/** Code that cannot be packed: as many kB on the wire as given. */
const code = (kB: number) => randomBytes(kB * 750).toString('base64')
const chunk = (fileName: string, kB: number, more: object = {}) =>
  ({ type: 'chunk', fileName, code: code(kB), isEntry: false, isDynamicEntry: false, imports: [], ...more }) as Bundle[string]
const asset = (fileName: string, kB: number) => ({ type: 'asset', fileName, source: randomBytes(kB * 1000) }) as Bundle[string]
const bundle = (...files: Bundle[string][]): Bundle => Object.fromEntries(files.map((f) => [f.fileName, f]))
const over = (...files: Bundle[string][]) => weigh(bundle(...files)).over.map((line) => line.replace(/ {2,}.*/, ''))

describe('budget of what is loaded', () => {
  it('counts what the entry imports, once, and not what comes later', () => {
    const entry = chunk('entry.js', 60, { isEntry: true, imports: ['shared.js', 'list.js'] })
    const list = chunk('list.js', 30, { imports: ['shared.js'] })
    const later = chunk('later.js', 50, { isDynamicEntry: true, imports: ['shared.js'] })
    expect(over(entry, list, later, chunk('shared.js', 40))).toEqual([])
    expect(over(entry, list, later, chunk('shared.js', 90))).toEqual(['first page, JS'])
  })

  it('counts a lazy part with what it alone imports', () => {
    const entry = chunk('entry.js', 10, { isEntry: true })
    const later = chunk('later.js', 40, { isDynamicEntry: true, imports: ['heavy.js'] })
    expect(over(entry, later, chunk('heavy.js', 10))).toEqual([])
    expect(over(entry, later, chunk('heavy.js', 50))).toEqual(['lazy later.js'])
  })

  it('counts styles, fonts and workers', () => {
    const styled = (css: number) => [chunk('entry.js', 10, { isEntry: true, viteMetadata: { importedCss: new Set(['a.css']) } }), asset('a.css', css)]
    expect(over(...styled(20), asset('f.woff2', 40), asset('worker.js', 40))).toEqual([])
    expect(over(...styled(30), asset('f.woff2', 50), asset('worker.js', 140))).toEqual(['first page, JS', 'first page, CSS', 'largest font file'])
  })
})
