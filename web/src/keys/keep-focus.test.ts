import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { keepFocus } from './keep-focus'

// C1: whoever works by keyboard keeps their place when what had the focus is switched off or taken away.
describe('C1 the focus of a page', () => {
  let root: HTMLElement
  let end: () => void
  const find = (id: string) => document.getElementById(id) as HTMLButtonElement
  const active = () => document.activeElement?.id
  /** Lets the watcher hear of the change, and then the frame come. */
  const frame = async () => {
    const heard = new Promise<void>((resolve) => {
      const own = new MutationObserver(() => (own.disconnect(), resolve()))
      own.observe(root, { childList: true })
    })
    root.append(document.createComment(''))
    await heard
    await new Promise((resolve) => requestAnimationFrame(resolve))
  }

  beforeEach(() => {
    // Nothing is laid out here: what is in the document counts as seen, unless it is marked as folded away.
    vi.spyOn(HTMLElement.prototype, 'getClientRects').mockImplementation(function (this: HTMLElement) {
      return (this.closest('[data-folded]') ? [] : [{}]) as unknown as DOMRectList
    })
    document.body.innerHTML = `<button id="outside"></button><main id="main" tabindex="-1"><div id="column">
      <ul id="list"><li id="one"><p><button id="a"></button><button id="b"></button></p></li><li id="two"><p><button id="c"></button></p></li></ul></div></main>`
    root = document.getElementById('main')!
    end = keepFocus(root)
  })
  afterEach(() => {
    end()
    vi.restoreAllMocks()
  })

  it('comes back to what was only switched off for a while', async () => {
    find('a').focus()
    find('a').blur() // as browsers do with what is switched off
    find('a').disabled = true
    await frame()
    expect(active()).not.toBe('a')
    find('a').disabled = false
    await frame()
    expect(active()).toBe('a')
  })

  it('goes to a neighbour of what was taken away', async () => {
    find('a').focus()
    find('a').remove()
    await frame()
    expect(active()).toBe('b')
    document.getElementById('one')!.remove()
    await frame()
    expect(active()).toBe('c')
  })

  it('goes to what stands around something that was folded away', async () => {
    find('a').focus()
    find('a').blur()
    find('a').dataset.folded = ''
    await frame()
    expect(active()).toBe('b')
  })

  it('goes to the page where nothing is left beside it', async () => {
    find('c').focus()
    document.getElementById('list')!.remove()
    await frame()
    expect(active()).toBe('main')
  })

  it('is left alone where somebody has gone elsewhere, or has given it up with a press', async () => {
    find('a').focus()
    find('outside').focus()
    find('a').remove()
    await frame()
    expect(active()).toBe('outside')
    find('b').focus()
    document.body.dispatchEvent(new Event('pointerdown', { bubbles: true }))
    find('b').blur()
    find('b').remove()
    await frame()
    expect(document.activeElement).toBe(document.body)
  })
})
