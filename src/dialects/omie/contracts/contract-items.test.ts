import { expect, test } from 'vitest'
import type { Kept } from '../../kept-store.ts'
import { Worded } from '../../worded.ts'
import { type Items, itemsAfter, itemsWithout } from './contract-items.ts'

const item = (head: object): Kept => ({ itemCabecalho: { codServico: 1, ...head } })
const stand = (...heads: object[]): Items => ({
  items: heads.map((head, i) => item({ codItem: 100_001 + i, ...head })),
  last: heads.length,
})
const told = ({ items }: Items) =>
  items.map(({ itemCabecalho }) => {
    const { codItem, codIntItem = '', valorUnit } = Object(itemCabecalho)
    return [codItem, codIntItem, valorUnit]
  })

function faultOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof Worded) return JSON.stringify(error.answer.body)
    throw error
  }
  return 'none'
}

test('a code that comes later is that of the next item of its service that has none, and of no other', () => {
  const standing = stand({ valorUnit: 1 }, { valorUnit: 2, codIntItem: 'H' }, { valorUnit: 3 }, { valorUnit: 4, codServico: 2 })
  const sent = [
    item({ codIntItem: 'L1', valorUnit: 10 }),
    item({ codIntItem: 'L2', valorUnit: 30 }),
    item({ codIntItem: 'L3', valorUnit: 50 }),
  ]
  const after = itemsAfter(1, standing, sent)
  expect(told(after)).toEqual([
    [100_001, 'L1', 10],
    [100_002, 'H', 2],
    [100_003, 'L2', 30],
    [100_004, '', 4],
    [100_005, 'L3', 50],
  ])
  expect(told(itemsAfter(1, after, sent))).toEqual(told(after))
})

test('an item that comes twice in a call is refused, however it is named', () => {
  const standing = stand({ codIntItem: 'A' }, { codIntItem: 'B' })
  const twice = (...heads: object[]) => faultOf(() => itemsAfter(1, standing, heads.map(item)))
  expect(twice({ codItem: 100_001, valorUnit: 1 }, { codItem: 100_001, valorUnit: 2 })).toContain(
    'o item [100001] veio mais de uma vez',
  )
  expect(twice({ codItem: 100_001, valorUnit: 5 }, { codIntItem: 'A', valorUnit: 7 })).toContain(
    'o item [100001] veio mais de uma vez',
  )
  expect(twice({ codIntItem: 'N' }, { codIntItem: 'N' })).toContain('102')
})

test('a code is of one item; two may be changed for each other in one call', () => {
  const standing = stand({ codIntItem: 'A' }, { codIntItem: 'B' })
  expect(faultOf(() => itemsAfter(1, standing, [item({ codItem: 100_002, codIntItem: 'A' })]))).toContain(
    'Item com o Código de Integração [A] já foi cadastrado anteriormente.',
  )
  const swapped = itemsAfter(1, standing, [
    item({ codItem: 100_002, codIntItem: 'A' }),
    item({ codItem: 100_001, codIntItem: 'B' }),
  ])
  expect(told(swapped).map(([, code]) => code)).toEqual(['B', 'A'])
})

test('an item that is named by two codes of two items is not taken away', () => {
  const standing = stand({ codIntItem: 'A' }, { codIntItem: 'B' })
  expect(faultOf(() => itemsWithout(standing, [{ codItem: 100_001, codIntItem: 'B' }]))).toContain('não é o do item [100001]')
  expect(told(itemsWithout(standing, [{ codItem: 100_001, codIntItem: 'A' }]))).toEqual([[100_002, 'B', undefined]])
})
