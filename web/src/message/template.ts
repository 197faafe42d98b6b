import type { Template, TemplateValue, TemplateValues } from '../api/types'
import { list, record, word } from './details'

/** One value to fill in before a template can be sent. */
export interface Slot {
  /** Where the value goes in the API's body. */
  part: 'header' | 'body' | 'buttons'
  /** The variable as written in the template: 1, 2 … or a name. */
  name: string
  kind: 'text' | 'image' | 'video' | 'document'
  /** The button whose address it completes: its place among all buttons, and its label. */
  button: { at: number; label: string } | null
  example: string | null
}

export interface TemplateForm {
  slots: Slot[]
  /** The header's text, or the kind of file it wants. */
  header: { text: string } | { media: 'image' | 'video' | 'document' } | null
  body: string
  footer: string | null
  buttons: { label: string; kind: string }[]
  /** False when it has a part that this form cannot fill in (cards, coupon codes, locations …). */
  fillable: boolean
}

const variable = /\{\{\s*([\w.]+)\s*\}\}/g

/** The variables of a text in the order in which their values are sent: numbers by value, names as they come. */
export function variables(text: string): string[] {
  const names = [...new Set([...text.matchAll(variable)].map((m) => m[1]!))]
  return names.every((n) => /^\d+$/.test(n)) ? names.sort((a, b) => Number(a) - Number(b)) : names
}

const mediaHeaders: Record<string, 'image' | 'video' | 'document'> = { IMAGE: 'image', VIDEO: 'video', DOCUMENT: 'document' }
/** Buttons that can go without a value; an address needs one only where it has a variable. */
const plainButtons = new Set(['QUICK_REPLY', 'PHONE_NUMBER', 'URL', 'FLOW', 'VOICE_CALL', 'REQUEST_CONTACT_INFO'])

/** What a template consists of and which values it asks for, from its components as Meta gives them. */
export function templateForm(template: Pick<Template, 'components'>): TemplateForm {
  const form: TemplateForm = { slots: [], header: null, body: '', footer: null, buttons: [], fillable: true }
  for (const component of list(template.components)) {
    const text = word(component.text) ?? ''
    switch (word(component.type)?.toUpperCase()) {
      case 'HEADER': {
        const format = word(component.format)?.toUpperCase() ?? 'TEXT'
        const media = mediaHeaders[format]
        if (media) {
          form.header = { media }
          form.slots.push({ part: 'header', name: media, kind: media, button: null, example: null })
        } else if (format === 'TEXT') {
          form.header = { text }
          form.slots.push(...textSlots('header', text, examples(component, 'header_text')))
        } else {
          form.fillable = false
        }
        break
      }
      case 'BODY':
        form.body = text
        form.slots.push(...textSlots('body', text, examples(component, 'body_text')))
        break
      case 'FOOTER':
        form.footer = text
        break
      case 'BUTTONS':
        addButtons(form, list(component.buttons))
        break
      default:
        form.fillable = false
    }
  }
  return form
}

function textSlots(part: 'header' | 'body', text: string, samples: Record<string, string>): Slot[] {
  return variables(text).map((name) => ({ part, name, kind: 'text', button: null, example: samples[name] ?? null }))
}

// Examples stand as header_text: ["v1"], body_text: [["v1","v2"]], or …_named_params: [{param_name, example}].
function examples(component: Record<string, unknown>, key: string): Record<string, string> {
  const example = record(component.example)
  const named = list(example?.[`${key}_named_params`])
  if (named.length > 0) return Object.fromEntries(named.flatMap((p) => (word(p.param_name) ? [[word(p.param_name)!, word(p.example) ?? '']] : [])))
  const given = example?.[key]
  const row = Array.isArray(given) ? (Array.isArray(given[0]) ? given[0] : given) : []
  return Object.fromEntries((row as unknown[]).flatMap((v, i) => (word(v) ? [[String(i + 1), word(v)!]] : [])))
}

function addButtons(form: TemplateForm, buttons: Record<string, unknown>[]): void {
  buttons.forEach((button, at) => {
    const kind = word(button.type)?.toUpperCase() ?? ''
    const label = word(button.text) ?? kind
    const example = word(Array.isArray(button.example) ? button.example[0] : button.example)
    form.buttons.push({ label, kind })
    if (!plainButtons.has(kind)) form.fillable = false
    for (const name of kind === 'URL' ? variables(word(button.url) ?? '') : []) {
      form.slots.push({ part: 'buttons', name, kind: 'text', button: { at, label }, example })
    }
  })
}

export type SlotProblem = 'required' | 'one_line' | 'https_only'

/** What is wrong with a value; the rules are the platform's (reference api, 6.2). */
export function slotProblem(slot: Slot, value: string): SlotProblem | null {
  if (value.trim() === '') return 'required'
  if (slot.kind !== 'text') return /^https:\/\/\S+$/.test(value.trim()) ? null : 'https_only'
  return /[\n\r\t]| {5,}/.test(value) ? 'one_line' : null
}

/** Fills the variables of a text for the preview; a variable without a value stays as a gap. */
export function filled(text: string, value: (name: string) => string): string {
  return text.replace(variable, (_, name: string) => value(name) || '____')
}

/** The API's body for a template. values are in the order of form.slots. */
export function templateValues(template: Pick<Template, 'name' | 'language'>, form: TemplateForm, values: readonly string[]): TemplateValues {
  const of = (part: Slot['part']) => form.slots.flatMap((s, i) => (s.part === part ? [templateValue(s, (values[i] ?? '').trim())] : []))
  return { name: template.name, language: template.language, header: of('header'), body: of('body'), buttons: of('buttons') }
}

function templateValue(slot: Slot, value: string): TemplateValue {
  if (slot.kind !== 'text') return { type: slot.kind, link: value }
  if (slot.button) return { index: slot.button.at, text: value }
  return /^\d+$/.test(slot.name) ? { text: value } : { name: slot.name, text: value }
}
