import { describe, expect, it } from 'vitest'
import { settled } from '../testing/support'
import { Player, type Sound, type Track } from './player.svelte'

const track = (id: string): Track => ({ id, url: `/api/v1/media/${id}`, conversation_id: 'c1', message_id: `m-${id}`, who: 'Ana', duration_ms: 7_000 })

class FakeSound {
  src = ''
  currentTime = 0
  duration = Infinity
  playbackRate = 1
  paused = true
  refuse: Error | null = null
  readonly #heard = new Map<string, () => void>()
  addEventListener(name: string, fn: () => void): void {
    this.#heard.set(name, fn)
  }
  say(name: string): void {
    this.#heard.get(name)?.()
  }
  play(): Promise<void> {
    if (this.refuse) return Promise.reject(this.refuse)
    this.paused = false
    this.say('play')
    return Promise.resolve()
  }
  pause(): void {
    this.paused = true
    this.say('pause')
  }
}

function setup(next: (after: Track) => Track | null = () => null) {
  const sound = new FakeSound()
  return { sound, player: new Player(next, () => sound as unknown as Sound) }
}

describe('Player', () => {
  it('plays, pauses, and goes on where it was', () => {
    const { sound, player } = setup()
    player.toggle(track('a'))
    expect([sound.src, player.playing, player.duration]).toEqual(['/api/v1/media/a', true, 7])
    sound.currentTime = 3
    sound.say('timeupdate')
    player.toggle(track('a'))
    expect([player.playing, player.at]).toEqual([false, 3])
    player.toggle(track('a'))
    expect([player.playing, sound.currentTime]).toEqual([true, 3])
  })

  it('plays one at a time, at the speed chosen', () => {
    const { sound, player } = setup()
    player.toggle(track('a'))
    player.faster()
    player.toggle(track('b'))
    expect([sound.src, sound.playbackRate, player.at]).toEqual(['/api/v1/media/b', 1.25, 0])
    for (let i = 0; i < 3; i++) player.faster()
    expect([player.speed, sound.playbackRate]).toEqual([1, 1])
  })

  it('plays the next of the conversation by itself, then stops', async () => {
    const { sound, player } = setup((after) => (after.id === 'a' ? track('b') : null))
    player.toggle(track('a'))
    sound.say('ended')
    await settled()
    expect([player.track?.id, player.playing]).toEqual(['b', true])
    sound.say('ended')
    expect(player.playing).toBe(false)
  })

  it('says which sound this browser cannot play; a pause before it began is none', async () => {
    const { sound, player } = setup()
    sound.refuse = new DOMException('', 'AbortError')
    player.toggle(track('a'))
    await settled()
    expect(player.failed).toBeNull()
    sound.refuse = new DOMException('', 'NotSupportedError')
    player.toggle(track('a'))
    await settled()
    expect([player.failed, player.playing]).toEqual(['a', false])
  })

  it('moves to a place, also of one that does not play yet', () => {
    const { sound, player } = setup()
    player.seek(track('a'), 4)
    expect([player.track?.id, sound.currentTime, player.at]).toEqual(['a', 4, 4])
    player.stop()
    expect([player.track, player.at]).toEqual([null, 0])
  })
})
