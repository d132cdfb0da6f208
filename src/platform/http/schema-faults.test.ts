import { expect, test } from 'vitest'
import { faultsOf } from './schema-faults.ts'

test('a text of the wrong form is told without the regular expression that found it', () => {
  const error = {
    keyword: 'pattern' as const,
    schemaPath: '#/properties/since',
    instancePath: '/since',
    params: { pattern: '^[0-9a-f]{64}$' },
    message: 'must match pattern',
  }
  const faults = faultsOf({}, { since: 'abc' }, [error])
  expect(faults).toMatchObject([{ path: '/since', code: 'invalid_format' }])
  expect(faults[0]?.message).not.toContain('[0-9a-f]')
})
