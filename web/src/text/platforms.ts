import type { Connection } from '../api/types'

// Platforms and one connection: the pages' own words. Those of the doctor are in doctor.ts, the status words in en.ts.

export const platformsText = {
  title: 'Platforms',
  about: 'Each account of a platform, with the proof that messages come in and go out.',
  deliveries: 'All deliveries',
  checked: (t: string) => `Checked ${t} ago`,
  neverChecked: 'Not checked yet',
  oldest: (t: string, never: number) => (never === 0 ? `Checked ${t} ago` : `Checked ${t} ago · ${never} not checked yet`),
  checkAll: 'Check all',
  checkingAll: (left: number) => (left === 1 ? 'Checking 1 connection…' : `Checking ${left} connections…`),
  checkedAll: (all: number, wrong: number, untold: number) => {
    if (wrong > 0) return `All ${all} checked: ${wrong} with a problem.`
    return untold > 0 ? `All ${all} checked: nothing failed, but at ${untold} not everything could be told.` : `All ${all} checked: nothing is wrong.`
  },
  connect: 'Connect',
  onlyAdmins: 'Only admins can add or change a platform.',

  empty: {
    title: 'Connect a platform to receive messages',
    what: 'Clearline takes messages in only after it has checked that the way in works.',
    add: 'Connect a WhatsApp number',
    need: 'What you need at hand for WhatsApp',
    later: 'Messenger, Instagram, Telegram and Discord follow.',
    ask: (names: string) => `Only admins can connect a platform. Ask ${names}.`,
  },

  flow: {
    receiving: 'Receiving',
    sending: 'Sending',
    state: { yes: 'yes', late: 'late', no: 'no', unknown: 'unknown', slow: 'slow', limited: 'limited' } satisfies Record<Connection['receiving']['state'] | Connection['sending']['state'], string>,
    proof: (t: string) => `proof ${t} ago`,
    noProof: 'no proof yet',
  },

  since: (t: string) => `since ${t}`,
  waiting: (n: number) => (n === 1 ? '1 message waits' : `${n} messages wait`),
  noneWaiting: 'Nothing waits',
  nextTry: (t: string) => `next try ${t}`,
  soonCount: (n: number) => (n === 1 ? '1 thing soon' : `${n} things soon`),
  /** What a cause is called while it has not come about yet. */
  soonTitle: { 'auth.expired': 'The key ends', 'auth.expiring': 'The key ends', 'server.cert': 'The certificate ends', 'account.quality': 'Quality has dropped', 'server.disk': 'The disk fills up' } as Record<string, string>,
  soon: (cause: string, t: string | null) => (t ? `${cause}: in ${t}` : cause),
  soonPast: (cause: string) => `${cause}: now`,

  volume: {
    title: 'Last 24 hours',
    none: 'No messages counted in the last 24 hours.',
    sums: (messagesIn: number, messagesOut: number) => `${messagesIn} in · ${messagesOut} out`,
    label: (messagesIn: number, messagesOut: number, peak: string, most: number) => `Messages of the last 24 hours: ${messagesIn} in, ${messagesOut} out. Most came in at ${peak}: ${most}.`,
    labelNone: (messagesOut: number) => `Messages of the last 24 hours: none in, ${messagesOut} out.`,
    in: 'in',
    out: 'out',
    table: 'Hour by hour',
    at: 'Hour',
    now: 'now',
  },

  quiet: (t: string, usual: string) => `No message for ${t}: ${usual.replace(/\.$/, '')}.`,

  card: {
    doctor: 'Doctor',
    test: 'Test',
    deliveries: 'Deliveries',
    why: 'Why?',
    checks: (passed: number, all: number) => (passed === all ? `all ${all} checks passed` : `${passed} of ${all} checks passed`),
    connecting: 'The set-up is not finished.',
    goOn: 'Go on with it',
    paused: (by: string | null, since: string) => `${by ? `Paused by ${by}` : 'Paused with an API key'}, ${since}. What arrives is still stored, and what you write waits.`,
    resume: 'Resume',
  },

  page: {
    back: 'Platforms',
    absent: 'There is no such connection',
    absentNext: 'It was removed, or it belongs to another company.',
    tabs: { overview: 'Overview', doctor: 'Doctor', account: 'Account', deliveries: 'Deliveries', messages: 'Failed and waiting', templates: 'Templates', settings: 'Settings' },
    tabsOf: (name: string) => `Parts of ${name}`,
  },

  overview: {
    proofs: 'Proof',
    receivingProof: 'Last proof that messages come in',
    sendingProof: 'Last proof that messages go out',
    credential: 'Credential checked',
    waiting: 'Waiting here',
    account: 'Account',
    phone: 'Number',
    id: 'Phone number ID',
    quality: 'Quality',
    limit: 'Messaging limit',
    nameStatus: 'Display name',
    token: 'Key',
    tokenKind: { user: 'a person’s key', system_user: 'system user', business: 'business key', page: 'page key', unknown: 'kind unknown' } as Record<string, string>,
    tokenNever: 'does not expire',
    tokenEnds: (t: string) => `ends ${t}`,
    tokenRenewal: { none: '', ahead: 'renewed ahead of time', failed: 'renewal failed' } as Record<string, string>,
    unread: 'not read yet',
    none: 'none',
    never: 'never',
    ago: (t: string) => `${t} ago`,
    webhook: 'Address for the platform',
    copy: 'Copy',
    copied: 'Copied',
    notCopied: 'Press Ctrl C or Cmd C',
    readings: {
      GREEN: 'high',
      YELLOW: 'medium',
      RED: 'low',
      UNKNOWN: 'unknown',
      APPROVED: 'approved',
      AVAILABLE_WITHOUT_REVIEW: 'usable, not reviewed',
      PENDING_REVIEW: 'in review',
      DECLINED: 'declined',
      EXPIRED: 'expired',
      NONE: 'none',
      TIER_50: '50 people a day',
      TIER_250: '250 people a day',
      TIER_1K: '1,000 people a day',
      TIER_2K: '2,000 people a day',
      TIER_10K: '10,000 people a day',
      TIER_100K: '100,000 people a day',
      TIER_UNLIMITED: 'no limit',
    } as Record<string, string>,
    soon: 'Soon',
  },

  templates: {
    title: 'Templates',
    about: 'As WhatsApp last listed them. They are made and approved in WhatsApp Manager.',
    sync: 'Synchronise',
    syncing: 'Synchronising…',
    syncedNow: 'Synchronised.',
    synced: (t: string) => `Synchronised ${t} ago`,
    name: 'Name',
    language: 'Language',
    category: 'Category',
    status: 'Status',
    none: 'No templates yet.',
    noneNext: 'Synchronise once you have made one in WhatsApp Manager.',
  },

  settings: {
    name: 'Name',
    nameHint: 'As your team calls it. Customers do not see it.',
    save: 'Save',
    saved: 'Saved',
    pause: 'Pause',
    resume: 'Resume',
    pauseHint: 'Stops sending and alerts. What arrives is still stored, and what you write waits.',
    key: 'Key',
    keyHint: 'Give the connection a new key for the same number. History and waiting replies stay.',
    newKey: 'Give it a new key',
    move: 'Move to another provider',
    moveHint: 'What has to be done where, so that the number goes on working.',
    moveShow: 'Show the checklist',
    there: 'At Meta',
    next: 'What the next provider needs',
    here: 'What stays here',
    deregistrations: (used: number, limit: number, hours: number) => `Registrations and deregistrations used: ${used} of ${limit} in ${hours} h.`,
    end: 'Disconnect',
    endHint: 'This server stops receiving and sending for the number. History stays and can be read.',
    endSure: (name: string) => `Type ${name} to disconnect it.`,
    endYes: 'Disconnect',
    endNo: 'Keep it',
    ended: 'Disconnected.',
    left: 'Left for you to do:',
    only: (names: string) => `Only admins can change a connection. Ask ${names}.`,
  },
}

