// What a person asks for when making an invoice by hand, judged and reckoned.

import type { DetailsInput } from '../contracts/details/billing-details.ts'
import { amountsOfLine } from '../contracts/rules/line-amounts.ts'
import { type LineInput, readLines, type Services, type TakenWithholdings } from '../contracts/rules/read-terms.ts'
import { readWithholdings, type WithholdingInput } from '../contracts/rules/read-withholdings.ts'
import type { Line, Management, PaymentMethod } from '../contracts/rules/terms.ts'
import { type CivilDate, monthOf, type YearMonth } from '../core/dates.ts'
import { Faults } from '../core/faults.ts'
import { type Cents, cents, type Decimal, decimal, micros, splitByPercents, sum, zeroCents } from '../core/money.ts'
import { refuse } from '../core/refusal.ts'
import { given } from '../core/text.ts'
import { ofMonth } from '../nfse/withholding/withholding-terms.ts'
import { type Amounts, type Approval, amountsOf, type InvoiceLine, type PlannedReceivable, receivablesOf } from './invoice.ts'
import type { Withholding } from './withholding.ts'

/** A line beside the catalogue says itself what it is and what it costs. */
export type ManualLineInput = Omit<LineInput, 'serviceItemId'> & { serviceItemId?: number | null | undefined }

/** All of them by their share of the net total, or all by their amount. */
export interface PartInput {
  dueOn: CivilDate
  percent?: Decimal | undefined
  amountCents?: number | undefined
}

export interface InvoiceInput {
  contractId: number
  lines: readonly ManualLineInput[]
  withholdings?: readonly WithholdingInput[] | undefined
  /** The template of notes that withholdings are taken from, in their place. */
  withholdingTemplateId?: number | null | undefined
  taken?: TakenWithholdings | null | undefined
  /** The parts of the net total: exactly 100 per cent, or the net total. Given, they are what is asked. */
  receivables?: readonly PartInput[] | undefined
  /** Else equal parts of the net total on these days, the rest on the last. */
  dueOns?: readonly CivilDate[] | undefined
  /** The day on which it is meant to be issued; today when not said. */
  issueOn?: CivilDate | undefined
  /** The month of `issueOn` when not said. */
  competence?: YearMonth | undefined
  paymentMethod?: PaymentMethod | undefined
  /** `draft` when not said: it waits for a person. */
  management?: Management | undefined
  approval?: Approval | undefined
  description?: string | null | undefined
  /** What goes along with it and changes no amount. */
  details?: DetailsInput | null | undefined
}

export interface DraftInvoice {
  lines: InvoiceLine[]
  amounts: Amounts
  withholdings: Withholding[]
  receivables: PlannedReceivable[]
  issueOn: CivilDate
  competence: YearMonth | null
  paymentMethod: PaymentMethod
  management: Management
  approval: Approval
  description: string | null
}

/** Throws a Refusal that names every fault, those that were found before it too. */
export function readInvoiceInput(input: InvoiceInput, services: Services, today: CivilDate, faults = new Faults()): DraftInvoice {
  const issueOn = input.issueOn ?? today
  const read = readManualLines(input.lines, services, faults)
  const taken = input.taken && ofMonth(input.taken.rates, input.competence ?? monthOf(issueOn))
  const rates = taken ?? readWithholdings(input.withholdings ?? [], '/withholdings', faults)
  const { receivables, dueOns = [] } = input
  if (receivables !== undefined) checkParts(receivables, issueOn, faults)
  faults.refuseIfAny()

  const lines = manualLines(read)
  const { amounts, withholdings } = amountsOf(lines, rates)
  return {
    lines,
    amounts,
    withholdings,
    receivables: receivables === undefined ? receivablesOf(amounts.netCents, dueOns) : partsOf(amounts.netCents, receivables),
    issueOn,
    competence: input.competence ?? null,
    paymentMethod: input.paymentMethod ?? 'boleto',
    management: input.management ?? 'draft',
    approval: input.approval ?? 'approved',
    description: given(input.description),
  }
}

