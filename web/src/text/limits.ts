// The words for where a trouble lies. What was found, and what it points at, comes from the server.

export const triageText = {
  title: 'Where it lies',
  since: (t: string) => `Since ${t}.`,
  late: (t: string) => `Messages come ${t} late.`,
  evidence: 'What that rests on',
  points: { us: 'points here', platform: 'points at the platform', account: 'points at the account', unknown: 'decides nothing' } as Record<string, string>,
}
