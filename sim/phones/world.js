// What the page knows of the simulated world, and its one way to ask. Everything shown comes from /control/v1, and
// every change is loaded again from there, so the page never knows better than the twin.

export const people = new Map()
export const accounts = new Map()

export async function call(method, path, body) {
  const answer = await fetch('/control/v1/' + path, {
    method,
    headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  if (answer.status === 204) return null
  const value = await answer.json()
  if (!answer.ok) throw new Error(value.detail || answer.statusText)
  return value
}

export const $ = (id) => document.getElementById(id)

export function tell(text, bad = false) {
  $('notice').textContent = text
  $('notice').classList.toggle('bad', bad)
}

/** Runs what somebody wants and says why when it did not work. */
export async function attempt(act) {
  try {
    const value = await act()
    tell('')
    return value
  } catch (e) {
    tell(e.message, true)
    return null
  }
}

/** Makes an element: properties, data- and aria- attributes, on… handlers, children. */
export function el(tag, props, ...children) {
  const e = document.createElement(tag)
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null) continue
    if (name.includes('-') || name === 'role') e.setAttribute(name, value)
    else if (name.startsWith('on')) e.addEventListener(name.slice(2), value)
    else e[name] = value
  }
  e.append(...children.filter((c) => c !== null && c !== undefined && c !== false))
  return e
}

const svgSpace = 'http://www.w3.org/2000/svg'
export function svg(tag, attributes, ...children) {
  const e = document.createElementNS(svgSpace, tag)
  for (const [name, value] of Object.entries(attributes ?? {})) e.setAttribute(name, value)
  e.append(...children)
  return e
}

// Time: the twin's, not the browser's.
let ahead = 0
let offset = 0

export async function learnClock() {
  learn(await call('GET', 'clock'))
}

export function learn({ now, offset_seconds }) {
  ahead = Date.parse(now) - Date.now()
  offset = offset_seconds
}

export const worldNow = () => new Date(Date.now() + ahead)
export const worldOffset = () => offset

const timeForm = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const dayForm = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' })
const shortDay = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })

export const clockTime = (at) => timeForm.format(new Date(at))

/** The time as a lock screen shows it. */
export const bareTime = (at) =>
  timeForm
    .formatToParts(new Date(at))
    .filter((part) => ['hour', 'minute', 'literal'].includes(part.type))
    .map((part) => part.value)
    .join('')
    .trim()

const dayOf = (at) => new Date(at).toDateString()

/** Today, Yesterday, or the day's name. */
export function dayName(at) {
  const now = worldNow()
  if (dayOf(at) === dayOf(now)) return 'Today'
  if (dayOf(at) === dayOf(now.getTime() - 86_400_000)) return 'Yesterday'
  return dayForm.format(new Date(at))
}

/** The time today, else the day, short enough for a row. */
export function rowTime(at) {
  return dayOf(at) === dayOf(worldNow()) ? clockTime(at) : shortDay.format(new Date(at))
}

export const initials = (name) =>
  name
    .trim()
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => [...word][0] ?? '')
    .join('')
    .toUpperCase()

const countries = ['1', '20', '31', '33', '34', '39', '44', '46', '48', '49', '52', '54', '55', '61', '62', '66', '81', '82', '84', '86', '90', '91', '234', '351', '353', '380', '886', '971', '972']

/** A number as people write it; anything else as it is. */
export function number(address) {
  if (!/^\d{7,15}$/.test(address)) return address
  const code = countries.findLast((c) => address.startsWith(c)) ?? address.slice(0, 2)
  const rest = address.slice(code.length)
  return `+${code} ${rest.slice(0, -7)} ${rest.slice(-7, -4)} ${rest.slice(-4)}`.replace(/ +/g, ' ')
}

/** What the business is called on this person's phone. */
export const shopOf = (person) => accounts.get(person.account)?.name ?? 'The business'
