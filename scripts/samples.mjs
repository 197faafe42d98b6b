// Draws, speaks and films what customers send in the demo, in a browser, into sim/samples/: own work from the first
// pixel, so nobody's rights are touched. Needed only after a change here: node scripts/samples.mjs
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { mp4, ogg } from './samples/containers.mjs'
import { pictures, speech, steam, stickers } from './samples/scenes.mjs'
import { openBrowser } from './stories/lib/browser.mjs'

const folder = fileURLToPath(new URL('../sim/samples/', import.meta.url))
mkdirSync(folder, { recursive: true })
const keep = (name, bytes) => {
  writeFileSync(folder + name, bytes)
  console.log(`${name}: ${Math.ceil(bytes.length / 1024)} kB`)
}

// Encoders are there on pages of a secure origin only; this machine's own is one.
const server = createServer((_, answer) => answer.setHeader('Content-Type', 'text/html').end('<!doctype html><title>samples</title>'))
await new Promise((ready) => server.listen(0, '127.0.0.1', ready))
const browser = await openBrowser()
try {
  const page = await browser.newPage()
  await page.goto(`http://127.0.0.1:${server.address().port}/`)
  await page.evaluate(helpers)
  for (const [name, { width, height, draw }] of Object.entries(pictures)) {
    keep(`${name}.jpg`, await drawn(page, width, height, draw, 'image/jpeg', 0.78))
  }
  for (const [name, { width, height, draw }] of Object.entries(stickers)) {
    keep(`${name}.webp`, await drawn(page, width, height, draw, 'image/webp', 0.9))
  }
  for (const [name, plan] of Object.entries(speech)) keep(`${name}.ogg`, ogg(await page.evaluate(speak, plan)))
  keep('steam.mp4', mp4(await page.evaluate(`(${film})(${JSON.stringify({ ...steam, draw: undefined })}, ${steam.draw})`)))
} finally {
  await browser.close()
  server.close()
}

async function drawn(page, width, height, draw, type, quality) {
  const base64 = await page.evaluate(`(async () => {
    const canvas = new OffscreenCanvas(${width}, ${height})
    const c = canvas.getContext('2d')
    ;(${draw})(c, ${width}, ${height})
    return base64(await (await canvas.convertToBlob({ type: '${type}', quality: ${quality} })).arrayBuffer())
  })()`)
  return Buffer.from(base64, 'base64')
}

/** What every scene may use; runs in the page. */
function helpers() {
  globalThis.base64 = (buffer) => {
    let text = ''
    for (const byte of new Uint8Array(buffer)) text += String.fromCharCode(byte)
    return btoa(text)
  }
  let seed = 7
  globalThis.chance = () => {
    seed = (seed * 1103515245 + 12345) & 0x7fffffff
    return seed / 0x7fffffff
  }
  globalThis.wood = (c, w, h, light, dark) => {
    c.fillStyle = light
    c.fillRect(0, 0, w, h)
    const board = h / 5
    for (let y = 0; y < h; y += board) {
      c.fillStyle = `rgb(90 50 20 / ${0.05 + chance() * 0.1})`
      c.fillRect(0, y, w, board - 3)
      c.fillStyle = dark
      c.fillRect(0, y + board - 3, w, 3)
      c.strokeStyle = `rgb(70 40 10 / 0.12)`
      for (let i = 0; i < 14; i++) {
        const at = y + chance() * board
        c.lineWidth = 1 + chance() * 2
        c.beginPath()
        c.moveTo(0, at)
        c.bezierCurveTo(w * 0.3, at + 14 * (chance() - 0.5), w * 0.6, at + 14 * (chance() - 0.5), w, at + 8 * (chance() - 0.5))
        c.stroke()
      }
    }
  }
  globalThis.shaded = (c, blur, y, draw) => {
    c.save()
    c.shadowColor = 'rgb(30 20 10 / 0.45)'
    c.shadowBlur = blur
    c.shadowOffsetY = y
    draw()
    c.restore()
  }
  globalThis.vignette = (c, w, h) => {
    const g = c.createRadialGradient(w * 0.5, h * 0.45, Math.min(w, h) * 0.3, w * 0.5, h * 0.5, Math.max(w, h) * 0.75)
    g.addColorStop(0, 'rgb(0 0 0 / 0)')
    g.addColorStop(1, 'rgb(20 10 0 / 0.38)')
    c.fillStyle = g
    c.fillRect(0, 0, w, h)
  }
}

