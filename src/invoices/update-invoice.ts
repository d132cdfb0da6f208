import type { DetailsInput } from '../contracts/details/billing-details.ts'
import { detailsBehind, judgeDetails, sayAnew } from '../contracts/details/say-details.ts'
import { type DueRule, dueDates } from '../contracts/rules/due-dates.ts'
import type { PaymentMethod } from '../contracts/rules/terms.ts'
import { unchangedSince } from '../core/current.ts'
import type { CivilDate, YearMonth } from '../core/dates.ts'
import { Faults } from '../core/faults.ts'
import { refuse } from '../core/refusal.ts'
import { given } from '../core/text.ts'
import type { Calendar } from '../organizations/calendar.ts'
import type { Ctx } from '../platform/context.ts'
import { type Receivable, requireDueAfter } from '../receivables/receivable.ts'
import { claimInvoice } from './claim.ts'
import { type Dossier, plainChange, revised } from './dossier.ts'
import { dueRulesOf } from './due-rules.ts'
import { chargedBy, requireToEmit } from './invoice.ts'
import { type InvoiceDetail, invoiceDetail } from './read-invoice.ts'
import { saveChanges } from './save-changes.ts'

/** What is absent stays. */
export interface InvoiceChange {
  description?: string | null | undefined
  competence?: YearMonth | undefined
  paymentMethod?: PaymentMethod | undefined
  /** One per receivable, fixed from now on; null: those of the rule again. */
  dueOns?: readonly CivilDate[] | null | undefined
  /** What goes along with it and changes no amount; null: nothing any more. */
  details?: DetailsInput | null | undefined
}

/** Changes what a person may still decide about an invoice that is not issued yet. */
export function updateInvoice(ctx: Ctx, id: number, expectedVersion: number, change: InvoiceChange): Promise<InvoiceDetail> {
  return ctx.transact(async tx => {
    const { dossier, calendar } = await claimInvoice(tx, ctx, id)
    const invoice = unchangedSince(dossier.invoice, expectedVersion)
    requireToEmit(invoice.state)
    const dueRule = (await dueRulesOf(tx, [invoice])).get(id) ?? null
    const dueOns = newDueOns(dossier, change.dueOns, dueRule, calendar)
    const faults = new Faults()
    const said = await detailsBehind(tx, invoice.detailsId)
    const paymentMethod = change.paymentMethod ?? invoice.paymentMethod
    const { organizationId } = invoice
    const saying = { organizationId, before: said, input: change.details, paymentMethod, total: chargedBy(invoice) }
    const judged = await judgeDetails(tx, saying, '/details', faults)
    faults.refuseIfAny()
    const details = await sayAnew(tx, ctx, said, judged)
    const changed = revised(invoice, {
      description: change.description === undefined ? invoice.description : given(change.description),
      competence: change.competence ?? invoice.competence,
      paymentMethod,
      detailsId: details?.id ?? null,
      dueByRule: change.dueOns === undefined ? invoice.dueByRule : change.dueOns === null,
    })
    const receivables = dossier.receivables.map((receivable, i) => dueAnew(receivable, dueOns[i]))
    const step = {
      action: 'update' as const,
      invoice: changed,
      receivables,
      ...(change.details !== undefined && { details: [said, details] as const }),
    }
    await saveChanges(tx, ctx, [plainChange(dossier, [step])])
    return invoiceDetail(tx, ctx, id)
  })
}

function newDueOns(
  { invoice, receivables }: Dossier,
  dueOns: InvoiceChange['dueOns'],
  dueRule: DueRule | null,
  calendar: Calendar,
): readonly CivilDate[] {
  if (dueOns === undefined) return []
  if (dueOns === null) {
    if (dueRule !== null) return dueDates(dueRule, invoice.estimatedIssueOn, calendar.holidays)
    return refuse('no_due_rule', 'A fatura foi feita à mão: não há regra de vencimento a que voltar.', { path: '/dueOns' })
  }
  if (dueOns.length !== receivables.length) {
    refuse('due_dates_count', `Informe um vencimento para cada parcela: são ${receivables.length}.`, {
      path: '/dueOns',
      details: { expected: receivables.length, given: dueOns.length },
    })
  }
  dueOns.forEach((dueOn, i) => {
    requireDueAfter(dueOn, invoice.estimatedIssueOn, `/dueOns/${i}`)
  })
  return dueOns
}

function dueAnew(receivable: Receivable, dueOn: CivilDate | undefined): Receivable {
  if (dueOn === undefined || dueOn === receivable.dueOn) return receivable
  return { ...receivable, dueOn, version: receivable.version + 1 }
}
