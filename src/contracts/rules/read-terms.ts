// From what somebody sent to the terms of a rule, with every fault named at its place. Shapes are right by then (types, days that
// exist, known fields); what the values mean is judged here and nowhere else, for the API and for imports alike.

import { type CivilDate, isContractDay } from '../../core/dates.ts'
import type { Faults } from '../../core/faults.ts'
import { type Cents, type Decimal, decimal, micros, multiplyToCents } from '../../core/money.ts'
import { given } from '../../core/text.ts'
import { carriedLines, type GoingOn } from './carried-lines.ts'
import { type DueRule, dueRuleBounds, type Roll } from './due-dates.ts'
import { MOST_CENTS_OF_A_LINE } from './line-amounts.ts'
import { checkWithheld, readWithheldCents, readWithholdings, type WithholdingInput } from './read-withholdings.ts'
import type { Recurrence } from './recurrence.ts'
import {
  type Cut,
  defaultCuts,
  type Line,
  type Management,
  type PaymentMethod,
  type Terms,
  type Timing,
  type WithholdingRate,
  type WithholdingTemplate,
} from './terms.ts'

/** All that a version of the terms says, without when it says it. */
export type TermsBody = Omit<Terms, 'version' | 'validFrom'>

export interface TermsInput {
  recurrence: RecurrenceInput
  timing?: Timing
  competenceShift?: number
  due: DueInput
  paymentMethod?: PaymentMethod
  management?: Management
  approvalWanted?: boolean
  cutStart?: Cut
  cutEnd?: Cut
  priceChange?: Terms['priceChange']
  endsOn?: CivilDate | null
  maxAmountCents?: number | null
  maxGrowthPercent?: Decimal | null
  withholdings?: readonly WithholdingInput[]
  /** The template of notes that withholdings are taken from, in their place; null: from none any more. */
  withholdingTemplateId?: number | null
  /** What was taken from it (`contracts/withholding/take-withholdings.ts`). */
  taken?: TakenWithholdings | null
  description?: string | null
  lines: readonly LineInput[]
}

export interface TakenWithholdings {
  template: WithholdingTemplate
  rates: readonly WithholdingRate[]
}

export interface RecurrenceInput {
  unit: Recurrence['unit']
  every?: number
  anchorOn: CivilDate
}

export interface DueInput {
  kind: DueRule['kind']
  day?: number | null
  days?: number | null
  months?: number | null
  onlyBusinessDays?: boolean
  roll?: Roll
  installments?: number | null
}

export interface LineInput {
  serviceItemId: number
  description?: string | null
  quantity?: Decimal
  unitPrice?: Decimal | null
  discountPercent?: Decimal | null
  discountCents?: number | null
  validFrom?: CivilDate | null
  validUntil?: CivilDate | null
  categoryId?: number | null
  withholdings?: readonly WithholdingInput[] | null
  withheldCents?: number | null
}

/** What a line takes from its service when it does not say it itself. */
export interface OfferedService {
  name: string
  unitPrice: Decimal | null
  archivedAt: unknown
}
export type Services = ReadonlyMap<number, OfferedService>

/** What is wrong is added to `faults`; what comes back then is not to be used. */
export function readTerms(input: TermsInput, services: Services, path: string, faults: Faults): TermsBody {
  const timing = input.timing ?? 'advance'
  const cuts = defaultCuts(timing)
  const withholdings = input.taken?.rates ?? readWithholdings(input.withholdings ?? [], `${path}/withholdings`, faults)
  const lines = readLines(input.lines, services, `${path}/lines`, faults)
  if (faults.count === 0) checkWithheld(lines, withholdings, `${path}/lines`, faults)
  return {
    recurrence: readRecurrence(input.recurrence, `${path}/recurrence`, faults),
    timing,
    competenceShift: readCompetenceShift(input.competenceShift, path, faults),
    due: readDue(input.due, `${path}/due`, faults),
    paymentMethod: input.paymentMethod ?? 'boleto',
    management: input.management ?? 'automatic',
    approvalWanted: input.approvalWanted ?? false,
    cutStart: input.cutStart ?? cuts.cutStart,
    cutEnd: input.cutEnd ?? cuts.cutEnd,
    priceChange: input.priceChange ?? 'next_period',
    endsOn: readEnd(input.endsOn, input.recurrence.anchorOn, path, faults),
    maxAmountCents: readMaxAmount(input.maxAmountCents, path, faults),
    maxGrowthPercent: readMaxGrowth(input.maxGrowthPercent, path, faults),
    withholdings,
    ...(input.taken && { withholdingTemplate: input.taken.template }),
    description: given(input.description),
    lines,
  }
}

