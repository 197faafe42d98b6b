import { describe, expect, it } from 'vitest'
import { text } from '../text/keys'
import { Commands } from './commands.svelte'
import { settled } from '../testing/support'
import { Early } from './early'
import { ariaKeys, rows, shownKey, type CommandId } from './map'
import { Presses, secondKeyWithin, type Pressed } from './press'

function bench(options: { available?: (id: CommandId) => boolean; single?: boolean } = {}) {
  const presses = new Presses(options.available ?? (() => true), () => options.single ?? true)
  let now = 1000
  const press = (key: string, init: KeyboardEventInit = {}, target: Element = document.body): Pressed => {
    let pressed: Pressed = null
    const hear = (e: Event) => (pressed = presses.take(e as KeyboardEvent, now))
    target.addEventListener('keydown', hear)
    target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, ...init }))
    target.removeEventListener('keydown', hear)
    return pressed
  }
  return { press, wait: (ms: number) => (now += ms) }
}
const does = (pressed: Pressed) => (pressed && 'command' in pressed ? pressed.command : null)

describe('the table of keys', () => {
  it('gives no key to two commands', () => {
    const keys = rows.filter((r) => !r.local).flatMap((r) => r.keys)
    expect(keys.filter((k, i) => keys.indexOf(k) !== i)).toEqual([])
  })

  it('has no key that is also the first of a pair', () => {
    const keys = rows.flatMap((r) => r.keys)
    const firsts = new Set(keys.filter((k) => k.includes(' ')).map((k) => k.split(' ')[0]))
    expect(keys.filter((k) => firsts.has(k))).toEqual([])
  })

  it('needs no Alt, which types characters', () => {
    expect(rows.flatMap((r) => r.keys).filter((k) => /Alt|Option/.test(k))).toEqual([])
  })

  it('has a name for everything', () => {
    for (const row of rows) expect(text.command[row.id as CommandId], row.id).toBeTruthy()
  })

  it('is said to assistive technology and shown to people', () => {
    expect(ariaKeys('palette', 'reopen', 'go-mine')).toBe('Control+K Meta+K Shift+E')
    expect([shownKey('Mod+K', false), shownKey('Mod+K', true), shownKey('G I', false), shownKey('ArrowDown', false)]).toEqual([[['Ctrl', 'K']], [['⌘', 'K']], [['G'], ['I']], [['↓']]])
  })
})

describe('a key press', () => {
  it('means what the table says', () => {
    const { press } = bench()
    expect(['j', 'K', 'e', 'i', 'a', 'z', 'r', 'Escape', '?', '/', '!', 'F6'].map((k) => does(press(k)))).toEqual(
      ['next', 'previous', 'done', 'assign-me', 'assign', 'undo', 'reply', 'list', 'help', 'search', 'next-failed', 'panes'],
    )
    expect([does(press('E', { shiftKey: true })), does(press('u', { shiftKey: true })), does(press('F6', { shiftKey: true }))]).toEqual(['reopen', 'unread', 'panes-back'])
    expect([does(press('k', { ctrlKey: true })), does(press('k', { metaKey: true }))]).toEqual(['palette', 'palette'])
  })

  it('goes by the sign, whatever else had to be held down for it', () => {
    const { press } = bench()
    expect([does(press('?', { shiftKey: true })), does(press('/', { shiftKey: true })), does(press('!', { shiftKey: true }))]).toEqual(['help', 'search', 'next-failed'])
  })

  it('goes by the place of the key on keyboards of other scripts', () => {
    const { press } = bench()
    expect(does(press('о', { code: 'KeyJ' }))).toBe('next')
    expect(does(press('л', { code: 'KeyK', ctrlKey: true }))).toBe('palette')
    expect(press('é', { code: 'Digit2' })).toBeNull()
    // On AZERTY the printed letter counts, not the place.
    expect(does(press('a', { code: 'KeyQ' }))).toBe('assign')
  })

  it('is text in a field, except with Ctrl', () => {
    const { press } = bench()
    const field = document.body.appendChild(document.createElement('textarea'))
    expect([press('j', {}, field), press('Escape', {}, field), press('?', {}, field)]).toEqual([null, null, null])
    expect(does(press('k', { ctrlKey: true }, field))).toBe('palette')
    field.remove()
  })

  it('is never taken with Alt, while composing, or when somebody has taken it', () => {
    const { press } = bench()
    expect([press('j', { altKey: true }), press('e', { altKey: true, ctrlKey: true }), press('j', { isComposing: true }), press('j', { keyCode: 229 })]).toEqual([null, null, null, null])
    expect(press('j', { ctrlKey: true })).toBeNull()
  })

  it('may be the first of two, for a moment', () => {
    const { press, wait } = bench()
    expect(press('g')).toEqual({ waiting: 'G' })
    expect(does(press('i'))).toBe('go-inbox')
    expect(does(press('i'))).toBe('assign-me')
    press('g')
    wait(secondKeyWithin + 1)
    expect(does(press('i'))).toBe('assign-me')
    press('g')
    expect(press('x')).toBeNull()
    expect(does(press('j'))).toBe('next')
    press('g')
    press('Shift', { shiftKey: true })
    expect(does(press('q'))).toBe('go-waiting')
  })

  it('does nothing where the command does not work', () => {
    const { press } = bench({ available: (id) => id !== 'done' && !id.startsWith('go-') })
    expect([press('e'), press('g'), does(press('j'))]).toEqual([null, null, 'next'])
  })

  it('of a single key can be switched off', () => {
    const { press } = bench({ single: false })
    expect(['j', 'g', '?', '/', '!'].map((k) => press(k))).toEqual([null, null, null, null, null])
    expect(press('E', { shiftKey: true })).toBeNull()
    expect([does(press('k', { ctrlKey: true })), does(press('Escape')), does(press('F6'))]).toEqual(['palette', 'list', 'panes'])
  })
})

