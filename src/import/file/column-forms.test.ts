import { expect, test } from 'vitest'
import { columnForms } from './column-forms.ts'
import { columnKeys, kindOf } from './columns.ts'

test('every column has its form, and each example of it is one that the column reads', () => {
  expect(columnForms.map(({ key }) => key)).toEqual(columnKeys)
  for (const { key, examples } of columnForms)
    for (const example of examples) expect({ key, example, read: kindOf(key).parse(example) }).toHaveProperty('read.value')
})
