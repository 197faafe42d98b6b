/**
 * What went wrong with a request, in the API's own words: title says what, detail why and what next.
 * status 0 means that no answer came, so whether the request took effect is not known.
 */
export class Problem extends Error {
  readonly title: string
  readonly detail: string
  readonly status: number
  /** The cause's id; browser.no_answer and browser.bad_answer are what only the browser can see. */
  readonly code: string
  readonly fields: readonly { name: string; reason: string }[]
  readonly retryAfterSeconds: number | null
  readonly requestId: string | null

  constructor(init: {
    title: string
    detail?: string
    status: number
    code?: string
    fields?: readonly { name: string; reason: string }[]
    retryAfterSeconds?: number | null
    requestId?: string | null
  }) {
    super(init.title)
    this.name = 'Problem'
    this.title = init.title
    this.detail = init.detail ?? ''
    this.status = init.status
    this.code = init.code ?? ''
    this.fields = init.fields ?? []
    this.retryAfterSeconds = init.retryAfterSeconds ?? null
    this.requestId = init.requestId ?? null
  }

  /** The same request may be sent again as it is: no answer, or the server says "not now". */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500
  }

  field(name: string): string | null {
    return this.fields.find((f) => f.name === name || f.name.endsWith(`.${name}`))?.reason ?? null
  }
}

/** Reads the error answer of the API; anything that is not problem+json becomes a plain sentence. */
export function problemFrom(response: Response, body: unknown): Problem {
  const b = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
  const retry = Number(response.headers.get('Retry-After'))
  return new Problem({
    title: text(b.title) || `The server answered with ${response.status}.`,
    detail: text(b.detail),
    status: response.status,
    code: text(b.cause) || (text(b.title) ? '' : 'browser.bad_answer'),
    fields: Array.isArray(b.fields) ? b.fields.filter(isField) : [],
    retryAfterSeconds: Number.isFinite(retry) && retry > 0 ? retry : null,
    requestId: text(b.request_id) || null,
  })
}

/** Whatever was thrown while asking the server, as a Problem. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  const late = error instanceof DOMException && error.name === 'TimeoutError'
  return new Problem({
    title: late ? 'The server did not answer in time.' : 'The server cannot be reached.',
    detail: 'What you typed is kept. Try again when the connection is back.',
    status: 0,
    code: 'browser.no_answer',
  })
}

function text(v: unknown): string {
  return typeof v === 'string' ? v : ''
}

function isField(v: unknown): v is { name: string; reason: string } {
  const f = v as { name?: unknown; reason?: unknown } | null
  return typeof f?.name === 'string' && typeof f.reason === 'string'
}
