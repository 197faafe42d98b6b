// What a message of each kind shows. Nothing is ever blank: what is not known here is shown raw.
import { $, el, initials, svg } from './world.js'
import { player } from './voice.js'

const kindWords = {
  image: 'Picture', video: 'Film', audio: 'Sound', voice: 'Voice message', document: 'Document', sticker: 'Sticker', location: 'Place',
  contacts: 'Contact card', order: 'Order', interactive: 'Question', template: 'Message', button: 'Answer', unsupported: 'Not supported', request_welcome: 'Opened the chat',
}

/** A message in a line, for quotes. */
export const wordsOf = (m) => m.text || kindWords[m.kind] || m.kind

/** The elements inside a message's bubble. */
export function contentOf(m, { picked, phone }) {
  const show = shown[m.kind] ?? raw
  const parts = show(m, phone)
  if (m.from === 'business' && m.choices.length > 0) parts.push(choices(m, picked, phone))
  return parts
}

const text = (words) => (words ? [el('div', { className: 'words', dir: 'auto' }, ...styled(words))] : [])
const file = (m) => m.media[0] ?? null

const shown = {
  text: (m) => text(m.text),
  template: (m) => [...media(m), ...text(m.text)],
  image: (m) => [...media(m), ...text(m.text)],
  video: (m) => [...media(m), ...text(m.text)],
  document: (m) => [...media(m), ...text(m.text)],
  sticker: (m) => (file(m) ? [el('img', { className: 'sticker', src: file(m).url, alt: 'Sticker', width: 128, height: 128 })] : raw(m)),
  audio: (m) => (file(m) ? [player(file(m))] : raw(m)),
  voice: (m) => (file(m) ? [player(file(m))] : raw(m)),
  location: (m) => (m.details?.location ? [place(m.details.location)] : raw(m)),
  contacts: (m) => (m.details?.contacts ? [el('div', { className: 'cards' }, ...m.details.contacts.map(card))] : raw(m)),
  interactive: (m, phone) => (m.from === 'person' ? answered(m) : question(m, phone)),
  button: (m) => answered(m),
  order: (m) => (m.details?.order ? order(m.details.order) : raw(m)),
  unsupported: (m) => [el('p', { className: 'odd' }, `A ${m.text || 'message'}: the business cannot see this kind.`)],
  request_welcome: () => [el('p', { className: 'odd' }, 'Opened the chat for the first time.')],
}

/** A kind that is not known here: its name and everything it holds. */
function raw(m) {
  return [
    el('p', { className: 'odd' }, `${kindWords[m.kind] ?? m.kind.replaceAll('_', ' ')}`),
    ...media(m),
    ...text(m.text),
    m.details ? el('pre', { className: 'raw' }, JSON.stringify(m.details, null, 1)) : null,
  ].filter(Boolean)
}

function media(m) {
  return m.media.map((f) => {
    if (f.mime.startsWith('image/')) {
      return el('button', { type: 'button', className: 'picture', 'aria-label': 'Open the picture', onclick: () => view(f) }, el('img', { src: f.url, alt: m.text || f.name || 'Picture' }))
    }
    if (f.mime.startsWith('video/')) return el('video', { src: f.url, controls: true, preload: 'metadata' })
    if (f.mime.startsWith('audio/')) return player(f)
    return paper(f)
  })
}

function paper(f) {
  const ending = (f.name.match(/\.([^.]+)$/)?.[1] ?? f.mime.split('/')[1] ?? 'file').slice(0, 4).toUpperCase()
  return el('a', { className: 'paper-card', href: f.url, download: f.name || '' },
    el('span', { className: 'paper', 'aria-hidden': 'true' }, ending), el('bdi', { className: 'paper-name' }, f.name || 'File'), el('span', { className: 'paper-size' }, size(f.bytes)))
}

