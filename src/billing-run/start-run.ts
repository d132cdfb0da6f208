import { contractsOf } from '../contracts/contract-store.ts'
import { rulesOf } from '../contracts/rules/rule-store.ts'
import { addMillis, type CivilDate } from '../core/dates.ts'
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
import { PREVIEW_HOURS, type RunCause, type RunFilters } from './billing-run.ts'
import { EXPIRE_PREVIEW } from './expire-preview.ts'
import { WORK_RUN } from './move-run.ts'
import { insertRun, type Run, runById } from './run-store.ts'

export interface StartRun {
  /** Today of the organizations where it is not given. */
  day?: CivilDate | undefined
  organizationId?: number | undefined
  filters?: RunFilters | undefined
  preview?: boolean | undefined
  cause?: RunCause | undefined
}

/** Makes a run and dates its work; workers do the rest. Refuses a day that an organization has not reached. */
export async function startRun(ctx: Ctx, asked: StartRun): Promise<Run> {
  const run = await ctx.transact(tx => insertStartedRun(tx, ctx, asked))
  if (!run) throw new Error('a run of a person is always made')
  return run
}

/** In the caller's transaction. Null when the scheduler has its run of that organization and day already. */
export async function insertStartedRun(tx: Tx, ctx: Ctx, asked: StartRun): Promise<Run | null> {
  const day = await dayOf(tx, ctx, asked)
  await refuseUnknown(tx, asked.filters ?? {})
  const previewed = asked.preview === true
  const createdAt = ctx.clock.now()
  const id = await takeIds(tx, 'billing_run')
  const run = {
    id,
    state: previewed ? ('previewing' as const) : ('preparing' as const),
    cause: asked.cause ?? 'person',
    day,
    organizationId: asked.organizationId ?? null,
    filters: asked.filters ?? {},
    previewed,
    createdAt,
    expiresAt: previewed ? addMillis(createdAt, PREVIEW_HOURS * 3_600_000) : null,
  }
  if (!(await insertRun(tx, run))) return null
  await dateWork(tx, WORK_RUN, id, createdAt)
  if (run.expiresAt) await dateWork(tx, EXPIRE_PREVIEW, id, run.expiresAt)
  await record(tx, ctx, [{ action: 'create', subject: { noun: 'billing_run', id, version: 1 }, after: { ...run } }])
  return runById(tx, id)
}

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

async function dayOf(tx: Tx, ctx: Ctx, asked: StartRun): Promise<CivilDate> {
  const { organizationId } = asked
  if (organizationId !== undefined && !(await organizationOf(tx, organizationId))) {
    refuse('unknown_organization', 'Organização não encontrada.', { path: '/organization' })
  }
  const days = await calendarsOf(tx, ctx.clock.now())
  const todays = [...days].filter(([id]) => organizationId === undefined || id === organizationId).map(([, day]) => day.today)
  const earliest = todays.sort()[0]
  if (!earliest) return refuse('no_organization', 'Cadastre a organização que fatura antes de faturar.')
  if (asked.day !== undefined && asked.day > earliest) {
    refuse('day_in_the_future', 'O dia do faturamento ainda não chegou para a organização.', {
      path: '/day',
      details: { today: earliest },
    })
  }
  return asked.day ?? earliest
}
