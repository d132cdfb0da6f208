import type { Share } from '../../../catalog/classification/apportionment.ts'
import type { DetailsInput } from '../../../contracts/details/billing-details.ts'
import type { NewContract } from '../../../contracts/judge-contracts.ts'
import type { Roll } from '../../../contracts/rules/due-dates.ts'
import type { DueInput, LineInput, RecurrenceInput } from '../../../contracts/rules/read-terms.ts'
import type { WithholdingInput } from '../../../contracts/rules/read-withholdings.ts'
import {
  addToMonth,
  type CivilDate,
  dayInMonth,
  dayOfMonth,
  lastDayOfMonth,
  monthOf,
  parseCivilDate,
  type YearMonth,
} from '../../../core/dates.ts'
import { decimal, multiplyToCents } from '../../../core/money.ts'
import { type BillingType, monthsOfType } from '../billing/billing-types.ts'
import { missingTag, wrongValue } from '../fault.ts'
import { listIn, type Param, partIn, textIn, textUpTo, wholeIn } from '../read-param.ts'
import { expenseLines } from './contract-expenses.ts'
import { type Books, decimalIn, type ItemLines, linesOfItem, noBooks, taxed, unclearIn } from './contract-lines.ts'

/** `cCodSit` */
export const situations = { draft: '00', active: '10', suspended: '90', ended: '10', cancelled: '99' } as const

/** What of their contract decides what is billed, when and how, as a contract of ours with its one rule. */
export function readContractForm(param: Param, organizationId: number, books: Books = noBooks): NewContract {
  const head = partIn(param, 'cabecalho')
  const customerId = wholeIn(head, 'nCodCli') || undefined
  if (customerId === undefined) throw missingTag('nCodCli')
  const startsOn = dayIn(head, 'dVigInicial')
  const endsOn = dayIn(head, 'dVigFinal')
  const { code, number, name, comments } = namesOf(param)
  return {
    name,
    number,
    comments,
    organizationId,
    customerId,
    state: stateOf(head),
    startsOn,
    endsOn,
    externalIds: code === undefined ? [] : [{ system: 'omie', id: code }],
    rules: [
      {
        recurrence: recurrenceOf(head),
        // Billed when a batch or somebody asks for it.
        management: 'on_request',
        due: dueOf(partIn(param, 'vencTextos')),
        ...billedOf(param, books),
        details: detailsOf(param, books),
      },
    ],
  }
}

/** What a contract is called, and what it is known by. */
export function namesOf(param: Param) {
  const head = partIn(param, 'cabecalho')
  const code = textUpTo(head, 'cCodIntCtr', 60)?.trim() || undefined
  const number = textUpTo(head, 'cNumCtr', 60)?.trim() || null
  const comments = textUpTo(partIn(param, 'observacoes'), 'cObsContrato', 5000) ?? null
  return { code, number, name: number ?? code ?? 'Contrato de serviço', comments }
}

/** Of what is billed: each item as its lines, with what is withheld of them; behind them expenses, of which nothing is. */
export function billedOf(param: Param, books: Books): { lines: LineInput[]; withholdings: WithholdingInput[] } {
  const items = listIn(param, 'itensContrato')
  if (items.length === 0) throw missingTag('itensContrato')
  for (const item of items) {
    const unclear = unclearIn(item)
    if (unclear !== null) throw unclear
  }
  const own = itemLinesOf(param, books)
  const { lines, withholdings } = taxed(items, own)
  return { lines: [...lines, ...expenseLines(param, own[0]?.main.serviceItemId)], withholdings }
}

export function itemLinesOf(param: Param, books: Books): ItemLines[] {
  return listIn(param, 'itensContrato').map(item => linesOfItem(item, books))
}

export function recurrenceOf(head: Param): Required<RecurrenceInput> {
  const startsOn = dayIn(head, 'dVigInicial')
  const billingDay = wholeIn(head, 'nDiaFat')
  if (billingDay === undefined) throw missingTag('nDiaFat')
  if (billingDay < 1 || billingDay > 31) throw wrongValue('nDiaFat', 'informe um dia de 1 a 31.')
  const every = monthsOf(head)
  return { unit: 'month', every, anchorOn: anchorOf(startsOn, billingDay, every) }
}