const size = (bytes) => (bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1e6).toFixed(1)} MB`)

function view(f) {
  const viewer = $('viewer')
  viewer.replaceChildren(el('img', { src: f.url, alt: f.name || 'Picture' }), el('button', { type: 'button', className: 'quiet', onclick: () => viewer.close() }, 'Close'))
  viewer.onclick = (e) => e.target === viewer && viewer.close()
  viewer.showModal()
}

/** A drawn map: the same streets for the same place, and no request to anybody. */
function place(l) {
  const lat = Number(l.latitude)
  const lon = Number(l.longitude)
  let seed = Math.abs(Math.round((lat * 7919 + lon * 104729) * 1000)) || 1
  const chance = () => (seed = (seed * 48271) % 2147483647) / 2147483647
  const map = svg('svg', { viewBox: '0 0 240 110', class: 'map', 'aria-hidden': 'true', preserveAspectRatio: 'xMidYMid slice' })
  map.append(svg('rect', { width: 240, height: 110, class: 'land' }))
  map.append(svg('path', { class: 'water', d: `M${-10 + chance() * 60} 120 C ${60 + chance() * 40} ${70 + chance() * 30}, ${120 + chance() * 40} ${110 - chance() * 20}, 250 ${70 + chance() * 30} L 250 120 Z` }))
  map.append(svg('rect', { class: 'park', x: 20 + chance() * 130, y: 8 + chance() * 30, width: 40 + chance() * 30, height: 24 + chance() * 14, rx: 5 }))
  for (let i = 0; i < 7; i++) {
    const wide = i < 2
    const d = i % 2 ? `M${chance() * 240} -5 L ${chance() * 240} 115` : `M-5 ${chance() * 110} L 245 ${chance() * 110}`
    map.append(svg('path', { class: wide ? 'street wide' : 'street', d }))
  }
  map.append(svg('path', { class: 'pin', d: 'M120 62c-9-12-14-18-14-25a14 14 0 0 1 28 0c0 7-5 13-14 25z' }), svg('circle', { class: 'pin-eye', cx: 120, cy: 37, r: 5 }))
  const at = `${lat.toFixed(4)}, ${lon.toFixed(4)}`
  return el('div', { className: 'place-card' }, map,
    l.name ? el('b', { dir: 'auto' }, l.name) : null, l.address ? el('span', { dir: 'auto' }, l.address) : null, el('bdi', { className: 'fine' }, at))
}

function card(c) {
  const name = c.name?.formatted_name ?? 'No name'
  const phones = (c.phones ?? []).map((p) => el('bdi', { className: 'fine' }, [p.phone, p.type?.toLowerCase()].filter(Boolean).join(' · ')))
  const mails = (c.emails ?? []).map((e) => el('bdi', { className: 'fine' }, e.email))
  return el('div', { className: 'card' }, el('span', { className: 'initials', 'aria-hidden': 'true' }, initials(name)),
    el('div', {}, el('b', { dir: 'auto' }, name), c.org?.company ? el('span', { dir: 'auto' }, c.org.company) : null, ...phones, ...mails))
}

/** What was pressed or chosen. */
function answered(m) {
  const row = m.details?.interactive?.list_reply
  return [el('div', { className: 'pressed' }, el('span', { className: 'words', dir: 'auto' }, m.text), row?.description ? el('span', { className: 'fine', dir: 'auto' }, row.description) : null)]
}

/** Header, body and footer of a message with buttons, a list or a link. */
function question(m) {
  const i = m.details?.interactive
  if (!i) return text(m.text)
  return [
    ...media(m),
    i.header?.text ? el('b', { className: 'q-head', dir: 'auto' }, i.header.text) : null,
    ...text(i.body?.text ?? m.text),
    i.footer?.text ? el('span', { className: 'fine', dir: 'auto' }, i.footer.text) : null,
  ].filter(Boolean)
}

function choices(m, picked, phone) {
  const i = m.details?.interactive
  if (i?.type === 'list') return listOf(m, i, picked, phone)
  return el('div', { className: 'choices' }, ...m.choices.map((c) => c.type === 'url'
    ? el('a', { href: /^https?:\/\//.test(c.url) ? c.url : undefined, target: '_blank', rel: 'noopener noreferrer', title: c.url }, c.title, el('span', { 'aria-hidden': 'true' }, ' ↗'))
    : el('button', { type: 'button', 'data-testid': 'phone-choice', 'aria-pressed': String(picked === c.title), dir: 'auto', onclick: () => press(m, c, phone) }, picked === c.title ? `✓ ${c.title}` : c.title)))
}

const press = (m, c, phone) => phone.write({ kind: c.type === 'button' ? 'button' : 'interactive', choice: c.id, to: m.id })

function listOf(m, i, picked, phone) {
  const list = el('details', { className: 'choices list' })
  list.append(el('summary', { 'data-testid': 'phone-list', dir: 'auto' }, picked ? `✓ ${picked}` : (i.action?.button ?? 'Choose')))
  for (const section of i.action?.sections ?? []) {
    if (section.title) list.append(el('span', { className: 'section', dir: 'auto' }, section.title))
    for (const row of section.rows ?? []) {
      const c = m.choices.find((one) => one.id === row.id)
      if (!c) continue
      list.append(el('button', { type: 'button', className: 'row', 'data-testid': 'phone-choice', 'aria-pressed': String(picked === c.title), onclick: () => { list.open = false; press(m, c, phone) } },
        el('span', { dir: 'auto' }, c.title), c.description ? el('span', { className: 'fine', dir: 'auto' }, c.description) : null))
    }
  }
  return list
}

function order(o) {
  const items = o.product_items ?? []
  const money = (i) => new Intl.NumberFormat(undefined, { style: 'currency', currency: i.currency || 'USD' }).format(Number(i.item_price) * Number(i.quantity))
  return [
    el('b', {}, items.length === 1 ? 'Order: 1 item' : `Order: ${items.length} items`),
    el('ul', { className: 'order' }, ...items.map((i) => el('li', {}, el('bdi', {}, `${i.quantity} × ${i.product_retailer_id}`), el('span', {}, money(i))))),
    ...text(o.text),
  ]
}

// The marks people type: *bold*, _italic_, ~struck~, `code`, and addresses.
const mark = /(\*[^*\n]+\*|_[^_\n]+_|~[^~\n]+~|`[^`\n]+`|https?:\/\/[^\s<>"]+)/

function styled(words) {
  return words.split(mark).map((piece, i) => {
    if (i % 2 === 0) return piece
    if (/^https?:/.test(piece)) return el('a', { href: piece, target: '_blank', rel: 'noopener noreferrer' }, piece)
    const inner = piece.slice(1, -1)
    if (/^\s|\s$/.test(inner)) return piece
    return el({ '*': 'strong', _: 'em', '~': 's', '`': 'code' }[piece[0]], {}, inner)
  })
}