/** Whom to ask, in words: two names at most, or the role. */
export const askFor = (names: readonly string[]): string => (names.length > 0 ? names.slice(0, 2).join(' or ') : 'an admin')

/** Hours without a message. */
export const gapsText = {
  gap: (from: string, to: string) => `Nothing came in from ${from} to ${to}.`,
  because: (cause: string) => `In that time: ${cause}.`,
  unexplained: 'Nothing wrong was found in that time: nobody wrote, or it was not looked at.',
}

/** The demo's switches. */
export const breakText = {
  title: 'Break something',
  about: 'The simulated WhatsApp then behaves as the real one would. The doctor is not told.',
  where: (name: string) => `At ${name}`,
  groups: {
    hook: 'Messages coming in',
    auth: 'Key and permissions',
    account: 'Account',
    wa: 'Number, people, templates',
    net: 'Platform and network',
    media: 'Files',
    send: 'Sends',
    other: 'More',
  } as Record<string, string>,
  mend: 'Mend everything',
  none: 'Nothing is broken.',
  broken: (n: number) => (n === 1 ? '1 thing is broken.' : `${n} things are broken.`),
  doctor: 'Run the doctor',
  close: 'Close',
  hits: (n: number) => (n === 0 ? 'not met yet' : n === 1 ? 'met once' : `met ${n} times`),
}
