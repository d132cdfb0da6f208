import type { Ctx } from '../platform/context.ts'
import type { WorkHandlers } from '../platform/due-work.ts'
import { type ContractState, type ContractVerb, contractAfter, stateOn } from './contract.ts'
import { dateTurn, holdContract, SETTLE_CONTRACT, settle } from './held-contract.ts'

/**
 * Gives a contract the state that its facts have on the day: the validity has passed, a suspension that was dated ahead begins or
 * ends. Called again for the same day it finds nothing to do but the date of the next turn.
 */
export function settleContract(ctx: Ctx, contractId: number): Promise<void> {
  return ctx.transact(async tx => {
    const held = await holdContract(tx, ctx, contractId)
    const { contract, facts, today, timeZone } = held
    const standing = { ...facts, cancelledOn: contract.cancelledOn }
    const state = stateOn(today, standing)
    if (contract.archivedAt === null && state !== contract.state) {
      await settle(tx, ctx, held, {}, verbTowards(contract.state, state))
    } else await dateTurn(tx, contract, standing, today, timeZone)
  })
}

/** What a day by itself does to a contract. */
function verbTowards(from: ContractState, to: ContractState): ContractVerb {
  const verb = to === 'ended' ? 'end' : to === 'suspended' ? 'suspend' : 'resume'
  if (contractAfter(from, verb) !== to) throw new Error(`no day turns a contract from ${from} to ${to}`)
  return verb
}

/** What of the contracts' work the scheduler does. */
export const contractWork: WorkHandlers = { [SETTLE_CONTRACT]: settleContract }
