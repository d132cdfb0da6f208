import { bindReferences } from '../catalog/references/bind-references.ts'
import { bindServiceItems } from '../catalog/service-item-store.ts'
import { categoriesNamed } from '../contracts/rules/line-categories.ts'
import type { Line } from '../contracts/rules/terms.ts'
import { unchangedSince } from '../core/current.ts'
import type { CivilDate } from '../core/dates.ts'
import { Faults } from '../core/faults.ts'
import type { Cents } from '../core/money.ts'
import { refuse } from '../core/refusal.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import type { Receivable } from '../receivables/receivable.ts'
import { deleteReceivables, renumberReceivables } from '../receivables/receivable-store.ts'
import { insertLines } from './bulk-store.ts'
import { claimInvoice } from './claim.ts'
import { type Dossier, plainChange, revised } from './dossier.ts'
import { amountsOf, type Invoice, type PlannedReceivable, receivablesInProportion, requireToEmit } from './invoice.ts'
import { moveForecast } from './invoice-store.ts'
import { deleteManualLines, linesOf, type PlacedLine, saveWithholdings, withholdingsOf } from './line-store.ts'
import {
  checkDays,
  checkParts,
  type ManualLineInput,
  manualLines,
  type PartInput,
  partsOf,
  readManualLines,
  servicesNamed,
} from './manual-invoice.ts'
import { type InvoiceDetail, invoiceDetail } from './read-invoice.ts'
import { saveChanges } from './save-changes.ts'
import { addReceivables } from './save-resplit.ts'

export type RewrittenLine = ManualLineInput & { position?: number | undefined }
export type RewrittenPart = PartInput & { id?: number | undefined }

/** A part by its weight among the others, such as its share of a gross of which less is asked for. */
export interface WeighedPart {
  id?: number | undefined
  dueOn: CivilDate
  /** What these come to altogether does not matter; where all are zero, the parts are even. */
  weightCents: Cents
}

export interface InvoiceRewriting {
  /** `position` is that of the line which it stands for; without one it is new. Absent: the lines stay as they are. */
  lines?: readonly RewrittenLine[] | undefined
  /** `id` is that of the receivable which goes on; without one it is new. Absent: in the same proportion, on the same days. */
  receivables?: readonly RewrittenPart[] | undefined
  /** In place of `receivables`. */
  weighed?: readonly WeighedPart[] | undefined
  /** The forecast, if it is to be another one. */
  issueOn?: CivilDate | undefined
}

/**
 * Says anew what an invoice asks for that a person made and that is not issued yet: its lines and when which part of them falls due.
 * Adjustments stay, and taxes are withheld at their rates. What a rule made is adjusted instead.
 */
export function rewriteInvoice(
  ctx: Ctx,
  id: number,
  expectedVersion: number,
  { lines, receivables, weighed, issueOn }: InvoiceRewriting,
): Promise<InvoiceDetail> {
  return ctx.transact(async tx => {
    const { dossier } = await claimInvoice(tx, ctx, id)
    const invoice = unchangedSince(dossier.invoice, expectedVersion)
    requireToEmit(invoice.state)
    if (invoice.ruleId !== null) {
      refuse('made_by_rule', 'A fatura veio de uma regra: acrescente um ajuste ou mude o vencimento.', { status: 409 })
    }
    const before = await linesOf(tx, id)
    const forecast = issueOn ?? invoice.estimatedIssueOn
    const faults = new Faults()
    const manual = lines && (await readPlaced(tx, invoice, lines, before, faults))
    if (receivables) checkParts(receivables, forecast, faults)
    else checkDays(weighed ?? dossier.receivables, forecast, faults)
    const said = receivables ?? weighed
    const going = said ? goingOn(dossier, said, faults) : dossier.receivables
    faults.refuseIfAny()

    const after = manual ? [...before.filter(line => line.source !== 'manual'), ...manualOf(manual)] : before
    const { amounts, withholdings } = amountsOf(after, await withholdingsOf(tx, id))
    const planned = receivables
      ? partsOf(amounts.netCents, receivables)
      : receivablesInProportion(amounts.netCents, weighed ? weighed.map(asAsked) : dossier.receivables)
    if (manual) {
      await deleteManualLines(tx, id)
      await insertLines(
        tx,
        ctx.account,
        manualOf(manual).map(line => ({ ...line, invoiceId: id })),
      )
    }
    await saveWithholdings(tx, id, withholdings)
    if (forecast !== invoice.estimatedIssueOn) await moveForecast(tx, id, forecast)
    const asked = await saveParts(tx, ctx, dossier, going, planned)
    const changed = revised(invoice, { ...amounts, estimatedIssueOn: forecast, scheduledOn: forecast, dueByRule: false })
    await saveChanges(tx, ctx, [plainChange(dossier, [{ action: 'update', invoice: changed, receivables: asked }])])
    return invoiceDetail(tx, ctx, id)
  })
}

