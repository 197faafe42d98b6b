import type { NewContact, NewInteractive, NewLocation } from '../api/types'

// What can be sent besides words and files, as somebody fills it in, and what of it the platform would refuse
// (reference limits, 9). Each check gives the value to send, or what is wrong with which field.

export type Checked<T, F extends string> = { value: T; wrong: null } | { value: null; wrong: Partial<Record<F, string>> }

export interface LocationFields {
  latitude: string
  longitude: string
  name: string
  address: string
}

/** Reads "38.7223, -9.1393" as a map copies it; null when it is no pair. */
export function pair(text: string): { latitude: string; longitude: string } | null {
  const match = /^\s*(-?\d+(?:\.\d+)?)\s*[,;\s]\s*(-?\d+(?:\.\d+)?)\s*$/.exec(text)
  return match ? { latitude: match[1]!, longitude: match[2]! } : null
}

export function checkLocation(f: LocationFields): Checked<NewLocation, 'latitude' | 'longitude'> {
  const within = (text: string, most: number) => /^-?\d+(\.\d+)?$/.test(text.trim().replace(',', '.')) && Math.abs(Number(text.trim().replace(',', '.'))) <= most
  const wrong = {
    ...(within(f.latitude, 90) ? {} : { latitude: 'latitude' }),
    ...(within(f.longitude, 180) ? {} : { longitude: 'longitude' }),
  }
  if (Object.keys(wrong).length > 0) return { value: null, wrong }
  const number = (text: string) => Number(text.trim().replace(',', '.'))
  return { value: { latitude: number(f.latitude), longitude: number(f.longitude), ...filled({ name: f.name, address: f.address }) }, wrong: null }
}

export interface ContactFields {
  name: string
  phone: string
  email: string
  organization: string
}

export function checkContact(f: ContactFields): Checked<NewContact[], 'name' | 'phone' | 'email'> {
  const digits = f.phone.replace(/\D/g, '').length
  const wrong = {
    ...(f.name.trim() ? {} : { name: 'name' }),
    ...(/^\+?[\d ().-]+$/.test(f.phone.trim()) && digits >= 6 && digits <= 15 ? {} : { phone: 'phone' }),
    ...(f.email.trim() === '' || /^\S+@\S+\.\S+$/.test(f.email.trim()) ? {} : { email: 'email' }),
  }
  if (Object.keys(wrong).length > 0) return { value: null, wrong }
  const email = f.email.trim()
  return {
    value: [{ name: f.name.trim(), phones: [{ phone: f.phone.trim() }], ...(email ? { emails: [{ email }] } : {}), ...filled({ organization: f.organization }) }],
    wrong: null,
  }
}

export const askLimits = {
  header: 60,
  footer: 60,
  body: { button: 1024, list: 4096, cta_url: 1024 },
  buttons: 3,
  buttonTitle: 20,
  listButton: 20,
  sections: 10,
  sectionTitle: 24,
  rows: 10,
  rowTitle: 24,
  description: 72,
  display: 20,
} as const

export interface AskFields {
  type: NewInteractive['type']
  header: string
  body: string
  footer: string
  buttons: string[]
  button: string
  sections: { title: string; rows: { title: string; description: string }[] }[]
  display: string
  url: string
}

export const emptyAsk: AskFields = { type: 'button', header: '', body: '', footer: '', buttons: ['', ''], button: '', sections: [{ title: '', rows: [{ title: '', description: '' }] }], display: '', url: '' }

/** Fields are named as in the form: body, button-0, section-0, row-0-1, description-0-1, url … What is wrong: need, over, unique, url. */
export type AskWrong = 'need' | 'over' | 'unique' | 'url'

export function checkAsk(f: AskFields): Checked<NewInteractive, string> {
  const wrong: Record<string, AskWrong> = {}
  const check = (name: string, text: string, most: number, needed: boolean) => {
    if (needed && text.trim() === '') wrong[name] = 'need'
    else if (text.trim().length > most) wrong[name] = 'over'
  }
  check('header', f.header, askLimits.header, false)
  check('footer', f.footer, askLimits.footer, false)
  check('body', f.body, askLimits.body[f.type], true)
  const common = { body: f.body.trim(), ...filled({ header: f.header, footer: f.footer }) }
  let value: NewInteractive
  if (f.type === 'button') {
    f.buttons.forEach((title, i) => check(`button-${i}`, title, askLimits.buttonTitle, true))
    same(f.buttons, (i) => `button-${i}`, wrong)
    value = { type: 'button', ...common, buttons: f.buttons.map((title, i) => ({ id: `b${i + 1}`, title: title.trim() })) }
  } else if (f.type === 'list') {
    check('button', f.button, askLimits.listButton, true)
    f.sections.forEach((s, i) => {
      check(`section-${i}`, s.title, askLimits.sectionTitle, f.sections.length > 1)
      s.rows.forEach((r, k) => {
        check(`row-${i}-${k}`, r.title, askLimits.rowTitle, true)
        check(`description-${i}-${k}`, r.description, askLimits.description, false)
      })
    })
    let n = 0
    const sections = f.sections.map((s) => ({ title: s.title.trim(), rows: s.rows.map((r) => ({ id: `r${++n}`, title: r.title.trim(), ...filled({ description: r.description }) })) }))
    value = { type: 'list', ...common, button: f.button.trim(), sections }
  } else {
    check('display', f.display, askLimits.display, true)
    if (!/^https?:\/\/[^\s/]+\.[^\s]+$/.test(f.url.trim())) wrong.url = 'url'
    value = { type: 'cta_url', ...common, display_text: f.display.trim(), url: f.url.trim() }
  }
  return Object.keys(wrong).length > 0 ? { value: null, wrong } : { value, wrong: null }
}

// WhatsApp refuses two buttons of one title.
function same(titles: string[], name: (i: number) => string, wrong: Record<string, AskWrong>): void {
  titles.forEach((title, i) => {
    if (title.trim() !== '' && titles.findIndex((t) => t.trim() === title.trim()) < i) wrong[name(i)] ??= 'unique'
  })
}

function filled<K extends string>(fields: Record<K, string>): Partial<Record<K, string>> {
  return Object.fromEntries(Object.entries<string>(fields).flatMap(([k, v]) => (v.trim() ? [[k, v.trim()]] : []))) as Partial<Record<K, string>>
}
