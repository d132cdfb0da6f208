import { customerNames, type NamedCustomer } from '../contracts/parties.ts'
import { found } from '../core/current.ts'
import type { Cents } from '../core/money.ts'
import type { Ctx } from '../platform/context.ts'
import type { Reader } from '../platform/db/db.ts'
import { type KnownReceivable, knownReceivables } from '../receivables/read-receivable.ts'
import { receivablesOf, receivablesOfRenegotiations } from '../receivables/receivable-store.ts'
import { type Renegotiation, type RenegotiationState, stateOf } from './renegotiation.ts'
import { listRenegotiations, type RenegotiationFilter, renegotiationOf, replacedBy } from './renegotiation-store.ts'

export const notFound = 'Renegociação não encontrada.'

export interface KnownRenegotiation {
  readonly renegotiation: Renegotiation
  readonly customer: NamedCustomer
  readonly state: RenegotiationState
}

export interface RenegotiationDetail extends KnownRenegotiation {
  /** What it replaced, as that stands now, with what was outstanding of it then. */
  readonly replaced: readonly { readonly outstandingCents: Cents; readonly receivable: KnownReceivable }[]
  /** What it made. */
  readonly receivables: readonly KnownReceivable[]
}

export function getRenegotiation(ctx: Ctx, id: number): Promise<RenegotiationDetail> {
  return ctx.transact(tx => renegotiationDetail(tx, ctx, id))
}

/** As it stands in the open transaction. */
export async function renegotiationDetail(tx: Reader, ctx: Ctx, id: number): Promise<RenegotiationDetail> {
  const renegotiation = found(await renegotiationOf(tx, id), notFound)
  const replaced = await replacedBy(tx, [id])
  const receivables = await receivablesOf(
    tx,
    replaced.map(({ receivableId }) => receivableId),
  )
  const made = await receivablesOfRenegotiations(tx, [id])
  const known = new Map((await knownReceivables(tx, ctx, [...receivables.values(), ...made])).map(one => [one.id, one]))
  const customer = (await customerNames(tx, [renegotiation.customerId]))(renegotiation.customerId)
  return {
    renegotiation,
    customer,
    state: stateOf(renegotiation, made),
    replaced: replaced.flatMap(({ receivableId, outstandingCents }) => {
      const receivable = known.get(receivableId)
      return receivable === undefined ? [] : [{ outstandingCents, receivable }]
    }),
    receivables: made.flatMap(one => known.get(one.id) ?? []),
  }
}

/** Newest first, from the one before `before`; one more than `limit` when there are further ones. */
export function searchRenegotiations(
  ctx: Ctx,
  filter: RenegotiationFilter,
  before: number | null,
  limit: number,
): Promise<KnownRenegotiation[]> {
  return ctx.transact(async tx => {
    const rows = await listRenegotiations(tx, filter, before, limit + 1)
    const made = await receivablesOfRenegotiations(
      tx,
      rows.map(({ id }) => id),
    )
    const byRenegotiation = Map.groupBy(made, ({ renegotiationId }) => renegotiationId)
    const customer = await customerNames(
      tx,
      rows.map(({ customerId }) => customerId),
    )
    return rows.map(renegotiation => ({
      renegotiation,
      customer: customer(renegotiation.customerId),
      state: stateOf(renegotiation, byRenegotiation.get(renegotiation.id) ?? []),
    }))
  })
}
