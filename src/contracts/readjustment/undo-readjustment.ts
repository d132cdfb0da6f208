import { formatDate } from '../../core/dates.ts'
import { showId } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import { type Ctx, showActor } from '../../platform/context.ts'
import type { Tx } from '../../platform/db/db.ts'
import { dropWork } from '../../platform/due-work.ts'
import { record } from '../../platform/history.ts'
import { addVersions, passOver, toldOf } from './apply-readjustment.ts'
import { APPLY_READJUSTMENT } from './date-readjustments.ts'
import { changed, holdLivingReadjustment, standingOf } from './held-readjustment.ts'
import { movedTo, numberOn, type Readjustment, undoneVersions } from './readjustment.ts'
import { type Application, billedSince, lastStanding, saveReadjustment, saveUndone } from './readjustment-store.ts'

/**
 * Takes back what the last date did, only while no period was billed with it: the old prices speak again from the same day on, in versions
 * of their own, and the date waits for somebody to approve it anew, or to pass it over. Until then its periods wait as well.
 */
export function undoReadjustment(ctx: Ctx, id: number, reason: string | null): Promise<Readjustment> {
  return ctx.transact(async tx => {
    const each = await holdLivingReadjustment(tx, ctx, id)
    const { held, rule, clause: before } = each
    const last = await lastStanding(tx, id)
    if (last === null) return refuse('nothing_to_undo', 'Este reajuste ainda não foi aplicado.', { status: 409 })
    const number = numberOn(before, last.dueOn)
    if (number === null) {
      return refuse(
        'dates_changed_since',
        `As datas deste reajuste mudaram depois do de ${formatDate(last.dueOn)}, e desfeito ele não teria mais data. Altere o preço na regra.`,
        { status: 409 },
      )
    }
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
    const after = { ...movedTo(before, number), waitsFor: 'approval' as const, version: before.version + 1 }
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
    const each = await holdLivingReadjustment(tx, ctx, id)
    return passOver(tx, ctx, each, reason)
  })
}
