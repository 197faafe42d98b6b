/** What Tab stops at. */
const stops = 'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary, [tabindex="0"]'
/** How far around what went away a neighbour is looked for; beyond it the page itself takes the focus. */
const around = 4

/**
 * Keeps whoever works by keyboard at their place in a part of the page. Browsers drop the focus to the document when what
 * had it is switched off or taken away: what is only switched off gets it back, in place of what is gone a neighbour has
 * it, and without one the part itself. What a page does by itself about the focus comes first.
 */
export function keepFocus(root: HTMLElement): () => void {
  let had: HTMLElement | null = null
  /** What stands around it, the nearest first; noted while it is there, for it may be gone when it is needed. */
  let near: HTMLElement[] = []
  let due = 0

  const seen = (e: HTMLElement) => e.isConnected && e.getClientRects().length > 0

  function noted(event: FocusEvent): void {
    const target = event.target as HTMLElement
    const inside = target !== root && root.contains(target)
    had = inside ? target : null
    near = []
    for (let e = target.parentElement; inside && e && e.parentElement !== root && e !== root && near.length < around; e = e.parentElement) near.push(e)
  }

  function mend(): void {
    due = 0
    const now = document.activeElement
    if (had === null || had === now || (now !== null && now !== document.body)) return
    if (seen(had)) {
      if (!had.closest('[disabled]')) had.focus({ preventScroll: true })
      return
    }
    const next = near.filter(seen).flatMap((e) => [...e.querySelectorAll<HTMLElement>(stops)]).find(seen)
    ;(next ?? root).focus({ preventScroll: true })
  }

  // After the frame's own work, so that a page that moves the focus itself has done so.
  const watcher = new MutationObserver(() => (due ||= requestAnimationFrame(mend)))
  watcher.observe(root, { subtree: true, childList: true, attributeFilter: ['disabled', 'open'] })
  // A press elsewhere gives the focus up on purpose; on something that takes it, focusin follows.
  const given = () => (had = null)
  document.addEventListener('focusin', noted)
  document.addEventListener('pointerdown', given)
  return () => {
    watcher.disconnect()
    cancelAnimationFrame(due)
    document.removeEventListener('focusin', noted)
    document.removeEventListener('pointerdown', given)
  }
}
