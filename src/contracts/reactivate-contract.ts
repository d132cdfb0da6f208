import { addDays, type CivilDate } from '../core/dates.ts'
import { refuse } from '../core/refusal.ts'
import type { Ctx } from '../platform/context.ts'
import type { Reader } from '../platform/db/db.ts'
import { bindParties } from './bind-parties.ts'
import { type Contract, contractAfter, gapOf } from './contract.ts'
import { addSuspension, addValidities, endSuspension, validityBeforeLast } from './contract-facts-store.ts'
import { holdLivingContract, settle } from './held-contract.ts'

export interface ReactivateInput {
  /** The first day that counts again; today unless told. */
  on?: CivilDate | undefined
  /** The new end; unless told, the one that the cancellation had cut short, when it still lies ahead. Null: without end. */
  endsOn?: CivilDate | null | undefined
}

/**
 * Takes a cancellation back; refused while one of its parties is archived. The days in between are a suspension, so that no period of
 * theirs is charged: reactivated for a day ahead, the contract is suspended until then. A suspension that was open when the contract was
 * cancelled ended with it.
 */
export function reactivateContract(ctx: Ctx, id: number, { on, endsOn }: ReactivateInput = {}): Promise<Contract> {
  return ctx.transact(async tx => {
    const held = await holdLivingContract(tx, ctx, id)
    const { contract, facts, today, now } = held
    contractAfter(contract.state, 'reactivate')
    await bindParties(tx, contract)
    const { validity } = facts
    const { cancelledOn } = contract
    if (validity === null || cancelledOn === null) throw new Error(`contract ${id} is cancelled without a day or a validity`)
    const day = on ?? today
    const until = endsOn === undefined ? await endBeforeCancellation(tx, id, day) : endsOn
    if (until !== null && until < day) {
      refuse('ends_before_start', 'O fim da vigência é anterior à reativação.', { path: '/endsOn' })
    }
    await endSuspension(tx, id, addDays(cancelledOn, 1), now)
    const gap = gapOf(cancelledOn, day)
    if (gap !== null) await addSuspension(tx, id, { ...gap, chargeLater: false, reason: 'Contrato cancelado', at: now })
    await addValidities(tx, [{ contractId: id, startsOn: validity.startsOn, endsOn: until, cause: 'reactivate' }], now)
    return settle(tx, ctx, held, { endsOn: until, cancelledOn: null, cancelReason: null }, 'reactivate')
  })
}

async function endBeforeCancellation(tx: Reader, id: number, day: CivilDate): Promise<CivilDate | null> {
  const before = await validityBeforeLast(tx, id)
  const endsOn = before?.endsOn ?? null
  return endsOn !== null && endsOn < day ? null : endsOn
}
