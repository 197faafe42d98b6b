import type { Settings } from '../api/types'
import { calendar } from '../text/calendar'

// A person's look is a few attributes of the page, and how hours are written. The browser remembers the last one, so that a dark page does not begin
// white; it names nobody, so it is kept apart from what people type.

type Look = Pick<Settings, 'theme' | 'density' | 'text_size' | 'clock'>
const place = 'clearline.look'

/** Gives the page the look that a person has chosen, and remembers it for the next start. */
export function wear(look: Look): void {
  show(look)
  try {
    localStorage.setItem(place, JSON.stringify({ theme: look.theme, density: look.density, text_size: look.text_size, clock: look.clock }))
  } catch {
    // Without a memory the next page begins as the system says.
  }
}

/** Begins with the look of the last time. */
export function wearLast(): void {
  try {
    const kept = JSON.parse(localStorage.getItem(place) ?? 'null') as Look | null
    if (kept) show(kept)
  } catch {
    // Nothing was kept, or not by us.
  }
}

function show(look: Look): void {
  const page = document.documentElement
  if (look.theme === 'light' || look.theme === 'dark') page.dataset.theme = look.theme
  else delete page.dataset.theme
  page.dataset.density = look.density === 'compact' ? 'compact' : 'comfortable'
  const scale = Math.min(150, Math.max(90, Number(look.text_size) || 100)) / 100
  page.style.setProperty('--text-scale', String(scale))
  calendar.hours(look.clock === '12' || look.clock === '24' ? look.clock : 'auto')
}
