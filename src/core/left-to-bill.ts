import { showId } from './ids.ts'
import type { RefusalOptions } from './refusal.ts'

/** What a party still has to bill, the first few of each. */
export interface LeftToBill {
  /** Contracts that are over, with periods that stand open or are yet to come due. */
  contractIds: readonly number[]
  /** Invoices that wait for their emission. */
  invoiceIds: readonly number[]
}

/** So many of each are named. */
export const MOST_NAMED = 5

/** What is left and what to do about it; null when nothing is. */
export function leftToBillPhrase({ contractIds, invoiceIds }: LeftToBill): string | null {
  const parts: string[] = []
  if (contractIds.length > 0) {
    const names = contractIds.map(id => showId('contract', id)).join(', ')
    parts.push(
      `períodos em aberto ou por vencer em ${names} (fature-os, com bill --catch-up ou, antes do dia, com --ahead; ou dispense-os um a um, com contracts waive)`,
    )
  }
  if (invoiceIds.length > 0) {
    parts.push(`faturas por emitir: ${invoiceIds.map(id => showId('invoice', id)).join(', ')} (emita-as ou exclua-as)`)
  }
  return parts.length === 0 ? null : parts.join('; e ')
}

export function leftToBillDetails({ contractIds, invoiceIds }: LeftToBill): RefusalOptions {
  return {
    details: {
      contracts: contractIds.map(id => showId('contract', id)),
      invoices: invoiceIds.map(id => showId('invoice', id)),
    },
  }
}