function asAsked({ dueOn, weightCents }: WeighedPart) {
  return { dueOn, amountCents: weightCents }
}

interface Placed {
  lines: readonly Line[]
  positions: readonly number[]
}

async function readPlaced(
  tx: Tx,
  { organizationId }: Invoice,
  sent: readonly RewrittenLine[],
  before: readonly PlacedLine[],
  faults: Faults,
): Promise<Placed> {
  const services = await bindServiceItems(tx, servicesNamed(sent))
  const lines = sent.map(line => ({ ...line, categoryId: categoryOf(line, before) }))
  await bindReferences(tx, organizationId, categoriesNamed(lines, '/lines', before), faults)
  return { lines: readManualLines(lines, services, faults), positions: placesOf(lines, before, faults) }
}

/** A line that says nothing of it goes on with that of the line which it stands for. */
function categoryOf({ categoryId, position }: RewrittenLine, before: readonly PlacedLine[]): number | null {
  return categoryId === undefined ? (before.find(line => line.position === position)?.categoryId ?? null) : categoryId
}

function manualOf({ lines, positions }: Placed) {
  return manualLines(lines).map((line, i) => ({ ...line, position: positions[i] ?? 0 }))
}

/** Where each line stands: where it stood, or after all that there are and were. */
function placesOf(
  lines: readonly RewrittenLine[],
  before: readonly { position: number; source: string }[],
  faults: Faults,
): number[] {
  const manual = new Set(before.flatMap(line => (line.source === 'manual' ? [line.position] : [])))
  const taken = new Set<number>()
  let next = Math.max(0, ...before.map(line => line.position)) + 1
  return lines.map(({ position }, i) => {
    if (position === undefined) return next++
    if (!manual.has(position)) faults.add(`/lines/${i}/position`, 'unknown_line', 'A fatura não tem esta linha.')
    if (taken.has(position)) faults.add(`/lines/${i}/position`, 'line_repeated', 'Esta linha já veio antes.')
    taken.add(position)
    return position
  })
}

/** The receivable that goes on in each part; null where the part is new. */
function goingOn({ receivables }: Dossier, parts: readonly { id?: number | undefined }[], faults: Faults): (Receivable | null)[] {
  const byId = new Map(receivables.map(receivable => [receivable.id, receivable]))
  return parts.map(({ id }, i) => {
    if (id === undefined) return null
    const found = byId.get(id) ?? null
    byId.delete(id)
    if (found === null)
      faults.add(`/receivables/${i}/id`, 'unknown_receivable', 'A fatura não tem esta parcela, ou ela já veio antes.')
    return found
  })
}

/** Those that go on are counted first, the new ones after them. */
async function saveParts(
  tx: Tx,
  ctx: Ctx,
  { invoice, receivables }: Dossier,
  going: readonly (Receivable | null)[],
  planned: readonly PlannedReceivable[],
): Promise<Receivable[]> {
  const parts = planned.map((part, i) => ({ part, receivable: going[i] ?? null }))
  const staying = parts.flatMap(({ part, receivable }) => (receivable === null ? [] : [{ part, receivable }]))
  const fresh = parts.flatMap(({ part, receivable }) => (receivable === null ? [part] : []))
  const ids = new Set(staying.map(({ receivable }) => receivable.id))
  await deleteReceivables(
    tx,
    receivables.flatMap(({ id }) => (ids.has(id) ? [] : [id])),
  )
  const counted = staying.map(({ part, receivable }, i) => restated(receivable, part, i + 1, parts.length))
  if (counted.some((each, i) => each.installment !== staying[i]?.receivable.installment)) {
    await renumberReceivables(
      tx,
      counted.map(({ id }) => id),
    )
  }
  const added = fresh.map((part, i) => ({ ...part, installment: counted.length + i + 1 }))
  return [...counted, ...(await addReceivables(tx, ctx, invoice, added, parts.length))]
}

function restated(receivable: Receivable, part: PlannedReceivable, installment: number, installments: number): Receivable {
  const after = { ...receivable, installment, installments, dueOn: part.dueOn, amountCents: part.amountCents }
  const isSame =
    receivable.installment === installment &&
    receivable.installments === installments &&
    receivable.dueOn === part.dueOn &&
    receivable.amountCents === part.amountCents
  return isSame ? receivable : { ...after, version: receivable.version + 1 }
}
