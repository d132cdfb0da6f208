import { Type } from 'typebox'
import { showId } from '../core/ids.ts'
import { isAsked } from '../invoices/withholding.ts'
import { Day, Fields, Flag, IdOf, List, OneOf, OrNull, Whole } from '../platform/http/fields.ts'
import type { RunState } from './billing-run.ts'
import type { ShownItem, Tally } from './item-store.ts'
import {
  type EmissionWait,
  emissionWaits,
  type ItemKind,
  type OutcomeClass,
  type OutcomeCode,
  outcomeOf,
  outcomeSentence,
  outcomes,
} from './plan/outcomes.ts'
import type { Run } from './run-store.ts'

export const runStateNames = [
  'previewing',
  'previewed',
  'preparing',
  'running',
  'paused',
  'done',
  'error',
  'expired',
  'cancelled',
] as const satisfies readonly RunState[]
export const itemKinds = ['bill', 'emit'] as const satisfies readonly ItemKind[]
export const outcomeClasses = ['pending', 'billed', 'not_billed', 'parked'] as const satisfies readonly OutcomeClass[]
// The keys of the table are exactly its codes.
export const outcomeCodes = Object.keys(outcomes) as readonly OutcomeCode[]

const RunFiltersBody = Fields(
  {
    contracts: Type.Optional(List(IdOf('contract'), 1000, { minItems: 1 })),
    customers: Type.Optional(List(IdOf('customer'), 1000, { minItems: 1 })),
    rules: Type.Optional(List(IdOf('invoice_rule'), 1000, { minItems: 1 })),
    catchUp: Type.Optional(Flag({ description: 'Fatura também os períodos anteriores em aberto (no comando, --catch-up).' })),
    ahead: Type.Optional(
      Flag({ description: 'Fatura o próximo período dos contratos ou regras dados, embora o dia dele não tenha chegado.' }),
    ),
  },
  { title: 'RunFilters' },
)

export const NewRun = Fields(
  {
    day: Type.Optional(
      Day({
        description: 'Vencidos até este dia entram; hoje, se não informado. Um dia por vir, até um ano à frente, só numa prévia.',
      }),
    ),
    organization: Type.Optional(IdOf('organization')),
    filters: Type.Optional(RunFiltersBody),
    preview: Type.Optional(Flag({ description: 'Só calcula e mostra; nada é faturado até POST …/bill.' })),
  },
  { title: 'NewBillingRun' },
)

export const AtRun = Fields({ id: IdOf('billing_run') })
export const AtItem = Fields({ id: IdOf('billing_run'), item: Whole(1, 10_000_000) })

export const RunAnswer = Type.Object(
  {
    id: Type.String(),
    state: OneOf(runStateNames),
    cause: OneOf(['person', 'scheduler', 'dialect']),
    day: Type.String(),
    organization: OrNull(Type.String()),
    preview: Type.Boolean(),
    forecast: Type.Boolean({ description: 'A prévia é de um dia que não tinha chegado: mostra o que virá, e não se fatura.' }),
    pauseReason: OrNull(Type.String()),
    error: OrNull(Type.String()),
    planHash: OrNull(Type.String()),
    counters: Type.Object(
      {
        due: Type.Integer({ description: 'Períodos decididos.' }),
        pending: Type.Integer(),
        billed: Type.Integer(),
        notBilled: Type.Integer(),
        parked: Type.Integer(),
      },
      { description: 'Dos períodos a faturar; as faturas que já existiam contam em emissions.' },
    ),
    totals: Type.Object({
      plannedCents: Type.Integer(),
      pendingCents: Type.Integer({ description: 'O que ainda será faturado; numa prévia, o que ela mostra.' }),
      billedCents: Type.Integer(),
      notBilledCents: Type.Integer(),
    }),
    emissions: Type.Object(
      {
        due: Type.Integer(),
        pending: Type.Integer(),
        emitted: Type.Integer(),
        notEmitted: Type.Integer({
          description: 'Continuam por emitir, à espera de aprovação ou do cliente em atraso; ou já não havia o que emitir.',
        }),
        parked: Type.Integer(),
        pendingCents: Type.Integer({ description: 'Das que faltam decidir, também as que esperam por algo.' }),
        emittedCents: Type.Integer(),
        goingOut: Type.Integer({ description: 'Das que faltam decidir, as que sairiam; o resto espera por algo.' }),
        goingOutCents: Type.Integer(),
        awaitingApproval: Type.Integer({ description: 'À espera de aprovação: não saem com esta execução, ou não saíram.' }),
        awaitingApprovalCents: Type.Integer(),
        customerOverdue: Type.Integer({ description: 'De cliente em atraso: não saem com esta execução, ou não saíram.' }),
        customerOverdueCents: Type.Integer(),
      },
      {
        description:
          'Faturas feitas antes, cujo dia de emissão chegou. Já foram faturadas: nenhum valor daqui é faturado de novo.',
      },
    ),
    outcomes: Type.Array(
      Type.Object({
        kind: OneOf(itemKinds),
        outcome: Type.String(),
        class: OneOf(outcomeClasses),
        items: Type.Integer(),
        netCents: Type.Integer(),
        sentence: Type.String(),
      }),
    ),
    createdAt: Type.String(),
    expiresAt: OrNull(Type.String()),
    finishedAt: OrNull(Type.String()),
    version: Type.Integer(),
  },
  { title: 'BillingRun' },
)

