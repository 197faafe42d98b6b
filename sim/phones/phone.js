// One phone on the table: its owner's plate, the chat with the business, and what can be sent from it.
import { actsFor } from './acts.js'
import { attachSheet } from './attach.js'
import { bubbles } from './bubbles.js'
import { $, attempt, call, clockTime, dayName, el, initials, number, people, shopOf, worldNow } from './world.js'

export class Phone {
  kept = false
  /** What the next message refers to: {kind: 'reply' | 'edit', message}. */
  context = null
  /** A picture or file that waits for its words: {label, url, message}. */
  staged = null
  #thread = []
  #atEnd = true
  #typingEnds = null

  constructor(person, room) {
    this.id = person.id
    this.room = room
    this.element = $('phone').content.cloneNode(true).firstElementChild
    this.part = (selector) => this.element.querySelector(selector)
    this.input = this.part('textarea')
    this.element.setAttribute('aria-label', `${person.name}’s phone`)
    this.part('.who-name bdi').textContent = person.name
    this.part('.initials').textContent = initials(person.name)
    const shop = shopOf(person)
    this.shop = shop
    this.part('.shop-name').textContent = shop
    this.part('.shop-mark').textContent = initials(shop)
    this.#listen()
    this.tick()
  }

  focus() {
    this.input.focus()
  }

  leave() {
    clearTimeout(this.#typingEnds)
    for (const sound of this.element.querySelectorAll('audio, video')) sound.pause()
  }

  keep(on) {
    this.kept = on
    this.part('[data-do="keep"]').setAttribute('aria-pressed', String(on))
  }

  tick() {
    this.part('.bar-time').textContent = clockTime(worldNow())
  }

  async load() {
    const [p, list] = await Promise.all([call('GET', 'people/' + this.id), call('GET', `people/${this.id}/messages?limit=200`)])
    people.set(p.id, p)
    this.#drawPerson(p)
    this.#thread = list.items.reverse()
    this.#drawThread()
    if (document.visibilityState === 'visible' && p.unread) await call('POST', `people/${this.id}/open`)
  }

  #drawPerson(p) {
    this.part('.who-about').textContent = number(p.address)
    for (const name of ['online', 'blocked']) this.part(`[name="${name}"]`).checked = p[name]
    this.part('[name="reads"]').value = p.reads
    this.part('.bar-net').textContent = p.online ? '▂▄▆ ▮' : '✈ ▮'
    this.part('.device').classList.toggle('off', !p.online)
    const closes = p.window_closes_at && new Date(p.window_closes_at)
    this.part('.window').textContent = !closes
      ? 'Has not written yet, so the business may send templates only.'
      : closes > worldNow()
        ? `The business may write freely until ${dayName(closes)}, ${clockTime(closes)}.`
        : `The business may send templates only since ${dayName(closes)}, ${clockTime(closes)}.`
    const typing = Boolean(p.typing_until)
    this.part('.typing').hidden = !typing
    this.part('.shop-state').textContent = p.blocked ? 'Blocked' : !p.online ? 'Waiting for a network' : typing ? 'typing…' : 'Business account'
    clearTimeout(this.#typingEnds)
    if (typing) this.#typingEnds = setTimeout(() => attempt(() => this.load()), Math.max(500, Date.parse(p.typing_until) - worldNow().getTime()))
  }

  #drawThread() {
    const rows = bubbles(this.#thread, this)
    this.part('.blank').hidden = rows.length > 0
    const list = this.part('.bubbles')
    const old = new Map([...list.children].map((e) => [e.drawnFrom, e]))
    const next = rows.map(({ key, make, status }) => {
      const row = old.get(key) ?? Object.assign(make(), { drawnFrom: key })
      row.refresh?.(status)
      return row
    })
    // What stays is not moved: a moved element loses the focus, and a voice stops.
    const stays = new Set(next)
    for (const row of [...list.children]) if (!stays.has(row)) row.remove()
    for (const [i, row] of next.entries()) if (list.children[i] !== row) list.insertBefore(row, list.children[i] ?? null)
    if (this.#atEnd) this.#toEnd()
    // What was there is not news: only what comes from now on is read aloud.
    this.part('.thread').setAttribute('aria-busy', 'false')
  }

  #toEnd() {
    this.#atEnd = true
    this.#stay()
  }

  /** Who reads the end goes on reading the end, whatever grows or shrinks: pictures that load, the sheet, the keyboard. */
  #stay() {
    const box = this.part('.thread')
    if (this.#atEnd) box.scrollTop = box.scrollHeight
  }

  /** Scrolls to a message and marks it for a moment. */
  point(id) {
    const bubble = this.part(`.bubble[data-id="${CSS.escape(id)}"]`)
    bubble?.scrollIntoView({ block: 'center' })
    bubble?.classList.add('pointed')
    setTimeout(() => bubble?.classList.remove('pointed'), 1200)
  }

  write(message) {
    return attempt(async () => {
      await call('POST', `people/${this.id}/messages`, message)
      await this.load()
      this.#toEnd()
      return true
    })
  }

  acts(button, m) {
    actsFor(button, m, this)
  }

  answer(m) {
    this.#setContext({ kind: 'reply', message: m })
  }

  edit(m) {
    this.#setContext({ kind: 'edit', message: m })
    this.input.value = m.text
    this.#fit()
  }

  #setContext(next) {
    this.context = next
    this.part('.context').hidden = !next
    this.part('.context').dataset.kind = next?.kind ?? ''
    const words = next && (next.message.text || next.message.kind)
    this.part('.context-text').textContent = next ? (next.kind === 'edit' ? `Edit: ${words}` : `Reply to: ${words}`) : ''
    if (next) this.input.focus()
  }

