import { type CivilDate, isContractDay } from '../../core/dates.ts'
import type { Faults } from '../../core/faults.ts'
import { type FactorMethod, indexFacts, type PriceIndex } from '../../indices/price-index.ts'
import { MOST_EVERY_MONTHS } from './readjustment.ts'

/** As it was sent: shapes are right, meanings are not checked yet. */
export interface ReadjustmentInput {
  serviceItemId?: number | null | undefined
  index: PriceIndex
  startsOn: CivilDate
  everyMonths?: number | undefined
  method?: FactorMethod | undefined
  lagMonths?: number | undefined
  noticeDays?: number | null | undefined
  allowsNegative?: boolean | undefined
  approvalWanted?: boolean | undefined
}

export interface ReadjustmentData {
  serviceItemId: number | null
  index: PriceIndex
  startsOn: CivilDate
  everyMonths: number
  method: FactorMethod
  lagMonths: number
  noticeDays: number | null
  allowsNegative: boolean
  approvalWanted: boolean
}

export const MOST_LAG_MONTHS = 12
export const MOST_NOTICE_DAYS = 365

/**
 * @param services of the rule's lines, in any of its versions
 * @param others of the rule's other living clauses: what each concerns
 */
export function readReadjustment(
  input: ReadjustmentInput,
  services: ReadonlySet<number>,
  others: readonly { serviceItemId: number | null }[],
  faults: Faults,
  path = '',
): ReadjustmentData {
  const everyMonths = input.everyMonths ?? 12
  const method = input.method ?? 'monthly_product'
  const serviceItemId = input.serviceItemId ?? null
  if (!isWhole(everyMonths, MOST_EVERY_MONTHS) || everyMonths === 0) {
    faults.add(`${path}/everyMonths`, 'months_out_of_range', `A periodicidade é de 1 a ${MOST_EVERY_MONTHS} meses.`)
  }
  if (method === 'published_12m' && everyMonths !== 12) {
    faults.add(
      `${path}/method`,
      'method_needs_twelve_months',
      'O acumulado publicado é de 12 meses: só serve para um reajuste a cada 12 meses.',
    )
  }
  if (!isContractDay(input.startsOn)) {
    faults.add(`${path}/startsOn`, 'date_out_of_range', 'A data do primeiro reajuste deve estar entre 1990 e 2099.')
  }
  const lagMonths = input.lagMonths ?? indexFacts[input.index].usualLagMonths
  if (!isWhole(lagMonths, MOST_LAG_MONTHS)) {
    faults.add(`${path}/lagMonths`, 'lag_out_of_range', `A defasagem do índice é de 0 a ${MOST_LAG_MONTHS} meses.`)
  }
  const noticeDays = input.noticeDays ?? null
  if (noticeDays !== null && !isWhole(noticeDays, MOST_NOTICE_DAYS)) {
    faults.add(`${path}/noticeDays`, 'notice_out_of_range', `O aviso é de 0 a ${MOST_NOTICE_DAYS} dias antes.`)
  }
  if (serviceItemId !== null && !services.has(serviceItemId)) {
    faults.add(`${path}/serviceItemId`, 'service_not_in_rule', 'Este serviço não está em nenhuma linha da regra.')
  }
  if (others.some(other => other.serviceItemId === serviceItemId)) {
    const message =
      serviceItemId === null
        ? 'A regra não pode ter mais de um reajuste sem serviço; altere o que já existe.'
        : 'Este serviço já tem um reajuste nesta regra; altere o que já existe.'
    faults.add(`${path}/serviceItemId`, 'readjustment_exists', message)
  }
  return {
    serviceItemId,
    index: input.index,
    startsOn: input.startsOn,
    everyMonths,
    method,
    lagMonths,
    noticeDays,
    allowsNegative: input.allowsNegative ?? false,
    approvalWanted: input.approvalWanted ?? false,
  }
}

/** Those that a rule is made with, in their order: none may contradict one before it. The i-th is at `/readjustments/i`. */
export function readReadjustments(
  inputs: readonly ReadjustmentInput[],
  services: ReadonlySet<number>,
  faults: Faults,
): ReadjustmentData[] {
  const read: ReadjustmentData[] = []
  for (const [i, input] of inputs.entries()) read.push(readReadjustment(input, services, read, faults, `/readjustments/${i}`))
  return read
}

function isWhole(n: number, most: number): boolean {
  return Number.isSafeInteger(n) && n >= 0 && n <= most
}
