import { describe, expect, it } from 'vitest'
import { choice, contactCards, forwarded, httpLink, location, mapLink, notice, order, referral, unsupportedType } from './details'

describe('details, in the platform’s own words', () => {
  it('reads a location whether wrapped or not, with numbers or strings', () => {
    const l = { latitude: '38.72', longitude: '-9.13', name: null, address: null }
    expect(location({ location: { latitude: 38.72, longitude: -9.13 } })).toEqual(l)
    expect(location({ latitude: '38.72', longitude: '-9.13' })).toEqual(l)
    expect(location({ location: { latitude: 38.72 } })).toBeNull()
    expect(mapLink(l)).toBe('https://www.openstreetmap.org/?mlat=38.72&mlon=-9.13#map=16/38.72/-9.13')
    expect(mapLink({ ...l, latitude: 'north' })).toBeNull()
  })

  it('reads contact cards of which any part may be missing', () => {
    expect(contactCards({ contacts: [{}, { name: { first_name: 'Rui' }, phones: [{ wa_id: '351912' }, {}], emails: 'none' }] })).toEqual([
      { name: null, organisation: null, phones: [], emails: [] },
      { name: 'Rui', organisation: null, phones: ['351912'], emails: [] },
    ])
    expect(contactCards({ contacts: 'broken' })).toEqual([])
  })

  it('reads every way of choosing', () => {
    const given = (i: unknown) => choice({ interactive: i })
    expect(choice({ button: { payload: 'P', text: 'Yes' } })).toMatchObject({ how: 'button', title: 'Yes' })
    expect(given({ type: 'button_reply', button_reply: { id: '1', title: 'Yes' } })).toMatchObject({ how: 'button', title: 'Yes' })
    expect(given({ type: 'list_reply', list_reply: { id: '1', title: 'A', description: 'B' } })).toMatchObject({ how: 'list', title: 'A', description: 'B' })
    expect(given({ type: 'nfm_reply', nfm_reply: { name: 'flow', body: 'Sent', response_json: '{"flow_token":"x","size":"M","n":2,"list":[1]}' } })).toMatchObject({
      how: 'form',
      values: [
        { name: 'size', value: 'M' },
        { name: 'n', value: '2' },
        { name: 'list', value: '[1]' },
      ],
    })
    expect(given({ type: 'nfm_reply', nfm_reply: { response_json: '{broken' } })).toMatchObject({ how: 'form', values: [] })
    // (field) interactive without an inner object
    expect(given({ type: 'call_permission_reply' })).toMatchObject({ how: 'other', title: 'call_permission_reply' })
    expect(choice(null)).toBeNull()
  })

  it('sums an order only where the sum is right', () => {
    const item = { product_retailer_id: 'A', quantity: 2, item_price: 7.5, currency: 'EUR' }
    expect(order({ order: { product_items: [item, { ...item, quantity: '1', item_price: '4.5' }] } })?.total).toEqual({ amount: 19.5, currency: 'EUR' })
    expect(order({ order: { product_items: [item, { ...item, currency: 'USD' }] } })?.total).toBeNull()
    expect(order({ order: { product_items: [{ ...item, item_price: undefined }] } })?.total).toBeNull()
    expect(order({ order: {} })).toEqual({ note: null, items: [], total: null })
  })

  it('reads notices, origins and forwards', () => {
    expect(notice({ system: { type: 'user_changed_number', body: 'x' } })).toEqual({ type: 'user_changed_number', body: 'x' })
    expect(referral({ referral: { headline: 'H', source_url: 'javascript:alert(1)' } })).toEqual({ headline: 'H', body: null, link: null })
    expect(forwarded({ context: { frequently_forwarded: true } })).toBe('often')
    expect(forwarded({ forwarded: true })).toBe('once')
    expect(forwarded({ context: { id: 'x' } })).toBeNull()
    expect(unsupportedType({ unsupported: { type: 'poll' } })).toBe('poll')
  })

  // I45: only http(s) becomes a link.
  it('makes no link of anything but http and https', () => {
    expect(httpLink('https://example.org/a')).toBe('https://example.org/a')
    for (const bad of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'not a link', null]) expect(httpLink(bad)).toBeNull()
  })

  it('never throws, whatever stands there', () => {
    const odd: unknown[] = [null, 1, 'x', [], [null], { a: 1 }, true]
    for (const v of odd) {
      for (const name of ['location', 'contacts', 'interactive', 'order', 'system', 'referral', 'context', 'unsupported', 'button']) {
        const d = { [name]: v } as Record<string, unknown>
        for (const read of [location, contactCards, choice, order, notice, referral, forwarded, unsupportedType]) expect(() => read(d)).not.toThrow()
      }
    }
  })
})
