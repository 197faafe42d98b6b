import createClient from 'openapi-fetch'
import { problemFrom, problemOf } from './problem'
import type { paths } from './schema'
import { readEvents } from '../live/sse'
import type { Check, Fault, FaultKind, Finding, FixInput, Hop, Left, MoveOut, Plan, Repair, Report, TestKind, TestResult } from '../platforms/types'
import type { Procedure, Ready, StepInput, StepName, Way } from '../connect/types'
import type { Limit, Links, MessageLink, NameState, Profile, ProfileFields, Standing } from '../platforms/account/types'
import { upload, type UploadOptions } from './upload'
import type {
  CausePage,
  Connection,
  Conversation,
  Counts,
  Delivery,
  DeliveryWithBody,
  Explanation,
  KeptDraft,
  Key,
  Ledger,
  Me,
  Media,
  Message,
  MessagePage,
  NewMessage,
  NewUser,
  OutcomeMessage,
  Outcomes,
  Page,
  Platform,
  Present,
  ReplayResult,
  RetryPlan,
  SearchAnswer,
  Session,
  Setup,
  SomeSettings,
  Story,
  Template,
  User,
  UserChange,
  ViewName,
} from './types'
/** How long a request may take before it counts as unanswered. */
const answerWithin = 10_000
/** The same where the server has to ask a platform first. */
const platformAnswerWithin = 60_000
/** The same where a person has to do something in between: two minutes to write, and what follows. */
const personAnswersWithin = 240_000

/**
 * The server as the application sees it: one method per route, answers as values, refusals thrown as
 * Problem. Every request carries `X-Clearline: 1`, without which the server takes no write from a session
 * cookie.
 */
export class Api {
  /** Called whenever the server answers that there is no session (any more). */
  onSignedOut: () => void = () => {}
  readonly #client: ReturnType<typeof createClient<paths>>
  readonly #send: (request: Request, within: number, stop?: AbortSignal) => Promise<Response>
  readonly #baseUrl: string

