import type { components } from '../../api/schema'

type Schemas = components['schemas']

// What the server says about an account's standing and its public face.
/** One bound of the platform on the account. */
export type Limit = Schemas['LimitView']
export type Standing = Schemas['StandingView']
export type Reading = Schemas['ReadingView']
export type Profile = Schemas['ProfileView']
export type ProfileFields = Schemas['ProfileFields']
export type MessageLink = Schemas['LinkView']
export type Links = Schemas['LinksView']
export type NameState = Schemas['NameStateView']
