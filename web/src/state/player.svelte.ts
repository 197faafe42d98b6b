/** A sound that can be played. */
export interface Track {
  id: string
  url: string
  conversation_id: string
  message_id: string
  /** Who said it. */
  who: string
  duration_ms: number | null
}

/** What the player needs of an audio element. */
export type Sound = Pick<HTMLAudioElement, 'src' | 'currentTime' | 'duration' | 'playbackRate' | 'paused' | 'play' | 'pause' | 'addEventListener'>

export const speeds = [1, 1.25, 1.5, 2] as const

/**
 * The one player of voice messages: it goes on while other conversations are open, and after one voice message
 * plays the next of the same conversation.
 */
export class Player {
  readonly #make: () => Sound
  readonly #next: (after: Track) => Track | null
  #sound: Sound | null = null
  track = $state.raw<Track | null>(null)
  playing = $state(false)
  /** Seconds. */
  at = $state(0)
  duration = $state(0)
  speed = $state<(typeof speeds)[number]>(1)
  failed = $state<string | null>(null)

  constructor(next: (after: Track) => Track | null, make: () => Sound = () => new Audio()) {
    this.#next = next
    this.#make = make
  }

  /** Plays a track from where it was, or stops it for now when it is the one that plays. */
  toggle(track: Track): void {
    const sound = this.#ready()
    if (this.track?.id !== track.id) {
      this.#load(track)
      this.#play()
    } else if (sound.paused) this.#play()
    else sound.pause()
  }

  /** Moves within a track; one that is not the current one becomes it. */
  seek(track: Track, seconds: number): void {
    if (this.track?.id !== track.id) this.#load(track)
    this.#ready().currentTime = seconds
    this.at = seconds
  }

  faster(): void {
    this.speed = speeds[(speeds.indexOf(this.speed) + 1) % speeds.length]!
    this.#ready().playbackRate = this.speed
  }

  stop(): void {
    this.#sound?.pause()
    this.track = null
    this.playing = false
    this.at = 0
  }

  #load(track: Track): void {
    const sound = this.#ready()
    this.track = track
    this.at = 0
    this.duration = (track.duration_ms ?? 0) / 1000
    this.failed = null
    sound.src = track.url
    sound.playbackRate = this.speed
  }

  #play(): void {
    const track = this.track
    this.#ready()
      .play()
      .catch((error: unknown) => {
        // A pause that comes before the sound has begun is no failure.
        if (error instanceof DOMException && error.name === 'AbortError') return
        this.playing = false
        if (this.track === track) this.failed = track?.id ?? null
      })
  }

  #ready(): Sound {
    if (this.#sound) return this.#sound
    const sound = this.#make()
    sound.addEventListener('play', () => (this.playing = true))
    sound.addEventListener('pause', () => (this.playing = false))
    sound.addEventListener('timeupdate', () => (this.at = sound.currentTime))
    sound.addEventListener('durationchange', () => {
      // A browser's own recording says Infinity until it was played through.
      if (Number.isFinite(sound.duration) && sound.duration > 0) this.duration = sound.duration
    })
    sound.addEventListener('ended', () => this.#ended())
    return (this.#sound = sound)
  }

  #ended(): void {
    const next = this.track ? this.#next(this.track) : null
    this.at = 0
    this.playing = false
    if (!next) return
    this.#load(next)
    this.#play()
  }
}
