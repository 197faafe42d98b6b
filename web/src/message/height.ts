import type { Media, Message } from '../api/types'
import type { Line } from './order'

/** The largest box a picture or a film takes in a bubble, in pixels. */
export const largestPicture = { width: 320, height: 300 }

/** The room a picture takes in a bubble: reserved before it has come, so that nothing jumps when it does. */
export function pictureSize(media: Pick<Media, 'width' | 'height'>, largest = largestPicture): { width: number; height: number } {
  const [width, height] = [media.width ?? 0, media.height ?? 0]
  if (width <= 0 || height <= 0) return { width: largest.width, height: Math.round(largest.width * 0.625) }
  const scale = Math.min(1, largest.width / width, largest.height / height)
  return { width: Math.max(48, Math.round(width * scale)), height: Math.max(48, Math.round(height * scale)) }
}

/** How high a line of the thread probably is in a column of this width, until it has been laid out. */
export function lineHeight(line: Line, column: number): number {
  if (line.type !== 'message') return 46
  const { message, joined } = line
  const characters = Math.max(20, (Math.min(column, 720) * 0.84 - 26) / 7.4)
  const words = message.text.split('\n').reduce((n, part) => n + Math.max(1, Math.ceil(part.length / characters)), message.text ? 0 : 1)
  const frame = (joined ? 3 : 12) + 31
  const quote = message.reply_to ? 44 : 0
  const trouble = message.status === 'failed' || message.status === 'unknown' ? 110 : 0
  return frame + words * 22 + quote + trouble + message.media.reduce((sum, media) => sum + mediaHeight(message.kind, media), 0) + (message.reactions.length > 0 ? 16 : 0)
}

function mediaHeight(kind: Message['kind'], media: Media): number {
  if (media.state === 'ready' && (kind === 'image' || kind === 'video')) return pictureSize(media).height + 6
  return media.state === 'ready' && kind === 'sticker' ? 134 : 76
}
