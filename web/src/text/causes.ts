import type { Message } from '../api/types'
import { causes } from './causes.data'
import { text } from './en'

/** What is said about a cause beside a message: a short title and one sentence. */
export interface CauseText {
  title: string
  sentence: string
}

const filled = (words: string): string => words.replaceAll('{platform}', 'WhatsApp')

function known(cause: string): CauseText | null {
  const found = causes[cause]
  return found ? { title: filled(found[0]), sentence: filled(found[1]) } : null
}

/** The cause's title and sentence; an unknown cause is named as it is, never hidden. */
export function causeText(cause: string): CauseText {
  return known(cause) ?? { title: cause, sentence: '' }
}

/** A cause or a reason as a reader sees it: known ids by their title, anything else as it is. */
export function reasonText(reason: string): string {
  return known(reason)?.title ?? reason
}

/** What to say under a message that did not get through. The platform's own words come after ours. */
export function failureOf(message: Pick<Message, 'cause' | 'error'>): CauseText & { original: string | null } {
  const e = message.error
  const code = e ? (e.subcode ? `${e.code}/${e.subcode}` : String(e.code)) : ''
  const original = e ? [text.act.platformSays('WhatsApp', code), e.text].filter(Boolean).join(': ') : null
  const said = message.cause && !(message.cause === 'other' && e) ? known(message.cause) : null
  if (said) return { ...said, original }
  if (e) {
    return {
      title: `WhatsApp answered with code ${code}`,
      sentence: 'This code is not known here yet, so nothing more can be said about it.',
      original,
    }
  }
  return { title: message.cause ?? text.status.failed, sentence: '', original: null }
}
