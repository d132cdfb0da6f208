import { DatabaseError } from 'pg'
import { expect, test } from 'vitest'
import { withoutValues } from './log.ts'

const told = 'Key (tax_id)=(52998224725) already exists'

function databaseError(): DatabaseError {
  return Object.assign(new DatabaseError(told, 40, 'error'), { code: '23505', severity: 'ERROR', detail: told })
}

/** As the queue tells of its errors. */
const copied = (error: Error) => ({ ...error, message: error.message, stack: error.stack, queue: 'due-work', worker: 'w1' })

test('an error of the database is logged by its code, not by its words', () => {
  expect(withoutValues(databaseError())).toMatchObject({ type: 'error', fault: 'data', sqlState: '23505' })
  expect(JSON.stringify(withoutValues(databaseError()))).not.toContain('529')
})

test('a copy of an error says what the error would: its class, its code, where it came from', () => {
  const shown = withoutValues(copied(databaseError()))
  expect(shown).toMatchObject({ sqlState: '23505', stack: expect.arrayContaining([expect.stringContaining('log.test.ts')]) })
  expect(JSON.stringify(shown)).not.toContain('529')

  const refused = Object.assign(new TypeError('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' })
  expect(withoutValues(copied(refused))).toMatchObject({
    type: 'TypeError',
    code: 'ECONNREFUSED',
    message: 'connect ECONNREFUSED 127.0.0.1:5432',
  })
})

test('what is no error at all is told by its type alone', () => {
  expect(withoutValues('52998224725')).toEqual({ type: 'string' })
  expect(withoutValues(null)).toEqual({ type: 'object' })
})