/** What it is for the books. A code that names nothing of ours is merely kept; so are departments of which one names nothing. */
export function detailsOf(param: Param, books: Books): DetailsInput {
  const more = partIn(param, 'infAdic')
  const category = textIn(more, 'cCodCateg')?.trim() ?? ''
  const project = wholeIn(more, 'nCodProj') || undefined
  return {
    categoryId: category === '' ? null : books.category(category),
    projectId: project === undefined ? null : books.project(project),
    departments: sharesOf(listIn(param, 'departamentos'), books),
  }
}

function sharesOf(departments: readonly Param[], books: Books): Share[] {
  const shares = departments.map(department => {
    const targetId = books.department(textIn(department, 'cCodDep')?.trim() ?? '')
    return targetId === null ? null : shareOf(department, targetId, departments.length === 1)
  })
  return shares.includes(null) ? [] : shares.filter(share => share !== null)
}

function shareOf(department: Param, targetId: number, isAlone: boolean): Share {
  const percent = decimalIn(department, 'nPerDep')
  if (percent !== undefined && percent !== '0') return { targetId, description: null, percent }
  const value = decimalIn(department, 'nValDep')
  if (value !== undefined && value !== '0')
    return { targetId, description: null, valueCents: multiplyToCents(decimal('1'), value) }
  if (isAlone) return { targetId, description: null, percent: decimal('100') }
  throw missingTag('nPerDep', 'nValDep')
}

export function dayIn(param: Param, tag: string): CivilDate {
  const day = parseCivilDate(textIn(param, tag) ?? '')
  if (day === null) throw missingTag(tag)
  return day
}

/** One that comes suspended or cancelled is active first; then it is what it is to be, from its first day on (`contracts.ts`). */
function stateOf(head: Param): 'draft' | 'active' {
  const said = textIn(head, 'cCodSit') || '10'
  if (said === '00') return 'draft'
  if (['10', '90', '99'].includes(said)) return 'active'
  throw wrongValue('cCodSit', 'use 00, 10, 90 ou 99.')
}

function monthsOf(head: Param): number {
  const said = textIn(head, 'cTipoFat') || '01'
  if (Object.hasOwn(monthsOfType, said)) return monthsOfType[said as BillingType] // asked for just now
  throw wrongValue('cTipoFat', 'use 01, 02, 03, 06 ou 12.')
}

/**
 * The first billing: in the month of `dVigInicial`, or in the next one when that month's billing day lies before it. Where that month is
 * shorter than the billing day the anchor lies as many intervals earlier as it takes to have that day, or else 31 would be 28 for good;
 * periods before the validity are no periods of the contract.
 */
export function anchorOf(startsOn: CivilDate, billingDay: number, every: number): CivilDate {
  const own = monthOf(startsOn)
  const first = dayInMonth(own, billingDay) < startsOn ? addToMonth(own, 1) : own
  const longEnough = [0, 1, 2, 3, 4].map(n => addToMonth(first, -n * every)).find(month => hasDay(month, billingDay))
  return dayInMonth(longEnough ?? first, billingDay)
}

function hasDay(month: YearMonth, day: number): boolean {
  return dayOfMonth(lastDayOfMonth(month)) >= day
}

/** `cTpVenc` 001: so many days after; 002: a fixed day. Without either it falls due on the day of its issue. */
export function dueOf(terms: Param): DueInput {
  const roll = rollOf(terms)
  const kind = textIn(terms, 'cTpVenc') || (wholeIn(terms, 'nDiaFixo') ? '002' : '001')
  if (kind === '001') return { kind: 'day_quantity', days: wholeIn(terms, 'nDias') ?? 0, roll }
  if (kind !== '002') throw wrongValue('cTpVenc', 'use 001 ou 002.')
  const day = wholeIn(terms, 'nDiaFixo')
  if (day === undefined) throw missingTag('nDiaFixo')
  if (textIn(terms, 'cProxMes') === 'S') return { kind: 'fixed_day_and_month_quantity', day, months: 1, roll }
  return { kind: 'fixed_day', day, roll }
}

function rollOf(terms: Param): Roll {
  if (textIn(terms, 'cAntecipar') === 'S') return 'previous_business_day'
  return textIn(terms, 'cPostergar') === 'S' ? 'next_business_day' : 'none'
}
