// What a person asks for when making an invoice by hand, judged and reckoned.

import { amountsOfLine } from '../contracts/rules/line-amounts.ts'
import {
  type LineInput,
  readLines,
  readWithholdings,
  type Services,
  type WithholdingInput,
} from '../contracts/rules/read-terms.ts'
import type { Management, PaymentMethod } from '../contracts/rules/terms.ts'
import type { CivilDate, YearMonth } from '../core/dates.ts'
import { Faults } from '../core/faults.ts'
import { type Decimal, decimal, micros, splitByPercents, zeroCents } from '../core/money.ts'
import { given } from '../core/text.ts'
import {
  type Amounts,
  type Approval,
  amountsOf,
  type InvoiceLine,
  type PlannedReceivable,
  receivablesOf,
  type Withholding,
} from './invoice.ts'

export interface InvoiceInput {
  contractId: number
  lines: readonly LineInput[]
  withholdings?: readonly WithholdingInput[] | undefined
  /** The parts of the net total exactly 100 per cent. */
  receivables: readonly { dueOn: CivilDate; percent: Decimal }[]
  /** The day on which it is meant to be issued; today when not said. */
  issueOn?: CivilDate | undefined
  /** The month of `issueOn` when not said. */
  competence?: YearMonth | undefined
  paymentMethod?: PaymentMethod | undefined
  /** `draft` when not said: it waits for a person. */
  management?: Management | undefined
  approval?: Approval | undefined
  description?: string | null | undefined
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

/** Throws a Refusal that names every fault. */
export function readInvoiceInput(input: InvoiceInput, services: Services, today: CivilDate): DraftInvoice {
  const faults = new Faults()
  const issueOn = input.issueOn ?? today
  const termsLines = readLines(input.lines, services, '/lines', faults)
  const rates = readWithholdings(input.withholdings ?? [], '/withholdings', faults)
  checkReceivables(input.receivables, issueOn, faults)
  faults.refuseIfAny()

  const lines = termsLines.map(line => ({
    source: 'manual' as const,
    serviceItemId: line.serviceItemId,
    eventPartId: null,
    description: line.description,
    quantity: line.quantity,
    unitPrice: line.unitPrice,
    ...amountsOfLine(line),
  }))
  const { amounts, withholdings } = amountsOf(lines, rates)
  return {
    lines,
    amounts,
    withholdings,
    receivables: splitAsAsked(amounts, input.receivables),
    issueOn,
    competence: input.competence ?? null,
    paymentMethod: input.paymentMethod ?? 'boleto',
    management: input.management ?? 'draft',
    approval: input.approval ?? 'approved',
    description: given(input.description),
  }
}

const WHOLE = micros(decimal('100'))

function checkReceivables(receivables: InvoiceInput['receivables'], issueOn: CivilDate, faults: Faults): void {
  receivables.forEach(({ dueOn, percent }, i) => {
    if (dueOn < issueOn)
      faults.add(`/receivables/${i}/dueOn`, 'due_before_issue', 'O vencimento é anterior à data de emissão prevista.')
    if (micros(percent) <= 0n)
      faults.add(`/receivables/${i}/percent`, 'percent_out_of_range', 'O percentual deve ser maior que zero.')
  })
  const total = receivables.reduce((all, { percent }) => all + micros(percent), 0n)
  if (total !== WHOLE) {
    faults.add(
      '/receivables',
      'percents_not_100',
      'Os percentuais das parcelas devem somar exatamente 100 (três de 33.33 não somam).',
    )
  }
}

function splitAsAsked({ netCents }: Amounts, asked: InvoiceInput['receivables']): PlannedReceivable[] {
  if (netCents === 0)
    return receivablesOf(
      netCents,
      asked.map(part => part.dueOn),
    )
  const amounts = splitByPercents(
    netCents,
    asked.map(part => part.percent),
  )
  return asked.map(({ dueOn }, i) => ({ installment: i + 1, dueOn, amountCents: amounts[i] ?? zeroCents }))
}
