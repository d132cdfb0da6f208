import { unchangedSince } from '../core/current.ts'
import { refuse } from '../core/refusal.ts'
import type { Ctx } from '../platform/context.ts'
import { type HistoryEntry, record } from '../platform/history.ts'
import type { ContractTies } from './contract-ties.ts'
import { holdLivingContract, settle } from './held-contract.ts'
import { archiveRule } from './rules/delete-rule.ts'
import { rulesOfContract } from './rules/rule-store.ts'

/**
 * Archives a contract on which nothing emitted hangs, and its rules with it; what was taken over as owed is asked for no more, and what
 * was cancelled never comes back. Its periods, events and history stay to be read.
 */
export function deleteContract(ctx: Ctx, ties: ContractTies, id: number, expectedVersion: number): Promise<void> {
  return ctx.transact(async tx => {
    const held = await holdLivingContract(tx, ctx, id)
    unchangedSince(held.contract, expectedVersion)
    if (await ties.hasInvoices(tx, id)) {
      refuse('in_use', 'O contrato tem faturas; exclua as que não foram emitidas ou cancele o contrato.')
    }
    const entries: HistoryEntry[] = []
    for (const rule of await rulesOfContract(tx, id)) {
      if (rule.archivedAt === null) entries.push(...(await archiveRule(tx, held, rule, 'contract_deleted')))
    }
    await record(tx, ctx, entries)
    await ties.releaseCancelled(tx, ctx, held.contract)
    await ties.dropTakenOver(tx, ctx, held.contract)
    await settle(tx, ctx, held, { archivedAt: held.now }, 'archive')
  })
}
