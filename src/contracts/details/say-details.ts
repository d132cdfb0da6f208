import { bindReferences } from '../../catalog/references/bind-references.ts'
import type { Faults } from '../../core/faults.ts'
import type { Cents } from '../../core/money.ts'
import { organizationOf } from '../../organizations/organization-store.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Reader, Tx } from '../../platform/db/db.ts'
import { takeIds } from '../../platform/ids.ts'
import type { PaymentMethod } from '../rules/terms.ts'
import {
  type BillingDetails,
  changedDetails,
  type DetailsInput,
  type DetailsValues,
  dividesAmount,
  isSame,
  namedAnew,
} from './billing-details.ts'
import { detailsOf, insertDetails } from './details-store.ts'

/** What a rule or an invoice says beside its amounts, and is about to say. */
export interface Saying {
  organizationId: number
  before: BillingDetails | null
  /** Absent: as before. */
  input: DetailsInput | null | undefined
  paymentMethod: PaymentMethod
  /** What values of shares add up to; absent where no amount is known yet. */
  total?: Cents | null
}

/** What will be said; faults go to `faults`. What it names is bound: it stays in use until the transaction ends. */
export async function judgeDetails(
  tx: Tx,
  { organizationId, before, input, paymentMethod, total = null }: Saying,
  path: string,
  faults: Faults,
): Promise<DetailsValues | null> {
  if (input === undefined) return before
  const isDivided = input !== null && dividesAmount(input)
  const apportionmentEnabled = isDivided && (await organizationOf(tx, organizationId))?.apportionmentEnabled === true
  const after = changedDetails(before, input, { paymentMethod, apportionmentEnabled, total }, path, faults)
  if (after !== null) await bindReferences(tx, organizationId, namedAnew(before, after, path), faults)
  return after
}

/** A row for each that says something; null for the others. One statement, however many. */
export async function addDetails(tx: Tx, ctx: Ctx, said: readonly (DetailsValues | null)[]): Promise<(BillingDetails | null)[]> {
  const count = said.filter(values => values !== null).length
  if (count === 0) return said.map(() => null)
  let next = await takeIds(tx, 'billing_details', count)
  const rows = said.map(values => values && { ...values, id: next++, createdAt: ctx.clock.now() })
  await insertDetails(
    tx,
    ctx.account,
    rows.flatMap(row => row ?? []),
  )
  return rows
}

/** What stands already where it says the same, or a new row. */
export async function sayAnew(
  tx: Tx,
  ctx: Ctx,
  before: BillingDetails | null,
  after: DetailsValues | null,
): Promise<BillingDetails | null> {
  if (isSame(before, after)) return before
  const [row = null] = await addDetails(tx, ctx, [after])
  return row
}

/** What is said by what names `detailsId`. */
export async function detailsBehind(tx: Reader, detailsId: number | null): Promise<BillingDetails | null> {
  return detailsId === null ? null : ((await detailsOf(tx, [detailsId])).get(detailsId) ?? null)
}
