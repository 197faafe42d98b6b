// Deliveries as WhatsApp sends them, signed with the demo's app secret: for what the twin's phones cannot write.
import { createHmac } from 'node:crypto'

let serial = 0

/** The way in of a running demo, in the platform's own words. */
export class Webhook {
  constructor(facts) {
    this.to = facts.whatsapp
  }

  /** Hands in messages of one person; each is a message object without from, id and timestamp. Gives their ids. */
  async write(person, messages, at = Date.now()) {
    const sent = messages.map((m, i) => ({ from: person.wa_id, id: `wamid.story.${process.pid}.${++serial}`, timestamp: String(Math.floor(at / 1000) + i), ...m }))
    const contacts = [{ profile: { name: person.name }, wa_id: person.wa_id }]
    await this.post({ contacts, messages: sent })
    return sent.map((m) => m.id)
  }

  /** Hands in one status of a message of ours. */
  status(status) {
    return this.post({ statuses: [status] })
  }

  async post(value) {
    const metadata = { display_phone_number: '15550100', phone_number_id: this.to.phone_number_id }
    const change = { field: 'messages', value: { messaging_product: 'whatsapp', metadata, ...value } }
    const body = JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: this.to.waba_id, changes: [change] }] })
    const signature = createHmac('sha256', this.to.app_secret).update(body).digest('hex')
    // The way in takes no more than it can write, and says when to come again (I13); people's own calls are never shed. A
    // platform comes again, so this does.
    for (const end = Date.now() + 60_000; ; ) {
      const answer = await fetch(this.to.webhook_url, { method: 'POST', body, headers: { 'Content-Type': 'application/json', 'X-Hub-Signature-256': `sha256=${signature}` } })
      if (answer.ok) return
      const after = Number(answer.headers.get('Retry-After'))
      if (answer.status !== 503 || !(after > 0) || Date.now() > end) throw new Error(`the webhook answered ${answer.status}: ${await answer.text()}`)
      await new Promise((resolve) => setTimeout(resolve, after * 1000))
    }
  }
}

/**
 * One message of every kind that comes in, each text from outside taken from say(slot): a slot is what the text is,
 * such as 'caption' or 'contact.name'. reply and reactTo are ids of messages that are answered and reacted to.
 */
export function everyKind(say, { reply, reactTo }) {
  const file = (mime_type, more = {}) => ({ id: `media-${++serial}`, mime_type, sha256: '', ...more })
  return [
    { type: 'text', text: { body: say('text') } },
    { type: 'text', text: { body: say('answer') }, context: { from: '15550100', id: reply } },
    { type: 'text', text: { body: say('forwarded') }, context: { forwarded: true } },
    { type: 'text', text: { body: say('from an ad') }, referral: { source_url: say('referral.url'), source_type: 'ad', source_id: '1', headline: say('referral.headline'), body: say('referral.body') } },
    { type: 'image', image: file('image/jpeg', { caption: say('caption') }) },
    { type: 'video', video: file('video/mp4', { caption: say('caption') }) },
    { type: 'audio', audio: file('audio/mpeg') },
    { type: 'audio', audio: file('audio/ogg; codecs=opus', { voice: true }) },
    { type: 'sticker', sticker: file('image/webp') },
    { type: 'document', document: file('application/pdf', { caption: say('caption'), filename: say('file.name') }) },
    { type: 'location', location: { latitude: 38.7223, longitude: -9.1393, name: say('location.name'), address: say('location.address'), url: say('location.url') } },
    {
      type: 'contacts',
      contacts: [{
        name: { formatted_name: say('contact.name'), first_name: say('contact.name') },
        phones: [{ phone: say('contact.phone'), type: say('contact.type'), wa_id: '15550111' }],
        emails: [{ email: say('contact.email'), type: 'WORK' }],
        urls: [{ url: say('contact.url'), type: 'WORK' }],
        addresses: [{ street: say('contact.street'), city: say('contact.city'), type: 'HOME' }],
        org: { company: say('contact.company'), title: say('contact.title') },
        birthday: '1990-01-01',
      }],
    },
    { type: 'interactive', interactive: { type: 'button_reply', button_reply: { id: say('button.id'), title: say('button.title') } } },
    { type: 'interactive', interactive: { type: 'list_reply', list_reply: { id: say('row.id'), title: say('row.title'), description: say('row.description') } } },
    { type: 'interactive', interactive: { type: 'nfm_reply', nfm_reply: { name: say('flow.name'), body: say('flow.body'), response_json: JSON.stringify({ [say('flow.key')]: say('flow.value') }) } } },
    { type: 'button', button: { payload: say('button.payload'), text: say('button.text') } },
    { type: 'order', order: { catalog_id: say('order.catalog'), text: say('order.text'), product_items: [{ product_retailer_id: say('order.item'), quantity: 2, item_price: 7.5, currency: 'EUR' }] } },
    { type: 'reaction', reaction: { message_id: reactTo, emoji: say('reaction') } },
    { type: 'system', system: { type: 'user_changed_number', body: say('system.body'), wa_id: '15550122' } },
    { type: 'unsupported', errors: [{ code: 131051, title: say('error.title'), message: say('error.message'), error_data: { details: say('error.details') } }] },
    { type: say('unknown.type'), [say('unknown.key')]: { body: say('unknown.body') } },
  ]
}
