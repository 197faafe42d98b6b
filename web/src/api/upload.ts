import { Problem, problemFrom, problemOf } from './problem'

/** No byte for this long counts as no answer; a large file on a slow line takes as long as it takes. */
const silenceWithin = 30_000

export interface UploadOptions {
  /** Hears what part has left, from 0 to 1. */
  onProgress?: (part: number) => void
  signal?: AbortSignal
  method?: 'POST' | 'PUT'
}

/**
 * Sends bytes with a word on how far they are, which fetch cannot give. Answers and refusals are those of every
 * other request.
 */
export function upload<T>(url: string, body: Blob, options: UploadOptions = {}, make: () => XMLHttpRequest = () => new XMLHttpRequest()): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = make()
    let timer: ReturnType<typeof setTimeout>
    const fail = (problem: Problem) => {
      clearTimeout(timer)
      reject(problem)
    }
    const alive = () => {
      clearTimeout(timer)
      timer = setTimeout(() => {
        request.abort()
        fail(problemOf(new DOMException('no answer', 'TimeoutError')))
      }, silenceWithin)
    }
    request.open(options.method ?? 'POST', url)
    request.setRequestHeader('X-Clearline', '1')
    request.setRequestHeader('Content-Type', body.type || 'application/octet-stream')
    request.upload.onprogress = (event) => {
      alive()
      if (event.lengthComputable && event.total > 0) options.onProgress?.(event.loaded / event.total)
    }
    request.onerror = () => fail(problemOf(new TypeError('no connection')))
    request.onload = () => {
      clearTimeout(timer)
      const read = parsed(request.responseText)
      if (request.status >= 200 && request.status < 300) resolve(read as T)
      else {
        const retry = request.getResponseHeader('Retry-After')
        reject(problemFrom(new Response(null, { status: request.status, headers: retry ? { 'Retry-After': retry } : {} }), read))
      }
    }
    options.signal?.addEventListener('abort', () => {
      request.abort()
      fail(problemOf(new TypeError('called off')))
    })
    alive()
    request.send(body)
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
