import { DatabaseError } from 'pg'
import { expect, test } from 'vitest'
import { Refusal } from '../../core/refusal.ts'
import { asConnectionFault, CommitUnknown, ConnectionLost, constraintOf, faultOf, isRefusedCommit, sqlState } from './faults.ts'

function answer(code: string, constraint?: string): DatabaseError {
  const error = new DatabaseError('refused', 0, 'error')
  error.code = code
  error.constraint = constraint
  return error
}

test('the class of the state tells data from outages', () => {
  for (const state of ['22P02', '22003', '23505', '23514']) expect(faultOf(answer(state)), state).toBe('data')
  for (const state of ['08006', '40001', '40P01', '53100', '57P01', '57014', '58030', '55P03', '25P03']) {
    expect(faultOf(answer(state)), state).toBe('transient')
  }
  for (const state of ['42601', '42501', '25P02', 'XX000', 'P0001']) expect(faultOf(answer(state)), state).toBe('bug')
})

test('a broken connection is an outage, a mistake of ours a bug', () => {
  const socket = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  expect(faultOf(socket)).toBe('transient')
  expect(faultOf(new AggregateError([socket]))).toBe('transient')
  expect(faultOf(Object.assign(new Error(), { code: 'ENOENT', syscall: 'connect' }))).toBe('transient')
  expect(faultOf(Object.assign(new Error(), { code: 'ENOENT', syscall: 'open' }))).toBe('bug')
  expect(faultOf(new ConnectionLost('gone'))).toBe('transient')
  expect(faultOf(new CommitUnknown('gone'))).toBe('transient')
  expect(faultOf(new TypeError('undefined is not a function'))).toBe('bug')
  expect(faultOf('thrown text')).toBe('bug')
})

test('a refusal stays one, whatever caused it', () => {
  expect(faultOf(Object.assign(new Refusal('unknown_rule', 'Regra desconhecida.'), { cause: answer('23505') }))).toBe('refusal')
})

test('state and constraint are found behind wrapping errors', () => {
  const wrapped = new Error('while saving', { cause: answer('23505', 'coverage_start_key') })
  expect(sqlState(wrapped)).toBe('23505')
  expect(constraintOf(wrapped)).toBe('coverage_start_key')
  expect(sqlState(new Error('other'))).toBeNull()
  expect(constraintOf(null)).toBeNull()
})

test('the texts of the driver for a broken session are known', () => {
  for (const text of [
    'Connection terminated unexpectedly',
    'Client has encountered a connection error and is not queryable',
    'timeout exceeded when trying to connect',
  ]) {
    expect(asConnectionFault(new Error(text)), text).toBeInstanceOf(ConnectionLost)
  }
  const ours = new RangeError('integer out of the safe range')
  expect(asConnectionFault(ours)).toBe(ours)
})

test('only an answer of a working server says that a commit did not take place', () => {
  for (const state of ['23503', '40001', '55P03', '57014', 'P0001']) expect(isRefusedCommit(answer(state)), state).toBe(true)
  for (const state of ['57P01', '08006', '53100', '58030', '25P03', 'XX000'])
    expect(isRefusedCommit(answer(state)), state).toBe(false)
  expect(isRefusedCommit(new ConnectionLost('gone'))).toBe(false)
})