export function showRun(run: Run, tally: readonly Tally[]) {
  const bill = totalsOf(tally, 'bill')
  const emit = totalsOf(tally, 'emit')
  return {
    id: showId('billing_run', run.id),
    state: run.state,
    cause: run.cause,
    day: run.day,
    organization: run.organizationId === null ? null : showId('organization', run.organizationId),
    preview: run.previewed,
    forecast: run.filters.forecastFrom !== undefined,
    pauseReason: run.pauseReason,
    error: run.error,
    planHash: run.planHash,
    counters: {
      due: run.items - emit.due,
      pending: bill.items('pending'),
      billed: bill.items('billed'),
      notBilled: bill.items('not_billed'),
      parked: bill.items('parked'),
    },
    totals: {
      plannedCents: run.plannedCents,
      pendingCents: bill.netCents('pending'),
      billedCents: bill.netCents('billed'),
      notBilledCents: bill.netCents('not_billed') + bill.netCents('parked'),
    },
    emissions: {
      due: emit.due,
      pending: emit.items('pending'),
      emitted: emit.items('billed'),
      notEmitted: emit.items('not_billed'),
      parked: emit.items('parked'),
      pendingCents: emit.netCents('pending'),
      emittedCents: emit.netCents('billed'),
      ...emissionsShown(tally),
    },
    outcomes: tally.flatMap(row =>
      row.outcome === null
        ? []
        : [
            {
              kind: row.kind,
              outcome: row.outcome,
              class: row.outcomeClass,
              items: row.items,
              netCents: row.netCents,
              sentence: outcomeOf(row.kind, row.outcome).sentence,
            },
          ],
    ),
    createdAt: run.createdAt,
    expiresAt: run.expiresAt,
    finishedAt: run.finishedAt,
    version: run.version,
  }
}

/** What goes out and what waits, of a preview and of a run alike: one foresees what the other tells. */
function emissionsShown(tally: readonly Tally[]) {
  const emit = tally.filter(({ kind }) => kind === 'emit')
  const going = summed(emit.filter(({ outcomeClass, waits }) => outcomeClass === 'pending' && waits === null))
  const of = (wait: EmissionWait) => summed(emit.filter(({ outcome, waits }) => waits === wait || outcome === wait))
  const approval = of('awaiting_approval')
  const overdue = of('customer_overdue')
  return {
    goingOut: going.items,
    goingOutCents: going.netCents,
    awaitingApproval: approval.items,
    awaitingApprovalCents: approval.netCents,
    customerOverdue: overdue.items,
    customerOverdueCents: overdue.netCents,
  }
}

function summed(rows: readonly Tally[]) {
  return {
    items: rows.reduce((total, row) => total + row.items, 0),
    netCents: rows.reduce((total, row) => total + row.netCents, 0),
  }
}

function totalsOf(tally: readonly Tally[], kind: ItemKind) {
  const own = tally.filter(row => row.kind === kind)
  const of = (wanted: OutcomeClass) => summed(own.filter(row => row.outcomeClass === wanted))
  return {
    due: summed(own).items,
    items: (wanted: OutcomeClass) => of(wanted).items,
    netCents: (wanted: OutcomeClass) => of(wanted).netCents,
  }
}

const PlanAnswer = Type.Object(
  {
    termsVersion: Type.Integer(),
    competence: Type.String(),
    proration: OrNull(Type.Object({ days: Type.Integer(), of: Type.Integer() })),
    lines: Type.Array(
      Type.Object({
        source: OneOf(['rule', 'event']),
        serviceItem: OrNull(Type.String()),
        description: Type.String(),
        quantity: Type.String(),
        unitPrice: Type.String(),
        grossCents: Type.Integer(),
        discountCents: Type.Integer(),
      }),
    ),
    withholdings: Type.Array(Type.Object({ tax: Type.String(), rateMicros: Type.Integer(), amountCents: Type.Integer() })),
    installmentsCents: Type.Array(Type.Integer()),
  },
  { title: 'InvoicePlan' },
)

