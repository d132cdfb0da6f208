import type { Contract } from '../contracts/contract.ts'
import { beginManyReadjustments } from '../contracts/readjustment/create-readjustment.ts'
import { changed } from '../contracts/readjustment/held-readjustment.ts'
import type { InvoiceRule } from '../contracts/rules/invoice-rule.ts'
import { todayOf } from '../organizations/organization.ts'
import { organizationsOf } from '../organizations/organization-store.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { record } from '../platform/history.ts'
import type { PlannedClause } from './plan/said-readjustment.ts'

/** What readjusts the prices of contracts that were made in this transaction, of which nobody else knows yet: none need be held. */
export async function beginClauses(
  tx: Tx,
  ctx: Ctx,
  made: readonly { contract: Contract; rules: readonly InvoiceRule[]; clauses: readonly (PlannedClause | null)[] }[],
): Promise<void> {
  const now = ctx.clock.now()
  const organizations = await organizationsOf(tx, [...new Set(made.map(({ contract }) => contract.organizationId))])
  const toBegin = made.flatMap(({ contract, rules, clauses }) => {
    const organization = organizations.get(contract.organizationId)
    if (organization === undefined) throw new Error(`contract ${contract.id} has no organization`)
    const { startsOn, endsOn, state } = contract
    // A draft has no validity, and dates nothing before it is activated.
    const validity = state === 'draft' || startsOn === null ? null : { startsOn, endsOn }
    const held = { now, today: todayOf(organization, now), timeZone: organization.timeZone, facts: { validity } }
    return clauses.flatMap((clause, i) => {
      const rule = rules[i]
      return clause === null || rule === undefined ? [] : [{ held, ruleId: rule.id, data: clause.data, from: clause.from }]
    })
  })
  const begun = await beginManyReadjustments(tx, toBegin)
  await record(
    tx,
    ctx,
    begun.map(clause => changed('create', null, clause)),
  )
}
