import { describe, expect, it } from 'vitest'
import { fuzzy, parts } from './fuzzy'

const best = (typed: string, of: string[]) =>
  of
    .map((text) => ({ text, match: fuzzy(typed, text) }))
    .filter((r) => r.match)
    .sort((a, b) => b.match!.score - a.match!.score)
    .map((r) => r.text)

describe('fuzzy', () => {
  it('finds what begins with the letters first', () => {
    expect(best('as', ['Mark as unread', 'Last message', 'Assign to me', 'Done'])).toEqual(['Assign to me', 'Mark as unread', 'Last message'])
  })

  it('finds the first letters of words, and of each typed word its own', () => {
    expect(best('atm', ['Assign to me', 'Attach a file'])).toEqual(['Assign to me'])
    expect(best('me assign', ['Assign to me', 'Assign to…'])).toEqual(['Assign to me'])
  })

  it('does not mind accents and case', () => {
    expect(fuzzy('joao', 'João Pereira')!.hits).toEqual([0, 1, 2, 3])
    expect(fuzzy('ÉLAN', 'elan')).not.toBeNull()
  })

  it('says no where a letter is missing, and takes nothing typed as a match of all', () => {
    expect(fuzzy('xyz', 'Assign')).toBeNull()
    expect(fuzzy('', 'Assign')!.hits).toEqual([])
  })

  it('tells which letters were found', () => {
    expect(parts('Assign', fuzzy('ss', 'Assign')!.hits)).toEqual([
      { text: 'A', hit: false },
      { text: 'ss', hit: true },
      { text: 'ign', hit: false },
    ])
    expect(parts('', [])).toEqual([])
  })
})
