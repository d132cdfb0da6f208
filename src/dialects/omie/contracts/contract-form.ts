import type { NewContract } from '../../../contracts/judge-contracts.ts'
import type { Roll } from '../../../contracts/rules/due-dates.ts'
import type { DueInput, LineInput } from '../../../contracts/rules/read-terms.ts'
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
import { type Decimal, decimal, multiplyToCents, parseDecimal } from '../../../core/money.ts'
import { type BillingType, monthsOfType } from '../billing/billing-types.ts'
import { missingTag, wrongValue } from '../fault.ts'
import { listIn, type Param, partIn, textIn, textUpTo, wholeIn } from '../read-param.ts'

/** `cCodSit` */
export const situations = { draft: '00', active: '10', suspended: '90', ended: '10', cancelled: '99' } as const

/** What of their contract decides what is billed, when and how, as a contract of ours with its one rule. */
export function readContractForm(param: Param, organizationId: number): NewContract {
  const head = partIn(param, 'cabecalho')
  const customerId = wholeIn(head, 'nCodCli') || undefined
  if (customerId === undefined) throw missingTag('nCodCli')
  const startsOn = dayIn(head, 'dVigInicial')
  const endsOn = dayIn(head, 'dVigFinal')
  const billingDay = wholeIn(head, 'nDiaFat')
  if (billingDay === undefined) throw missingTag('nDiaFat')
  if (billingDay < 1 || billingDay > 31) throw wrongValue('nDiaFat', 'informe um dia de 1 a 31.')
  const code = textUpTo(head, 'cCodIntCtr', 60)?.trim() || undefined
  const number = textUpTo(head, 'cNumCtr', 60)?.trim() || null
  const every = monthsOf(head)
  return {
    name: number ?? code ?? 'Contrato de serviço',
    number,
    comments: textUpTo(partIn(param, 'observacoes'), 'cObsContrato', 5000) ?? null,
    organizationId,
    customerId,
    state: stateOf(head),
    startsOn,
    endsOn,
    externalIds: code === undefined ? [] : [{ system: 'omie', id: code }],
    rules: [
      {
        recurrence: { unit: 'month', every, anchorOn: anchorOf(startsOn, billingDay, every) },
        // Billed when a batch or somebody asks for it.
        management: 'on_request',
        due: dueOf(partIn(param, 'vencTextos')),
        lines: linesOf(listIn(param, 'itensContrato')),
      },
    ],
  }
}

function dayIn(param: Param, tag: string): CivilDate {
  const day = parseCivilDate(textIn(param, tag) ?? '')
  if (day === null) throw missingTag(tag)
  return day
}

function stateOf(head: Param): 'draft' | 'active' {
  const said = textIn(head, 'cCodSit') || '10'
  if (said === '00') return 'draft'
  if (said === '10') return 'active'
  throw wrongValue('cCodSit', 'inclua o contrato como 00 ou 10; depois ele é suspenso ou cancelado.')
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
function dueOf(terms: Param): DueInput {
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

function linesOf(items: readonly Param[]): LineInput[] {
  if (items.length === 0) throw missingTag('itensContrato')
  return items.map(item => {
    const head = partIn(item, 'itemCabecalho')
    const validity = partIn(item, 'itemOutrasInf')
    const serviceItemId = wholeIn(head, 'codServico') || undefined
    if (serviceItemId === undefined) throw missingTag('codServico')
    const unitPrice = decimalIn(head, 'valorUnit')
    if (unitPrice === undefined) throw missingTag('valorUnit')
    return {
      serviceItemId,
      description: textUpTo(partIn(item, 'itemDescrServ'), 'descrCompleta', 1000) ?? null,
      quantity: decimalIn(head, 'quant') ?? one,
      unitPrice,
      validFrom: parseCivilDate(textIn(validity, 'dItVigInicial') ?? ''),
      validUntil: parseCivilDate(textIn(validity, 'dItVigFinal') ?? ''),
      ...discountOf(head),
    }
  })
}

const zero = decimal('0')
const one = decimal('1')

function decimalIn(param: Param, tag: string): Decimal | undefined {
  const text = textIn(param, tag)
  if (text === undefined) return undefined
  const value = parseDecimal(text)
  if (value === null) throw wrongValue(tag, 'informe um número de até doze dígitos e seis casas.')
  return value
}

/** `cTpDesconto` P: a share of the line; V: an amount of it. */
function discountOf(head: Param): Pick<LineInput, 'discountPercent' | 'discountCents'> {
  const kind = textIn(head, 'cTpDesconto') || ''
  if (kind === 'P') return { discountPercent: decimalIn(head, 'aliqDesconto') ?? zero }
  if (kind !== 'V') return {}
  return { discountCents: multiplyToCents(one, decimalIn(head, 'valorDesconto') ?? zero) }
}
