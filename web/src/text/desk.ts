import type { ViewName } from '../api/types'

// The lists of the inbox and what is done with a conversation.

/** A count that the server stops at 1000 says "999+". */
const counted = (n: number) => (n >= 1000 ? '999+' : String(n))

export const text = {
  counted,
  somebody: 'the person without a name',
  views: {
    label: 'Lists',
    name: { mine: 'Mine', unassigned: 'Unassigned', waiting: 'Waiting', failed: 'Failed', open: 'Open', done: 'Done', all: 'All' } satisfies Record<ViewName, string>,
    about: {
      mine: 'open and assigned to you',
      unassigned: 'open and assigned to nobody',
      waiting: 'somebody waits for an answer, the longest first',
      failed: 'something you sent did not arrive or is unconfirmed',
      open: 'all that are not done, the newest first',
      done: 'finished; a new message opens one again',
      all: 'everything, the newest first',
    } satisfies Record<ViewName, string>,
    withCount: (name: string, n: number) => `${name}, ${counted(n)}`,
  },
  noMoreUnread: 'Nothing unread below in this list.',
  noMoreFailed: 'Nothing failed below in this list. G F shows all that failed.',
  held: (n: number) => (n === 1 ? '1 update' : `${n} updates`),
  show: 'Show',
  empty: {
    mine: (unassigned: number) => (unassigned === 0 ? 'Nothing waiting for you.' : `Nothing waiting for you. ${counted(unassigned)} unassigned.`),
    takeOldest: 'Take the oldest',
    unassigned: 'Every open conversation has somebody.',
    waiting: 'Nobody is waiting for an answer.',
    failed: 'Nothing failed. What could not be delivered appears here with its cause.',
    open: 'No open conversations.',
    openNext: 'A conversation appears here by itself when somebody writes.',
    done: 'Nothing is done yet. E marks a conversation as done.',
    all: 'No conversations yet.',
    allNext: 'They appear here by themselves as soon as somebody writes to a connected number.',
    noConnection: 'Connect a platform to receive messages.',
    connect: 'Connect',
    showOpen: 'Show all open ones',
  },
  did: {
    done: (name: string) => `Done: ${name}.`,
    reopened: (name: string) => `Open again: ${name}.`,
    assigned: (name: string, to: string) => `${name} is now with ${to}.`,
    toMe: (name: string) => `${name} is now yours.`,
    unassigned: (name: string) => `${name} is now with nobody.`,
    unread: (name: string) => `Unread again: ${name}.`,
    refused: (words: string) => `Taken back: “${words}”`,
    undo: 'Undo',
    dismiss: 'Close',
    undone: 'Taken back.',
    nothingToUndo: 'There is nothing to undo.',
    notUndone: 'It could not be undone.',
    notTaken: 'Nothing was taken.',
    nothingToTake: 'Nothing is unassigned.',
  },
  assign: {
    title: 'Assign to…',
    placeholder: 'Type two letters of a name',
    nobody: 'Nobody',
    me: (name: string) => `${name} (you)`,
    nobodyElse: 'There is nobody else to hand it to.',
    none: (typed: string) => `Nobody here is called “${typed}”.`,
    loading: 'Reading who is here…',
  },
}