/**
 * What a change of terms says anew; the rest stays as it is. A recurrence may be changed in part. With `goingOn`, versions planned for
 * later keep of their lines what the change leaves as it was; without it they take its lines whole.
 */
export type TermsChange = Partial<Omit<TermsInput, 'recurrence'>> & { recurrence?: Partial<RecurrenceInput>; goingOn?: GoingOn }

/**
 * The change as a function of terms, so that it can be applied to each version that it reaches. `base` is the first of them;
 * against it a recurrence changed in part is judged.
 */
export function readTermsChange(
  change: TermsChange,
  base: TermsBody,
  services: Services,
  faults: Faults,
): (terms: Pick<Terms, 'validFrom'> & TermsBody) => TermsBody {
  if (change.recurrence) {
    const { unit, every, anchor } = changedRecurrence(base.recurrence, change.recurrence)
    readRecurrence({ unit, every, anchorOn: anchor }, '/recurrence', faults)
  }
  const said: Partial<TermsBody> = {
    ...(change.competenceShift !== undefined && { competenceShift: readCompetenceShift(change.competenceShift, '', faults) }),
    ...(change.due && { due: readDue(change.due, '/due', faults) }),
    ...(change.paymentMethod && { paymentMethod: change.paymentMethod }),
    ...(change.management && { management: change.management }),
    ...(change.approvalWanted !== undefined && { approvalWanted: change.approvalWanted }),
    ...(change.cutStart && { cutStart: change.cutStart }),
    ...(change.cutEnd && { cutEnd: change.cutEnd }),
    ...(change.priceChange && { priceChange: change.priceChange }),
    ...(change.endsOn !== undefined && {
      endsOn: readEnd(change.endsOn, change.recurrence?.anchorOn ?? base.recurrence.anchor, '', faults),
    }),
    ...(change.maxAmountCents !== undefined && { maxAmountCents: readMaxAmount(change.maxAmountCents, '', faults) }),
    ...(change.maxGrowthPercent !== undefined && { maxGrowthPercent: readMaxGrowth(change.maxGrowthPercent, '', faults) }),
    ...withholdingsOf(change, faults),
    ...(change.description !== undefined && { description: given(change.description) }),
    ...(change.lines && { lines: readLines(change.lines, services, '/lines', faults) }),
  }
  if (faults.count === 0 && (said.lines || said.withholdings)) {
    checkWithheld(said.lines ?? base.lines, said.withholdings ?? base.withholdings, '/lines', faults)
  }
  return terms => ({
    ...terms,
    ...(change.timing && { timing: change.timing, ...movedCuts(terms, change.timing) }),
    ...(change.recurrence && { recurrence: changedRecurrence(terms.recurrence, change.recurrence) }),
    ...said,
    ...(said.lines && change.goingOn && { lines: carriedLines(terms, base.lines, said.lines, change.goingOn).lines }),
  })
}

/** Those that are given end what was taken from a template. */
function withholdingsOf(change: TermsChange, faults: Faults): Partial<Pick<TermsBody, 'withholdings' | 'withholdingTemplate'>> {
  const { taken, withholdings } = change
  if (taken) return { withholdings: taken.rates, withholdingTemplate: taken.template }
  if (withholdings === undefined) return taken === null ? { withholdings: [], withholdingTemplate: undefined } : {}
  return { withholdings: readWithholdings(withholdings, '/withholdings', faults), withholdingTemplate: undefined }
}

function changedRecurrence(recurrence: Recurrence, { unit, every, anchorOn }: Partial<RecurrenceInput>): Recurrence {
  return {
    unit: unit ?? recurrence.unit,
    every: every ?? recurrence.every,
    anchor: anchorOn ?? recurrence.anchor,
  }
}

/** Cuts that were the usual ones of the timing before become the usual ones of the new timing; chosen ones stay. */
function movedCuts(terms: TermsBody, timing: Timing): { cutStart: Cut; cutEnd: Cut } {
  const usual = defaultCuts(terms.timing)
  const isUsual = terms.cutStart === usual.cutStart && terms.cutEnd === usual.cutEnd
  return isUsual ? defaultCuts(timing) : { cutStart: terms.cutStart, cutEnd: terms.cutEnd }
}

const MOST_UNITS = 120

export function readRecurrence(input: RecurrenceInput, path: string, faults: Faults): Recurrence {
  const every = input.every ?? 1
  if (!isWhole(every, 1, MOST_UNITS)) {
    faults.add(`${path}/every`, 'recurrence_out_of_range', `A recorrência é de 1 a ${MOST_UNITS} semanas ou meses.`)
  }
  if (!isContractDay(input.anchorOn)) {
    faults.add(`${path}/anchorOn`, 'date_out_of_range', 'A data de início deve estar entre 1990 e 2099.')
  }
  return { unit: input.unit, every, anchor: input.anchorOn }
}

