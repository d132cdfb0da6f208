import { unchangedSince } from '../core/current.ts'
import { refuse } from '../core/refusal.ts'
import type { Ctx } from '../platform/context.ts'
import { record } from '../platform/history.ts'
import type { ContractTies } from './contract-ties.ts'
import { waiveOpenPeriods } from './coverage-store.ts'
import { holdLivingContract, settle } from './held-contract.ts'
import { ruleChanged } from './rule-history.ts'
import { rulesOfContract, saveRule } from './rule-store.ts'

/** Archives a contract on which nothing emitted hangs, and its rules with it. Its periods, events and history stay to be read. */
export function deleteContract(ctx: Ctx, ties: ContractTies, id: number, expectedVersion: number): Promise<void> {
  return ctx.transact(async tx => {
    const held = await holdLivingContract(tx, ctx, id)
    unchangedSince(held.contract, expectedVersion)
    if (await ties.hasInvoices(tx, id)) {
      refuse('in_use', 'O contrato tem faturas; exclua as que não foram emitidas ou cancele o contrato.')
    }
    const rules = (await rulesOfContract(tx, id)).filter(rule => rule.archivedAt === null)
    const archived = rules.map(rule => ({ ...rule, archivedAt: held.now, version: rule.version + 1 }))
    for (const rule of archived) {
      await waiveOpenPeriods(tx, rule.id, 'contract_deleted', held.now)
      await saveRule(tx, rule)
    }
    await record(
      tx,
      ctx,
      archived.map((rule, i) => ruleChanged('archive', rules[i] ?? {}, rule)),
    )
    await settle(tx, ctx, held, { archivedAt: held.now }, 'archive')
  })
}
