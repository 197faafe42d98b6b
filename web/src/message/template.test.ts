import { describe, expect, it } from 'vitest'
import { templates } from '../../fixture/world'
import { filled, slotProblem, templateForm, templateValues, variables } from './template'

const [orderUpdate, reminder, sale] = templates(0)

// C10: after the window, approved templates with their variables filled in a form, with a preview.
describe('C10 templates', () => {
  it('lists variables in the order in which their values are sent', () => {
    expect(variables('{{2}} and {{1}}, {{2}} again, then {{10}}')).toEqual(['1', '2', '10'])
    expect(variables('{{ name }} at {{time}}')).toEqual(['name', 'time'])
    expect(variables('no variable { {1} }')).toEqual([])
  })

  it('asks for header, body and button values, each with its example', () => {
    expect(templateForm(orderUpdate!).slots).toEqual([
      { part: 'header', name: '1', kind: 'text', button: null, example: '1042' },
      { part: 'body', name: '1', kind: 'text', button: null, example: 'Ana' },
      { part: 'body', name: '2', kind: 'text', button: null, example: 'Tuesday' },
      { part: 'buttons', name: '1', kind: 'text', button: { at: 0, label: 'Follow it' }, example: 'https://example.org/o/1042' },
    ])
  })

  it('takes named variables with named examples', () => {
    expect(templateForm(reminder!).slots.map((s) => [s.name, s.example])).toEqual([
      ['first_name', 'Ana'],
      ['time', '14:00'],
    ])
  })

  it('asks for the address of a media header', () => {
    const form = templateForm(sale!)
    expect(form.header).toEqual({ media: 'image' })
    expect(form.slots).toEqual([{ part: 'header', name: 'image', kind: 'image', button: null, example: null }])
  })

  it('puts values where the API expects them', () => {
    const form = templateForm(orderUpdate!)
    expect(templateValues(orderUpdate!, form, ['1042', ' Ana ', 'Tuesday', 'o1042'])).toEqual({
      name: 'order_update',
      language: 'en_US',
      header: [{ text: '1042' }],
      body: [{ text: 'Ana' }, { text: 'Tuesday' }],
      buttons: [{ index: 0, text: 'o1042' }],
    })
    expect(templateValues(reminder!, templateForm(reminder!), ['Ana', '14:00']).body).toEqual([
      { name: 'first_name', text: 'Ana' },
      { name: 'time', text: '14:00' },
    ])
    expect(templateValues(sale!, templateForm(sale!), ['https://example.org/a.jpg']).header).toEqual([{ type: 'image', link: 'https://example.org/a.jpg' }])
  })

  it('names the button among all buttons', () => {
    const form = templateForm({ components: [{ type: 'BUTTONS', buttons: [{ type: 'QUICK_REPLY', text: 'Thanks' }, { type: 'URL', text: 'Go', url: 'https://example.org/{{1}}' }] }] })
    expect(templateValues({ name: 'a', language: 'en' }, form, ['x']).buttons).toEqual([{ index: 1, text: 'x' }])
  })

  it('refuses what the platform would refuse', () => {
    const [text, file] = [templateForm(orderUpdate!).slots[0]!, templateForm(sale!).slots[0]!]
    expect(slotProblem(text, '  ')).toBe('required')
    expect(slotProblem(text, 'two\nlines')).toBe('one_line')
    expect(slotProblem(text, 'many     spaces')).toBe('one_line')
    expect(slotProblem(text, 'Ana')).toBeNull()
    expect(slotProblem(file, 'http://example.org/a.jpg')).toBe('https_only')
    expect(slotProblem(file, 'https://example.org/a.jpg')).toBeNull()
  })

  it('shows a gap where a value is missing', () => {
    expect(filled('Hello {{1}}, on {{2}}', (n) => (n === '1' ? 'Ana' : ''))).toBe('Hello Ana, on ____')
  })

  it('says so when a template has a part it cannot fill', () => {
    for (const part of [{ type: 'CAROUSEL' }, { type: 'HEADER', format: 'LOCATION' }, { type: 'BUTTONS', buttons: [{ type: 'COPY_CODE' }] }]) {
      expect(templateForm({ components: [part] }).fillable).toBe(false)
    }
    expect(templateForm({ components: [] }).fillable).toBe(true)
  })
})
