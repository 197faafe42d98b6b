import { describe, expect, it, vi } from 'vitest'
import type { Problem } from './problem'
import { upload } from './upload'

class FakeRequest {
  upload: { onprogress: ((event: unknown) => void) | null } = { onprogress: null }
  onload: (() => void) | null = null
  onerror: (() => void) | null = null
  status = 0
  responseText = ''
  headers: Record<string, string> = {}
  url = ''
  aborted = false
  open(method: string, url: string): void {
    this.url = `${method} ${url}`
  }
  setRequestHeader(name: string, value: string): void {
    this.headers[name] = value
  }
  getResponseHeader(name: string): string | null {
    return name === 'Retry-After' && this.status === 429 ? '7' : null
  }
  send(): void {}
  abort(): void {
    this.aborted = true
  }
  answer(status: number, body: unknown): void {
    Object.assign(this, { status, responseText: typeof body === 'string' ? body : JSON.stringify(body) })
    this.onload?.()
  }
}

function start(signal?: AbortSignal) {
  const request = new FakeRequest()
  const heard: number[] = []
  const done = upload<{ id: string }>('/api/v1/media?name=a.png', new Blob(['x'], { type: 'image/png' }), { onProgress: (p) => heard.push(p), ...(signal ? { signal } : {}) }, () => request as unknown as XMLHttpRequest)
  return { request, heard, done, refused: () => done.then(() => Promise.reject(new Error('taken')), (p: Problem) => p) }
}

describe('upload', () => {
  it('says how far it is and gives the answer', async () => {
    const { request, heard, done } = start()
    expect([request.url, request.headers]).toEqual(['POST /api/v1/media?name=a.png', { 'X-Clearline': '1', 'Content-Type': 'image/png' }])
    request.upload.onprogress!({ lengthComputable: true, loaded: 1, total: 4 })
    request.upload.onprogress!({ lengthComputable: false, loaded: 1, total: 0 })
    request.answer(201, { id: 'f1' })
    expect([await done, heard]).toEqual([{ id: 'f1' }, [0.25]])
  })

  it('refuses in the server’s words, with how long to wait', async () => {
    const type = start()
    type.request.answer(422, { title: 'This kind of file cannot be sent.', cause: 'media.type' })
    expect(await type.refused()).toMatchObject({ status: 422, code: 'media.type', passing: false })
    const later = start()
    later.request.answer(429, 'not json')
    expect(await later.refused()).toMatchObject({ status: 429, retryAfterSeconds: 7, passing: true })
  })

  it('is without an answer when the connection breaks, it is ended, or nothing moves', async () => {
    const broken = start()
    broken.request.onerror!()
    expect(await broken.refused()).toMatchObject({ status: 0, passing: true })
    const ended = new AbortController()
    const stopped = start(ended.signal)
    ended.abort()
    expect([(await stopped.refused()).status, stopped.request.aborted]).toEqual([0, true])
    vi.useFakeTimers()
    const silent = start()
    vi.advanceTimersByTime(29_000)
    silent.request.upload.onprogress!({ lengthComputable: true, loaded: 1, total: 4 })
    vi.advanceTimersByTime(29_000)
    expect(silent.request.aborted).toBe(false)
    vi.advanceTimersByTime(2_000)
    vi.useRealTimers()
    expect([(await silent.refused()).status, silent.request.aborted]).toEqual([0, true])
  })
})
