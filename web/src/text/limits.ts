// The words for where a trouble lies. What was found, and what it points at, comes from the server.

export const triageText = {
  title: 'Where it lies',
  since: (t: string) => `Since ${t}.`,
  late: (t: string) => `Messages come ${t} late.`,
  evidence: 'What that rests on',
  points: { us: 'points here', platform: 'points at the platform', account: 'points at the account', unknown: 'decides nothing' } as Record<string, string>,
}

const count = new Intl.NumberFormat('en-US')

// How much of each of the platform's limits is used. What is counted, and how it is kept to, comes from the server.
export const limitsText = {
  title: 'Limits',
  loading: 'Reading…',
  about: 'Counted here. What other tools do with the same account is not in it.',
  what: 'What',
  used: 'Used',
  most: 'Limit',
  left: 'Left',
  number: (n: number) => count.format(n),
  none: 'no limit',
  untold: 'not told yet',
  unseen: 'not known',
  per: (seconds: number | null) => (seconds === null ? 'in all' : seconds === 1 ? 'a second' : seconds < 3600 ? `in ${Math.round(seconds / 60)} min` : seconds === 3600 ? 'an hour' : `in ${Math.round(seconds / 3600)} h`),
  peak: (t: string) => `the busiest second of the last hour, at ${t}`,
  quiet: 'nothing in the last hour',
  free: (t: string) => `The next place is free in ${t}.`,
  unconfirmed: 'Meta does not publish this figure.',
  source: (month: string) => `Meta, read in ${month}`,
  near: 'nearly used up',
  full: 'used up',
}

// What the platform changes, and when. What changes and what to do comes from the server.
export const announcedText = {
  title: 'Announced by Meta',
  about: 'The doctor warns 90 days ahead of what concerns you.',
  notBefore: (t: string) => `not before ${t}`,
  in: (day: string, t: string) => `${day}, in ${t}`,
  differ: 'Sources differ on it.',
}
