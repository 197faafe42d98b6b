import { accountText } from '../../text/account'
import type { Profile, ProfileFields } from './types'

/** Characters as the platform counts them: code points. */
export const lengthOf = (text: string): number => [...text].length

export type FieldName = 'about' | 'address' | 'description' | 'email' | 'vertical' | 'websites'
const words = accountText.profile

/** What is wrong with a profile, by field; websites have their number behind. */
export function wrongsOf(fields: ProfileFields, before: ProfileFields, limits: Profile['limits']): Record<string, string> {
  const wrong: Record<string, string> = {}
  for (const name of ['about', 'address', 'description', 'email'] as const) {
    const over = lengthOf(fields[name]) - limits[name]
    if (over > 0) wrong[name] = words.over(over)
  }
  if (before.about !== '' && fields.about === '') wrong.about = words.aboutKept
  if (fields.email !== '' && !/^[^\s@]+@[^\s@]+$/.test(fields.email)) wrong.email ??= words.noEmail
  fields.websites.forEach((site, i) => {
    if (site === '') return
    const over = lengthOf(site) - limits.website
    if (over > 0) wrong[`websites${i}`] = words.over(over)
    else if (!/^https?:\/\/[^\s/]+/i.test(site)) wrong[`websites${i}`] = words.noSite
  })
  return wrong
}

/** A profile as it is sent: without spaces around, and without empty addresses. */
export function trimmed(fields: ProfileFields): ProfileFields {
  const text = (s: string) => s.trim()
  return { about: text(fields.about), address: text(fields.address), description: text(fields.description), email: text(fields.email), vertical: fields.vertical, websites: fields.websites.map(text).filter((s) => s !== '') }
}

export interface Change {
  name: FieldName
  from: string
  to: string
}

/** What saving would change, field by field. */
export function changesOf(before: ProfileFields, after: ProfileFields): Change[] {
  const shown = (fields: ProfileFields, name: FieldName) => (name === 'websites' ? fields.websites.join(', ') : name === 'vertical' ? (words.verticals[fields.vertical] ?? fields.vertical) : fields[name])
  return (Object.keys(words.fields) as FieldName[]).map((name) => ({ name, from: shown(before, name), to: shown(after, name) })).filter((c) => c.from !== c.to)
}

/** What somebody had begun to change and not saved, by connection: it outlives a look at another tab. */
export const begun = new Map<string, ProfileFields>()
