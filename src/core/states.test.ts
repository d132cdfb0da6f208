import { expect, test } from 'vitest'
import { nextState, type StateTable, statesOf, verbsFrom } from './states.ts'

type State = 'to_emit' | 'to_receive' | 'received'
type Verb = 'emit' | 'receive' | 'undo_emission'

const table: StateTable<State, Verb> = {
  to_emit: { emit: 'to_receive' },
  to_receive: { receive: 'received', undo_emission: 'to_emit' },
  received: {},
}

test('a verb leads where the table says, and nowhere when it says nothing', () => {
  expect(nextState(table, 'to_emit', 'emit')).toBe('to_receive')
  expect(nextState(table, 'received', 'emit')).toBeNull()
})

test('a word that every object knows is not a verb', () => {
  const open: StateTable<string, string> = table
  expect(nextState(open, 'to_emit', 'constructor')).toBeNull()
})

test('the table itself lists the states and what may happen in each', () => {
  expect(statesOf(table)).toEqual(['to_emit', 'to_receive', 'received'])
  expect(verbsFrom(table, 'to_receive')).toEqual(['receive', 'undo_emission'])
})
