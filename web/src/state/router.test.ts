import { afterEach, describe, expect, it } from 'vitest'
import { pathOf, Router, routeOf, type Route } from './router.svelte'

afterEach(() => history.replaceState(null, '', '/'))

describe('addresses', () => {
  it.each<[string, Route]>([
    ['/', { page: 'inbox', conversation: null }],
    ['/conversations/250192', { page: 'inbox', conversation: '250192' }],
    ['/conversations/250192/messages/250193', { page: 'inbox', conversation: '250192', inspect: '250193' }],
    ['/conversations/a%2Fb', { page: 'inbox', conversation: 'a/b' }],
    ['/deliveries', { page: 'deliveries' }],
    ['/platforms', { page: 'platforms' }],
    ['/connections/', { page: 'platforms' }],
    ['/platforms/77', { page: 'platform', connection: '77', tab: 'overview' }],
    ['/connections/77', { page: 'platform', connection: '77', tab: 'overview' }],
    ['/platforms/77?tab=doctor&check=callback', { page: 'platform', connection: '77', tab: 'doctor', check: 'callback' }],
    ['/platforms/77?tab=doctor&fix=point_here', { page: 'platform', connection: '77', tab: 'doctor', fix: 'point_here' }],
    ['/platforms/77?tab=nothing', { page: 'platform', connection: '77', tab: 'overview' }],
    ['/platforms/77/more', { page: 'lost' }],
    ['/signed-out', { page: 'inbox', conversation: null }],
    ['/conversations', { page: 'lost' }],
    ['/conversations/%E0%A4%A', { page: 'lost' }],
    ['/nowhere', { page: 'lost' }],
  ])('%s', (path, route) => {
    expect(routeOf(path)).toEqual(route)
    if (route.page !== 'lost' && path !== '/signed-out') expect(routeOf(pathOf(route))).toEqual(route)
  })

  it('follow back and forward', () => {
    const router = new Router()
    const stop = router.run()
    router.go({ page: 'deliveries' })
    history.replaceState(null, '', '/connections')
    dispatchEvent(new PopStateEvent('popstate'))
    expect(router.route).toEqual({ page: 'platforms' })
    stop()
  })

  it('without a list mean the one shown then, also when one comes back to them', () => {
    const router = new Router()
    const kept: string[] = []
    router.remember({ get: () => 'mine', set: (view) => kept.push(view) })
    expect([router.view, location.pathname, history.state]).toEqual(['mine', '/', { view: 'mine' }])
    const first = history.state
    router.go({ page: 'inbox', conversation: 'c1' })
    expect([location.pathname, history.state]).toEqual(['/conversations/c1', { view: 'mine' }])
    const second = history.state
    router.go({ page: 'inbox', conversation: null, view: 'waiting' })
    expect([location.pathname, router.view, kept]).toEqual(['/inbox/waiting', 'waiting', ['waiting']])
    const stop = router.run()
    history.replaceState(second, '', '/conversations/c1')
    dispatchEvent(new PopStateEvent('popstate'))
    expect([router.view, router.route]).toEqual(['mine', { page: 'inbox', conversation: 'c1', view: 'mine' }])
    history.replaceState(first, '', '/')
    dispatchEvent(new PopStateEvent('popstate'))
    expect(router.view).toBe('mine')
    stop()
  })

  it('keep a search while one opens what it found, and end it with another list', () => {
    const router = new Router()
    router.go({ page: 'inbox', conversation: null, search: 'tea & cake' })
    expect(location.pathname + location.search).toBe('/search?q=tea%20%26%20cake')
    router.go({ page: 'inbox', conversation: 'c1', at: 'm1' })
    expect([location.pathname + location.search, (router.route as { search?: string }).search]).toEqual(['/conversations/c1?at=m1', 'tea & cake'])
    router.go({ page: 'inbox', conversation: null })
    expect(location.search).toBe('?q=tea%20%26%20cake')
    router.go({ page: 'inbox', conversation: null, view: 'mine' })
    expect([location.pathname + location.search, (router.route as { search?: string | null }).search]).toEqual(['/inbox/mine', null])
  })

  it('do not stumble over what another version kept beside them', () => {
    expect(routeOf('/conversations/1', { view: 'gone', search: 7 })).toEqual({ page: 'inbox', conversation: '1' })
    expect(routeOf('/inbox/gone')).toEqual({ page: 'lost' })
    expect(routeOf('/inbox/failed', 'nonsense')).toEqual({ page: 'inbox', conversation: null, view: 'failed', search: null })
  })

  it('leave clicks with a modifier to the browser', () => {
    const router = new Router()
    const link = document.createElement('a')
    link.href = '/deliveries'
    link.addEventListener('click', router.follow)
    const click = (init: MouseEventInit) => {
      const event = new MouseEvent('click', { cancelable: true, ...init })
      link.dispatchEvent(event)
      return event.defaultPrevented
    }
    expect([click({ ctrlKey: true }), click({ metaKey: true }), click({ button: 1 }), click({})]).toEqual([false, false, false, true])
    expect(router.route).toEqual({ page: 'deliveries' })
  })
})
