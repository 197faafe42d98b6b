// The bubbles of a thread: reactions laid on what they are about, answers beside their question, days apart.
import { contentOf, wordsOf } from './kinds.js'
import { clockTime, dayName, el, svg } from './world.js'

/**
 * Gives the rows of a thread, oldest first, as {key, make, status}: a drawn row of the same key can stay, with its
 * status refreshed, so that an open list stays open and a voice goes on when a tick comes.
 */
export function bubbles(thread, phone) {
  const byID = new Map(thread.map((m) => [m.id, m]))
  const reactions = new Map()
  const chosen = new Map()
  for (const m of thread) {
    if (!m.reply_to) continue
    if (m.kind === 'reaction' && seen(m)) reactions.set(m.reply_to, { ...reactions.get(m.reply_to), [m.from]: m.text })
    if (m.from === 'person' && (m.kind === 'interactive' || m.kind === 'button')) chosen.set(m.reply_to, m.text)
  }
  const rows = []
  let day = ''
  let before = null
  for (const m of thread) {
    if (!seen(m) || m.kind === 'reaction') continue
    const name = dayName(m.at)
    if (name !== day) {
      day = name
      before = null
      rows.push({ key: 'day ' + name, make: () => el('li', { className: 'day' }, el('span', {}, name)) })
    }
    const quoted = m.reply_to ? (byID.get(m.reply_to) ?? { missing: true }) : null
    const on = reactions.get(m.id) ?? {}
    const about = { quoted, on, picked: chosen.get(m.id) ?? null, joined: before === m.from }
    before = m.from
    rows.push({ status: m.status, key: JSON.stringify([{ ...m, status: '' }, quoted && [quoted.text, quoted.kind, quoted.deleted], on, about.picked, about.joined]), make: () => bubble(m, about, phone) })
  }
  return rows
}

/** What has not reached the phone yet is not on it. */
const seen = (m) => m.from === 'person' || m.status !== 'sent'

function bubble(m, { quoted, on, picked, joined }, phone) {
  const row = el('li', {
    className: joined ? 'bubble joined' : 'bubble', 'data-testid': 'phone-message', 'data-from': m.from, 'data-id': m.id, 'data-status': m.status, 'data-kind': m.kind,
  })
  const skin = el('div', { className: 'skin' })
  if (quoted && !m.deleted) skin.append(quote(m, quoted, phone))
  if (m.deleted) skin.append(el('p', { className: 'gone' }, m.from === 'person' ? 'You deleted this message' : 'This message was deleted'))
  else skin.append(...contentOf(m, { picked, phone }))
  skin.append(foot(m))
  row.refresh = (status) => {
    if (row.dataset.status === status) return
    row.dataset.status = status
    row.querySelector('.ticks')?.replaceWith(ticks(status))
  }
  const marks = Object.values(on).filter(Boolean)
  row.append(skin)
  if (!m.deleted) {
    row.append(el('button', { type: 'button', className: 'more', 'aria-haspopup': 'true', 'aria-expanded': 'false', 'data-testid': 'phone-acts', onclick: (e) => phone.acts(e.currentTarget, { ...m, mine: on.person }) },
      el('span', { 'aria-hidden': 'true' }, '⋯'), el('span', { className: 'unseen' }, 'What to do with this message')))
  }
  if (marks.length > 0) row.append(el('div', { className: 'reactions', role: 'img', 'aria-label': `Reactions: ${marks.join(' ')}`, 'data-testid': 'phone-reaction' }, ...new Set(marks)))
  return row
}

function quote(m, quoted, phone) {
  if (quoted.missing) return el('div', { className: 'quote' }, 'An earlier message')
  const who = quoted.from === 'person' ? 'You' : phone.shop
  return el('button', { type: 'button', className: 'quote', 'data-testid': 'phone-quote', onclick: () => phone.point(m.reply_to) },
    el('b', { dir: 'auto' }, who), el('span', { dir: 'auto' }, quoted.deleted ? 'Deleted' : wordsOf(quoted)))
}

function foot(m) {
  const line = el('div', { className: 'foot' })
  if (m.edited && !m.deleted) line.append(el('span', {}, 'edited'))
  line.append(el('time', { dateTime: m.at }, clockTime(m.at)))
  if (m.from === 'person' && !m.deleted) line.append(ticks(m.status))
  return line
}

const tickWords = { sent: 'Sent', delivered: 'Delivered', read: 'Read' }

/** One stroke: left the phone. Two: the business has it. Filled: it was read. */
function ticks(status) {
  const stroke = (x) => svg('path', { d: `M${x} 6.5l3 3 5.5-6.5`, fill: 'none', stroke: 'currentColor', 'stroke-width': '1.7', 'stroke-linecap': 'round', 'stroke-linejoin': 'round' })
  const mark = svg('svg', { viewBox: '0 0 17 12', width: '17', height: '12', class: 'ticks', role: 'img', 'aria-label': tickWords[status] ?? status, 'data-status': status }, stroke(1))
  if (status !== 'sent') mark.append(stroke(6.5))
  return mark
}
