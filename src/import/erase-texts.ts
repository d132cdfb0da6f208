import type { Instant } from '../core/dates.ts'
import type { Tx } from '../platform/db/db.ts'
import { dropExternalIds } from '../platform/external-ids.ts'
import { forgetAnswersAbout, forgetAnswersOf } from '../platform/http/idempotency-store.ts'
import { takeTurn } from '../platform/turns.ts'
import { erasedReport } from './import-record.ts'
import { reportsWithTexts, saveReports } from './import-store.ts'
import { OWN_SYSTEM } from './plan/known.ts'

const AT_ONCE = 20

/**
 * LGPD: what imports have kept of a person, in the transaction that erases the customer. That is the texts of reports and of the answers
 * kept with them, and the keys by which rows know the person's contracts, which are made of name or tax id and shown with a contract.
 */
export async function eraseImportTexts(tx: Tx, contractIds: readonly number[], at: Instant): Promise<void> {
  await dropExternalIds(tx, 'contract', OWN_SYSTEM, contractIds)
  await forgetAnswersAbout(tx, 'contract', contractIds)
  await forgetAnswersOf(tx, 'import')
  let after = 0
  for (;;) {
    const found = await reportsWithTexts(tx, after, AT_ONCE)
    const last = found.at(-1)
    if (last === undefined) return
    await saveReports(
      tx,
      found.map(({ id, report }) => ({ id, report: erasedReport(report, at) })),
    )
    after = last.id
  }
}

/** Waits for an import that is under way, so that its report is there to be erased. Imports take their turn first, so this comes first too. */
export function holdImports(tx: Tx): Promise<void> {
  return takeTurn(tx, 'import')
}