/** A day before the first one of service is a slip of the pen; a rule that is to bill nothing more ends today, or is archived. */
function readEnd(endsOn: CivilDate | null | undefined, anchorOn: CivilDate, path: string, faults: Faults): CivilDate | null {
  if (endsOn == null) return null
  if (endsOn < anchorOn) {
    faults.add(`${path}/endsOn`, 'ends_before_start', 'O fim da regra vem antes do início dela.')
  } else if (!isContractDay(endsOn)) faults.add(`${path}/endsOn`, 'date_out_of_range', 'O fim da regra deve ser até 2099.')
  return endsOn
}

export function readCompetenceShift(shift: number | undefined, path: string, faults: Faults): number {
  const months = shift ?? 0
  if (isWhole(months, -1, 1)) return months
  faults.add(
    `${path}/competenceShift`,
    'competence_out_of_range',
    'A competência é a do mês anterior (-1), do mesmo mês (0) ou do seguinte (1).',
  )
  return 0
}

export function readDue(input: DueInput, path: string, faults: Faults): DueRule {
  const needed = (field: 'day' | 'days' | 'months'): number => {
    const value = input[field] ?? null
    const { minimum, maximum } = dueRuleBounds[field]
    if (value === null) faults.add(`${path}/${field}`, 'required', 'Este tipo de vencimento precisa deste campo.')
    else if (!isWhole(value, minimum, maximum)) {
      faults.add(`${path}/${field}`, 'due_rule_out_of_range', `O valor deve ser inteiro, de ${minimum} a ${maximum}.`)
    }
    return value ?? minimum
  }
  refuseOtherKinds(input, path, faults)
  const each = { installments: readInstallments(input.installments, path, faults), roll: input.roll ?? 'none' }
  const onlyBusinessDays = input.onlyBusinessDays ?? false
  switch (input.kind) {
    case 'fixed_day':
      return { kind: input.kind, day: needed('day'), ...each }
    case 'last_day_of_month':
      return { kind: input.kind, onlyBusinessDays, ...each }
    case 'day_quantity':
      return { kind: input.kind, days: needed('days'), onlyBusinessDays, ...each }
    case 'fixed_day_and_month_quantity':
      return { kind: input.kind, day: needed('day'), months: needed('months'), ...each }
  }
}

/** What each kind counts by. */
export const fieldsOfDue: Record<DueRule['kind'], readonly ('day' | 'days' | 'months')[]> = {
  fixed_day: ['day'],
  last_day_of_month: [],
  day_quantity: ['days'],
  fixed_day_and_month_quantity: ['day', 'months'],
}

/**
 * What is said and would not count is a misunderstanding: who sends a day to `day_quantity` expects something to fall due on it. But for
 * `onlyBusinessDays`, which clients send with every kind, and which those that do not know it ignore (behaviour.md, F3019).
 */
function refuseOtherKinds(input: DueInput, path: string, faults: Faults): void {
  for (const field of ['day', 'days', 'months'] as const) {
    if (input[field] == null || fieldsOfDue[input.kind].includes(field)) continue
    faults.add(`${path}/${field}`, 'unknown_field', `O vencimento "${input.kind}" não tem o campo "${field}"; retire-o.`)
  }
}

/** Null is one (Fintera's "null parcel = 1"). */
function readInstallments(installments: number | null | undefined, path: string, faults: Faults): number {
  const count = installments ?? 1
  const { minimum, maximum } = dueRuleBounds.installments
  if (isWhole(count, minimum, maximum)) return count
  faults.add(`${path}/installments`, 'installments_out_of_range', `São de ${minimum} a ${maximum} parcelas.`)
  return 1
}

function readMaxAmount(amount: number | null | undefined, path: string, faults: Faults): Cents | null {
  if (amount == null) return null
  if (!isWhole(amount, 1, Number.MAX_SAFE_INTEGER)) {
    faults.add(`${path}/maxAmountCents`, 'amount_not_positive', 'O limite deve ser maior que zero.')
  }
  return amount as Cents // whole and safe, or refused by the fault above
}

/** The column keeps three decimals. */
const MOST_GROWTH = decimal('999999')

function readMaxGrowth(percent: Decimal | null | undefined, path: string, faults: Faults): Decimal | null {
  if (percent == null) return null
  if (micros(percent) <= 0n || micros(percent) > micros(MOST_GROWTH) || micros(percent) % 1000n !== 0n) {
    faults.add(
      `${path}/maxGrowthPercent`,
      'percent_out_of_range',
      `O crescimento deve ser maior que 0 e até ${MOST_GROWTH} por cento, com até três casas.`,
    )
  }
  return percent
}

