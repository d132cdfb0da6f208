import { Faults } from '../core/faults.ts'
import { zeroCents } from '../core/money.ts'
import type { CreditOwner } from '../customers/customer-credit-store.ts'
import { readCredit } from '../customers/customer-credit-store.ts'
import { emitHeldOf } from '../invoices/emit-held.ts'
import { bindKnownCustomer } from '../invoices/require-parties.ts'
import { type Calendar, calendarOf } from '../organizations/calendar.ts'
import type { Ctx } from '../platform/context.ts'
import type { Reader, Tx } from '../platform/db/db.ts'
import type { HistoryEntry } from '../platform/history.ts'
import { takeRanges } from '../platform/ids.ts'
import { notRenegotiated, type Receivable, receivableAfter } from '../receivables/receivable.ts'
import { insertReceivables, receivablesOf, toBulkRow } from '../receivables/receivable-store.ts'
import { saveAlong } from '../receivables/save-along.ts'
import { claimDebts, ownerOf } from './claim-debts.ts'
import { type RenegotiationDetail, renegotiationDetail } from './read-renegotiation.ts'
import {
  type Agreement,
  agreementOf,
  judgeOwed,
  type Renegotiation,
  type Warning,
  type Wish,
  warningsOf,
} from './renegotiation.ts'
import { insertRenegotiation } from './renegotiation-store.ts'

export interface RenegotiationInput extends Wish {
  /** What it replaces: of one customer with one organization, all to be received. */
  readonly receivableIds: readonly number[]
}

export interface Simulation extends CreditOwner {
  readonly agreement: Agreement
  readonly warnings: readonly Warning[]
}

/** What a renegotiation would make, as things stand; nothing is kept of it. */
export function simulateRenegotiation(ctx: Ctx, input: RenegotiationInput): Promise<Simulation> {
  return ctx.transact(async tx => {
    const owner = await ownerOf(tx, input.receivableIds, '/receivables')
    const known = await receivablesOf(tx, input.receivableIds)
    const calendar = await calendarOf(tx, ctx.clock.now(), owner.organizationId)
    const owed = input.receivableIds.flatMap(id => known.get(id) ?? [])
    return { ...owner, ...(await agreed(tx, owner, owed, calendar, input)) }
  })
}

/** Replaces receivables by others. What was received on the replaced ones before stays theirs. */
export function performRenegotiation(
  ctx: Ctx,
  input: RenegotiationInput,
): Promise<RenegotiationDetail & { warnings: readonly Warning[] }> {
  return ctx.transact(async tx => {
    const owner = await ownerOf(tx, input.receivableIds, '/receivables')
    const claim = await claimDebts(tx, ctx, owner, input.receivableIds)
    const { agreement, warnings } = await agreed(tx, owner, claim.receivables, claim.calendar, input)
    await bindKnownCustomer(tx, owner.customerId)
    const { renegotiation, made } = await begin(tx, ctx, owner, agreement, claim.calendar)
    const replaced = claim.receivables.map(
      (before): Receivable => ({
        ...before,
        state: receivableAfter(before.state, 'renegotiate'),
        renegotiatedBy: renegotiation.id,
        version: before.version + 1,
      }),
    )
    await saveAlong(tx, ctx, { changed: replaced, dossiers: claim.dossiers }, () => [
      performed(renegotiation, agreement, made),
      ...made.map(one => entryOf('create', null, one)),
      ...replaced.map((one, i) => entryOf('renegotiate', claim.receivables[i] ?? null, one)),
    ])
    await emitHeldOf(tx, ctx, claim)
    return { ...(await renegotiationDetail(tx, ctx, renegotiation.id)), warnings }
  })
}

async function agreed(
  tx: Reader,
  owner: CreditOwner,
  owed: readonly Receivable[],
  { today, lateUntil }: Calendar,
  input: RenegotiationInput,
): Promise<{ agreement: Agreement; warnings: Warning[] }> {
  const faults = new Faults()
  judgeOwed(owed, ({ id }) => `/receivables/${input.receivableIds.indexOf(id)}`, faults)
  // Of what is owed no more nothing can be reckoned.
  faults.refuseIfAny()
  const agreement = agreementOf(owed, input, today, faults)
  faults.refuseIfAny()
  return { agreement, warnings: warningsOf(agreement, { today, lateUntil, creditCents: await readCredit(tx, owner) }) }
}

/** The renegotiation and the receivables that it makes. What they are of, if all that they replace is of one contract, is of that too. */
async function begin(
  tx: Tx,
  ctx: Ctx,
  owner: CreditOwner,
  agreement: Agreement,
  { today }: Calendar,
): Promise<{ renegotiation: Renegotiation; made: Receivable[] }> {
  const { replaced, parts, ...terms } = agreement
  const [id = 0, firstId = 0] = await takeRanges(tx, [
    { counted: 'renegotiation', count: 1 },
    { counted: 'receivable', count: parts.length },
  ])
  const createdAt = ctx.clock.now()
  const renegotiation: Renegotiation = {
    id,
    ...owner,
    ...terms,
    agreedOn: today,
    version: 1,
    createdAt,
    undoneAt: null,
    undoReason: null,
  }
  const [contractId = null, ...otherContracts] = new Set(replaced.map(({ receivable }) => receivable.contractId))
  const made = parts.map(
    (part, i): Receivable => ({
      ...owner,
      ...part,
      ...notRenegotiated,
      id: firstId + i,
      invoiceId: null,
      scheduleId: null,
      contractId: otherContracts.length === 0 ? contractId : null,
      installment: i + 1,
      installments: parts.length,
      receivedCents: zeroCents,
      abatedCents: zeroCents,
      receivedOn: null,
      state: 'to_receive',
      renegotiationId: id,
      version: 1,
      createdAt,
    }),
  )
  await insertRenegotiation(
    tx,
    ctx.account,
    renegotiation,
    replaced.map(({ receivable, outstandingCents }) => ({ receivableId: receivable.id, outstandingCents })),
  )
  await insertReceivables(tx, ctx.account, made.map(toBulkRow))
  return { renegotiation, made }
}

function performed(renegotiation: Renegotiation, { replaced }: Agreement, made: readonly Receivable[]): HistoryEntry {
  return {
    action: 'create',
    event: 'create',
    subject: { noun: 'renegotiation', id: renegotiation.id, version: renegotiation.version },
    after: {
      ...renegotiation,
      replaced: replaced.map(({ receivable, outstandingCents }) => ({ receivableId: receivable.id, outstandingCents })),
      receivables: made.map(({ id, dueOn, amountCents }) => ({ id, dueOn, amountCents })),
    },
  }
}

function entryOf(action: 'create' | 'renegotiate', before: Receivable | null, after: Receivable): HistoryEntry {
  const subject = { noun: 'receivable', id: after.id, version: after.version } as const
  return { action, subject, before, after, ...(action === 'create' && { event: action }) }
}
