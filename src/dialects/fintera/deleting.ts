// What theirs deletes is archived with us, which asks for less: with them nothing goes on which something emitted, paid or fiscal hangs
// (F391, F711, F996, F1146).

import { hasLivingRuleWith } from '../../contracts/rules/rule-store.ts'
import { civilDate } from '../../core/dates.ts'
import { listInvoices } from '../../invoices/invoice-store.ts'
import { hasInvoiceWith } from '../../invoices/line-store.ts'
import type { Reader } from '../../platform/db/db.ts'
import { listReceivables } from '../../receivables/receivable-store.ts'
import { refuseAction } from './words.ts'

export const usedOrganization = 'A organização não pode ser excluída: há contratos ou faturamentos dela.'
export const usedCompany = 'A empresa não pode ser excluída: há contratos ou faturamentos com ela.'
export const usedPerson = 'A pessoa não pode ser excluída: há contratos ou faturamentos com ela.'
export const usedContract = 'O contrato não pode ser excluído: há faturamentos nele.'
const usedService = 'O serviço não pode ser excluído: há regras ou faturamentos com ele.'

/** An invoice that was emitted keeps its day, whatever became of it. */
const emitted = { issueFrom: civilDate('1900-01-01') }

/** The party is held: no contract with it is made meanwhile. */
export async function refuseBilledParty(
  tx: Reader,
  of: { organizationId: number } | { customerId: number },
  text: string,
): Promise<void> {
  for (const which of [emitted, { state: 'to_emit' as const }]) {
    if ((await listInvoices(tx, { ...of, ...which }, new Map(), null, 1)).length > 0) refuseAction(text)
  }
  // What is owed without an invoice, or was paid.
  for (const state of ['to_receive', 'received'] as const) {
    if ((await listReceivables(tx, { ...of, state }, new Map(), null, 1)).length > 0) refuseAction(text)
  }
}

/** The service is held: nobody bills it anew meanwhile. */
export async function refuseBilledService(tx: Reader, id: number): Promise<void> {
  if ((await hasLivingRuleWith(tx, id)) || (await hasInvoiceWith(tx, id))) refuseAction(usedService)
}
