// The sheet with everything that is not text: sample pictures as from a camera, stickers, voices, files, one's own file,
// a place, a card, and the stranger things that customers can do.
import { attempt, call, el } from './world.js'

let samples = null

const places = [
  { kind: 'location', name: 'Largo da Ordem', address: 'Curitiba', latitude: -25.4284, longitude: -49.2733 },
  { kind: 'location' },
]
const cards = { kind: 'contacts' }
const others = [
  ['A place', places[0], 'location'],
  ['Where I am', places[1], 'location-here'],
  ['A contact card', cards, 'contacts'],
  ['An order from the catalogue', { kind: 'order' }, 'order'],
  ['An answer to an ad', { text: 'I saw your ad. Is it still on?', referral: true }, 'referral'],
  ['A poll (not supported)', { kind: 'unsupported', unsupported_type: 'poll' }, 'unsupported'],
]
const names = {
  image: { cups: 'Two cups', parcel: 'A dented parcel', broken: 'A broken cup', receipt: 'A receipt', shirt: 'A T-shirt', tins: 'Tea tins', door: 'A door with a parcel' },
  sticker: { happy: 'Happy cup', thanks: 'Heart' },
  voice: { voice: 'A voice message', deep: 'A deep voice' },
  audio: { song: 'A sound file' },
  video: { steam: 'A short film' },
  document: { order: 'An order (PDF)', invoice: 'An invoice (PDF)' },
}
const name = (s) => names[s.kind]?.[s.name] ?? s.name
/** The samples of a kind in the order of their names above; the first has the kind's plain test id. */
const of = (kind) =>
  Object.keys(names[kind])
    .map((n) => samples.find((s) => s.kind === kind && s.name === n))
    .filter(Boolean)
    .map((s, i) => ({ ...s, testid: i === 0 ? `attach-${kind}` : `attach-${kind}-${s.name}` }))

/** Fills the sheet of a phone. */
export async function attachSheet(sheet, phone) {
  if (!samples) sheet.replaceChildren(el('p', { className: 'sheet-wait' }, 'One moment…'))
  samples ??= (await attempt(() => call('GET', 'samples')))?.items ?? null
  if (!samples) return
  const close = (act) => () => { phone.sheet(false); act() }
  const now = (message) => close(() => phone.write(message).then(() => phone.focus()))
  const stage = (s) => close(() => phone.stage(name(s), s.kind === 'image' ? s.url : null, { kind: s.kind, sample: s.name }))
  sheet.replaceChildren(
    el('div', { className: 'roll', role: 'group', 'aria-label': 'Pictures' },
      ...of('image').map((s) => el('button', { type: 'button', className: 'shot', 'data-testid': s.testid, title: name(s), onclick: stage(s) },
        el('img', { src: s.url, alt: name(s) })))),
    el('div', { className: 'roll', role: 'group', 'aria-label': 'Stickers' },
      ...of('sticker').map((s) => el('button', { type: 'button', className: 'shot clear', 'data-testid': s.testid, title: name(s), onclick: now({ kind: 'sticker', sample: s.name }) },
        el('img', { src: s.url, alt: name(s) })))),
    el('div', { className: 'items' },
      ...[...of('voice'), ...of('audio')].map((s) => item(name(s), now({ kind: s.kind, sample: s.name }), s.testid)),
      ...[...of('video'), ...of('document')].map((s) => item(name(s), stage(s), s.testid)),
      ...others.map(([label, message, testid]) => item(label, now(message), 'attach-' + testid)),
      ownFile(phone)))
  sheet.querySelector('button')?.focus()
}

const item = (label, onclick, testid) => el('button', { type: 'button', className: 'item', 'data-testid': testid, onclick }, label)

const mostBytes = 20 * 1024 * 1024

function ownFile(phone) {
  const field = el('input', { type: 'file', className: 'unseen', 'data-testid': 'attach-own', onchange: async () => {
    const file = field.files[0]
    if (!file) return
    await attempt(async () => {
      if (file.size > mostBytes) throw new Error(`${file.name} has ${Math.ceil(file.size / 1048576)} MB; the twin takes 20 MB.`)
      const base64 = await new Promise((done, fail) => {
        const reader = new FileReader()
        reader.onload = () => done(reader.result.slice(reader.result.indexOf(',') + 1))
        reader.onerror = () => fail(reader.error)
        reader.readAsDataURL(file)
      })
      const kind = { image: 'image', video: 'video', audio: 'audio' }[file.type.split('/')[0]] ?? 'document'
      phone.sheet(false)
      phone.stage(file.name, null, { kind, mime: file.type || 'application/octet-stream', filename: file.name, base64 })
    })
  } })
  return el('label', { className: 'item' }, field, 'A file of yours…')
}
