// A player for sound: the waveform is measured from the file itself, once it is in sight.
import { el, svg } from './world.js'

const bars = 40
const measured = new Map()

async function measure(url) {
  const bytes = await (await fetch(url)).arrayBuffer()
  const sound = await new OfflineAudioContext(1, 1, 48000).decodeAudioData(bytes)
  const data = sound.getChannelData(0)
  const each = Math.floor(data.length / bars)
  const peaks = Array.from({ length: bars }, (_, i) => {
    let most = 0
    for (let n = i * each; n < (i + 1) * each; n += 8) most = Math.max(most, Math.abs(data[n]))
    return most
  })
  const loudest = Math.max(...peaks, 0.01)
  return { seconds: sound.duration, peaks: peaks.map((p) => p / loudest) }
}

const time = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`

const sight = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue
    sight.unobserve(entry.target)
    entry.target.measure()
  }
})

export function player(file) {
  const sound = new Audio()
  sound.preload = 'none'
  sound.src = file.url
  const wave = svg('svg', { viewBox: `0 0 ${bars * 4} 28`, class: 'wave', 'aria-hidden': 'true', preserveAspectRatio: 'none' })
  const lines = Array.from({ length: bars }, (_, i) => svg('rect', { x: i * 4 + 0.5, width: 2.4, y: 12, height: 4, rx: 1.2 }))
  wave.append(...lines)
  const label = el('span', { className: 'voice-time' }, '')
  const play = el('button', { type: 'button', className: 'play', 'aria-label': 'Play', 'data-testid': 'phone-play', onclick: () => (sound.paused ? sound.play().catch(() => failed()) : sound.pause()) }, '▶')
  const box = el('div', { className: 'voice' }, play, wave, label, sound)
  let seconds = 0
  const paint = () => {
    const share = seconds ? sound.currentTime / seconds : 0
    for (const [i, line] of lines.entries()) line.classList.toggle('past', sound.currentTime > 0 && i / bars < share)
    label.textContent = time(sound.currentTime > 0 ? sound.currentTime : seconds)
  }
  const failed = () => { label.textContent = 'cannot be played' }
  sound.addEventListener('timeupdate', paint)
  sound.addEventListener('play', () => { play.textContent = '❚❚'; play.setAttribute('aria-label', 'Pause') })
  for (const end of ['pause', 'ended']) sound.addEventListener(end, () => { play.textContent = '▶'; play.setAttribute('aria-label', 'Play') })
  sound.addEventListener('ended', () => { sound.currentTime = 0; paint() })
  box.measure = async () => {
    try {
      if (!measured.has(file.url)) measured.set(file.url, measure(file.url))
      const { seconds: length, peaks } = await measured.get(file.url)
      seconds = length
      for (const [i, line] of lines.entries()) {
        const height = Math.max(3, peaks[i] * 26)
        line.setAttribute('height', height)
        line.setAttribute('y', 14 - height / 2)
      }
      paint()
    } catch {
      measured.delete(file.url)
      failed()
    }
  }
  sight.observe(box)
  return box
}
