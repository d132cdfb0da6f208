import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { addExternalIds } from '../platform/external-ids.ts'
import { type HistoryEntry, record } from '../platform/history.ts'
import { takeIds } from '../platform/ids.ts'
import type { Contract } from './contract.ts'
import { addValidities } from './contract-facts-store.ts'
import { insertContracts } from './contract-store.ts'
import type { BillingDetails } from './details/billing-details.ts'
import { addDetails } from './details/say-details.ts'
import { dateTurn } from './held-contract.ts'
import { type ContractDraft, judgeContracts, type NewContract } from './judge-contracts.ts'
import { refreshNextDue, seedLedgers } from './ledger/coverage-store.ts'
import { type InvoiceRule, newRule, type RuleData, startOfLedger } from './rules/invoice-rule.ts'
import { ruleMade } from './rules/rule-history.ts'
import { insertRules } from './rules/rule-store.ts'
import { insertTerms } from './rules/terms-store.ts'

export interface MadeContract {
  contract: Contract
  rules: InvoiceRule[]
}

/** Makes a contract, with its rules when they are given. */
export async function createContract(ctx: Ctx, input: NewContract): Promise<MadeContract> {
  const [made] = await createContracts(ctx, [input], () => '')
  if (!made) throw new Error('one contract was to be made, and none was')
  return made
}

/**
 * Makes many contracts, all or none, with the same number of statements as one. Faults are told at `pathOf(i)`, all at once.
 */
export function createContracts(
  ctx: Ctx,
  inputs: readonly NewContract[],
  pathOf: (i: number) => string = i => `/${i}`,
): Promise<MadeContract[]> {
  return ctx.transact(async tx => {
    const drafts = await judgeContracts(tx, ctx, inputs, pathOf)
    const made = await withIds(tx, ctx, drafts)
    await save(tx, ctx, made)
    return made.map(({ contract, rules }) => ({ contract, rules: rules.map(({ rule }) => rule) }))
  })
}

// --- Ids ---

interface Numbered extends Omit<ContractDraft, 'contract' | 'rules' | 'details'> {
  contract: Contract
  rules: { rule: InvoiceRule; data: RuleData; details: BillingDetails | null }[]
}

async function withIds(tx: Tx, ctx: Ctx, drafts: readonly ContractDraft[]): Promise<Numbered[]> {
  if (drafts.length === 0) return []
  const firstContract = await takeIds(tx, 'contract', drafts.length)
  const ruleCount = drafts.reduce((count, draft) => count + draft.rules.length, 0)
  const firstRule = ruleCount === 0 ? 0 : await takeIds(tx, 'invoice_rule', ruleCount)
  const details = await addDetails(
    tx,
    ctx,
    drafts.flatMap(draft => draft.details),
  )
  let next = 0
  return drafts.map((draft, i) => {
    const contract = { ...draft.contract, id: firstContract + i }
    const rules = draft.rules.map(data => {
      const said = details[next] ?? null
      return { rule: newRule(firstRule + next++, contract, data, contract.createdAt, said?.id ?? null), data, details: said }
    })
    return { ...draft, contract, rules }
  })
}

// --- Saving ---

async function save(tx: Tx, ctx: Ctx, made: readonly Numbered[]): Promise<void> {
  const now = ctx.clock.now()
  await insertContracts(
    tx,
    made.map(({ contract }) => contract),
  )
  await addExternalIds(
    tx,
    'contract',
    made.flatMap(({ contract, externalIds }) => externalIds.map(id => ({ ...id, subjectId: contract.id }))),
  )
  await addValidities(
    tx,
    made.flatMap(({ contract, standing }) =>
      standing.validity ? [{ contractId: contract.id, ...standing.validity, cause: 'create' }] : [],
    ),
    now,
  )
  const rules = made.flatMap(({ rules, standing, today }) => rules.map(each => ({ ...each, validity: standing.validity, today })))
  await insertRules(
    tx,
    rules.map(({ rule }) => rule),
  )
  await insertTerms(
    tx,
    rules.map(({ rule, data }) => ({ ruleId: rule.id, knownAt: now, cause: 'create', terms: data.terms })),
  )
  const starts = rules.flatMap(({ rule, data, validity, today }) =>
    validity
      ? [{ ruleId: rule.id, ...startOfLedger(data.terms, validity, today, data.billedThrough, null, data.takenOver) }]
      : [],
  )
  await seedLedgers(tx, starts, now)
  await refreshNextDue(
    tx,
    starts.map(start => start.ruleId),
  )
  for (const { contract, standing, today, timeZone } of made) {
    if (standing.validity?.endsOn != null) await dateTurn(tx, contract, standing, today, timeZone)
  }
  await record(tx, ctx, [
    ...made.map(
      ({ contract, externalIds }): HistoryEntry => ({
        action: 'create',
        event: 'create',
        subject: { noun: 'contract', id: contract.id, version: contract.version },
        after: { ...contract, externalIds },
      }),
    ),
    ...rules.map(({ rule, data, details }) => ruleMade(rule, data.terms, details)),
  ])
}
