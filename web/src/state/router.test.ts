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
    ['/connections/', { page: 'connections' }],
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
    expect(router.route).toEqual({ page: 'connections' })
    stop()
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