export const ItemAnswer = Type.Object(
  {
    item: Type.Integer(),
    kind: OneOf(itemKinds),
    customer: Type.Object({ id: Type.String(), name: Type.String() }),
    contract: Type.Object({ id: Type.String(), name: Type.String(), code: OrNull(Type.String()) }),
    rule: OrNull(Type.String()),
    periodStart: OrNull(Type.String()),
    periodEnd: OrNull(Type.String({ description: 'Primeiro dia depois do período.' })),
    scheduledOn: Type.String(),
    grossCents: Type.Integer(),
    discountCents: Type.Integer(),
    withheldCents: Type.Integer(),
    netCents: Type.Integer(),
    previousNetCents: OrNull(Type.Integer()),
    differenceCents: OrNull(Type.Integer()),
    differencePercent: OrNull(Type.String({ description: 'Em relação à última fatura da regra, com uma casa.' })),
    unusual: Type.Boolean(),
    planHash: OrNull(Type.String()),
    plan: OrNull(PlanAnswer),
    invoice: OrNull(Type.String()),
    number: OrNull(Type.Integer()),
    class: OneOf(outcomeClasses),
    outcome: OrNull(Type.String()),
    sentence: OrNull(Type.String()),
    detail: Type.Unknown(),
    allowedBy: OrNull(Type.String()),
    waits: OrNull(
      OneOf(emissionWaits, { description: 'De uma fatura que já existia e ainda não foi decidida: o que a impede de sair.' }),
    ),
  },
  { title: 'BillingRunItem' },
)

export function showItem(item: ShownItem) {
  const { plan, previousNetCents } = item
  const differenceCents = previousNetCents === null || item.planHash === null ? null : item.netCents - previousNetCents
  return {
    item: item.item,
    kind: item.kind,
    customer: { id: showId('customer', item.customerId), name: item.customerName },
    contract: { id: showId('contract', item.contractId), name: item.contractName, code: item.contractCode },
    rule: item.ruleId === null ? null : showId('invoice_rule', item.ruleId),
    periodStart: item.periodStart,
    periodEnd: item.periodEnd,
    scheduledOn: item.scheduledOn,
    grossCents: item.grossCents,
    discountCents: item.discountCents,
    withheldCents: item.withheldCents,
    netCents: item.netCents,
    previousNetCents,
    differenceCents,
    differencePercent: differenceCents === null || !previousNetCents ? null : percent(differenceCents, previousNetCents),
    unusual: item.unusual,
    planHash: item.planHash,
    plan: plan && {
      termsVersion: plan.termsVersion,
      competence: plan.competence,
      proration: plan.proration,
      lines: plan.lines.map(({ serviceItemId, eventPartId: _, ...line }) => ({
        ...line,
        serviceItem: serviceItemId === null ? null : showId('service_item', serviceItemId),
      })),
      withholdings: plan.withholdings
        .filter(isAsked)
        .map(({ tax, rateMicros, amountCents }) => ({ tax, rateMicros, amountCents })),
      installmentsCents: plan.installments,
    },
    // Before it is billed the id is only reserved: nothing has it yet.
    invoice:
      item.invoiceId !== null && (item.outcomeClass === 'billed' || item.kind === 'emit')
        ? showId('invoice', item.invoiceId)
        : null,
    number: item.outcomeClass === 'billed' ? item.number : null,
    class: item.outcomeClass,
    outcome: item.outcome,
    sentence: item.outcome === null ? null : outcomeSentence(item.kind, item.outcome, item.detail),
    detail: item.detail,
    allowedBy: item.allowedBy,
    waits: waitOf(item),
  }
}

function waitOf({ kind, outcomeClass, detail }: ShownItem): EmissionWait | null {
  if (kind !== 'emit' || outcomeClass !== 'pending') return null
  return emissionWaits.find(wait => wait === detail?.waits) ?? null
}

/** Tenths of a percent, in whole numbers: -12.5. */
function percent(difference: number, of: number): string {
  const tenths = Math.round((difference * 1000) / of)
  return `${tenths < 0 ? '-' : ''}${Math.trunc(Math.abs(tenths) / 10)}.${Math.abs(tenths) % 10}`
}
