import { sum } from '../../core/money.ts'
import type { Receipt } from '../../receivables/receipt.ts'
import { inCents } from '../../schedules/read-schedule.ts'
import { toGuid } from './guid.ts'
import { descriptionOf, type ScheduleFacts, showShares, showStakeholder } from './schedule-view.ts'
import { asDay, asNumber } from './values.ts'

/**
 * What came in by one act, in the order of keys that was seen in production (n8n-nodes-nibo-empresas, PLAN-v0.10.0 §1.3). What came on top
 * of what was open, and is credit of the customer, came in too. It is divided as its schedule is.
 */
export function showReceipt(receipt: Receipt, facts: ScheduleFacts, accountName: string | null) {
  const { known, customer } = facts
  const { occurrence, terms, schedule } = known
  const value = sum([receipt.amountCents, receipt.surplusCents])
  const divided = { categories: inCents(terms.categories, value), costCentres: inCents(terms.costCentres, value) }
  const { category, categories, costCenters } = showShares({ ...facts, known: { ...known, ...divided } })
  const { financialAccountId } = receipt
  return {
    entryId: toGuid('receipt', receipt.id),
    scheduleId: toGuid('receivable', receipt.receivableId),
    isVirtual: false,
    account: financialAccountId === null ? null : { id: toGuid('financial_account', financialAccountId), name: accountName },
    stakeholder: showStakeholder(customer),
    category,
    categories,
    date: asDay(receipt.receivedOn),
    accrualDate: asDay(occurrence.accrualOn),
    identifier: receipt.note,
    value: asNumber(value),
    description: descriptionOf(schedule, known.receivable, terms.description),
    isReconciliated: false,
    isTransfer: false,
    isFlagged: terms.isFlagged,
    costCenters,
    bankBalanceDateIsGreaterThanEntryDate: false,
  }
}
