// How what an occurrence asks for is divided for the books: over categories, and over cost centres.

import { judgeShares, type Share, waySaid } from '../catalog/classification/apportionment.ts'
import type { Named } from '../catalog/references/field-set.ts'
import type { Faults } from '../core/faults.ts'
import { type Cents, type Decimal, decimal } from '../core/money.ts'
import { given } from '../core/text.ts'

/** As it was sent: a part by percent or by value; the only one may say neither, and is the whole. */
export interface ShareInput {
  targetId: number
  percent?: Decimal | undefined
  valueCents?: Cents | undefined
  description: string | null
}

export interface OwnShares {
  readonly categories: readonly Share[]
  readonly costCentres: readonly Share[]
}

export function readShares(inputs: readonly ShareInput[], path: string, faults: Faults): Share[] {
  const isOnly = inputs.length === 1
  return inputs.flatMap(({ targetId, percent, valueCents, description }, i): Share[] => {
    const said = { targetId, description: given(description) }
    if (percent !== undefined && valueCents !== undefined) {
      faults.add(`${path}/${i}`, 'two_sizes', 'Informe a porcentagem ou o valor, não os dois.')
    }
    if (percent !== undefined) return [{ ...said, percent }]
    if (valueCents !== undefined) return [{ ...said, valueCents }]
    if (isOnly) return [{ ...said, percent: decimal('100') }]
    faults.add(`${path}/${i}`, 'share_size_needed', 'Informe a porcentagem ou o valor de cada parte.')
    return []
  })
}

/** `total` null: the values are proportions, as those of installments are. */
export function judgeOwnShares(
  { categories, costCentres }: OwnShares,
  { total, enabled }: { total: Cents | null; enabled: boolean },
  faults: Faults,
): void {
  const known = (shares: readonly Share[]) => ({ by: waySaid(shares), total, enabled })
  judgeShares(categories, { ...known(categories), called: categoriesCalled }, '/categories', faults)
  judgeShares(costCentres, { ...known(costCentres), called: costCentresCalled }, '/costCentres', faults)
}

const categoriesCalled = { article: 'a', one: 'categoria', many: 'categorias' } as const
const costCentresCalled = { article: 'o', one: 'centro de custo', many: 'centros de custo' } as const

/** What they name, each where it is sent. */
export function namedByShares({ categories, costCentres }: OwnShares): Named[] {
  return [
    ...categories.map(({ targetId }, i): Named => ({ noun: 'category', id: targetId, path: `/categories/${i}/categoryId` })),
    ...costCentres.map(
      ({ targetId }, i): Named => ({ noun: 'cost_centre', id: targetId, path: `/costCentres/${i}/costCentreId` }),
    ),
  ]
}

/** The only part by value is the whole, also of another total; several are to be said anew with it. */
export function sharesOfTotal(shares: readonly Share[], total: Cents): readonly Share[] {
  const [only] = shares
  return only !== undefined && shares.length === 1 && 'valueCents' in only ? [{ ...only, valueCents: total }] : shares
}

export function isSameShares(a: OwnShares, b: OwnShares): boolean {
  return JSON.stringify([a.categories, a.costCentres]) === JSON.stringify([b.categories, b.costCentres])
}