/** Babbles like a person on the phone: syllables of a buzzing source through two formants. Runs in the page. */
async function speak({ seconds, pitch, words }) {
  const rate = 48000
  const sound = new Float32Array(seconds * rate)
  let phase = 0
  let at = 0.25
  const state = [0, 0, 0, 0]
  const vowels = [[730, 1090], [270, 2290], [530, 1840], [570, 840], [300, 870]]
  for (const [w, syllables] of words.entries()) {
    for (let s = 0; s < syllables; s++) {
      const length = 0.11 + chance() * 0.09
      const [f1, f2] = vowels[Math.floor(chance() * vowels.length)]
      const tone = pitch * (1.12 - 0.18 * (s / syllables)) * (w === words.length - 1 && s === syllables - 1 ? 0.85 : 1)
      for (let i = 0; i < length * rate; i++) {
        const n = Math.floor(at * rate) + i
        if (n >= sound.length) break
        const share = i / (length * rate)
        phase = (phase + (tone * (1 + 0.02 * Math.sin(n / 900))) / rate) % 1
        let x = (phase < 0.12 ? 1 : -0.136) + (share < 0.12 ? (chance() - 0.5) * 0.8 : 0)
        for (const [k, f] of [f1, f2].entries()) {
          const r = 0.985
          const y = x * (1 - r) + 2 * r * Math.cos((2 * Math.PI * f) / rate) * state[k * 2] - r * r * state[k * 2 + 1]
          state[k * 2 + 1] = state[k * 2]
          state[k * 2] = y
          x = x * 0.2 + y
        }
        sound[n] += 0.5 * x * Math.sin(Math.PI * Math.min(1, share * 1.05)) ** 0.7
      }
      at += length * 0.92
    }
    at += 0.09 + chance() * 0.22
  }
  const loudest = sound.reduce((most, v) => Math.max(most, Math.abs(v)), 0)
  const packets = []
  const encoder = new AudioEncoder({
    output: (chunk) => {
      const bytes = new Uint8Array(chunk.byteLength)
      chunk.copyTo(bytes)
      packets.push(base64(bytes.buffer))
    },
    error: (e) => { throw e },
  })
  encoder.configure({ codec: 'opus', sampleRate: rate, numberOfChannels: 1, bitrate: 20000, opus: { frameDuration: 20000 } })
  const data = sound.map((v) => (0.7 * v) / loudest)
  encoder.encode(new AudioData({ format: 'f32', sampleRate: rate, numberOfFrames: data.length, numberOfChannels: 1, timestamp: 0, data }))
  await encoder.flush()
  return packets
}

/** Films a scene; runs in the page. */
async function film({ width, height, frames, perSecond }, draw) {
  const out = { width, height, perSecond, description: '', samples: [] }
  const encoder = new VideoEncoder({
    output: (chunk, meta) => {
      const bytes = new Uint8Array(chunk.byteLength)
      chunk.copyTo(bytes)
      out.samples.push({ key: chunk.type === 'key', bytes: base64(bytes.buffer) })
      const d = meta?.decoderConfig?.description
      if (d) out.description = base64(d.buffer ?? d)
    },
    error: (e) => { throw e },
  })
  encoder.configure({ codec: 'avc1.42001f', width, height, bitrate: 350_000, framerate: perSecond, avc: { format: 'avc' } })
  const canvas = new OffscreenCanvas(width, height)
  const c = canvas.getContext('2d')
  for (let n = 0; n < frames; n++) {
    draw(c, width, height, n / frames)
    const frame = new VideoFrame(canvas, { timestamp: (n * 1e6) / perSecond })
    encoder.encode(frame, { keyFrame: n === 0 })
    frame.close()
  }
  await encoder.flush()
  return out
}
