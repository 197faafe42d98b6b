import { failureOf } from '../text/causes'
import { text } from '../text/notify'
import type { Bell, Notice } from './notifier.svelte'

/** Why a desktop notification cannot be shown, or that it can. */
export type Permission = 'granted' | 'default' | 'denied' | 'insecure' | 'absent'

export function permission(): Permission {
  if (!window.isSecureContext) return 'insecure'
  return 'Notification' in window ? Notification.permission : 'absent'
}

/** Rings and notifies with what the browser has. open shows a conversation in this page. */
export class BrowserBell implements Bell {
  readonly #open: (conversationId: string) => void
  #audio: AudioContext | null = null

  constructor(open: (conversationId: string) => void) {
    this.#open = open
  }

  /** Two short, soft notes. False when the browser keeps quiet because nobody has touched the page yet. */
  ring(): boolean {
    if (typeof AudioContext === 'undefined') return false
    const audio = (this.#audio ??= new AudioContext())
    if (audio.state === 'suspended') void audio.resume()
    const note = (frequency: number, at: number) => {
      const tone = audio.createOscillator()
      const loudness = audio.createGain()
      tone.frequency.value = frequency
      loudness.gain.setValueAtTime(0, at)
      loudness.gain.linearRampToValueAtTime(0.08, at + 0.015)
      loudness.gain.exponentialRampToValueAtTime(0.0005, at + 0.28)
      tone.connect(loudness).connect(audio.destination)
      tone.start(at)
      tone.stop(at + 0.3)
    }
    note(659.25, audio.currentTime)
    note(880, audio.currentTime + 0.11)
    return audio.state === 'running'
  }

  show({ kind, conversation, message }: Notice): void {
    const name = conversation.contact.name || text.somebody
    const title = kind === 'failed' ? text.failed(name) : kind === 'mine' ? name : text.unassigned(name)
    // Who wrote, never what: a notification is read by whoever stands at the screen.
    const body = message !== null && kind === 'failed' ? failureOf(message).title : ''
    this.#notify(title, body, `clearline ${conversation.id}`, () => this.#open(conversation.id))
  }

  showMany(count: number): void {
    this.#notify(text.many(count), '', 'clearline many', () => {})
  }

  /** One to see that it works. False when the browser refuses. */
  test(): boolean {
    return this.#notify(text.test.title, text.test.body, 'clearline test', () => {})
  }

  #notify(title: string, body: string, tag: string, clicked: () => void): boolean {
    if (permission() !== 'granted') return false
    try {
      const notification = new Notification(title, { body, tag, icon: '/favicon.svg', silent: true })
      notification.onclick = () => {
        window.focus()
        notification.close()
        clicked()
      }
      return true
    } catch {
      // Some phones' browsers have the permission and yet no such notifications.
      return false
    }
  }
}
