import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig, type Plugin } from 'vite'
import { fixture } from './fixture/plugin.ts'

// The Go server hands out name.br beside name to whoever accepts brotli (embed.go).
function packed(): Plugin {
  const texts = /\.(html|js|css|svg|json|webmanifest)$/
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

export default defineConfig(({ mode }) => ({
  plugins: [svelte(), packed(), ...(mode === 'fixture' ? [fixture()] : [])],
  build: {
    // dist/index.html is committed; the application goes beside it, out of git's sight.
    outDir: 'dist/app',
    emptyOutDir: true,
    target: 'es2022',
    // Inlined fonts or images would be data: addresses, which the server's policy refuses.
    assetsInlineLimit: 0,
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
