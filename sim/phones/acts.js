// What can be done with one message: react, reply, and with one's own, edit and delete.
import { $, el } from './world.js'

const emojis = ['👍', '❤️', '😂', '😮', '😢', '🙏']

/** Opens the menu beside a bubble's button. */
export function actsFor(button, m, phone) {
  const menu = $('acts')
  const act = (label, run, more = {}) => el('button', { type: 'button', ...more, onclick: () => { menu.hidePopover(); run() } }, label)
  const mine = m.mine ?? ''
  const row = el('div', { className: 'emojis', role: 'group', 'aria-label': 'React' },
    ...emojis.map((emoji) => act(emoji, () => phone.write({ reaction: emoji === mine ? '' : emoji, to: m.id }), { 'aria-pressed': String(emoji === mine) })))
  const list = [act('Reply', () => phone.answer(m))]
  if (m.text) list.push(act('Copy the words', () => navigator.clipboard.writeText(m.text)))
  if (m.from === 'person') {
    if (m.kind === 'text') list.push(act('Edit', () => phone.edit(m)))
    list.push(act('Delete for everyone', () => phone.write({ delete: m.id }), { className: 'danger' }))
  }
  menu.replaceChildren(row, ...list)
  menu.addEventListener('toggle', (e) => { if (e.newState === 'closed') button.setAttribute('aria-expanded', 'false') }, { once: true })
  menu.showPopover()
  button.setAttribute('aria-expanded', 'true')
  const at = button.getBoundingClientRect()
  const size = menu.getBoundingClientRect()
  const left = Math.min(Math.max(8, at.left + at.width / 2 - size.width / 2), innerWidth - size.width - 8)
  const top = at.bottom + size.height + 8 < innerHeight ? at.bottom + 4 : Math.max(8, at.top - size.height - 4)
  menu.style.left = `${left}px`
  menu.style.top = `${top}px`
  menu.querySelector('button').focus()
}
