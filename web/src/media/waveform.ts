/** Larger sounds are not decoded only to be drawn. */
const largest = 2_000_000
export const bars = 40

/** The loudness of a sound in equal steps, each from 0 to 1; null when this browser cannot tell. */
export async function waveform(url: string, bytes: number): Promise<number[] | null> {
  if (bytes > largest || typeof OfflineAudioContext === 'undefined') return null
  try {
    const response = await fetch(url)
    if (!response.ok) return null
    const sound = await new OfflineAudioContext(1, 1, 16_000).decodeAudioData(await response.arrayBuffer())
    return loudness(sound.getChannelData(0), bars)
  } catch {
    return null
  }
}

/** The loudest sample of each of n equal parts, in relation to the loudest of all. */
export function loudness(samples: Float32Array, n: number): number[] {
  const step = Math.max(1, Math.floor(samples.length / n))
  const peaks = Array.from({ length: n }, (_, i) => {
    let peak = 0
    for (let k = i * step; k < Math.min(samples.length, (i + 1) * step); k += 4) peak = Math.max(peak, Math.abs(samples[k]!))
    return peak
  })
  const most = Math.max(...peaks)
  return peaks.map((p) => (most > 0 ? p / most : 0))
}
