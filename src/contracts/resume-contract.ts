import type { CivilDate } from '../core/dates.ts'
import type { Ctx } from '../platform/context.ts'
import { type Contract, refuseState } from './contract.ts'
import { endSuspension } from './contract-facts-store.ts'
import { holdLivingContract, settle } from './held-contract.ts'

/**
 * Ends the suspension: periods that begin on that day (today unless told) or later are charged again. On a day before it began, it
 * becomes a suspension of no day.
 */
export function resumeContract(ctx: Ctx, id: number, { on }: { on?: CivilDate | undefined } = {}): Promise<Contract> {
  return ctx.transact(async tx => {
    const held = await holdLivingContract(tx, ctx, id)
    const { contract, today, now } = held
    // A suspension dated ahead is open while the state is still active.
    if (contract.state !== 'suspended' && contract.state !== 'active') refuseState(contract.state, 'resume')
    if (!(await endSuspension(tx, id, on ?? today, now))) refuseState(contract.state, 'resume')
    return settle(tx, ctx, held, {}, 'resume')
  })
}
