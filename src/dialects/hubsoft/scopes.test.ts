import { expect, test } from 'vitest'
import { exampleOf } from '../examples.ts'
import { hubsoft } from './hubsoft.ts'

test('what tells who a client is, is told to no key that may not read customers', () => {
  const telling = hubsoft().operations.filter(({ name }) =>
    JSON.stringify(exampleOf('hubsoft', name)?.answer ?? {}).includes('"cpf_cnpj":'),
  )
  expect(telling.length).toBeGreaterThan(3)
  for (const { name, needs } of telling) expect([name, ...needs]).toContain('customers:read')
})
