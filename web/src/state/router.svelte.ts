import { viewNames, type ViewName } from '../api/types'

export type InboxRoute = {
  page: 'inbox'
  conversation: string | null
  /** The list beside the thread. Left out, it is the one that is shown already. */
  view?: ViewName
  /** The message that the thread is opened at. */
  at?: string
  /** The message of which everything is shown beside the thread. */
  inspect?: string
  /** What is searched for; the results then stand where the list stands. Left out, that does not change. */
  search?: string | null
}

/** The pages of the settings. */
export const sections = ['you', 'people', 'keys', 'sessions'] as const
export type Section = (typeof sections)[number]
/** The parts of one connection's page. */
export const tabs = ['overview', 'doctor', 'account', 'deliveries', 'templates', 'settings'] as const
export type Tab = (typeof tabs)[number]
/** The pages that are there without a session. */
export const doors = ['login', 'setup', 'welcome'] as const
export type Door = (typeof doors)[number]

export type PlatformRoute = {
  page: 'platform'
  connection: string
  tab: Tab
  /** The check that is shown open. */
  check?: string
  /** The repair that is laid out, not done. */
  fix?: string
}

export type ConnectRoute = {
  page: 'connect'
  /** The connecting that is under way; null for the page where one begins. */
  procedure: string | null
  /** The connection that is signed in again. */
  connection?: string
  /** Why a sign-in at the platform came back without a result. */
  cause?: string
}

export type Route =
  | InboxRoute
  | ConnectRoute
  | { page: 'deliveries'; delivery?: string }
  | { page: 'platforms' }
  /** What failed and what waits; group is the one that is shown open. */
  | { page: 'outcomes'; group?: string; connection?: string }
  | PlatformRoute
  | { page: 'settings'; section: Section }
  | { page: 'door'; door: Door }
  | { page: 'lost' }

/** Where the server sends a browser whose sign-in link does not work; with a session it is just the inbox. */
export const refusedSignIn = '/signed-out'

/** What an address alone does not say; kept by the browser with each step of its history. */
type Beside = Pick<InboxRoute, 'view' | 'search'>

/** Reads an address (path and query), and what was kept beside it in the browser's history. */
export function routeOf(address: string, beside: unknown = null): Route {
  const { pathname, searchParams } = new URL(address, 'http://here')
  const parts = pathname.split('/').filter(Boolean)
  const [room, name] = parts
  if (pathname === refusedSignIn || parts.length === 0) return { page: 'inbox', conversation: null, ...besideOf(beside) }
  if (room === 'search' && parts.length === 1) return { page: 'inbox', conversation: null, ...besideOf(beside), search: searchParams.get('q') ?? '' }
  if (room === 'inbox' && parts.length === 2 && isView(name)) return { page: 'inbox', conversation: null, view: name, search: null }
  if (parts.length === 4 && room === 'conversations' && parts[2] === 'messages') {
    const [conversation, inspect] = [decoded(name!), decoded(parts[3]!)]
    return conversation === null || inspect === null ? { page: 'lost' } : { page: 'inbox', conversation, ...besideOf(beside), inspect }
  }
  if (parts.length === 2 && (room === 'conversations' || room === 'deliveries')) {
    const id = decoded(name!)
    if (id === null) return { page: 'lost' }
    if (room === 'deliveries') return { page: 'deliveries', delivery: id }
    const at = searchParams.get('at')
    return { page: 'inbox', conversation: id, ...besideOf(beside), ...(at ? { at } : {}) }
  }
  if (parts.length === 1 && room === 'deliveries') return { page: room }
  // Platforms were called connections once; addresses that people kept still lead there.
  if (room === 'platforms' || room === 'connections') {
    if (parts.length === 1) return { page: 'platforms' }
    const connection = parts.length === 2 ? decoded(name!) : null
    return connection === null ? { page: 'lost' } : platformOf(connection, searchParams)
  }
  if (room === 'connect' && parts.length <= 2) {
    const procedure = parts.length === 2 ? decoded(name!) : null
    const [connection, cause] = [searchParams.get('connection'), searchParams.get('cause')]
    return parts.length === 2 && procedure === null ? { page: 'lost' } : { page: 'connect', procedure, ...(connection ? { connection } : {}), ...(cause ? { cause } : {}) }
  }
  if (room === 'outcomes' && parts.length === 1) {
    const [group, connection] = [searchParams.get('group'), searchParams.get('connection')]
    return { page: 'outcomes', ...(group ? { group } : {}), ...(connection ? { connection } : {}) }
  }
  const section = sections.find((s) => s === (name ?? 'you'))
  if (room === 'settings' && parts.length <= 2 && section) return { page: 'settings', section }
  const door = doors.find((d) => d === room)
  if (door && parts.length === 1) return { page: 'door', door }
  return { page: 'lost' }
}

function platformOf(connection: string, query: URLSearchParams): PlatformRoute {
  const tab = tabs.find((t) => t === query.get('tab')) ?? 'overview'
  const [check, fix] = [query.get('check'), query.get('fix')]
  return { page: 'platform', connection, tab, ...(check ? { check } : {}), ...(fix ? { fix } : {}) }
}

