import { contractOf } from '../../contracts/contract-store.ts'
import { rulesOfContract } from '../../contracts/rules/rule-store.ts'
import { found } from '../../core/current.ts'
import type { CivilDate } from '../../core/dates.ts'
import { overdueAmong } from '../../invoices/emit-many.ts'
import { calendarsOf } from '../../organizations/calendar.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { RunFilters } from '../billing-run.ts'
import { ruleFactsOf, waitingInvoices } from '../plan/facts-store.ts'
import type { ItemKind, OutcomeClass, OutcomeCode } from '../plan/outcomes.ts'
import { type PeriodDecision, type PlanChoice, planRule } from '../plan/plan-rule.ts'
import type { RuleFacts } from '../plan/rule-facts.ts'
import { billedThisMonth, type ClosedPeriod, closedThisMonth } from './kanban-store.ts'

/**
 * What a run of this contract bills that bills what somebody means who says "bill it": the oldest thing that is due, an invoice that waits
 * to be sent out before a period; where nothing is, the next period, unless one was billed this month. Whoever asks again because no
 * answer came means the period that was billed meanwhile.
 */
export type ContractVerdict = { filters: RunFilters; obstacle: null } | { filters: null; obstacle: Obstacle }

/** Why such a run would bill nothing. */
export interface Obstacle {
  kind: ItemKind
  outcomeClass: OutcomeClass
  outcome: OutcomeCode
  detail: Record<string, unknown> | null
  /** The invoice of what was billed already, or waits to be sent out. */
  invoiceId: number | null
  /** The period of this month is closed, and no invoice stands for it. */
  closed?: ClosedPeriod
}

/** What would come of billing a contract today by somebody's explicit choice. Decided by what decides a run; nothing is written. */
export function contractVerdict(ctx: Ctx, contractId: number): Promise<ContractVerdict> {
  return ctx.transact(async tx => {
    const { organizationId } = found(await contractOf(tx, contractId), 'Contrato não encontrado.')
    const calendars = await calendarsOf(tx, ctx.clock.now())
    const today = calendars.get(organizationId)?.today
    if (today === undefined) throw new Error(`no organization ${organizationId}, although it has a contract`)
    const waiting = await waitingOf(tx, contractId, today)
    const overdue = await overdueAmong(tx, waiting, calendars)
    const ready = waiting.find(({ id, approval }) => approval === 'approved' && !overdue.has(id))
    if (ready !== undefined) return { filters: { contracts: [contractId], only: { invoice: ready.id } }, obstacle: null }

    const living = (await rulesOfContract(tx, contractId)).filter(rule => rule.archivedAt === null)
    const rules = await ruleFactsOf(
      tx,
      living.map(rule => rule.id),
    )
    const due = decisionsOf(rules, { day: today, catchUp: true })
    const oldest = firstBilled(due)
    const bills = (only: Decided, how: Pick<RunFilters, 'catchUp' | 'ahead'>): ContractVerdict => ({
      filters: { contracts: [contractId], ...how, only: { rule: only.ruleId, period: only.period.startsOn } },
      obstacle: null,
    })
    if (oldest !== undefined) return bills(oldest, { catchUp: true })
    const held = due.find(({ verdict }) => verdict.kind === 'hold')
    const [waits] = waiting
    if (waits !== undefined || held !== undefined)
      return { filters: null, obstacle: waits ? stillWaits(waits) : obstacleOf(held) }
    const invoiceId = await billedThisMonth(tx, contractId, today)
    if (invoiceId !== null) return { filters: null, obstacle: { ...nothing, outcome: 'already_billed', invoiceId } }
    // Billing the next one in its place would skip this month's without a word.
    const closed = await closedThisMonth(tx, contractId, today)
    if (closed !== null) return { filters: null, obstacle: { ...nothing, outcome: 'already_billed', closed } }
    const ahead = decisionsOf(rules, { day: today, ahead: true })
    const next = firstBilled(ahead)
    if (next !== undefined) return bills(next, { ahead: true })
    return { filters: null, obstacle: obstacleOf(ahead.find(({ verdict }) => verdict.kind === 'hold') ?? ahead[0]) }
  })
}

type Decided = PeriodDecision & { ruleId: number }

function decisionsOf(rules: readonly RuleFacts[], choice: PlanChoice): Decided[] {
  return rules.flatMap(rule => planRule(rule, choice).map(decision => ({ ...decision, ruleId: rule.ruleId })))
}

/** The one whose day came first. */
function firstBilled(decisions: readonly Decided[]): Decided | undefined {
  const billed = decisions.filter(({ verdict }) => verdict.kind === 'bill')
  const keyOf = ({ period }: Decided) => `${period.scheduledOn} ${period.startsOn}`
  return billed.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0))[0]
}

const nothing = { kind: 'bill', outcomeClass: 'not_billed', detail: null, invoiceId: null } as const

function stillWaits({ id, approval }: { id: number; approval: 'approved' | 'blocked' }): Obstacle {
  return { ...nothing, kind: 'emit', outcome: approval === 'blocked' ? 'awaiting_approval' : 'customer_overdue', invoiceId: id }
}

function obstacleOf(decision: Decided | undefined): Obstacle {
  const verdict = decision?.verdict
  if (verdict === undefined || verdict.kind === 'bill') return { ...nothing, outcome: 'not_yet_due' }
  return { ...nothing, outcome: verdict.reason, detail: verdict.kind === 'hold' ? verdict.detail : null }
}

/** Of its invoices those that were made before and whose day has come, in order. */
function waitingOf(tx: Reader, contractId: number, day: CivilDate) {
  const selection = {
    day,
    contracts: [contractId],
    organizationId: null,
    customers: null,
    rules: null,
    runId: 0,
    onlyByItself: false,
    // As a run does that names the contract.
    takenBack: true,
    isShown: false,
    invoice: null,
  }
  return waitingInvoices(tx, selection, 0, 1000)
}
