// The two containers around what the browser's encoders give: Ogg for voice (RFC 3533, RFC 7845), MP4 for film
// (ISO 14496-12 and -15).

/** Ogg Opus, mono, from 20 ms packets in base64. */
export function ogg(packets) {
  const audio = packets.map((p) => Buffer.from(p, 'base64'))
  const head = Buffer.alloc(19)
  head.write('OpusHead')
  head[8] = 1
  head[9] = 1
  head.writeUInt16LE(312, 10)
  head.writeUInt32LE(48000, 12)
  const tags = Buffer.concat([Buffer.from('OpusTags'), u32le(6), Buffer.from('sample'), u32le(0)])
  const pages = [oggPage(2, 0n, 0, [head]), oggPage(0, 0n, 1, [tags])]
  const each = 50
  for (let i = 0; i < audio.length; i += each) {
    const last = i + each >= audio.length
    pages.push(oggPage(last ? 4 : 0, BigInt(Math.min(audio.length, i + each)) * 960n, pages.length, audio.slice(i, i + each)))
  }
  return Buffer.concat(pages)
}

function oggPage(flags, position, sequence, packets) {
  const sizes = packets.flatMap((p) => [...Array(Math.floor(p.length / 255)).fill(255), p.length % 255])
  if (sizes.length > 255) throw new Error('too much for one page')
  const head = Buffer.alloc(27)
  head.write('OggS')
  head[5] = flags
  head.writeBigUInt64LE(position, 6)
  head.writeUInt32LE(0x5a17, 14)
  head.writeUInt32LE(sequence, 18)
  head[26] = sizes.length
  const page = Buffer.concat([head, Buffer.from(sizes), ...packets])
  let sum = 0
  for (const byte of page) {
    sum = (sum ^ (byte << 24)) >>> 0
    for (let bit = 0; bit < 8; bit++) sum = (sum & 0x80000000 ? (sum << 1) ^ 0x04c11db7 : sum << 1) >>> 0
  }
  page.writeUInt32LE(sum, 22)
  return page
}

/** MP4 with one H.264 track. */
export function mp4({ width, height, perSecond, description, samples }) {
  const frames = samples.map((s) => Buffer.from(s.bytes, 'base64'))
  const units = perSecond * 1000
  const length = frames.length * 1000
  const avcC = box('avcC', Buffer.from(description, 'base64'))
  const entry = Buffer.alloc(78)
  entry.writeUInt16BE(1, 6)
  entry.writeUInt16BE(width, 24)
  entry.writeUInt16BE(height, 26)
  entry.writeUInt32BE(0x480000, 28)
  entry.writeUInt32BE(0x480000, 32)
  entry.writeUInt16BE(1, 40)
  entry.writeUInt16BE(24, 74)
  entry.writeInt16BE(-1, 76)
  const matrix = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000].map(u32)
  const tables = (offset) =>
    box('stbl',
      full('stsd', u32(1), box('avc1', entry, avcC)),
      full('stts', u32(1), u32(frames.length), u32(1000)),
      full('stss', u32(samples.filter((s) => s.key).length), ...samples.flatMap((s, i) => (s.key ? [u32(i + 1)] : []))),
      full('stsc', u32(1), u32(1), u32(frames.length), u32(1)),
      full('stsz', u32(0), u32(frames.length), ...frames.map((f) => u32(f.length))),
      full('stco', u32(1), u32(offset)))
  const moov = (offset) =>
    box('moov',
      full('mvhd', u32(0), u32(0), u32(units), u32(length), u32(0x10000), Buffer.from([1, 0]), Buffer.alloc(10), ...matrix, Buffer.alloc(24), u32(2)),
      box('trak',
        flagged('tkhd', 3, u32(0), u32(0), u32(1), u32(0), u32(length), Buffer.alloc(16), ...matrix, u32(width << 16), u32(height << 16)),
        box('mdia',
          full('mdhd', u32(0), u32(0), u32(units), u32(length), Buffer.from([0x55, 0xc4, 0, 0])),
          full('hdlr', u32(0), Buffer.from('vide'), Buffer.alloc(12), Buffer.from('film\0')),
          box('minf',
            flagged('vmhd', 1, Buffer.alloc(8)),
            box('dinf', full('dref', u32(1), flagged('url ', 1))),
            tables(offset)))))
  const start = Buffer.concat([box('ftyp', Buffer.from('isom'), u32(512), Buffer.from('isomiso2avc1mp41'))])
  return Buffer.concat([start, moov(start.length + moov(0).length + 8), box('mdat', ...frames)])
}

function u32(n) {
  const b = Buffer.alloc(4)
  b.writeUInt32BE(n >>> 0)
  return b
}

function u32le(n) {
  const b = Buffer.alloc(4)
  b.writeUInt32LE(n)
  return b
}

function box(kind, ...content) {
  const all = Buffer.concat(content)
  return Buffer.concat([u32(all.length + 8), Buffer.from(kind), all])
}

const flagged = (kind, flags, ...content) => box(kind, u32(flags), ...content)
const full = (kind, ...content) => flagged(kind, 0, ...content)