/** No service of the catalogue has this number: lines beside it are read as lines of one that has no name and no price. */
const BESIDE = 0
const beside = { name: '', unitPrice: null, archivedAt: null }

/** What is wrong is added to `faults`; what comes back then is not to be used. */
export function readManualLines(input: readonly ManualLineInput[], services: Services, faults: Faults): Line[] {
  const asked = input.map(line => ({ ...line, serviceItemId: line.serviceItemId ?? BESIDE }))
  const lines = readLines(asked, new Map([...services, [BESIDE, beside]]), '/lines', faults)
  lines.forEach(({ serviceItemId, description }, i) => {
    if (serviceItemId === BESIDE && description === '')
      faults.add(`/lines/${i}/description`, 'required', 'Um item sem serviço precisa de descrição.')
  })
  return lines
}

export function manualLines(lines: readonly Line[]): InvoiceLine[] {
  return lines.map(line => ({
    source: 'manual',
    serviceItemId: line.serviceItemId === BESIDE ? null : line.serviceItemId,
    eventPartId: null,
    description: line.description,
    quantity: line.quantity,
    unitPrice: line.unitPrice,
    ...amountsOfLine(line),
    categoryId: line.categoryId,
  }))
}

/** Those of the catalogue that the lines name. */
export function servicesNamed(lines: readonly ManualLineInput[]): number[] {
  return lines.flatMap(({ serviceItemId }) => serviceItemId ?? [])
}

const WHOLE = micros(decimal('100'))

export function checkDays(parts: readonly { dueOn: CivilDate }[], issueOn: CivilDate, faults: Faults): void {
  parts.forEach(({ dueOn }, i) => {
    if (dueOn < issueOn)
      faults.add(`/receivables/${i}/dueOn`, 'due_before_issue', 'O vencimento é anterior à data de emissão prevista.')
  })
}

/** What can be said of the parts before the total is known. */
export function checkParts(parts: readonly PartInput[], issueOn: CivilDate, faults: Faults): void {
  const byAmount = parts.filter(part => part.amountCents !== undefined).length
  checkDays(parts, issueOn, faults)
  parts.forEach(({ percent, amountCents }, i) => {
    if (percent !== undefined && micros(percent) <= 0n)
      faults.add(`/receivables/${i}/percent`, 'percent_out_of_range', 'O percentual deve ser maior que zero.')
    if ((percent === undefined) === (amountCents === undefined))
      faults.add(`/receivables/${i}`, 'part_unclear', 'Informe o percentual da parcela ou o valor dela, um dos dois.')
  })
  if (byAmount > 0) {
    if (byAmount < parts.length)
      faults.add('/receivables', 'parts_mixed', 'Todas as parcelas por percentual, ou todas por valor.')
    return
  }
  const total = parts.reduce((all, { percent }) => all + (percent === undefined ? 0n : micros(percent)), 0n)
  if (total !== WHOLE) {
    faults.add(
      '/receivables',
      'percents_not_100',
      'Os percentuais das parcelas devem somar exatamente 100 (três de 33.33 não somam).',
    )
  }
}

/** What is asked for when, of parts that were checked: all of them, also of zero. Refuses amounts that are not the whole. */
export function partsOf(netCents: Cents, parts: readonly PartInput[]): PlannedReceivable[] {
  const dueOns = parts.map(part => part.dueOn)
  const asked = parts.flatMap(({ amountCents }) => (amountCents === undefined ? [] : [cents(amountCents)]))
  if (asked.length > 0 && sum(asked) !== netCents) {
    refuse('amounts_not_net', 'Os valores das parcelas devem somar o valor líquido da fatura.', {
      path: '/receivables',
      details: { netCents, givenCents: sum(asked) },
    })
  }
  const amounts =
    asked.length > 0
      ? asked
      : splitByPercents(
          netCents,
          parts.map(part => part.percent ?? decimal('0')),
        )
  return dueOns.map((dueOn, i) => ({ installment: i + 1, dueOn, amountCents: amounts[i] ?? zeroCents }))
}