  /** Puts a picture or file before the words. */
  stage(label, url, message) {
    this.staged = { label, url, message }
    const box = this.part('.staged')
    box.replaceChildren(
      url ? el('img', { src: url, alt: '' }) : el('span', { className: 'paper', 'aria-hidden': 'true' }, '▤'),
      el('span', { className: 'staged-label' }, label),
      el('button', { type: 'button', className: 'quiet', onclick: () => this.#unstage() }, 'Take away'))
    box.hidden = false
    this.input.placeholder = 'Add a caption'
    this.input.focus()
  }

  #unstage() {
    this.staged = null
    this.part('.staged').hidden = true
    this.input.placeholder = 'Message'
  }

  sheet(open) {
    const sheet = this.part('.sheet')
    sheet.hidden = !open
    this.part('[data-do="attach"]').setAttribute('aria-expanded', String(open))
    if (!open) return
    attachSheet(sheet, this)
    sheet.querySelector('button')?.focus()
  }

  async #send() {
    const text = this.input.value.trim()
    if (!text && !this.staged) return
    const message = this.staged ? { ...this.staged.message, text } : this.context?.kind === 'edit' ? { edit: text, to: this.context.message.id } : { text }
    if (this.context?.kind === 'reply') message.reply_to = this.context.message.id
    const kept = { text: this.input.value, context: this.context, staged: this.staged }
    this.input.value = ''
    this.#fit()
    this.#setContext(null)
    this.#unstage()
    if (await this.write(message)) return
    // It did not go: what was typed comes back.
    this.input.value = kept.text
    this.#setContext(kept.context)
    if (kept.staged) this.stage(kept.staged.label, kept.staged.url, kept.staged.message)
  }

  #fit() {
    this.input.style.height = 'auto'
    this.input.style.height = `${this.input.scrollHeight + 2}px`
  }

  #listen() {
    const acts = {
      back: () => this.room.back(),
      shut: () => this.room.shut(this),
      keep: () => this.keep(!this.kept),
      attach: () => this.sheet(this.part('.sheet').hidden),
      drop: () => { this.#setContext(null); this.input.value = ''; this.#fit() },
    }
    this.element.addEventListener('click', (e) => acts[e.target.closest('[data-do]')?.dataset.do]?.())
    const box = this.part('.thread')
    box.addEventListener('scroll', () => { this.#atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 60 })
    const sizes = new ResizeObserver(() => this.#stay())
    sizes.observe(box)
    sizes.observe(this.part('.bubbles'))
    this.part('.composer').addEventListener('submit', (e) => { e.preventDefault(); this.#send() })
    this.input.addEventListener('input', () => this.#fit())
    this.input.addEventListener('keydown', (e) => {
      if (e.key === 'Enter' && !e.shiftKey && !e.isComposing) {
        e.preventDefault()
        this.part('.composer').requestSubmit()
      } else if (e.key === 'ArrowUp' && !this.input.value && !this.context) {
        const last = this.#thread.findLast((m) => m.from === 'person' && m.kind === 'text' && !m.deleted)
        if (last) { e.preventDefault(); this.edit(last) }
      } else if (e.key === 'Escape' && (this.context || this.staged)) {
        e.preventDefault()
        acts.drop()
        this.#unstage()
      }
    })
    this.part('.sheet').addEventListener('keydown', (e) => {
      if (e.key !== 'Escape') return
      e.preventDefault()
      this.sheet(false)
      this.part('[data-do="attach"]').focus()
    })
    for (const name of ['online', 'blocked', 'reads']) {
      const field = this.part(`[name="${name}"]`)
      field.addEventListener('change', () => attempt(async () => {
        await call('PATCH', 'people/' + this.id, { [name]: field.type === 'checkbox' ? field.checked : field.value })
        await this.load()
        this.room.changed()
      }))
    }
  }
}
