import { expect, test } from 'vitest'
import { formatTaxId, parseTaxId } from './tax-id.ts'

test('fourteen places are a company, letters included', () => {
  expect(parseTaxId('12.abc.345/01de-35')).toEqual({ kind: 'company', taxId: '12ABC34501DE35' })
})

test('eleven digits are a person', () => {
  expect(parseTaxId('529.982.247-25')).toEqual({ kind: 'person', taxId: '52998224725' })
})

test.each(['', '11222333000180', '52998224724', '1234567890', 'isento'])('%j is neither', text => {
  expect(parseTaxId(text)).toBeNull()
})

test.each(['12.ABC.345/01DE-35', '529.982.247-25'])('%s is shown in its own mask', text => {
  const id = parseTaxId(text)
  expect(id && formatTaxId(id)).toBe(text)
})
