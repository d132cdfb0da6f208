import { type CivilDate, formatDate } from '../core/dates.ts'
import { refuse } from '../core/refusal.ts'
import { given } from '../core/text.ts'
import type { Ctx } from '../platform/context.ts'
import { type Contract, refuseState, suspensionFrom } from './contract.ts'
import { addSuspension } from './contract-facts-store.ts'
import { holdLivingContract, settle } from './held-contract.ts'

export interface SuspendInput {
  /** Its first day; today unless told. A day ahead turns the state on that day. */
  fromOn?: CivilDate | undefined
  reason: string
  /** Periods that begin while it lasts stay open until it ends, instead of being uncharged. */
  chargeLater?: boolean | undefined
}

/** Periods that begin from that day on are not charged until the contract is resumed. What is billed already stays. */
export function suspendContract(ctx: Ctx, id: number, { fromOn, reason, chargeLater = false }: SuspendInput): Promise<Contract> {
  return ctx.transact(async tx => {
    const held = await holdLivingContract(tx, ctx, id)
    const { contract, facts, today, now } = held
    if (contract.state !== 'active' && contract.state !== 'suspended') refuseState(contract.state, 'suspend')
    const from = fromOn ?? today
    const other = suspensionFrom(from, facts.suspensions)
    if (other !== null) {
      refuse('suspension_overlaps', `O contrato já tem uma suspensão desde ${formatDate(other.fromOn)}; encerre-a antes.`, {
        status: 409,
        path: '/fromOn',
        details: { fromOn: other.fromOn, untilOn: other.untilOn },
      })
    }
    await addSuspension(tx, id, { fromOn: from, untilOn: null, chargeLater, reason: given(reason), at: now })
    return settle(tx, ctx, held, {}, 'suspend')
  })
}
