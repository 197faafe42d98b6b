// The room: the list of customers, the shelf, the table with phones on it, the clock, and the stream that keeps them true.
import { Phone } from './phone.js'
import { $, accounts, attempt, bareTime, call, el, initials, learn, learnClock, number, people, rowTime, shopOf, tell, worldNow, worldOffset } from './world.js'

const shownAtMost = 300
const onShelf = 8
/** The phones on the table, the one in hand first. */
let phones = []
const wide = matchMedia('(min-width: 721px)')

// The list and the shelf -------------------------------------------------------

async function loadPeople() {
  const [list, numbers, codes] = await Promise.all([call('GET', 'people'), call('GET', 'accounts'), call('GET', 'codes')])
  accounts.clear()
  for (const a of numbers.items) accounts.set(a.phone_number_id, a)
  people.clear()
  for (const p of list.items) people.set(p.id, p)
  drawCodes(codes.items)
  draw()
}

/** What came on the business's own lines: the codes that prove a number, while they can be used. */
function drawCodes(list) {
  const open = list.filter((c) => !c.used).slice(0, 4)
  $('codes').hidden = open.length === 0
  $('codes-list').replaceChildren(...open.map((c) => el('li', {},
    el('b', { className: 'code-digits', 'data-testid': 'code-' + c.account }, c.code.slice(0, 3) + '-' + c.code.slice(3)),
    el('span', {}, c.method === 'VOICE' ? ' by a call to ' : ' by SMS to ', el('bdi', {}, number(c.display_phone_number)), ', ', el('bdi', {}, c.name)),
    el('time', { dateTime: c.at }, ' ' + rowTime(c.at)))))
}

const byLast = (a, b) => (b.last_at ?? '').localeCompare(a.last_at ?? '') || a.name.localeCompare(b.name)

