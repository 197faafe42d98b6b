// Reading a message's details: the platform's own words, any part of which may be missing or of another
// type than documented. Nothing here throws, and what is not understood is left out.

type Json = Record<string, unknown>

export function record(v: unknown): Json | null {
  return typeof v === 'object' && v !== null && !Array.isArray(v) ? (v as Json) : null
}

export function list(v: unknown): Json[] {
  return Array.isArray(v) ? v.map(record).filter((r) => r !== null) : []
}

/** A string, or a number written out; anything else is null. */
export function word(v: unknown): string | null {
  if (typeof v === 'string') return v.trim() === '' ? null : v
  return typeof v === 'number' && Number.isFinite(v) ? String(v) : null
}

/** Reads a part that may stand at details.name or be the whole of details. */
function part(details: Json | null, name: string): unknown {
  return details?.[name] ?? details
}

export interface Location {
  latitude: string
  longitude: string
  name: string | null
  address: string | null
}

export function location(details: Json | null): Location | null {
  const l = record(part(details, 'location'))
  const latitude = word(l?.latitude)
  const longitude = word(l?.longitude)
  if (!l || latitude === null || longitude === null) return null
  return { latitude, longitude, name: word(l.name), address: word(l.address) }
}

/** A link to OpenStreetMap for a place; coordinates that are no numbers give none. */
export function mapLink(l: Location): string | null {
  const lat = Number(l.latitude)
  const lon = Number(l.longitude)
  if (!Number.isFinite(lat) || !Number.isFinite(lon)) return null
  return `https://www.openstreetmap.org/?mlat=${lat}&mlon=${lon}#map=16/${lat}/${lon}`
}

export interface ContactCard {
  name: string | null
  organisation: string | null
  phones: string[]
  emails: string[]
}

export function contactCards(details: Json | null): ContactCard[] {
  return list(part(details, 'contacts')).map((c) => {
    const name = record(c.name)
    const parts = [word(name?.first_name), word(name?.last_name)].filter((p) => p !== null)
    return {
      name: word(name?.formatted_name) ?? (parts.length > 0 ? parts.join(' ') : null),
      organisation: word(record(c.org)?.company),
      phones: list(c.phones).flatMap((p) => word(p.phone) ?? word(p.wa_id) ?? []),
      emails: list(c.emails).flatMap((e) => word(e.email) ?? []),
    }
  })
}

export interface Choice {
  how: 'button' | 'list' | 'form' | 'other'
  title: string | null
  description: string | null
  /** The values of a form, as name and value. */
  values: { name: string; value: string }[]
}

/** An answer given by tapping: a template's or a message's button, a list row, a filled-in form. */
export function choice(details: Json | null): Choice | null {
  const button = record(details?.button)
  if (button) return { how: 'button', title: word(button.text) ?? word(button.payload), description: null, values: [] }
  const i = record(part(details, 'interactive'))
  if (!i) return null
  const reply = record(i.button_reply)
  if (reply) return { how: 'button', title: word(reply.title), description: null, values: [] }
  const row = record(i.list_reply)
  if (row) return { how: 'list', title: word(row.title), description: word(row.description), values: [] }
  const form = record(i.nfm_reply)
  if (form) return { how: 'form', title: word(form.body), description: word(form.name), values: formValues(form.response_json) }
  return { how: 'other', title: word(record(i.body)?.text) ?? word(i.type), description: null, values: [] }
}

// response_json is a string of JSON (webhooks reference, section 3); flow_token is ours, not the person's answer.
function formValues(v: unknown): { name: string; value: string }[] {
  if (typeof v !== 'string') return []
  try {
    const parsed = record(JSON.parse(v)) ?? {}
    return Object.entries(parsed)
      .filter(([name]) => name !== 'flow_token')
      .map(([name, value]) => ({ name, value: word(value) ?? JSON.stringify(value) }))
  } catch {
    return []
  }
}

/** A question of ours with something to tap. */
export interface Asked {
  type: string
  header: string | null
  body: string | null
  footer: string | null
  taps: { title: string; note: string | null }[]
}

/** Reads what we sent: as the platform wants it (action.buttons[].reply.title …) or as it was handed to the API. */
export function asked(details: Json | null): Asked | null {
  const i = record(part(details, 'interactive'))
  const type = word(i?.type)
  if (!i || type === null || !['button', 'list', 'cta_url'].includes(type)) return null
  const action = record(i.action) ?? i
  const parameters = record(action.parameters) ?? action
  const words = (v: unknown) => word(v) ?? word(record(v)?.text)
  const taps =
    type === 'button'
      ? list(action.buttons).map((b) => ({ title: word(b.title) ?? word(record(b.reply)?.title) ?? '', note: null }))
      : type === 'list'
        ? list(action.sections).flatMap((s) => list(s.rows).map((r) => ({ title: word(r.title) ?? '', note: word(r.description) })))
        : [{ title: word(parameters.display_text) ?? '', note: word(parameters.url) }]
  return { type, header: words(i.header), body: words(i.body), footer: words(i.footer), taps: taps.filter((t) => t.title !== '') }
}

export interface Order {
  note: string | null
  items: { id: string; quantity: number; price: number | null; currency: string | null }[]
  /** Sum of the items where all have a price in one currency, else null. */
  total: { amount: number; currency: string } | null
}

export function order(details: Json | null): Order | null {
  const o = record(part(details, 'order'))
  if (!o) return null
  const items = list(o.product_items).map((p) => ({
    id: word(p.product_retailer_id) ?? '',
    quantity: Number(word(p.quantity) ?? 1) || 0,
    price: word(p.item_price) === null ? null : Number(p.item_price),
    currency: word(p.currency),
  }))
  const currency = items[0]?.currency ?? null
  const summable = items.length > 0 && currency !== null && items.every((i) => i.currency === currency && i.price !== null && Number.isFinite(i.price))
  return {
    note: word(o.text),
    items,
    total: summable ? { amount: items.reduce((sum, i) => sum + i.quantity * (i.price ?? 0), 0), currency } : null,
  }
}

export interface Notice {
  type: string | null
  body: string | null
}

export function notice(details: Json | null): Notice {
  const s = record(part(details, 'system'))
  return { type: word(s?.type), body: word(s?.body) }
}

export interface Referral {
  headline: string | null
  body: string | null
  link: string | null
}

/** The ad or post a conversation came from. */
export function referral(details: Json | null): Referral | null {
  const r = record(details?.referral)
  if (!r) return null
  return { headline: word(r.headline), body: word(r.body), link: httpLink(word(r.source_url)) }
}

export function forwarded(details: Json | null): 'once' | 'often' | null {
  const c = record(details?.context) ?? details
  if (c?.frequently_forwarded === true) return 'often'
  return c?.forwarded === true ? 'once' : null
}

/** What the platform calls a message that we cannot show. */
export function unsupportedType(details: Json | null): string | null {
  const u = record(details?.unsupported)
  return word(u?.type) ?? word(details?.type)
}

/** The address if it is http(s), else null: no other kind becomes a link (I45). */
export function httpLink(address: string | null): string | null {
  if (address === null) return null
  try {
    const url = new URL(address)
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null
  } catch {
    return null
  }
}
