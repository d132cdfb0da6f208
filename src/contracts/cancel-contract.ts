import { type CivilDate, formatDate, minDate } from '../core/dates.ts'
import { refuse } from '../core/refusal.ts'
import { given } from '../core/text.ts'
import type { Ctx } from '../platform/context.ts'
import { type Contract, contractAfter } from './contract.ts'
import { addValidities } from './contract-facts-store.ts'
import { holdLivingContract, settle } from './held-contract.ts'

/**
 * The validity ends on that day, counted (today unless told; never later than it would have ended anyway). Periods that begin later
 * are no periods of the contract; what is billed already stays.
 */
export function cancelContract(
  ctx: Ctx,
  id: number,
  { on, reason }: { on?: CivilDate | undefined; reason: string },
): Promise<Contract> {
  return ctx.transact(async tx => {
    const held = await holdLivingContract(tx, ctx, id)
    const { contract, facts, today, now } = held
    contractAfter(contract.state, 'cancel')
    const { startsOn, endsOn } = facts.validity ?? refuse('contract_state', 'O contrato não tem vigência.', { status: 409 })
    const day = on ?? today
    if (day < startsOn) {
      refuse(
        'contract_not_begun',
        `O contrato só começa em ${formatDate(startsOn)}; exclua-o, ou cancele-o nesse dia ou depois.`,
        { path: '/on', details: { startsOn } },
      )
    }
    const until = endsOn === null ? day : minDate(day, endsOn)
    await addValidities(tx, [{ contractId: id, startsOn, endsOn: until, cause: 'cancel' }], now)
    return settle(tx, ctx, held, { endsOn: until, cancelledOn: until, cancelReason: given(reason) }, 'cancel')
  })
}
