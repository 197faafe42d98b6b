import type { Message } from '../api/types'
import { preview } from '../message/preview'
import { failureOf } from '../text/causes'
import { text } from '../text/en'

const kept = 10

/**
 * What a screen reader is told: new messages of the open thread, and sends that went wrong. History that is
 * being loaded never comes here, so it is never read aloud.
 */
export class Announcer {
  log = $state.raw<{ key: number; line: string }[]>([])
  alert = $state('')
  #key = 0

  hear(message: Message, before: Message | null, name: string): void {
    if (message.direction === 'in' && before === null) {
      this.log = [...this.log.slice(1 - kept), { key: this.#key++, line: text.thread.announced(name || text.thread.unnamed, preview(message)) }]
    }
    const failedNow = message.status === 'failed' || message.status === 'unknown'
    if (message.direction === 'out' && failedNow && before?.status !== message.status) {
      this.alert = `${text.status[message.status]}. ${message.status === 'unknown' ? text.act.unconfirmed : failureOf(message).title}`
    }
  }
}
