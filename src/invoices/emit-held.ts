import type { CivilDate } from '../core/dates.ts'
import { cents, sum } from '../core/money.ts'
import { readCredit } from '../customers/customer-credit-store.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { hasLate } from '../receivables/receivable-store.ts'
import { type CustomerClaim, claimCustomer } from './claim.ts'
import { type Change, type Dossier, plainChange, revised } from './dossier.ts'
import { dueRulesOf } from './due-rules.ts'
import { type EmissionFacts, emission } from './emission.ts'
import { emitsByItself } from './invoice.ts'
import { saveChanges } from './save-changes.ts'

/**
 * Once nothing of a customer with an organization is late any more: what was held because of that is emitted if it is one that goes
 * out by itself; any other only stops being held. Does nothing while something is late.
 */
export async function emitHeld(ctx: Ctx, customerId: number, organizationId: number): Promise<void> {
  await ctx.transact(async tx => {
    const { claim } = await claimCustomer(tx, ctx, { customerId, organizationId }, [])
    await emitHeldOf(tx, ctx, claim)
  })
}

/** As `emitHeld`, in the transaction of what may have ended the lateness, after that was saved. */
export async function emitHeldOf(tx: Tx, ctx: Ctx, { held, owner, calendar }: CustomerClaim): Promise<void> {
  if (held.length === 0 || (await hasLate(tx, owner, calendar.lateUntil))) return
  const dueRules = await dueRulesOf(
    tx,
    held.map(dossier => dossier.invoice),
  )
  let creditCents = await readCredit(tx, owner)
  const changes: Change[] = []
  for (const dossier of held) {
    const facts = { ...calendar, at: ctx.clock.now(), dueRule: dueRules.get(dossier.invoice.id) ?? null, creditCents }
    const change = letGo(dossier, calendar.today, facts)
    creditCents = cents(creditCents - sum(change.addedReceipts.map(receipt => receipt.amountCents)))
    changes.push(change)
  }
  await saveChanges(tx, ctx, changes)
}

function letGo(dossier: Dossier, today: CivilDate, facts: EmissionFacts): Change {
  const { invoice, receivables } = dossier
  if (invoice.approval === 'approved' && emitsByItself(invoice, today)) return emission(dossier, facts)
  return plainChange(dossier, [{ action: 'unhold', invoice: revised(invoice, { heldBy: null }), receivables }])
}