describe('what is typed before the field is there', () => {
  const key = (k: string, init: KeyboardEventInit = {}) => new KeyboardEvent('keydown', { key: k, ...init })
  const field = () => {
    const input = document.createElement('input')
    const heard: string[] = []
    input.addEventListener('input', () => heard.push(input.value))
    input.addEventListener('keydown', (event) => heard.push(event.key))
    return { input, heard }
  }

  it('is no command and stands in the field then', async () => {
    const early = new Early()
    expect(early.take(key('e'), 0)).toBe(false)
    early.before('palette', 0)
    expect(['a', 'x', 'Backspace', 's', 'Enter'].map((k) => early.take(key(k), 100))).toEqual([true, true, true, true, true])
    const { input, heard } = field()
    early.give(document.createElement('ul'))
    early.give(input)
    await settled()
    expect([input.value, heard]).toEqual(['as', ['as', 'Enter']])
    expect(early.take(key('e'), 200)).toBe(false)
  })

  it('is over with Escape, with time, or when the field was there at once', () => {
    const early = new Early()
    early.before('search', 0)
    expect(early.take(key('Escape'), 10)).toBe(false)
    expect(early.take(key('e'), 20)).toBe(false)
    early.before('search', 0)
    expect(early.take(key('e'), 6_000)).toBe(false)
    early.before('assign', 0)
    const { input, heard } = field()
    early.give(input)
    expect([heard, early.take(key('e'), 10)]).toEqual([[], false])
  })

  it('leaves other commands and keys with Ctrl alone', () => {
    const early = new Early()
    early.before('done', 0)
    expect(early.take(key('e'), 10)).toBe(false)
    early.before('palette', 0)
    expect(early.take(key('k', { ctrlKey: true }), 10)).toBe(false)
  })
})

describe('what is offered', () => {
  it('works while it is offered, the later offer first', () => {
    const commands = new Commands()
    const done: string[] = []
    expect([commands.available('done'), commands.run('done')]).toEqual([false, false])
    const back = commands.offer({ done: () => done.push('list'), send: null })
    const off = commands.offer({ done: () => done.push('thread') })
    expect([commands.available('send'), commands.run('send')]).toEqual([true, false])
    commands.run('done')
    off()
    commands.run('done')
    expect(done).toEqual(['thread', 'list'])
    back()
    expect(commands.available('done')).toBe(false)
  })

  it('can depend on what is shown', () => {
    const commands = new Commands()
    let here = false
    commands.offer({ reopen: { run: () => {}, when: () => here } })
    expect(commands.available('reopen')).toBe(false)
    here = true
    expect(commands.available('reopen')).toBe(true)
  })
})
