import type { components } from './schema'

// The names the application uses for the API's shapes. The schema is made from the server's description;
// what that leaves open (which values a word takes, what may be null) is narrowed here.
type Schemas = components['schemas']
type Narrow<Raw, Fields> = Omit<Raw, keyof Fields> & Fields
export type Person = Schemas['PersonView']

export type Page<T> = { items: T[]; next: string | null }
export type Platform = 'whatsapp' | 'messenger' | 'instagram' | 'telegram' | 'discord'
export type Kind =
  | 'text'
  | 'image'
  | 'video'
  | 'audio'
  | 'voice'
  | 'document'
  | 'sticker'
  | 'location'
  | 'contacts'
  | 'reaction'
  | 'interactive'
  | 'order'
  | 'system'
  | 'template'
  | 'unsupported'

export type Role = 'agent' | 'lead' | 'admin' | 'owner'
export type Right = 'read' | 'reply' | 'see_deliveries' | 'replay' | 'manage_connections' | 'manage_keys' | 'manage_people' | 'manage_owners'
/** How one person has set this application up. */
export type Settings = Narrow<Schemas['Settings'], { undo_seconds: 0 | 3 | 5 | 10 }>
/** A part of the settings, as a change of them is sent. */
export type SomeSettings = Schemas['SomeSettings']
export type Me = Narrow<
  Schemas['MeView'],
  { user: Narrow<Schemas['MeUser'], { role: Role }> | null; role: Role; rights: Right[]; settings: Settings; demo: Schemas['DemoView'] | null }
>
/** What a platform makes of a file: whether it fits, and what limit it has. */
export interface Fit {
  platform: Platform
  ok: boolean
  limit_bytes: number
  reason: string | null
}
/** A file; fits comes with uploads and drafts alone. */
export type Media = Schemas['MediaView'] & { fits?: Fit[] }
export type Message = Narrow<
  Schemas['MessageView'],
  {
    kind: Kind
    details: Record<string, unknown> | null
    author: Person | null
    error: Schemas['ErrorView'] | null
    media: Media[]
  }
>
export type Status = Message['status']
/** next leads to older messages, previous to newer ones; null at the end. */
export type MessagePage = Page<Message> & { previous: string | null }
/** A place, as it is sent. */
export interface NewLocation {
  latitude: number
  longitude: number
  name?: string
  address?: string
}
/** A contact card, as it is sent. */
export interface NewContact {
  name: string
  phones: { phone: string; type?: string }[]
  emails?: { email: string }[]
  organization?: string
}
/** A question with something to tap, as it is sent. */
export type NewInteractive = { header?: string; body: string; footer?: string } & (
  | { type: 'button'; buttons: { id: string; title: string }[] }
  | { type: 'list'; button: string; sections: { title: string; rows: { id: string; title: string; description?: string }[] }[] }
  | { type: 'cta_url'; display_text: string; url: string }
)
/** One of the contents, and what it answers. */
export interface NewMessage {
  client_id: string
  reply_to?: string
  text?: string
  /** One file each; text is its caption. */
  media?: [string]
  template?: TemplateValues
  location?: NewLocation
  contacts?: NewContact[]
  interactive?: NewInteractive
  /** An empty emoji takes the reaction back. */
  reaction?: { message_id: string; emoji: string }
  /** For how long it can be taken back; the person's setting when left out. */
  undo_seconds?: number
}
export type NewContent = Omit<NewMessage, 'client_id'>
export type TemplateValues = Schemas['TemplateInput']
/** The API also takes a bare string for a text; this application always says which variable it fills. */
export type TemplateValue = Exclude<NonNullable<TemplateValues['body']>[number], string>
export type Template = Narrow<Schemas['TemplateView'], { components: Record<string, unknown>[] }>

/** The lists of the inbox, in the order in which they stand above it. */
export const viewNames = ['mine', 'unassigned', 'waiting', 'failed', 'open', 'done', 'all'] as const
export type ViewName = (typeof viewNames)[number]
/** Each is counted to 1000 at most, which then means "999 and more". */
export type Counts = Schemas['CountsView']
/** The newest outgoing message that failed or is unconfirmed and wants a decision. */
export type Trouble = Schemas['TroubleView']
export type Conversation = Narrow<
  Schemas['ConversationView'],
  { platform: Platform; assignee: Person | null; last_message: Message | null; trouble: Trouble | null }
>
export type Outcomes = Narrow<Schemas['OutcomesView'], { groups: OutcomeGroup[] }>
/** Messages with one fate: failed for one cause, or waiting on one connection. */
export type OutcomeGroup = Schemas['OutcomeGroupView']
export type OutcomeMessage = Message & Pick<Schemas['OutcomeMessageView'], 'connection_id' | 'contact' | 'address' | 'window'> & { platform: Platform }
/** What a retry of many would do, or has done. */
export type RetryPlan = Schemas['RetryManyView']
/** A colleague, as everybody may see them. */
export type User = Schemas['UserView']
export type NewUser = Schemas['NewUserInputBody']
export type UserChange = Schemas['UserInputBody']
export type Key = Narrow<Schemas['KeyView'], { created_by: Person | null }>
export type Session = Schemas['SessionView']
export type Setup = Schemas['SetupInputBody']

type Flow<State> = Narrow<Schemas['FlowView'], { state: State }>
export type Connection = Narrow<
  Schemas['ConnectionView'],
  {
    platform: Platform
    /** Who stopped sending; null by for an API key. */
    paused: { at: string; by: Person | null } | null
    receiving: Flow<'yes' | 'late' | 'no' | 'unknown'>
    sending: Flow<'yes' | 'slow' | 'limited' | 'no' | 'unknown'>
  }
>

/** What somebody does with a conversation just now. */
export interface Present {
  conversation_id: string
  user: Person
  state: 'viewing' | 'typing' | 'gone'
}

/** A draft as the server keeps it for this person. */
export interface KeptDraft {
  conversation_id: string
  text: string
  reply_to: string | null
  media: Media[]
  updated_at: string
}

export type Delivery = Narrow<Schemas['DeliveryView'], { platform: Platform }>
/** raw is the body as received; null when it is no longer kept. */
export type DeliveryWithBody = Delivery & Pick<Schemas['DeliveryDetail'], 'raw'>
export type ReplayResult = Schemas['ReplayView']
export type Ledger = Schemas['LedgerView']

/** One message that a search found, with the words around the hits. */
export interface SearchHit {
  message: Message
  conversation: { id: string; platform: Platform; name: string }
  snippet: { text: string; hit: boolean }[]
}
export interface SearchContact {
  conversation_id: string
  platform: Platform
  name: string
  address: string
}
export interface SearchAnswer {
  /** What a pasted id, number or wamid names. */
  exact: { type: 'conversation' | 'message' | 'connection'; id: string; conversation_id: string | null } | null
  /** On the first page only. */
  contacts: SearchContact[]
  messages: Page<SearchHit>
  took_ms: number
  /** False while the index has not read everything yet. */
  complete: boolean
  /** The nearest spelling when nothing was found. */
  suggestion: string | null
}
export type Attempt = Schemas['AttemptView']
export type Story = Narrow<Schemas['StoryView'], { message: Message; deliveries: Delivery[] }>

/** What a cause, or a platform's code, means: several entries where one code has several causes. */
export type Explanation = Schemas['Explanation']
export type CausePage = Schemas['CausePage']
export type CauseEntry = Schemas['Entry']
