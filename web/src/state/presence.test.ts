import { describe, expect, it } from 'vitest'
import type { Present } from '../api/types'
import { apiWith, settled, Waits } from '../testing/support'
import { leaseFor, Presence, repeatEvery, settledAfter, stillTyping } from './presence.svelte'

const caio = { id: 'u2', name: 'Caio' }
const rui = { id: 'u3', name: 'Rui' }

function setup(items: Present[] = []) {
  const { api, calls } = apiWith((call) => (call.method === 'GET' ? { body: { items } } : { status: 204 }))
  const waits = new Waits()
  const clock = { now: 0, front: true }
  const presence = new Presence(api, { me: () => 'u1', now: () => clock.now, inFront: () => clock.front, later: waits.later })
  const said = () => calls.filter((c) => c.method === 'POST').map((c) => `${c.path.split('/')[4]} ${(c.body as { state: string }).state}`)
  const pass = (ms: number) => {
    clock.now += ms
    waits.end((w) => w === ms)
  }
  return { presence, clock, waits, said, pass }
}

describe('colleagues', () => {
  it('are at a conversation until their word ends, those who type first, never oneself', async () => {
    const { presence, clock } = setup([{ conversation_id: 'c1', user: rui, state: 'viewing' }])
    await presence.load()
    presence.hear({ conversation_id: 'c1', user: caio, state: 'typing' })
    presence.hear({ conversation_id: 'c1', user: { id: 'u1', name: 'Me' }, state: 'typing' })
    expect(presence.at('c1')).toEqual([{ user: caio, state: 'typing' }, { user: rui, state: 'viewing' }])
    expect(presence.typists('c1')).toEqual([caio])
    expect(presence.at('c2')).toEqual([])
    presence.hear({ conversation_id: 'c1', user: caio, state: 'gone' })
    clock.now += leaseFor + 1
    expect(presence.at('c1')).toEqual([])
  })
})

describe('oneself', () => {
  it('is told after a moment, repeated, and ended on leaving', async () => {
    const { presence, said, pass } = setup()
    presence.enter('c1')
    await settled()
    expect(said()).toEqual([])
    pass(settledAfter)
    pass(repeatEvery)
    presence.enter(null)
    await settled()
    expect(said()).toEqual(['c1 viewing', 'c1 viewing', 'c1 gone'])
  })

  it('tells nobody on the way through the list', async () => {
    const { presence, said, pass } = setup()
    for (const id of ['c1', 'c2', 'c3']) presence.enter(id)
    pass(settledAfter)
    await settled()
    expect(said()).toEqual(['c3 viewing'])
  })

  it('types until some time after the last key, or until it is sent', async () => {
    const { presence, said, pass } = setup()
    presence.enter('c1')
    pass(settledAfter)
    presence.typed()
    presence.typed()
    pass(stillTyping)
    presence.typed()
    presence.stopped()
    await settled()
    expect(said()).toEqual(['c1 viewing', 'c1 typing', 'c1 viewing', 'c1 typing', 'c1 viewing'])
  })

  it('says nothing while the page is not in front', async () => {
    const { presence, clock, said, pass } = setup()
    clock.front = false
    presence.enter('c1')
    pass(settledAfter)
    pass(repeatEvery)
    await settled()
    expect(said()).toEqual([])
  })
})
