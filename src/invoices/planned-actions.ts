// What is to happen by itself with something that is asked for, dated: a charge, an e-mail, a note. It is told; it is done once there are
// charges, e-mails and notes.

import type { DetailsValues } from '../contracts/details/billing-details.ts'
import { addBusinessDays } from '../core/brazil/calendar.ts'
import { type CivilDate, maxDate } from '../core/dates.ts'
import { isSettled, type Receivable } from '../receivables/receivable.ts'
import type { Invoice } from './invoice.ts'

export const plannedActionKinds = ['charge', 'email', 'nfse'] as const
export const plannedAfter = ['emission', 'receipt', 'charge'] as const

export interface PlannedAction {
  readonly action: (typeof plannedActionKinds)[number]
  /** Null: what it waits for has no day yet. */
  readonly on: CivilDate | null
  /** What it waits for; null: its day alone. */
  readonly after: (typeof plannedAfter)[number] | null
  /** A sentence, for people. */
  readonly because: string
}

type Asked = Pick<Invoice, 'state' | 'issueOn' | 'estimatedIssueOn' | 'netCents' | 'paymentMethod'>
type Details = Pick<DetailsValues, 'issueNfse' | 'nfseDaysAfterReceipt' | 'emailTemplateId'>
type Asking = Pick<Receivable, 'state' | 'receivedOn' | 'settledOn'>

/** Of an invoice, by what goes along with it; of a cancelled one nothing is planned. */
export function plannedOfInvoice(
  invoice: Asked,
  details: Details | null,
  receivables: readonly Asking[],
  holidays: ReadonlySet<CivilDate>,
): PlannedAction[] {
  if (invoice.state === 'cancelled') return []
  const atEmission = {
    on: invoice.issueOn ?? invoice.estimatedIssueOn,
    after: invoice.issueOn === null ? 'emission' : null,
  } as const
  const actions: PlannedAction[] = []
  const charged = chargedAs[invoice.paymentMethod]
  if (charged !== null && invoice.netCents > 0 && invoice.state !== 'received') {
    actions.push({ action: 'charge', ...atEmission, because: `A fatura se paga por ${charged}, cobrado na emissão.` })
  }
  if (details?.emailTemplateId != null) {
    actions.push({ action: 'email', ...atEmission, because: 'A fatura tem modelo de e-mail, que sai com a emissão.' })
  }
  if (details?.issueNfse === true) actions.push({ action: 'nfse', ...noteOf(atEmission, details, receivables, holidays) })
  return actions
}

const chargedAs: Record<Invoice['paymentMethod'], string | null> = {
  boleto: 'boleto',
  pix: 'Pix',
  card: 'cartão',
  transfer: null,
  other: null,
}

function noteOf(
  atEmission: Pick<PlannedAction, 'on' | 'after'>,
  { nfseDaysAfterReceipt }: Details,
  receivables: readonly Asking[],
  holidays: ReadonlySet<CivilDate>,
): Omit<PlannedAction, 'action'> {
  if (nfseDaysAfterReceipt === 0) return { ...atEmission, because: 'A nota sai na emissão da fatura.' }
  const receivedOn = receivedDay(receivables)
  return {
    on: receivedOn === null ? null : addBusinessDays(receivedOn, nfseDaysAfterReceipt, holidays),
    after: 'receipt',
    because: `A nota sai ${nfseDaysAfterReceipt === 1 ? 'um dia útil' : `${nfseDaysAfterReceipt} dias úteis`} depois do recebimento de tudo.`,
  }
}

/** The day on which the last of it was received, here or in what replaced it; null while something is open. */
function receivedDay(receivables: readonly Asking[]): CivilDate | null {
  const asked = receivables.filter(({ state }) => state !== 'cancelled')
  const [first, ...others] = asked.flatMap(({ receivedOn, settledOn }) => receivedOn ?? settledOn ?? [])
  return first === undefined || !asked.every(isSettled) ? null : maxDate(first, ...others)
}
