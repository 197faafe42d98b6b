import type { Message } from '../api/types'
import { text } from './en'

/** What is said about a cause beside a message: a short title, one sentence, and whether trying again can help. */
export interface CauseText {
  title: string
  sentence: string
  /** False where the same message would surely be refused again. */
  retry: boolean
}

// By cause id (the one vocabulary shared with the server). Short forms for the inbox; the whole page of a
// cause is the playbook's.
const causes: Record<string, CauseText> = {
  'auth.expired': { title: 'Sign-in has expired', sentence: 'WhatsApp stopped accepting this connection’s key because it has reached its end date.', retry: true },
  'auth.revoked': { title: 'Access was taken away', sentence: 'WhatsApp says that we are no longer allowed on this account.', retry: true },
  'auth.password': { title: 'A password change closed the session', sentence: 'Meta ended the session because the connecting account changed its password or was secured.', retry: true },
  'auth.invalid': { title: 'The key is not valid', sentence: 'WhatsApp does not accept this connection’s key.', retry: true },
  'auth.scope': { title: 'A permission is missing', sentence: 'The connection’s key lacks a permission that sending needs.', retry: true },
  'auth.asset': { title: 'The key no longer sees the account', sentence: 'The connection’s key works, but not for this number.', retry: true },
  'account.disabled': { title: 'Meta has disabled the account', sentence: 'Only Meta can lift it; the account’s owner can ask for a review.', retry: true },
  'account.restricted': { title: 'Meta has restricted the account', sentence: 'For a time this account may not send.', retry: true },
  'account.quality': { title: 'Too many people blocked or reported this number', sentence: 'WhatsApp limits sending from this number for now.', retry: true },
  'hook.off': { title: 'Incoming messages are switched off', sentence: 'The platform is not subscribed to send messages to this server.', retry: true },
  'hook.signature': { title: 'Signature does not match', sentence: 'The call was not signed with the app secret stored here.', retry: true },
  'hook.verify': { title: 'The address check did not pass', sentence: 'Meta called this server’s address and did not get the expected answer.', retry: true },
  'wa.not_registered': { title: 'The number is not registered', sentence: 'This number is not registered for the platform, so nothing can be sent from it.', retry: true },
  'wa.payment': { title: 'A payment method is missing', sentence: 'WhatsApp wants a valid payment method on the account before it sends this.', retry: true },
  'wa.waba_taken': { title: 'Another workspace uses this account', sentence: 'This WhatsApp account is in use by another company on this server.', retry: false },
  'wa.window': { title: 'The free-reply time has ended', sentence: 'Too much time has passed since this person last wrote, so the text was not sent.', retry: false },
  'wa.user_limit': { title: 'WhatsApp held back a marketing message', sentence: 'WhatsApp limits marketing messages per person, over all businesses. Nothing was wrong with the message; do not send it again today.', retry: false },
  'wa.experiment': { title: 'In a WhatsApp test group', sentence: 'Marketing templates are not delivered to this person for now. Replies and utility templates still work.', retry: false },
  'wa.tpl_params': { title: 'The template’s values do not fit', sentence: 'The template needs another number or kind of values than were given. Synchronise the templates and fill it in again.', retry: false },
  'wa.tpl_missing': { title: 'That template cannot be used', sentence: 'It is not approved, paused, or absent in this language.', retry: false },
  'wa.undeliverable': { title: 'WhatsApp could not deliver', sentence: 'WhatsApp does not say why. Possible: not on WhatsApp, an old app, new terms not accepted, or you are blocked.', retry: true },
  'wa.country': { title: 'Not allowed in this country', sentence: 'WhatsApp does not carry business messages to or from this country.', retry: false },
  'wa.opted_out': { title: 'This person stopped marketing messages', sentence: 'They asked WhatsApp not to get marketing messages from you.', retry: false },
  'net.outage': { title: 'WhatsApp has a problem, not you', sentence: 'The message waits and is sent by itself when the platform has recovered.', retry: true },
  'net.rate': { title: 'Too many messages too quickly', sentence: 'WhatsApp asked to slow down. The order is kept and the message is sent by itself.', retry: true },
  'server.network': { title: 'This server could not reach WhatsApp', sentence: 'Nothing was handed over. The message is sent by itself when the network is back.', retry: true },
  'send.unconfirmed': { title: 'Unconfirmed', sentence: text.act.unconfirmed, retry: true },
  'send.deadline': { title: 'The time for sending ran out', sentence: 'The message could not be sent before its window or its day ended.', retry: true },
  'send.cancelled': { title: 'Cancelled', sentence: 'It was stopped before it left.', retry: false },
  'send.bad_param': { title: 'WhatsApp refused the content', sentence: 'A part of the message is not accepted as it is.', retry: false },
  'media.expired': { title: 'The file is gone', sentence: 'The platform deleted the file before it could be fetched.', retry: false },
  'in.unreadable': { title: 'Could not be read', sentence: 'The content is not what the platform documents. It is kept and can be replayed.', retry: true },
  'in.unknown_field': { title: 'Not understood yet', sentence: 'The platform sent a field that is not handled yet. It is kept and can be replayed.', retry: true },
  'in.unrouted': { title: 'No connection for it', sentence: 'It belongs to an account that is not connected here. It is kept and can be replayed.', retry: true },
}

/** The cause's title and sentence; an unknown cause is named as it is, never hidden. */
export function causeText(cause: string): CauseText {
  return causes[cause] ?? { title: cause, sentence: '', retry: true }
}

/** A cause or a reason as a reader sees it: known ids by their title, anything else as it is. */
export function reasonText(reason: string): string {
  return causes[reason]?.title ?? reason
}

/** What to say under a message that did not get through. The platform's own words come after ours. */
export function failureOf(message: Pick<Message, 'cause' | 'error'>): CauseText & { original: string | null } {
  const e = message.error
  const code = e ? (e.subcode ? `${e.code}/${e.subcode}` : String(e.code)) : ''
  const original = e ? [text.act.platformSays('WhatsApp', code), e.text].filter(Boolean).join(': ') : null
  if (message.cause && causes[message.cause]) return { ...causes[message.cause]!, original }
  if (e) {
    return {
      title: `WhatsApp answered with code ${code}`,
      sentence: 'This code is not known here yet, so nothing more can be said about it.',
      retry: true,
      original,
    }
  }
  return { title: message.cause ?? text.status.failed, sentence: '', retry: true, original: null }
}
