import { found } from '../core/current.ts'
import type { CivilDate } from '../core/dates.ts'
import { minDate } from '../core/dates.ts'
import type { Ctx } from '../platform/context.ts'
import type { Reader } from '../platform/db/db.ts'
import {
  type ExternalId,
  externalIdsOf,
  subjectOfExternalId,
  type WithExternalIds,
  withExternalIds,
} from '../platform/external-ids.ts'
import { type SuspensionRecord, suspensionsOf } from './contract-facts-store.ts'
import { type ContractFilter, contractOf, type ListedContract, listContracts } from './contract-store.ts'
import type { BillingDetails } from './details/billing-details.ts'
import { detailsOf } from './details/details-store.ts'
import type { NextBilling } from './ledger/next-billing.ts'
import { customerNames, type NamedCustomer } from './parties.ts'
import { nextBillings } from './read-standing.ts'
import type { InvoiceRule } from './rules/invoice-rule.ts'
import { rulesOfContract } from './rules/rule-store.ts'
import { type TermsRecord, termsOf } from './rules/terms-store.ts'

export type KnownContract = WithExternalIds<ListedContract> & {
  customer: NamedCustomer
  /** The earliest of its rules. */
  nextBilling: NextBilling
}

export interface RuleWithTerms {
  rule: InvoiceRule
  /** All versions, in order. */
  versions: TermsRecord[]
  details: BillingDetails | null
}

export interface ContractDetail extends KnownContract {
  rules: RuleWithTerms[]
  suspensions: SuspensionRecord[]
  /** Of each rule that is not archived. */
  nextBillings: ReadonlyMap<number, NextBilling>
}

export function getContract(ctx: Ctx, id: number): Promise<ContractDetail> {
  return ctx.transact(async tx => {
    const contract = found(await contractOf(tx, id), 'Contrato não encontrado.')
    const rules = await rulesOfContract(tx, id)
    const next = await nextBillings(tx, ctx, [id], new Map([[id, rules]]))
    return {
      ...contract,
      customer: (await customerNames(tx, [contract.customerId]))(contract.customerId),
      nextDueOn: earliestDue(rules),
      nextBilling: next.ofContract(id),
      nextBillings: next.ofRule,
      externalIds: (await externalIdsOf(tx, 'contract', [id])).get(id) ?? [],
      rules: await withTerms(tx, rules),
      suspensions: await suspensionsOf(tx, id),
    }
  })
}

export async function withTerms(tx: Reader, rules: readonly InvoiceRule[]): Promise<RuleWithTerms[]> {
  const terms = await termsOf(
    tx,
    rules.map(rule => rule.id),
  )
  const details = await detailsOf(
    tx,
    rules.flatMap(rule => rule.detailsId ?? []),
  )
  return rules.map(rule => ({
    rule,
    versions: terms.get(rule.id) ?? [],
    details: rule.detailsId === null ? null : (details.get(rule.detailsId) ?? null),
  }))
}

function earliestDue(rules: readonly InvoiceRule[]): CivilDate | null {
  const [first, ...others] = rules.flatMap(rule => (rule.archivedAt === null && rule.nextDueOn !== null ? [rule.nextDueOn] : []))
  return first === undefined ? null : minDate(first, ...others)
}

export interface ContractSearch extends Omit<ContractFilter, 'id'> {
  externalId?: ExternalId | undefined
}

/** In order of id, from the one after `after`; one more than `limit` when there are further ones. */
export function searchContracts(
  ctx: Ctx,
  { externalId, ...filter }: ContractSearch,
  after: number,
  limit: number,
): Promise<KnownContract[]> {
  return ctx.transact(async tx => {
    const id = externalId && (await subjectOfExternalId(tx, 'contract', externalId))
    if (id === null) return []
    const rows = await withExternalIds(tx, 'contract', await listContracts(tx, { ...filter, id }, after, limit + 1))
    const customer = await customerNames(
      tx,
      rows.map(row => row.customerId),
    )
    const next = await nextBillings(
      tx,
      ctx,
      rows.map(row => row.id),
    )
    return rows.map(row => ({ ...row, customer: customer(row.customerId), nextBilling: next.ofContract(row.id) }))
  })
}
