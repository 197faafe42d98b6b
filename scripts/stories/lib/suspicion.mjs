// What runs in a page that shows hostile texts: a lure for scripts, and a look for what texts must never become.

/** Put in before the page's own code: whatever a payload manages to run or to violate leaves a mark. */
export function lure() {
  const hits = (window.__hits = [])
  window.xss = (n) => hits.push(`payload ${n} ran`)
  for (const name of ['alert', 'confirm', 'prompt', 'print', 'open']) window[name] = (...args) => void hits.push(`${name}(${String(args[0]).slice(0, 60)})`)
  addEventListener('securitypolicyviolation', (e) => hits.push(`the policy was violated: ${e.violatedDirective} by ${e.blockedURI} ${e.sample ?? ''}`), true)
}

/** Everything in the document that a text has no business being. */
export function suspicious() {
  const seen = [...window.__hits]
  const say = (what, e) => seen.push(`${what}: ${e.outerHTML.slice(0, 120)}`)
  const own = (address) => {
    const { protocol, origin } = new URL(address, location.href)
    return origin === location.origin || (protocol === 'blob:' && address.startsWith(`blob:${location.origin}`))
  }
  for (const e of document.querySelectorAll('*')) {
    const tag = e.localName
    if (tag === 'script' && !own(e.getAttribute('src') ?? 'data:')) say('a script', e)
    if (['iframe', 'frame', 'frameset', 'object', 'embed', 'applet', 'base', 'portal', 'marquee', 'foreignobject', 'math', 'animate', 'set', 'use', 'handler'].includes(tag)) say('a forbidden element', e)
    if (tag === 'meta' && e.hasAttribute('http-equiv')) say('a meta that acts', e)
    if (tag === 'style' && !e.id && e.textContent.includes('evil')) say('a style', e)
    for (const { name, value } of e.attributes) {
      if (/^on/i.test(name)) say(`the attribute ${name}`, e)
      if (['src', 'srcset', 'poster', 'data', 'action', 'formaction', 'background', 'ping'].includes(name) && value !== '' && !own(value)) say(`${name} of another host`, e)
      if (name === 'srcdoc') say('srcdoc', e)
      if ((name === 'href' || name === 'xlink:href') && tag === 'link' && !own(value)) say('a link element', e)
      if ((name === 'href' || name === 'xlink:href') && tag !== 'link' && !['http:', 'https:', 'mailto:', 'tel:'].includes(new URL(value, location.href).protocol)) say('a link that leads elsewhere', e)
      if (name === 'style' && /url\(|expression|binding/i.test(value)) say('an inline style', e)
    }
    if (tag === 'a' && e.target === '_blank' && !/noreferrer|noopener/.test(e.rel)) say('a link that lets the other page reach back', e)
  }
  if ({}.polluted !== undefined) seen.push('the prototype of all objects was polluted')
  if (document.documentElement.scrollWidth > innerWidth) seen.push(`the page is ${document.documentElement.scrollWidth} px wide`)

  // What stands in a row stands where it stands in every row, whatever the texts in it want.
  const places = new Map()
  for (const row of document.querySelectorAll('[data-testid="conversation"]')) {
    const { left, right, height } = row.getBoundingClientRect()
    const side = row.querySelector('.side').getBoundingClientRect()
    const key = [left, right, height, side.right].map(Math.round).join('/')
    if (!places.has(key)) places.set(key, [])
    places.get(key).push(row)
  }
  const rows = [...places.values()].sort((a, b) => b.length - a.length)
  for (const group of rows.slice(1)) say(`${group.length} rows stand elsewhere than the ${rows[0].length} others`, group[0])
  const edges = new Set([...document.querySelectorAll('[data-testid="message"][data-direction="in"]')].map((m) => Math.round(m.getBoundingClientRect().left)))
  if (edges.size > 1) seen.push(`bubbles begin at ${[...edges].join(', ')}`)
  const wide = [...document.querySelectorAll('[data-testid="message"]')].filter((m) => m.scrollWidth > m.closest('[data-testid="thread"]').clientWidth)
  if (wide.length > 0) {
    const within = [...wide[0].querySelectorAll('*')].filter((e) => e.scrollWidth > wide[0].clientWidth && getComputedStyle(e).overflowX === 'visible')
    say('a bubble wider than the thread', within.at(-1) ?? wide[0])
  }
  return seen
}
