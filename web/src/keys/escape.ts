import { on } from 'svelte/events'

/** Closes on Escape pressed anywhere within an element; what lies around it does not hear that key. */
export const onEscape = (close: () => void) => (element: HTMLElement) =>
  on(element, 'keydown', (event) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return
    event.preventDefault()
    event.stopPropagation()
    close()
  })
