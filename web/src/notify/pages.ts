// The pages that one person has open in one browser: one of them tells, and all know whether any is in front.

/** How long a page that said it was in front is believed without another word. */
const believedFor = 15_000

export interface OpenPages {
  /** Whether this page is the one that tells. */
  tells(): boolean
  /** Whether this page or another of the same browser is in front. */
  inFront(): boolean
  stop(): void
}

function here(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus()
}

/** Where the browser cannot share between pages (plain HTTP beyond this machine), each page speaks for itself. */
export function openPages(scope: string): OpenPages {
  if (!navigator.locks || typeof BroadcastChannel === 'undefined') return { tells: () => true, inFront: here, stop: () => {} }
  const name = `clearline.notify.${scope}`
  const channel = new BroadcastChannel(name)
  const abort = new AbortController()
  let leads = false
  let otherInFrontUntil = 0
  channel.onmessage = (event: MessageEvent<boolean>) => (otherInFrontUntil = event.data ? Date.now() + believedFor : 0)
  const say = () => channel.postMessage(here())
  const timer = setInterval(() => {
    if (here()) say()
  }, believedFor / 2)
  for (const type of ['focus', 'blur'] as const) addEventListener(type, say)
  say()
  navigator.locks
    .request(name, { signal: abort.signal }, () => {
      leads = true
      return new Promise<void>((ended) => abort.signal.addEventListener('abort', () => ended()))
    })
    .catch(() => {
      // Called off while waiting for its turn.
    })
  return {
    tells: () => leads,
    inFront: () => here() || Date.now() < otherInFrontUntil,
    stop: () => {
      abort.abort()
      clearInterval(timer)
      for (const type of ['focus', 'blur'] as const) removeEventListener(type, say)
      channel.close()
    },
  }
}