  constructor(options: { baseUrl?: string; fetch?: typeof fetch } = {}) {
    const send = options.fetch ?? ((request: RequestInfo | URL, init?: RequestInit) => globalThis.fetch(request, init))
    this.#send = async (request, within, stop) => {
      const late = AbortSignal.timeout(within)
      const response = await send(request, { signal: stop ? AbortSignal.any([late, stop]) : late })
      if (response.status === 401) this.onSignedOut()
      return response
    }
    this.#baseUrl = options.baseUrl ?? location.origin
    this.#client = createClient<paths>({
      baseUrl: this.#baseUrl,
      headers: { 'X-Clearline': '1' },
      fetch: (request) => this.#send(request, answerWithin),
    })
  }

  readonly #patient = (request: Request): Promise<Response> => this.#send(request, platformAnswerWithin)

  me(): Promise<Me> {
    return value(this.#client.GET('/api/v1/me'))
  }

  conversations(page: { view?: ViewName; limit?: number; after?: string } = {}): Promise<Page<Conversation>> {
    return value(this.#client.GET('/api/v1/conversations', { params: { query: page } }))
  }

  counts(): Promise<Counts> {
    return value(this.#client.GET('/api/v1/conversations/counts'))
  }

  /** Opens, closes, hands over (null: to nobody). What is left out stays as it is. */
  changeConversation(id: string, change: { state?: 'open' | 'done'; assignee?: string | null }): Promise<Conversation> {
    return value(this.#client.PATCH('/api/v1/conversations/{id}', { params: { path: { id } }, body: change }))
  }

  /** Unread from that message on; without one, from the person's last message on. */
  markUnread(id: string, messageId?: string): Promise<Conversation> {
    return value(this.#client.POST('/api/v1/conversations/{id}/unread', { params: { path: { id } }, body: messageId ? { message_id: messageId } : {} }))
  }

  /** Answers over all history: people, messages with the words around the hits, and what a pasted id names. */
  search(q: string, page: { limit?: number; after?: string } = {}): Promise<SearchAnswer> {
    return value(this.#client.GET('/api/v1/search', { params: { query: { q, ...page } } }))
  }

  users(): Promise<Page<User>> {
    return value(this.#client.GET('/api/v1/users'))
  }

  signIn(email: string, password: string): Promise<Me> {
    return value(this.#client.POST('/api/v1/session', { body: { email, password } }))
  }

  async signOut(): Promise<void> {
    await value(this.#client.DELETE('/api/v1/session'))
  }

  /** Whether the installation is still empty. */
  async needsSetup(): Promise<boolean> {
    return (await value<{ needed: boolean }>(this.#client.GET('/api/v1/setup'))).needed
  }

  setUp(body: Setup): Promise<Me> {
    return value(this.#client.POST('/api/v1/setup', { body }))
  }

  /** Spends the code of an invitation. An empty name keeps the one that was given. */
  welcome(code: string, password: string, name: string): Promise<Me> {
    return value(this.#client.POST('/api/v1/welcome', { body: { code, password, ...(name ? { name } : {}) } }))
  }

  changeMe(change: { name?: string; settings?: SomeSettings }): Promise<Me> {
    return value(this.#client.PATCH('/api/v1/me', { body: change }))
  }

  async changePassword(current: string, password: string): Promise<void> {
    await value(this.#client.POST('/api/v1/me/password', { body: { current, password } }))
  }

  sessions(): Promise<Page<Session>> {
    return value(this.#client.GET('/api/v1/sessions'))
  }

  async endSession(id: string): Promise<void> {
    await value(this.#client.DELETE('/api/v1/sessions/{id}', { params: { path: { id } } }))
  }

  async endOtherSessions(): Promise<void> {
    await value(this.#client.DELETE('/api/v1/sessions'))
  }

  changeCompany(name: string): Promise<{ id: string; name: string }> {
    return value(this.#client.PATCH('/api/v1/company', { body: { name } }))
  }

  addUser(body: NewUser): Promise<User & { invite_url: string }> {
    return value(this.#client.POST('/api/v1/users', { body }))
  }

  changeUser(id: string, body: UserChange): Promise<User> {
    return value(this.#client.PATCH('/api/v1/users/{id}', { params: { path: { id } }, body }))
  }

  invite(id: string): Promise<{ invite_url: string }> {
    return value(this.#client.POST('/api/v1/users/{id}/invite', { params: { path: { id } } }))
  }

  keys(): Promise<Page<Key>> {
    return value(this.#client.GET('/api/v1/keys'))
  }

  addKey(name: string): Promise<{ name: string; key: string }> {
    return value(this.#client.POST('/api/v1/keys', { body: { name } }))
  }

  async endKey(id: string): Promise<void> {
    await value(this.#client.DELETE('/api/v1/keys/{id}', { params: { path: { id } } }))
  }

  conversation(id: string): Promise<Conversation> {
    return value(this.#client.GET('/api/v1/conversations/{id}', { params: { path: { id } } }))
  }

  /** Newest first: the newest page, the page after (older) or newer than a cursor, or the one around a message. */
  messages(id: string, page: { limit?: number; after?: string; newer?: string; around?: string } = {}): Promise<MessagePage> {
    return value(this.#client.GET('/api/v1/conversations/{id}/messages', { params: { path: { id }, query: page } }))
  }

  message(id: string): Promise<Message> {
    return value(this.#client.GET('/api/v1/messages/{id}', { params: { path: { id } } }))
  }

  /** Sends. Repeating the same client_id with the same content gives the same message, never a second one. */
  send(id: string, body: NewMessage): Promise<Message> {
    return value(this.#client.POST('/api/v1/conversations/{id}/messages', { params: { path: { id } }, body }))
  }

  markRead(id: string, messageId: string): Promise<Conversation> {
    return value(this.#client.POST('/api/v1/conversations/{id}/read', { params: { path: { id } }, body: { message_id: messageId } }))
  }

  async typing(id: string): Promise<void> {
    await value(this.#client.POST('/api/v1/conversations/{id}/typing', { params: { path: { id } } }))
  }

  /** attempts is how many the caller has seen: pressed twice, it is sent once. */
  retry(id: string, attempts: number, confirmDuplicate: boolean): Promise<Message> {
    return value(this.#client.POST('/api/v1/messages/{id}/retry', { params: { path: { id } }, body: { attempts, confirm_duplicate: confirmDuplicate } }))
  }

  cancel(id: string): Promise<Message> {
    return value(this.#client.POST('/api/v1/messages/{id}/cancel', { params: { path: { id } } }))
  }

  /** Everything that happened to one message, in either direction. */
  story(id: string): Promise<Story> {
    return value(this.#client.GET('/api/v1/messages/{id}/story', { params: { path: { id } } }))
  }

  /** What a platform's code means; its own words are quoted in the answer. */
  explain(platform: Platform, code: number, subcode: number, text: string): Promise<Explanation> {
    return value(this.#client.GET('/api/v1/explain', { params: { query: { platform, code, subcode, text: text.slice(0, 4000) } } }))
  }

  /** The page of a cause, or a Problem where there is none. */
  cause(cause: string, platform: Platform): Promise<CausePage> {
    return value(this.#client.GET('/api/v1/causes/{cause}', { params: { path: { cause }, query: { platform } } }))
  }

  /** Lets a message leave before its time for taking it back has passed. */
  sendNow(id: string): Promise<Message> {
    return value(this.#client.POST('/api/v1/messages/{id}/send_now', { params: { path: { id } } }))
  }

  /** Says that a failed or unconfirmed message needs nothing more. */
  dismiss(id: string): Promise<Message> {
    return value(this.#client.POST('/api/v1/messages/{id}/dismiss', { params: { path: { id } } }))
  }

  /** What failed and what waits; todayFrom is when the reader's day began. */
  outcomes(days: number, todayFrom: string, connection: string | null = null): Promise<Outcomes> {
    return value(this.#client.GET('/api/v1/outcomes', { params: { query: { days, today_from: todayFrom, ...(connection ? { connection_id: connection } : {}) } } }))
  }

  outcomeMessages(key: string, days: number, page: { after?: string; limit?: number; connection_id?: string } = {}): Promise<Page<OutcomeMessage>> {
    return value(this.#client.GET('/api/v1/outcomes/{key}/messages', { params: { path: { key }, query: { days, ...page } } }))
  }

  /** Sends many again, or says with dry_run what that would do. */
  retryMany(body: { message_ids?: string[]; key?: string; days?: number; connection_id?: string; dry_run?: boolean; confirm_duplicates?: string[] }): Promise<RetryPlan> {
    return value(this.#client.POST('/api/v1/outcomes/retry', { body }))
  }

  dismissMany(body: { message_ids?: string[]; key?: string; days?: number; connection_id?: string }): Promise<{ dismissed: number }> {
    return value(this.#client.POST('/api/v1/outcomes/dismiss', { body }))
  }

  /** Hands over a file, to be sent afterwards; the answer says which platforms take it. */
  upload(file: File, options: UploadOptions = {}): Promise<Media> {
    return upload(`${this.#baseUrl}/api/v1/media?name=${encodeURIComponent(file.name)}`, file, options)
  }

  /** What this person has begun to write, here or in another browser. */
  drafts(): Promise<Page<KeptDraft>> {
    return value(this.#client.GET('/api/v1/drafts'))
  }

  /** Keeps a draft; without text and files it ends. */
  async keepDraft(id: string, draft: { text: string; reply_to?: string; media: string[]; updated_at: string }): Promise<void> {
    await value(this.#client.PUT('/api/v1/conversations/{id}/draft', { params: { path: { id } }, body: draft }))
  }

  presence(): Promise<Pick<Page<Present>, 'items'>> {
    return value(this.#client.GET('/api/v1/presence'))
  }

  async sayPresence(id: string, state: Present['state']): Promise<void> {
    await value(this.#client.POST('/api/v1/conversations/{id}/presence', { params: { path: { id } }, body: { state } }))
  }

  connections(): Promise<Page<Connection>> {
    return value(this.#client.GET('/api/v1/connections'))
  }

  connection(id: string): Promise<Connection> {
    return value(this.#client.GET('/api/v1/connections/{id}', { params: { path: { id } } }))
  }

  /** What connecting WhatsApp needs of this server. */
  readyToConnect(): Promise<Ready> {
    return value(this.#client.GET('/api/v1/platforms/whatsapp'))
  }

  /** What is being connected and neither done nor given up, the oldest first. */
  procedures(): Promise<Page<Procedure>> {
    return value(this.#client.GET('/api/v1/procedures'))
  }

  procedure(id: string): Promise<Procedure> {
    return value(this.#client.GET('/api/v1/procedures/{id}', { params: { path: { id } } }))
  }

  beginProcedure(way: Way, connection?: string): Promise<Procedure> {
    return value(this.#client.POST('/api/v1/procedures', { body: { platform: 'whatsapp', way, ...(connection ? { connection_id: connection } : {}) }, fetch: (request) => this.#patient(request) }))
  }

  async giveUp(id: string): Promise<void> {
    await value(this.#client.DELETE('/api/v1/procedures/{id}', { params: { path: { id } } }))
  }

  /** Gives a step what it waits for; answers once it has ended or waits again. */
  takeStep(id: string, step: StepName, body: StepInput): Promise<Procedure> {
    return value(this.#client.POST('/api/v1/procedures/{id}/steps/{step}', { params: { path: { id, step } }, body, fetch: (request) => this.#patient(request) }))
  }

  /** All templates of a connection, as last read from the platform. */
  templates(id: string): Promise<Page<Template>> {
    return value(this.#client.GET('/api/v1/connections/{id}/templates', { params: { path: { id } } }))
  }

  syncTemplates(id: string): Promise<Page<Template>> {
    return value(this.#client.POST('/api/v1/connections/{id}/templates/sync', { params: { path: { id } }, fetch: (request) => this.#patient(request) }))
  }

  /** Renames, pauses or resumes it. What is left out stays as it is. */
  changeConnection(id: string, change: { name?: string; paused?: boolean }): Promise<Connection> {
    return value(this.#client.PATCH('/api/v1/connections/{id}', { params: { path: { id } }, body: change, fetch: (request) => this.#patient(request) }))
  }

  /** Ends it; history stays. What only somebody at the platform can still do is told. */
  disconnect(id: string): Promise<{ left_to_do: Left[] }> {
    return value(this.#client.DELETE('/api/v1/connections/{id}', { params: { path: { id } }, fetch: (request) => this.#patient(request) }))
  }

  moveOut(id: string): Promise<MoveOut> {
    return value(this.#client.GET('/api/v1/connections/{id}/move-out', { params: { path: { id } }, fetch: (request) => this.#patient(request) }))
  }

  /** How an account stands with its platform, now and over time. The platform is not asked. */
  standing(id: string): Promise<Standing> {
    return value(this.#client.GET('/api/v1/connections/{id}/account', { params: { path: { id } } }))
  }

  /** The platform's limits on an account, with what is used of them from here. The platform is not asked. */
  async limits(id: string): Promise<Limit[]> {
    const page = await value<{ items: Limit[] }>(this.#client.GET('/api/v1/connections/{id}/limits', { params: { path: { id } } }))
    return page.items
  }

  /** What customers see of the business, as the platform has it now. */
  profile(id: string): Promise<Profile> {
    return this.#ask('GET', `connections/${id}/profile`)
  }

  /** Writes the whole profile, and gives it as the platform then has it. */
  saveProfile(id: string, profile: ProfileFields): Promise<Profile> {
    return this.#ask('PUT', `connections/${id}/profile`, profile)
  }

  /** Gives the business another picture, a JPEG or PNG. */
  async savePicture(id: string, picture: Blob): Promise<void> {
    await upload(`${this.#baseUrl}/api/v1/connections/${encodeURIComponent(id)}/profile/picture`, picture, { method: 'PUT' })
  }

  links(id: string): Promise<Links> {
    return this.#ask('GET', `connections/${id}/links`)
  }

  /** Makes a link, or with a code gives another text to the one of that code. */
  saveLink(id: string, code: string, text: string): Promise<MessageLink> {
    return this.#ask('POST', `connections/${id}/links${code ? `/${code}` : ''}`, { text })
  }

  async removeLink(id: string, code: string): Promise<void> {
    await this.#ask('DELETE', `connections/${id}/links/${code}`)
  }

  /** Where the display name stands, as the platform has it now. */
  displayName(id: string): Promise<NameState> {
    return this.#ask('GET', `connections/${id}/display_name`)
  }

  requestName(id: string, name: string): Promise<NameState> {
    return this.#ask('POST', `connections/${id}/display_name`, { name })
  }

  /** Registers the number again, so that an approved name takes effect; without a PIN by the one that is kept. */
  takeName(id: string, pin?: string): Promise<NameState> {
    return this.#ask('POST', `connections/${id}/display_name/register`, pin === undefined ? {} : { pin })
  }

  /** The doctor's last report of a connection. */
  report(id: string): Promise<Report> {
    return value(this.#client.GET('/api/v1/connections/{id}/doctor', { params: { path: { id } } }))
  }

  /** What the doctor found at a connection, now and earlier. */
  findings(id: string): Promise<Page<Finding>> {
    return value(this.#client.GET('/api/v1/connections/{id}/findings', { params: { path: { id } } }))
  }

  /** Who repaired what, the newest first. */
  repairs(id: string): Promise<Page<Repair>> {
    return value(this.#client.GET('/api/v1/connections/{id}/repairs', { params: { path: { id } } }))
  }

  /** A full run: each check as it begins and ends, then the report. Throws a Problem. */
  async *examine(id: string, signal: AbortSignal): AsyncGenerator<{ check: Check } | { report: Report }> {
    for await (const { event, data } of this.#events(`connections/${id}/doctor`, undefined, signal, 'report')) {
      if (event === 'check') yield { check: data as Check }
      else if (event === 'report') yield { report: data as Report }
    }
  }

  /** Carries out a repair, or with dry_run only tells what it would change. */
  fix(id: string, action: string, body: FixInput & { dry_run: boolean }): Promise<Plan> {
    return value(this.#client.POST('/api/v1/connections/{id}/fixes/{action}', { params: { path: { id, action } }, body, fetch: (request) => this.#patient(request) }))
  }

  /** Goes the whole way once: each hop as it happens, then the result. Throws a Problem. */
  async *test(id: string, body: { kind: TestKind; to?: string }, signal: AbortSignal): AsyncGenerator<{ hop: Hop } | { result: TestResult }> {
    for await (const { event, data } of this.#events(`connections/${id}/test`, body, signal, 'result')) {
      if (event === 'step') yield { hop: data as Hop }
      else if (event === 'result') yield { result: data as TestResult }
    }
  }

  deliveries(page: { limit?: number; after?: string; state?: Delivery['state']; connection_id?: string } = {}): Promise<Page<Delivery>> {
    return value(this.#client.GET('/api/v1/deliveries', { params: { query: page } }))
  }

  delivery(id: string): Promise<DeliveryWithBody> {
    return value(this.#client.GET('/api/v1/deliveries/{id}', { params: { path: { id } } }))
  }

  replay(id: string): Promise<ReplayResult> {
    return value(this.#client.POST('/api/v1/deliveries/{id}/replay', { params: { path: { id } } }))
  }

  ledger(): Promise<Ledger> {
    return value(this.#client.GET('/api/v1/ledger'))
  }

  /** In a demo alone: what its simulated platforms can be made to do wrong. */
  faultKinds(): Promise<Pick<Page<FaultKind>, 'items'>> {
    return this.#ask('GET', 'demo/faults/kinds')
  }

  faults(): Promise<Pick<Page<Fault>, 'items'>> {
    return this.#ask('GET', 'demo/faults')
  }

  addFault(cause: string, account: string | null): Promise<Fault> {
    return this.#ask('POST', 'demo/faults', { cause, ...(account ? { account } : {}) })
  }

  endFault(id: string): Promise<void> {
    return this.#ask('DELETE', `demo/faults/${id}`)
  }

  /** A call to what only a demo has, and the description of the API does not know. */
  async #ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    return value(this.#send(this.#request(method, path, body, 'application/json'), answerWithin).then(read))
  }

  /** The events of an answer as they come. A server that answers in one piece gives one event, called whole. */
  async *#events(path: string, body: unknown, signal: AbortSignal, whole: string): AsyncGenerator<{ event: string; data: unknown }> {
    const response = await this.#send(this.#request('POST', path, body, 'text/event-stream'), personAnswersWithin, signal).catch((error: unknown) => Promise.reject(problemOf(error)))
    if (!response.ok || !response.body || !response.headers.get('Content-Type')?.startsWith('text/event-stream')) {
      yield { event: whole, data: await value(read(response)) }
      return
    }
    for await (const { event, data } of readEvents(response.body)) {
      const said: unknown = JSON.parse(data)
      if (event === 'problem') throw problemFrom(response, said)
      yield { event, data: said }
    }
  }

  #request(method: string, path: string, body: unknown, accept: string): Request {
    const headers: Record<string, string> = { 'X-Clearline': '1', Accept: accept }
    if (body !== undefined) headers['Content-Type'] = 'application/json'
    return new Request(`${this.#baseUrl}/api/v1/${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
  }
}

/** An answer with its content, as value() takes it. */
async function read(response: Response): Promise<{ data?: unknown; error?: unknown; response: Response }> {
  const text = await response.text()
  let content: unknown = undefined
  try {
    content = text ? JSON.parse(text) : undefined
  } catch {
    // Not JSON: a proxy's page. The status says enough.
  }
  return { data: content, error: content, response }
}

// The declared type of each method says what its route answers; types.ts narrows the server's description.
async function value<T>(answer: Promise<{ data?: unknown; error?: unknown; response: Response }>): Promise<T> {
  let got: { data?: unknown; error?: unknown; response: Response }
  try {
    got = await answer
  } catch (error) {
    throw problemOf(error)
  }
  if (!got.response.ok) throw problemFrom(got.response, got.error)
  return got.data as T
}
