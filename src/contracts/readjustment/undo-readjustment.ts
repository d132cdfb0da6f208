import { showId } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import { monthsFor } from '../../indices/price-index.ts'
import { type Ctx, showActor } from '../../platform/context.ts'
import type { Tx } from '../../platform/db/db.ts'
import { dropWork } from '../../platform/due-work.ts'
import { record } from '../../platform/history.ts'
import { addVersions, applied, moveOn, toldOf } from './apply-readjustment.ts'
import { APPLY_READJUSTMENT, dateClause } from './date-readjustments.ts'
import { changed, type HeldReadjustment, holdLivingReadjustment, standingOf } from './held-readjustment.ts'
import { movedTo, type Readjustment, undoneVersions } from './readjustment.ts'
import { type Application, billedSince, saveReadjustment, saveUndone, standingApplication } from './readjustment-store.ts'

/**
 * Takes back what the last date did, only while no period was billed with it: the old prices speak again from the same day on, in versions
 * of their own, and the date waits for somebody to approve it anew, or to pass it over. Until then its periods wait as well.
 */
export function undoReadjustment(ctx: Ctx, id: number, reason: string | null): Promise<Readjustment> {
  return ctx.transact(async tx => {
    const each = await holdLivingReadjustment(tx, ctx, id)
    const { held, rule, clause: before } = each
    const last = await standingApplication(tx, id, before.nextNumber - 1)
    if (last === null) return refuse('nothing_to_undo', 'Este reajuste ainda não foi aplicado.', { status: 409 })
    await refuseBilled(tx, rule.id, last)
    const versions = (await standingOf(tx, held, rule)).versions
    const added = last.validFrom === null ? [] : undoneVersions(versions, last.validFrom, last.prices)
    if (added === null) {
      return refuse(
        'price_changed_since',
        'O preço foi alterado depois do reajuste, e desfazê-lo não diz qual seria o preço. Altere o preço na regra.',
        { status: 409 },
      )
    }
    const undone: Application = {
      ...last,
      undoneAt: held.now,
      undoneBy: showActor(ctx.actor),
      undoReason: reason,
      undoneVersion: added[0]?.version ?? null,
    }
    await saveUndone(tx, undone)
    const entries = await addVersions(tx, each, versions, added, 'readjustment_undone')
    const after = { ...movedTo(before, last.number), waitsFor: 'approval' as const, version: before.version + 1 }
    await saveReadjustment(tx, after)
    await dropWork(tx, APPLY_READJUSTMENT, id)
    await record(tx, ctx, [changed('undo', before, after, { application: toldOf(undone) }), ...entries])
    return after
  })
}

async function refuseBilled(tx: Tx, ruleId: number, { validFrom, dueOn, knownSeq }: Application): Promise<void> {
  const invoices = await billedSince(tx, ruleId, validFrom ?? dueOn, knownSeq)
  const [first] = invoices
  if (first === undefined) return
  refuse(
    'readjustment_billed',
    `Já foi faturado um período com este reajuste (${showId('invoice', first)}). Cancele e libere as faturas dele, e então desfaça.`,
    { status: 409, details: { invoices: invoices.map(invoice => showId('invoice', invoice)) } },
  )
}

/** Passes the next date over: the prices stay as they are until the one after it. May be undone like what was applied. */
export function skipReadjustment(ctx: Ctx, id: number, reason: string | null): Promise<Readjustment> {
  return ctx.transact(async tx => {
    const each: HeldReadjustment = await holdLivingReadjustment(tx, ctx, id)
    const { held, clause } = each
    const months = monthsFor(clause.nextOn, clause.lagMonths, clause.everyMonths)
    const nothing = { values: [], factor: null, validFrom: null, firstVersion: null, lastVersion: null, prices: [] }
    const skipped = await applied(tx, ctx, each, { months }, { ...nothing, outcome: 'skipped', reason })
    const after = await moveOn(tx, ctx, clause, skipped, 'skip', [])
    if (held.facts.validity !== null) await dateClause(tx, after, held.timeZone)
    return after
  })
}
