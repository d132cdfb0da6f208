import { expect, test } from 'vitest'
import { columnForms } from './column-forms.ts'
import { columnKeys, kindOf } from './columns.ts'

test('what an empty cell means of a period that is cut is told', () => {
  const formOf = (heading: string) => columnForms.find(column => column.heading === heading)?.form
  expect(formOf('inicio_parcial')).toContain('se vazio, não cobrar na antecipada, e proporcional na postecipada')
  expect(formOf('fim_parcial')).toContain('se vazio, integral na antecipada, e proporcional na postecipada')
})

test('every column has its form, and each example of it is one that the column reads', () => {
  expect(columnForms.map(({ key }) => key)).toEqual(columnKeys)
  for (const { key, examples } of columnForms)
    for (const example of examples) expect({ key, example, read: kindOf(key).parse(example) }).toHaveProperty('read.value')
})
