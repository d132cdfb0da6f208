import { cancelContract } from '../contracts/cancel-contract.ts'
import { found } from '../core/current.ts'
import type { CivilDate } from '../core/dates.ts'
import type { Ctx } from '../platform/context.ts'
import { subscriptionOf } from './subscription-store.ts'

/** Cancels the contract that it is. What was paid in advance stays paid and valid; in arrears the days until then are billed. */
export function cancelSubscription(ctx: Ctx, id: number, how: { on?: CivilDate | undefined; reason: string }): Promise<void> {
  return ctx.transact(async tx => {
    found(await subscriptionOf(tx, id), 'Assinatura não encontrada.')
    await cancelContract(ctx, id, how)
  })
}
