import { found } from '../../core/current.ts'
import { refuse } from '../../core/refusal.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Tx } from '../../platform/db/db.ts'
import { type HeldContract, holdContract } from '../held-contract.ts'
import type { InvoiceRule } from './invoice-rule.ts'
import { ruleOf } from './rule-store.ts'

export interface HeldRule {
  held: HeldContract
  /** As it stands now that it is held. */
  rule: InvoiceRule
}

/** A rule with its contract and that contract's other rules, held in the order that everyone keeps. */
export async function holdRule(tx: Tx, ctx: Ctx, id: number): Promise<HeldRule> {
  // Which contract a rule belongs to never changes, so it may be asked before anything is held.
  const { contractId } = found(await ruleOf(tx, id), 'Regra de faturamento não encontrada.')
  const held = await holdContract(tx, ctx, contractId)
  return { held, rule: found(await ruleOf(tx, id), 'Regra de faturamento não encontrada.') }
}

export async function holdLivingRule(tx: Tx, ctx: Ctx, id: number): Promise<HeldRule> {
  const each = await holdRule(tx, ctx, id)
  if (each.rule.archivedAt !== null) refuse('rule_archived', 'A regra de faturamento foi arquivada.', { status: 409 })
  return each
}
