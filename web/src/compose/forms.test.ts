import { describe, expect, it } from 'vitest'
import { checkAsk, checkContact, checkLocation, emptyAsk, pair, type AskFields } from './forms'

// M1: what can be sent besides words and files, held to the platform's limits (reference limits, 9).
describe('M1 a location', () => {
  const at = (latitude: string, longitude: string, name = '') => checkLocation({ latitude, longitude, name, address: '' })

  it('is two numbers, with a name where there is one', () => {
    expect(at('38.7223', '-9.1393', ' Praça ').value).toEqual({ latitude: 38.7223, longitude: -9.1393, name: 'Praça' })
    expect(at('38,7', '9').value).toEqual({ latitude: 38.7, longitude: 9 })
  })

  it.each([
    ['', '1', ['latitude']],
    ['91', '1', ['latitude']],
    ['1', '-180.5', ['longitude']],
    ['1e3', 'x', ['latitude', 'longitude']],
  ])('%s and %s are none', (latitude, longitude, wrong) => expect(Object.keys(at(latitude, longitude).wrong ?? {})).toEqual(wrong))

  it.each([
    ['38.7223, -9.1393', { latitude: '38.7223', longitude: '-9.1393' }],
    ['38.7;9', { latitude: '38.7', longitude: '9' }],
    ['38.7223', null],
    ['somewhere', null],
  ])('reads %s as a map copies it', (text, wanted) => expect(pair(text)).toEqual(wanted))
})

describe('M1 a contact card', () => {
  const card = (name: string, phone: string, email = '') => checkContact({ name, phone, email, organization: '' })

  it('is a name and a number, and what else is known', () => {
    expect(card('Rui Costa', '+351 912 000 111', 'rui@example.org').value).toEqual([{ name: 'Rui Costa', phones: [{ phone: '+351 912 000 111' }], emails: [{ email: 'rui@example.org' }] }])
    expect(card('Rui', '912000111').value).toEqual([{ name: 'Rui', phones: [{ phone: '912000111' }] }])
  })

  it.each([
    ['', '+351912000111', '', ['name']],
    ['Rui', 'call me', '', ['phone']],
    ['Rui', '123', '', ['phone']],
    ['Rui', '+351912000111', 'rui', ['email']],
  ])('“%s”, %s, %s is none', (name, phone, email, wrong) => expect(Object.keys(card(name, phone, email).wrong ?? {})).toEqual(wrong))
})

describe('M1 a question with something to tap', () => {
  const ask = (fields: Partial<AskFields>) => checkAsk({ ...structuredClone(emptyAsk), ...fields })

  it('has up to three buttons, each of its own name', () => {
    expect(ask({ body: 'When?', buttons: ['Morning', ' Evening '], footer: 'Shop' }).value).toEqual({
      type: 'button',
      body: 'When?',
      footer: 'Shop',
      buttons: [{ id: 'b1', title: 'Morning' }, { id: 'b2', title: 'Evening' }],
    })
    expect(ask({ body: '', buttons: ['', 'x'.repeat(21)] }).wrong).toEqual({ body: 'need', 'button-0': 'need', 'button-1': 'over' })
    expect(ask({ body: 'When?', buttons: ['Now', 'Now'] }).wrong).toEqual({ 'button-1': 'unique' })
    expect(ask({ body: 'x'.repeat(1025), header: 'x'.repeat(61), buttons: ['a'] }).wrong).toEqual({ header: 'over', body: 'over' })
  })

  it('has a list whose rows have ids of their own; sections need titles when there are several', () => {
    const sections = [
      { title: 'Tea', rows: [{ title: 'Green', description: 'mild' }, { title: 'Black', description: '' }] },
      { title: 'Coffee', rows: [{ title: 'Filter', description: '' }] },
    ]
    expect(ask({ type: 'list', body: 'Which?', button: 'Choose', sections }).value).toEqual({
      type: 'list',
      body: 'Which?',
      button: 'Choose',
      sections: [
        { title: 'Tea', rows: [{ id: 'r1', title: 'Green', description: 'mild' }, { id: 'r2', title: 'Black' }] },
        { title: 'Coffee', rows: [{ id: 'r3', title: 'Filter' }] },
      ],
    })
    const bare = sections.map((s) => ({ ...s, title: '' }))
    expect(Object.keys(ask({ type: 'list', body: 'x'.repeat(1025), button: '', sections: bare }).wrong ?? {})).toEqual(['button', 'section-0', 'section-1'])
    expect(ask({ type: 'list', body: 'Which?', button: 'Go', sections: [{ title: '', rows: [{ title: 'x'.repeat(25), description: 'x'.repeat(73) }] }] }).wrong).toEqual({ 'row-0-0': 'over', 'description-0-0': 'over' })
  })

  it('has a button that leads to an http(s) address and nowhere else', () => {
    expect(ask({ type: 'cta_url', body: 'Follow it', display: 'Follow', url: 'https://example.org/o/1' }).value).toEqual({ type: 'cta_url', body: 'Follow it', display_text: 'Follow', url: 'https://example.org/o/1' })
    for (const url of ['javascript:alert(1)', 'example.org', 'https://', 'ftp://example.org/x']) expect(ask({ type: 'cta_url', body: 'x', display: 'y', url }).wrong, url).toEqual({ url: 'url' })
  })
})
