import { expect, it } from 'vitest'
import { Refusal } from '../core/refusal.ts'
import { readServiceItem, type ServiceItemInput } from './service-item.ts'

function faultsOf(input: ServiceItemInput): string[] {
  try {
    readServiceItem(input)
    return []
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return error.faults.map(fault => `${fault.path} ${fault.code}`)
  }
}

it('a service needs a name and may have a code, a text and a price', () => {
  expect(readServiceItem({ name: ' Suporte ' })).toEqual({ code: null, name: 'Suporte', description: null, unitPrice: null })
  expect(readServiceItem({ name: 'Suporte', code: 'SUP', unitPrice: '010.50' })).toMatchObject({ code: 'SUP', unitPrice: '10.5' })
})

it('a service is refused with all its faults at once', () => {
  expect(faultsOf({ name: ' ', unitPrice: '1,50' })).toEqual(['/name blank', '/unitPrice invalid_price'])
  expect(faultsOf({ name: 'x', unitPrice: '-1' })).toEqual(['/unitPrice negative_price'])
  expect(faultsOf({ name: 'x', unitPrice: '1e9' })).toEqual(['/unitPrice invalid_price'])
  expect(faultsOf({ name: 'x', unitPrice: '0.0000001' })).toEqual(['/unitPrice invalid_price'])
})
