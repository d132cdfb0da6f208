// scheduled_updates: readjustments of a rule by an index, one of the whole or one for each service.

import { createReadjustment } from '../../../contracts/readjustment/create-readjustment.ts'
import type { ReadjustmentInput } from '../../../contracts/readjustment/read-readjustment.ts'
import { type Readjustment, remindOn } from '../../../contracts/readjustment/readjustment.ts'
import { livingReadjustments } from '../../../contracts/readjustment/readjustment-store.ts'
import { archiveReadjustment, updateReadjustment } from '../../../contracts/readjustment/update-readjustment.ts'
import type { ReadjustmentWish } from '../../../contracts/templates/rule-from-template.ts'
import type { Instant } from '../../../core/dates.ts'
import type { PriceIndex } from '../../../indices/price-index.ts'
import type { Ctx } from '../../../platform/context.ts'
import type { Tx } from '../../../platform/db/db.ts'
import type { Form } from '../form.ts'
import { neededDay, readChoice } from '../invoices/invoice-form.ts'
import type { Facts } from '../kept.ts'
import { showIsoStamp } from '../values.ts'
import { blank, notThere } from '../words.ts'
import { months, noMonths } from './rule-form.ts'

export const indices = ['igpm', 'ipca', 'igpdi', 'inpc', 'ipcfipe'] as const satisfies readonly PriceIndex[]

export interface UpdateSent {
  /** Of one that is there. */
  id: number | null
  goes: boolean
  change: Partial<ReadjustmentInput>
}

export function readUpdates(form: Form): UpdateSent[] | undefined {
  return form.children('scheduled_updates')?.map(entry => {
    const id = entry.id()
    const goes = entry.flag('_destroy') === true
    return { id, goes, change: goes ? {} : readUpdate(entry, id === null) }
  })
}

function readUpdate(entry: Form, isNew: boolean): Partial<ReadjustmentInput> {
  const startsOn = neededDay(entry, 'init_date', isNew)
  const index = readChoice(entry, 'price_index', indices)
  if (isNew && index === null && !entry.has('price_index')) entry.fault('price_index', blank)
  const everyMonths = entry.whole('month_quantity')
  if (everyMonths == null ? isNew : !months.includes(everyMonths)) entry.fault('month_quantity', noMonths)
  const noticeDays = entry.whole('days_until_update')
  const serviceItemId = entry.whole('service_item_id')
  return {
    ...(startsOn !== undefined && { startsOn }),
    ...(index !== null && { index }),
    ...(everyMonths != null && { everyMonths }),
    ...(noticeDays !== undefined && { noticeDays }),
    ...(serviceItemId !== undefined && { serviceItemId }),
  }
}

/** Those of a rule that is made: there is none yet that could be named or go. */
export function readNewUpdates(form: Form): ReadjustmentWish[] {
  const allowsNegative = form.flag('apply_negative_updates') ?? false
  return (readUpdates(form) ?? []).flatMap(({ id, goes, change }) => {
    if (id !== null) notThere()
    return goes ? [] : [{ ...change, allowsNegative }]
  })
}

/** Theirs is said of the rule, ours of each clause; of a rule without any it is kept. */
export function allowsNegative(clauses: readonly Readjustment[], { apply_negative_updates: kept }: Facts): boolean {
  return clauses.length === 0 ? kept === true : clauses.some(clause => clause.allowsNegative)
}

/**
 * Those that go first, so that one that comes may take the place of one that went. What is sent as it stands changes nothing.
 *
 * @param sentNegative what was sent as `apply_negative_updates`
 */
export async function saveUpdates(
  tx: Tx,
  ctx: Ctx,
  ruleId: number,
  sent: readonly UpdateSent[],
  sentNegative: boolean | undefined,
  facts: Facts,
): Promise<void> {
  const standing = await updatesOf(tx, ruleId)
  const shown = allowsNegative(standing, facts)
  const before = new Map(standing.map(clause => [clause.id, clause]))
  const named = sent.map(each => ({ ...each, clause: each.id === null ? null : (before.get(each.id) ?? notThere()) }))
  for (const { clause, goes } of named) if (clause && goes) await archiveReadjustment(ctx, clause.id, clause.version)
  for (const { clause, goes, change } of named) {
    if (goes) continue
    // A clause that comes later goes by what the rule is shown to say.
    if (clause === null) await createReadjustment(ctx, ruleId, { ...wholeOf(change), allowsNegative: sentNegative ?? shown })
    else if (isOther(change, clause)) await updateReadjustment(ctx, clause.id, clause.version, change)
  }
  if (sentNegative === undefined || sentNegative === shown) return
  for (const clause of await updatesOf(tx, ruleId)) {
    if (clause.allowsNegative !== sentNegative) {
      await updateReadjustment(ctx, clause.id, clause.version, { allowsNegative: sentNegative })
    }
  }
}

function isOther(change: Partial<ReadjustmentInput>, clause: Readjustment): boolean {
  const { startsOn, index, everyMonths, noticeDays, serviceItemId } = { ...clause, ...change }
  return (
    startsOn !== clause.startsOn ||
    index !== clause.index ||
    everyMonths !== clause.everyMonths ||
    noticeDays !== clause.noticeDays ||
    serviceItemId !== clause.serviceItemId
  )
}

function wholeOf({ index, startsOn, ...others }: Partial<ReadjustmentInput>): ReadjustmentInput {
  if (index === undefined || startsOn === undefined) throw new Error('a new scheduled update was read without its index or start')
  return { ...others, index, startsOn }
}

export async function updatesOf(tx: Tx, ruleId: number): Promise<Readjustment[]> {
  return (await livingReadjustments(tx, [ruleId])).get(ruleId) ?? []
}

export function showUpdate(clause: Readjustment, timeZone: string, changedAt: Instant | undefined) {
  return {
    id: clause.id,
    invoice_rule_id: clause.ruleId,
    execution_date: clause.nextOn,
    month_quantity: clause.everyMonths,
    price_index: clause.index,
    created_at: showIsoStamp(clause.createdAt, timeZone),
    updated_at: showIsoStamp(changedAt ?? clause.createdAt, timeZone),
    init_date: clause.startsOn,
    days_until_update: clause.noticeDays,
    remind_at: remindOn(clause),
    // Nobody is told yet.
    notified: false,
    service_item_id: clause.serviceItemId,
  }
}