export function pathOf(route: Exclude<Route, { page: 'lost' }>): string {
  if (route.page === 'platform') {
    const query = new URLSearchParams(Object.entries({ tab: route.tab === 'overview' ? '' : route.tab, check: route.check ?? '', fix: route.fix ?? '' }).filter(([, v]) => v !== ''))
    return `/platforms/${encodeURIComponent(route.connection)}${query.size > 0 ? `?${query}` : ''}`
  }
  if (route.page === 'deliveries') return route.delivery ? `/deliveries/${encodeURIComponent(route.delivery)}` : '/deliveries'
  if (route.page === 'outcomes') {
    const query = new URLSearchParams(Object.entries({ group: route.group ?? '', connection: route.connection ?? '' }).filter(([, v]) => v !== ''))
    return `/outcomes${query.size > 0 ? `?${query}` : ''}`
  }
  if (route.page === 'settings') return `/settings/${route.section}`
  if (route.page === 'connect') {
    const query = new URLSearchParams(Object.entries({ connection: route.connection ?? '', cause: route.cause ?? '' }).filter(([, v]) => v !== ''))
    return `/connect${route.procedure ? `/${encodeURIComponent(route.procedure)}` : ''}${query.size > 0 ? `?${query}` : ''}`
  }
  if (route.page === 'door') return `/${route.door}`
  if (route.page !== 'inbox') return `/${route.page}`
  if (route.conversation !== null) {
    if (route.inspect) return `/conversations/${encodeURIComponent(route.conversation)}/messages/${encodeURIComponent(route.inspect)}`
    const at = route.at ? `?at=${encodeURIComponent(route.at)}` : ''
    return `/conversations/${encodeURIComponent(route.conversation)}${at}`
  }
  if (typeof route.search === 'string') return route.search === '' ? '/search' : `/search?q=${encodeURIComponent(route.search)}`
  return route.view ? `/inbox/${route.view}` : '/'
}

/** Where the reader is; every page has an address, and the browser's back and forward work. */
export class Router {
  route = $state.raw<Route>(this.#read())
  /** The list that is shown, or was when the inbox was last seen. */
  view = $state<ViewName>('open')
  /** Whether a step was made since the document was loaded. */
  moved = false
  #onView: (view: ViewName) => void = () => {}

  constructor() {
    this.#arrive(this.route)
  }

  /** Goes on with the view that was shown last, and keeps the one that is shown from now on. */
  remember(memory: { get: () => unknown; set: (view: ViewName) => void }): void {
    const last = memory.get()
    const { route } = this
    if (isView(last) && !(route.page === 'inbox' && route.view)) this.view = last
    this.#onView = memory.set
    // An address without a list means the one that is shown now, also when one comes back to it.
    if (route.page !== 'inbox' || route.view) return
    this.route = { ...route, view: this.view }
    history.replaceState(besideOf(this.route), '')
  }

  /** Follows back and forward; the returned function stops it. */
  run(): () => void {
    const read = () => {
      this.moved = true
      this.#arrive(this.#read())
    }
    addEventListener('popstate', read)
    return () => removeEventListener('popstate', read)
  }

  go(to: Exclude<Route, { page: 'lost' }>, how: 'push' | 'replace' = 'push'): void {
    const route = this.#carried(to)
    const path = pathOf(route)
    const beside: Beside | null = route.page === 'inbox' ? besideOf(route) : null
    const same = path === location.pathname + location.search
    history[how === 'push' && !same ? 'pushState' : 'replaceState'](beside, '', path)
    this.moved = true
    this.#arrive(route)
  }

  /** For links: follows a plain click here, leaves new tabs and windows to the browser. */
  follow = (event: MouseEvent): void => {
    if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
    const link = event.currentTarget as HTMLAnchorElement
    const route = routeOf(link.pathname + link.search)
    if (route.page === 'lost') return
    event.preventDefault()
    this.go(route)
  }

  /** Within the inbox, what a step does not name stays as it is; a view that is named ends a search. */
  #carried<R extends Exclude<Route, { page: 'lost' }>>(to: R): R {
    if (to.page !== 'inbox') return to
    const here: Beside = this.route.page === 'inbox' ? this.route : {}
    const search = to.search !== undefined ? to.search : to.view !== undefined ? null : here.search
    return { ...to, view: to.view ?? here.view ?? this.view, ...(search === undefined ? {} : { search }) }
  }

  #read(): Route {
    return routeOf(location.pathname + location.search, history.state)
  }

  #arrive(route: Route): void {
    this.route = route
    if (route.page !== 'inbox' || !route.view || route.view === this.view) return
    this.view = route.view
    this.#onView(route.view)
  }
}

function isView(name: unknown): name is ViewName {
  return viewNames.includes(name as ViewName)
}

/** History entries outlive versions of this application: what is not understood is left aside. */
function besideOf(kept: unknown): Beside {
  const { view, search } = (kept ?? {}) as { view?: unknown; search?: unknown }
  return { ...(isView(view) ? { view } : {}), ...(typeof search === 'string' || search === null ? { search } : {}) }
}

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part)
  } catch {
    return null
  }
}