/** A position is a smallint, and an invoice with more lines is nobody's contract. */
export const MOST_LINES = 200

export function readLines(input: readonly LineInput[], services: Services, path: string, faults: Faults): Line[] {
  if (input.length === 0) faults.add(path, 'rule_without_lines', 'A regra precisa de ao menos um serviço.')
  if (input.length > MOST_LINES) faults.add(path, 'too_many_items', `São no máximo ${MOST_LINES} serviços.`)
  return input.map((line, i) => readLine(line, i, services, `${path}/${i}`, faults))
}

const one = decimal('1')
const zero = decimal('0')
const hundred = decimal('100')

function readLine(input: LineInput, i: number, services: Services, path: string, faults: Faults): Line {
  const service = readService(input.serviceItemId, services, path, faults)
  const line: Line = {
    position: i + 1,
    serviceItemId: input.serviceItemId,
    // Kept as it was called when the line was written: another name of the service later changes no invoice.
    description: given(input.description) ?? service?.name ?? '',
    quantity: input.quantity ?? one,
    unitPrice: input.unitPrice ?? service?.unitPrice ?? zero,
    discountPercent: input.discountPercent ?? null,
    discountCents: (input.discountCents ?? null) as Cents | null, // checked with the line's amounts
    validFrom: input.validFrom ?? null,
    validUntil: input.validUntil ?? null,
    // That it exists is asked by whoever binds it.
    categoryId: input.categoryId ?? null,
    withholdings: input.withholdings == null ? null : readWithholdings(input.withholdings, `${path}/withholdings`, faults),
    withheldCents: readWithheldCents(input.withheldCents, path, faults),
  }
  if (input.unitPrice == null && service?.unitPrice === null) {
    faults.add(`${path}/unitPrice`, 'required', 'O serviço não tem preço próprio; informe o preço unitário.')
  }
  if (line.validFrom !== null && line.validUntil !== null && line.validUntil < line.validFrom) {
    faults.add(`${path}/validUntil`, 'ends_before_start', 'A vigência do serviço termina antes de começar.')
  }
  checkAmounts(line, path, faults)
  return line
}

function readService(id: number, services: Services, path: string, faults: Faults): OfferedService | undefined {
  const service = services.get(id)
  if (!service) faults.add(`${path}/serviceItemId`, 'unknown_service_item', 'Este serviço não existe.')
  else if (service.archivedAt !== null)
    faults.add(`${path}/serviceItemId`, 'archived_service_item', 'Este serviço está arquivado.')
  return service
}

function checkAmounts(line: Line, path: string, faults: Faults): void {
  const { quantity, unitPrice, discountPercent, discountCents } = line
  if (micros(quantity) <= 0n) faults.add(`${path}/quantity`, 'quantity_not_positive', 'A quantidade deve ser maior que zero.')
  if (micros(unitPrice) < 0n) faults.add(`${path}/unitPrice`, 'negative_amount', 'O preço não pode ser negativo.')
  if (discountPercent !== null && discountCents !== null) {
    faults.add(`${path}/discountCents`, 'two_discounts', 'Informe o desconto em percentual ou em valor, não os dois.')
  }
  if (discountPercent !== null && (micros(discountPercent) <= 0n || micros(discountPercent) > micros(hundred))) {
    faults.add(`${path}/discountPercent`, 'percent_out_of_range', 'O desconto deve ser maior que 0 e no máximo 100%.')
  }
  if (discountCents !== null && !isWhole(discountCents, 1, Number.MAX_SAFE_INTEGER)) {
    faults.add(`${path}/discountCents`, 'amount_not_positive', 'O desconto deve ser maior que zero.')
  }
  const gross = grossOf(line)
  if (gross === null || gross > MOST_CENTS_OF_A_LINE) {
    faults.add(path, 'amount_too_large', 'O valor do serviço passa de R$ 99.999.999,99, o máximo de um boleto.')
  } else if (discountCents !== null && gross >= 0 && discountCents > gross) {
    faults.add(`${path}/discountCents`, 'discount_above_line', 'O desconto passa do valor do serviço.')
  }
}

/** Null when it is beyond all counting. */
function grossOf(line: Line): Cents | null {
  try {
    return multiplyToCents(line.quantity, line.unitPrice)
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

function isWhole(n: number, least: number, most: number): boolean {
  return Number.isSafeInteger(n) && n >= least && n <= most
}
