import { contractsOf } from '../contracts/contract-store.ts'
import { rulesOf } from '../contracts/rules/rule-store.ts'
import { addMillis, addMonths, type CivilDate, formatDate } from '../core/dates.ts'
import { Faults } from '../core/faults.ts'
import { refuse } from '../core/refusal.ts'
import { customersOf } from '../customers/customer-store.ts'
import { calendarsOf } from '../organizations/calendar.ts'
import { organizationOf } from '../organizations/organization-store.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { dateWork } from '../platform/due-work.ts'
import { record } from '../platform/history.ts'
import { takeIds } from '../platform/ids.ts'
import { FORECAST_MONTHS, PREVIEW_HOURS, type RunCause, type RunFilters, type RunState } from './billing-run.ts'
import { EXPIRE_PREVIEW } from './expire-preview.ts'
import { hasRunBounds } from './item-store.ts'
import { WORK_RUN } from './move-run.ts'
import { insertRun, type Run } from './run-store.ts'

export interface StartRun {
  /** Today of the organizations where it is not given. */
  day?: CivilDate | undefined
  organizationId?: number | undefined
  filters?: RunFilters | undefined
  preview?: boolean | undefined
  cause?: RunCause | undefined
}

/** Makes a run and dates its work; workers do the rest. A day that an organization has not reached is only looked at. */
export async function startRun(ctx: Ctx, asked: StartRun): Promise<Run> {
  const run = await ctx.transact(tx => insertStartedRun(tx, ctx, asked))
  if (!run) throw new Error('a run of a person is always made')
  return run
}

/** In the caller's transaction. Null when the scheduler has its run of that organization and day already. */
export async function insertStartedRun(tx: Tx, ctx: Ctx, asked: StartRun): Promise<Run | null> {
  const today = await todayOf(tx, ctx, asked.organizationId)
  const { day = today } = asked
  refuseTooFar(day, today, asked)
  refuseAheadOfAll(asked.filters ?? {})
  await refuseUnknown(tx, asked.filters ?? {})
  const previewed = asked.preview === true
  const createdAt = ctx.clock.now()
  const organizationId = asked.organizationId ?? null
  const id = await takeIds(tx, 'billing_run')
  const run = {
    id,
    state: await firstState(tx, previewed, organizationId),
    cause: asked.cause ?? 'person',
    day,
    organizationId,
    filters: { ...asked.filters, ...(day > today && { forecastFrom: today }) },
    previewed,
    createdAt,
    expiresAt: previewed ? addMillis(createdAt, PREVIEW_HOURS * 3_600_000) : null,
  }
  if (!(await insertRun(tx, run))) return null
  await dateWork(tx, WORK_RUN, id, createdAt)
  if (run.expiresAt) await dateWork(tx, EXPIRE_PREVIEW, id, run.expiresAt)
  await record(tx, ctx, [{ action: 'create', subject: { noun: 'billing_run', id, version: 1 }, after: { ...run } }])
  return { ...run, ...untouched }
}

/** Nothing can stop a run without bounds before its first chunk, so its first chunk does not wait for its last page. */
async function firstState(tx: Tx, previewed: boolean, organizationId: number | null): Promise<RunState> {
  if (previewed) return 'previewing'
  return (await hasRunBounds(tx, organizationId)) ? 'preparing' : 'running'
}

/** A run that nobody has worked on. */
const untouched = {
  pauseReason: null,
  error: null,
  items: 0,
  decided: false,
  plannedCents: 0,
  planHash: null,
  decidedCustomerId: null,
  decidedRuleId: null,
  decidedInvoiceId: null,
  decidedItem: 0,
  boundsAllowed: false,
  version: 1,
  finishedAt: null,
} satisfies Partial<Run>

/** A run of what does not exist would end at once and bill nothing: who mistyped an id would take that for "nothing is due". */
async function refuseUnknown(tx: Tx, { contracts = [], customers = [], rules = [] }: RunFilters): Promise<void> {
  const faults = new Faults()
  const look = async (filter: string, ids: readonly number[], found: LookUp, code: string, sentence: string) => {
    if (ids.length === 0) return
    const known = await found(tx, ids)
    ids.forEach((id, i) => {
      if (!known.has(id)) faults.add(`/filters/${filter}/${i}`, code, sentence)
    })
  }
  await look('contracts', contracts, contractsOf, 'unknown_contract', 'Este contrato não existe.')
  await look('customers', customers, customersOf, 'unknown_customer', 'Este cliente não existe.')
  await look('rules', rules, rulesOf, 'unknown_rule', 'Esta regra não existe.')
  faults.refuseIfAny()
}

type LookUp = (tx: Tx, ids: readonly number[]) => Promise<ReadonlyMap<number, unknown>>

/** The earliest day that it is with those who bill. */
async function todayOf(tx: Tx, ctx: Ctx, organizationId: number | undefined): Promise<CivilDate> {
  if (organizationId !== undefined && !(await organizationOf(tx, organizationId))) {
    refuse('unknown_organization', 'Organização não encontrada.', { path: '/organization' })
  }
  const days = await calendarsOf(tx, ctx.clock.now())
  const todays = [...days].filter(([id]) => organizationId === undefined || id === organizationId).map(([, day]) => day.today)
  return (
    todays.sort()[0] ??
    refuse(
      'no_organization',
      'A conta ainda não tem organização: cadastre a empresa que fatura (no comando, bordero init) e repita.',
    )
  )
}

function refuseTooFar(day: CivilDate, today: CivilDate, { preview }: StartRun): void {
  const details = { today }
  if (day > today && preview !== true) {
    const sentence = `Este dia ainda não chegou: fatura-se até hoje, ${formatDate(today)}. O que virá até lá, uma prévia do dia mostra.`
    refuse('day_in_the_future', sentence, { path: '/day', details })
  }
  const last = addMonths(today, FORECAST_MONTHS)
  if (day > last) {
    const sentence = `Uma prévia mostra até ${FORECAST_MONTHS} meses à frente: peça a de um dia até ${formatDate(last)}.`
    refuse('day_too_far', sentence, { path: '/day', details: { ...details, last } })
  }
}

/** Whoever bills ahead says what: of all it would bill a second period of what is due, and nothing of what is not. */
function refuseAheadOfAll({ ahead, contracts, rules }: RunFilters): void {
  if (ahead !== true || contracts !== undefined || rules !== undefined) return
  const sentence =
    'Para antecipar, diga o que antecipar: os contratos ou as regras. O que virá de todos até um dia, uma prévia desse dia mostra.'
  refuse('ahead_of_all', sentence, { path: '/filters/ahead' })
}
