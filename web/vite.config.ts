import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig, type Plugin } from 'vite'
import { budget } from './budget.ts'
import { fixture } from './fixture/plugin.ts'

// The Go server hands out name.br beside name to whoever accepts brotli (embed.go).
function packed(): Plugin {
  const texts = /\.(html|js|css|svg|txt)$/
  let outDir = ''
  return {
    name: 'clearline-packed',
    apply: 'build',
    configResolved(config) {
      outDir = join(config.root, config.build.outDir)
    },
    closeBundle() {
      for (const name of readdirSync(outDir, { recursive: true, encoding: 'utf8' })) {
        if (!texts.test(name)) continue
        const body = readFileSync(join(outDir, name))
        const options = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }
        writeFileSync(join(outDir, `${name}.br`), brotliCompressSync(body, options))
      }
    },
  }
}

// The licences of everything that ends up in the browser's files, as their makers ask for: /licences.txt.
function licences(): Plugin {
  const modules = join(import.meta.dirname, 'node_modules')
  const always = ['@fontsource-variable/atkinson-hyperlegible-next']
  return {
    name: 'clearline-licences',
    apply: 'build',
    generateBundle(_, bundle) {
      const names = new Set(always)
      for (const file of Object.values(bundle)) {
        for (const id of file.type === 'chunk' ? Object.keys(file.modules) : []) {
          const name = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(id)?.[1]
          if (name) names.add(name)
        }
      }
      const texts = [...names].sort().map((name) => {
        const file = readdirSync(join(modules, name)).find((f) => /^licen[cs]e/i.test(f))
        if (!file) throw new Error(`${name} has no licence file`)
        return `${name}\n\n${readFileSync(join(modules, name, file), 'utf8').trim()}\n`
      })
      this.emitFile({ type: 'asset', fileName: 'licences.txt', source: texts.join('\n\n') })
    },
  }
}

export default defineConfig(({ mode }) => ({
  plugins: [svelte(), licences(), budget(), packed(), ...(mode === 'fixture' ? [fixture()] : [])],
  build: {
    // dist/index.html is committed; the application goes beside it, out of git's sight.
    outDir: 'dist/app',
    emptyOutDir: true,
    target: 'es2022',
    // Inlined fonts or images would be data: addresses, which the server's policy refuses.
    assetsInlineLimit: 0,
    // What the first page and later ones share comes in one file: alone, each was a request of the first page's.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'base', test: /node_modules[\\/]svelte[\\/]|src[\\/]text[\\/]en\.ts$/ }] } } },
  },
  server: {
    // `npm run dev` beside a running server: CLEARLINE_URL=http://127.0.0.1:8080 npm run dev
    proxy: mode === 'fixture' ? {} : { '/api': process.env.CLEARLINE_URL ?? 'http://127.0.0.1:8080' },
  },
  resolve: process.env.VITEST ? { conditions: ['browser'] } : {},
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.ts'],
    restoreMocks: true,
  },
}))
