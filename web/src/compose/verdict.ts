import type { Media, Platform } from '../api/types'
import { bytes } from '../text/format'
import { composeText as words } from '../text/compose'

/** Whether a file fits the platform, in one line with its sizes. */
export interface Verdict {
  ok: boolean
  line: string
}

/** What becomes of a file on its way to this platform: how large, what was changed, which limit holds. */
export function verdict(media: Media, platform: Platform): Verdict {
  const fit = media.fits?.find((f) => f.platform === platform) ?? null
  const size = bytes(media.bytes)
  if (fit && !fit.ok) {
    const large = fit.limit_bytes > 0 && media.bytes > fit.limit_bytes
    return { ok: false, line: large ? words.tooLarge(size, bytes(fit.limit_bytes)) : words.refused(size, fit.reason ?? words.notOk) }
  }
  const before = media.converted?.bytes_before
  if (before && before > media.bytes && fit && fit.limit_bytes > 0) return { ok: true, line: words.resized(bytes(before), size, bytes(fit.limit_bytes)) }
  if (media.converted) return { ok: true, line: words.converted(media.converted.from.split('/').at(-1) ?? media.converted.from, size) }
  return { ok: true, line: words.fits(size) }
}