function draw() {
  const wanted = $('find').value.trim().toLowerCase()
  const list = [...people.values()].filter((p) => !wanted || p.name.toLowerCase().includes(wanted) || p.address.toLowerCase().includes(wanted)).sort(byLast)
  const focused = document.activeElement?.dataset.person
  $('people').replaceChildren(...list.slice(0, shownAtMost).map(row))
  if (focused) document.querySelector(`.person[data-person="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true })
  $('more').hidden = list.length <= shownAtMost && list.length > 0
  $('more').textContent = list.length === 0 ? 'Nobody has this name or number.' : `${list.length - shownAtMost} more. Find them by name or number.`
  drawShelf(list)
}

function preview(p) {
  if (p.typing_until) return ['The business is typing…']
  if (!p.last_text) return [number(p.address)]
  return [p.last_from === 'person' ? 'You: ' : '', el('bdi', {}, p.last_text)]
}

function row(p) {
  const inHand = phones.some((phone) => phone.id === p.id)
  const state = p.blocked ? 'has blocked the business' : p.online ? '' : 'offline'
  return el('li', {},
    el('button', {
      type: 'button', className: p.unread ? 'person unread' : 'person', 'data-testid': 'person-' + p.id, 'data-person': p.id,
      'aria-current': String(inHand), onclick: (e) => take(p.id, e.ctrlKey || e.metaKey || e.shiftKey),
    },
    el('span', { className: 'initials', 'aria-hidden': 'true' }, initials(p.name)),
    el('span', { className: 'name' }, el('bdi', {}, p.name)),
    el('time', {}, p.last_at ? rowTime(p.last_at) : ''),
    el('span', { className: 'last' }, ...preview(p)),
    p.unread ? el('span', { className: 'count', 'aria-label': `${p.unread} unread` }, String(p.unread)) : state && el('span', { className: 'state' }, state)))
}

function drawShelf(list) {
  $('shelf').hidden = phones.length > 0
  if (phones.length > 0) return
  $('shelf-phones').replaceChildren(...list.slice(0, onShelf).map((p) => el('li', {},
    el('button', { type: 'button', className: p.online ? 'asleep' : 'asleep off', 'data-shelf': p.id, onclick: () => take(p.id) },
      el('span', { className: 'asleep-time', 'aria-hidden': 'true' }, p.online ? bareTime(worldNow()) : 'off'),
      el('span', { className: 'asleep-name', dir: 'auto' }, p.name),
      p.online && p.last_text ? el('span', { className: 'asleep-note' }, el('b', { dir: 'auto' }, p.last_from === 'person' ? 'You' : shopOf(p)), el('span', { dir: 'auto' }, p.last_text)) : null,
      el('span', { className: 'asleep-bar', 'aria-hidden': 'true' })))))
}

// The table --------------------------------------------------------------------

const room = {
  back: () => show([]),
  shut: (phone) => show(phones.filter((other) => other !== phone)),
  changed: draw,
}

/** Takes a phone in hand. Those that are kept, or all with `beside`, stay on the table. */
async function take(id, beside = false) {
  const there = phones.find((phone) => phone.id === id)
  const others = phones.filter((phone) => phone.id !== id && (beside || phone.kept))
  if (beside) for (const phone of others) phone.keep(true)
  await show([there ?? new Phone(people.get(id), room), ...others])
}

async function show(next) {
  for (const phone of phones) if (!next.includes(phone)) phone.leave()
  const fresh = next.find((phone) => !phones.includes(phone))
  phones = next
  $('table').replaceChildren(...phones.map((phone) => phone.element))
  $('room').classList.toggle('chosen', phones.length > 0)
  history.replaceState(null, '', phones.length > 0 ? '#' + phones.map((phone) => phone.id).join(',') : location.pathname)
  draw()
  if (fresh) await attempt(() => fresh.load())
  if (phones[0] && wide.matches) phones[0].focus()
  if (phones.length === 0) document.querySelector('.person')?.focus({ preventScroll: true })
}

// The clock --------------------------------------------------------------------

function tick() {
  const now = worldNow()
  $('clock').textContent = new Intl.DateTimeFormat(undefined, { weekday: 'short', hour: '2-digit', minute: '2-digit' }).format(now)
  $('clock').dateTime = now.toISOString()
  const hours = Math.round(worldOffset() / 3600)
  $('clock-ahead').hidden = hours === 0
  $('clock-ahead').textContent = hours % 24 === 0 ? `${hours / 24} d ahead` : `${hours} h ahead`
  for (const phone of phones) phone.tick()
}

function later(seconds) {
  return attempt(async () => {
    learn(await call('POST', 'clock', { advance_seconds: seconds }))
    tick()
    await loadPeople()
    await Promise.all(phones.map((phone) => phone.load()))
  })
}

$('hour-later').addEventListener('click', () => later(3600))
$('day-later').addEventListener('click', () => later(86_400))
setInterval(tick, 5000)

// Events -----------------------------------------------------------------------

$('find').addEventListener('input', draw)
$('newcomer').addEventListener('submit', (e) => {
  e.preventDefault()
  const name = $('newcomer-name').value.trim()
  if (!name) return
  attempt(async () => {
    const p = await call('POST', 'people', { platform: 'whatsapp', name })
    $('newcomer-name').value = ''
    people.set(p.id, p)
    await take(p.id)
  })
})

// Up and down go through the list; a slash finds; Escape puts the phone away.
document.addEventListener('keydown', (e) => {
  const typing = e.target.matches('input, textarea, select')
  if (e.key === '/' && !typing) {
    e.preventDefault()
    $('find').focus()
  } else if ((e.key === 'ArrowDown' || e.key === 'ArrowUp') && e.target.matches('.person, #find')) {
    e.preventDefault()
    const rows = [...document.querySelectorAll('.person')]
    const at = rows.indexOf(e.target)
    rows[Math.min(rows.length - 1, Math.max(0, at + (e.key === 'ArrowDown' ? 1 : -1)))]?.focus()
  } else if (e.key === 'Escape' && !e.defaultPrevented && e.target.closest('.place') && !document.querySelector('dialog[open], [popover]:popover-open')) {
    const id = phones[0]?.id
    room.back()
    document.querySelector(`.person[data-person="${CSS.escape(id ?? '')}"]`)?.focus()
  }
})

document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') for (const phone of phones) attempt(() => phone.load())
})

// Changes come as hints; several for one person within a moment are one load.
const changed = new Set()
let loading = false
async function loadChanged() {
  if (loading) return
  loading = true
  try {
    while (changed.size) {
      await new Promise((done) => setTimeout(done, 60))
      const ids = [...changed]
      changed.clear()
      if (ids.includes('*') || ids.length > 20) {
        await learnClock()
        await loadPeople()
        await Promise.all(phones.filter((phone) => people.has(phone.id)).map((phone) => phone.load()))
      } else {
        for (const id of ids) {
          const phone = phones.find((other) => other.id === id)
          if (phone) await phone.load()
          else people.set(id, await call('GET', 'people/' + id))
        }
      }
      draw()
      tick()
    }
  } catch {
    tell('The simulator does not answer. Trying again.', true)
  } finally {
    loading = false
  }
}

const stream = new EventSource('/control/v1/stream')
stream.addEventListener('person', (e) => { changed.add(e.data); loadChanged() })
stream.addEventListener('all', () => { tell(''); changed.add('*'); loadChanged() })
stream.addEventListener('error', () => tell('The simulator does not answer. Trying again.', true))

attempt(async () => {
  await learnClock()
  await loadPeople()
  tick()
  const wanted = location.hash.slice(1).split(',').filter((id) => people.has(id))
  for (const [i, id] of wanted.reverse().entries()) await take(id, i > 0)
})
