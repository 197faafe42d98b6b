export type Route =
  | { page: 'inbox'; conversation: string | null }
  | { page: 'deliveries' }
  | { page: 'connections' }
  | { page: 'lost' }

/** Where the server sends a browser whose sign-in link does not work; with a session it is just the inbox. */
export const refusedSignIn = '/signed-out'

export function routeOf(pathname: string): Route {
  const parts = pathname.split('/').filter(Boolean)
  if (parts.length === 0 || pathname === refusedSignIn) return { page: 'inbox', conversation: null }
  if (parts[0] === 'conversations' && parts.length === 2) {
    try {
      return { page: 'inbox', conversation: decodeURIComponent(parts[1]!) }
    } catch {
      return { page: 'lost' }
    }
  }
  if (parts.length === 1 && (parts[0] === 'deliveries' || parts[0] === 'connections')) return { page: parts[0] }
  return { page: 'lost' }
}

export function pathOf(route: Exclude<Route, { page: 'lost' }>): string {
  if (route.page !== 'inbox') return `/${route.page}`
  return route.conversation === null ? '/' : `/conversations/${encodeURIComponent(route.conversation)}`
}

/** Where the reader is; every page has an address, and the browser's back and forward work. */
export class Router {
  route = $state.raw<Route>(routeOf(location.pathname))

  /** Follows back and forward; the returned function stops it. */
  run(): () => void {
    const read = () => (this.route = routeOf(location.pathname))
    addEventListener('popstate', read)
    return () => removeEventListener('popstate', read)
  }

  go(route: Exclude<Route, { page: 'lost' }>, how: 'push' | 'replace' = 'push'): void {
    const path = pathOf(route)
    if (path !== location.pathname) history[how === 'push' ? 'pushState' : 'replaceState'](null, '', path)
    this.route = route
  }

  /** For links: follows a plain click here, leaves new tabs and windows to the browser. */
  follow = (event: MouseEvent): void => {
    if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
    const link = (event.currentTarget as HTMLAnchorElement).pathname
    const route = routeOf(link)
    if (route.page === 'lost') return
    event.preventDefault()
    this.go(route)
  }
}
