import { expect, test } from 'vitest'
import { Refusal, refuse } from './refusal.ts'

function refusalOf(work: () => void): Refusal {
  try {
    work()
  } catch (error) {
    if (error instanceof Refusal) return error
  }
  throw new Error('nothing was refused')
}

test('a refusal is 422 without faults unless told otherwise', () => {
  const refusal = refusalOf(() => refuse('invoice_emitted', 'A fatura já foi emitida.'))
  expect(refusal).toMatchObject({
    code: 'invoice_emitted',
    message: 'A fatura já foi emitida.',
    status: 422,
    details: {},
    faults: [],
  })
})

test('a refusal with a path is itself the fault at that path', () => {
  const { status, faults } = refusalOf(() => refuse('not_found', 'Não encontrado.', { status: 404, path: '/customerId' }))
  expect(status).toBe(404)
  expect(faults).toEqual([{ path: '/customerId', code: 'not_found', message: 'Não encontrado.' }])
})

test('a refusal carries every fault of a body at once', () => {
  const faults = [
    { path: '/lines/0/quantity', code: 'not_positive', message: 'A quantidade deve ser positiva.' },
    { path: '/lines/1/quantity', code: 'not_positive', message: 'A quantidade deve ser positiva.' },
  ]
  expect(refusalOf(() => refuse('invalid_body', 'Há erros.', { faults, details: { lines: 2 } }))).toMatchObject({
    faults,
    details: { lines: 2 },
  })
})
