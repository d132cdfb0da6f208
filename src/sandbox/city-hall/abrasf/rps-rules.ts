// What a city of ABRASF refuses. Its manual's table of messages is not at hand: codes are those that cities answer with, from memory.

import { municipioOf } from '../../../core/brazil/municipio.ts'
import { parseTaxId } from '../../../core/brazil/tax-id.ts'
import type { City } from '../register/city.ts'
import { isActiveOn, rateOf } from '../register/city.ts'
import { type Rps, taxOf } from './read-rps.ts'

export interface RpsCase {
  readonly rps: Rps
  readonly city: City | null
  /** Whoever sends the lote. */
  readonly sender: string
  readonly today: string
  /** Whether a note, or another RPS of the lote, has this number already. */
  readonly isTaken: boolean
  /** Whether the national list has the item. */
  readonly isItemKnown: boolean
}

export interface RpsRule {
  readonly code: string
  readonly says: string
  readonly refuses: (asked: RpsCase) => boolean
}

const lowest = 20_000n
const highest = 50_000n

export const rpsRules: readonly RpsRule[] = [
  {
    code: 'E10',
    says: 'RPS já informado.',
    refuses: ({ isTaken }) => isTaken,
  },
  {
    code: 'E16',
    says: 'A competência do RPS é posterior à data atual.',
    refuses: ({ rps, today }) => rps.competence > today,
  },
  {
    code: 'E45',
    says: 'O CNPJ do prestador é inválido, ou não é o do lote.',
    refuses: ({ rps, sender }) => parseTaxId(rps.provider)?.taxId !== rps.provider || rps.provider !== sender,
  },
  {
    code: 'E50',
    says: 'O município não emite por este serviço.',
    refuses: ({ rps, city }) => !isActiveOn(city, rps.competence),
  },
  {
    code: 'E31',
    says: 'O item da lista de serviços não existe.',
    refuses: ({ isItemKnown }) => !isItemKnown,
  },
  {
    code: 'E42',
    says: 'O município da prestação não existe.',
    refuses: ({ rps }) => municipioOf(rps.place.text('Servico/CodigoMunicipio') ?? '') === null,
  },
  {
    code: 'E17',
    says: 'A alíquota não está entre 2 % e 5 %: confira se a versão a pede em fração ou em percentual.',
    refuses: ({ rps }) => rps.rate !== null && rps.rate !== 0n && (rps.rate < lowest || rps.rate > highest),
  },
  {
    code: 'E18',
    says: 'A alíquota não é a do município para o serviço.',
    refuses: ({ rps, city }) => {
      if (rps.rate === null || rps.isOptant || city === null || rps.rate < lowest || rps.rate > highest) return false
      return rps.rate !== rateOf(city, serviceOf(rps.item), rps.competence) * 100n
    },
  },
  {
    code: 'E20',
    says: 'O valor do ISS não é a base vezes a alíquota.',
    refuses: ({ rps }) => {
      if (rps.iss === null || rps.rate === null || rps.rate === 0n) return false
      const away = rps.iss - taxOf(rps.base, rps.rate)
      return away > 1n || away < -1n
    },
  },
]

/** The first national code of an item: '01.07' is 010701. */
export const serviceOf = (item: string) => `${item.replace('.', '').padStart(4, '0')}01`
