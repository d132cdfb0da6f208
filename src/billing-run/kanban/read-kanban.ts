import { type NamedContract, type NamedCustomer, partiesOf } from '../../contracts/parties.ts'
import type { CivilDate } from '../../core/dates.ts'
import { refuse } from '../../core/refusal.ts'
import { overdueAmong } from '../../invoices/emit-many.ts'
import { type Calendar, calendarsOf } from '../../organizations/calendar.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Reader } from '../../platform/db/db.ts'
import { describeFailure } from '../describe-failure.ts'
import { ruleFactsOf, waitingInvoices } from '../plan/facts-store.ts'
import { emissionItems } from '../plan/items-of-rule.ts'
import { emissionWaits } from '../plan/outcomes.ts'
import { type PeriodDecision, planRule } from '../plan/plan-rule.ts'
import type { RuleFacts } from '../plan/rule-facts.ts'
import { type Column, type DueThing, earlierSentence, inOrderOfReason, type Reason, reasonOf, standingReason } from './kanban.ts'
import { type BoardCard, type BoardCounts, countBoard, dueRulesOf, listCards } from './kanban-store.ts'

/** How many contracts stand in each column today. "Today" is each organization's. */
export function readBoard(ctx: Ctx, organizationId: number | null): Promise<BoardCounts> {
  return ctx.transact(async tx => countBoard(tx, await calendarsFor(tx, ctx, organizationId), organizationId))
}

export interface Card {
  contract: NamedContract
  customer: NamedCustomer
  organizationId: number
  today: CivilDate
  reason: Reason
  /** Periods before the latest one that is due, which wait for somebody's choice. */
  earlierOpen: number
  /** What a run would decide of it, as it would; none in the other columns. */
  due: (DueThing & Reason)[]
}

/** Cards of a column in order of contract, from the one after `after`; one more than `limit` when there are further ones. */
export function readColumn(
  ctx: Ctx,
  of: { column: Column; organizationId: number | null },
  after: number,
  limit: number,
): Promise<Card[]> {
  return ctx.transact(async tx => {
    const calendars = await calendarsFor(tx, ctx, of.organizationId)
    const rows = await listCards(tx, calendars, of, after, limit + 1)
    const parties = await partiesOf(tx, rows)
    const due = of.column === 'due_today' ? await dueThingsOf(tx, rows, calendars) : new Map<number, DueThing[]>()
    return rows.map(row => {
      const things = inOrderOfReason(due.get(row.contractId) ?? []).map(thing => ({ ...thing, ...reasonOf(thing) }))
      const { organizationId, today } = row
      const earlierOpen = things.filter(({ heldBy }) => heldBy === 'needs_catch_up').length
      return { ...parties(row), organizationId, today, reason: reasonFor(of.column, row, things), earlierOpen, due: things }
    })
  })
}

function reasonFor(column: Column, row: BoardCard, things: readonly (DueThing & Reason)[]): Reason {
  if (column !== 'due_today') return standingReason(column, row)
  const [first] = things
  if (first === undefined) throw new Error(`contract ${row.contractId} stands among what is due, and nothing of it is`)
  const others = things.filter(thing => thing !== first && thing.heldBy === 'needs_catch_up').length
  return { code: first.code, sentence: `${first.sentence}${earlierSentence(others)}` }
}

async function calendarsFor(tx: Reader, ctx: Ctx, organizationId: number | null): Promise<Map<number, Calendar>> {
  const calendars = await calendarsOf(tx, ctx.clock.now())
  if (organizationId !== null && !calendars.has(organizationId)) {
    refuse('unknown_organization', 'Organização não encontrada.', { path: '/organization' })
  }
  return calendars
}

/** By contract. Decided by what decides a run: nothing of it is said a second time here. */
async function dueThingsOf(
  tx: Reader,
  cards: readonly BoardCard[],
  calendars: ReadonlyMap<number, Calendar>,
): Promise<Map<number, DueThing[]>> {
  const rules = await ruleFactsOf(tx, await dueRulesOf(tx, cards))
  const periods = rules.flatMap(rule => {
    const day = calendars.get(rule.organizationId)?.today
    return day === undefined ? [] : thingsOfRule(rule, day).map(thing => [rule.contractId, thing] as const)
  })
  const invoices = await waitingThings(tx, cards, calendars)
  const all = Map.groupBy([...periods, ...invoices], ([contractId]) => contractId)
  return new Map([...all].map(([contractId, pairs]) => [contractId, pairs.map(([, thing]) => thing)]))
}

function thingsOfRule(rule: RuleFacts, day: CivilDate): DueThing[] {
  try {
    return planRule(rule, { day }).map(decision => thingOf(rule, decision))
  } catch (error) {
    return [{ ...blank, ruleId: rule.ruleId, scheduledOn: day, heldBy: 'failed', detail: describeFailure(error) }]
  }
}

function thingOf({ ruleId }: RuleFacts, { period, verdict }: PeriodDecision): DueThing {
  return {
    ...blank,
    ruleId,
    startsOn: period.startsOn,
    endsOn: period.endsOn,
    scheduledOn: period.scheduledOn,
    netCents: verdict.kind === 'uncharged' ? 0 : (verdict.plan?.netCents ?? 0),
    heldBy: verdict.kind === 'hold' ? verdict.reason : null,
    isUncharged: verdict.kind === 'uncharged',
    detail: verdict.kind === 'hold' ? verdict.detail : verdict.kind === 'uncharged' ? { reason: verdict.reason } : null,
  }
}

async function waitingThings(tx: Reader, cards: readonly BoardCard[], calendars: ReadonlyMap<number, Calendar>) {
  const [first, ...others] = cards.map(card => card.today)
  if (first === undefined) return []
  const selection = {
    runId: 0,
    // Of organizations in other time zones it may be another day; those whose day has not come are left out below.
    day: others.reduce((latest, day) => (day > latest ? day : latest), first),
    organizationId: null,
    contracts: cards.map(card => card.contractId),
    customers: null,
    rules: null,
    onlyByItself: false,
    takenBack: false,
    isShown: false,
    invoice: null,
  }
  const todays = new Map(cards.map(card => [card.contractId, card.today]))
  const waiting = await waitingInvoices(tx, selection, 0, Number.MAX_SAFE_INTEGER)
  const own = waiting.filter(invoice => invoice.estimatedIssueOn <= (todays.get(invoice.contractId) ?? first))
  const items = emissionItems(own, await overdueAmong(tx, own, calendars), { cause: 'person' })
  return items.map(({ contractId, detail, ...item }) => {
    const heldBy = emissionWaits.find(wait => wait === detail?.waits) ?? null
    const thing: DueThing = {
      ...blank,
      kind: 'invoice',
      ruleId: item.ruleId,
      invoiceId: item.invoiceId,
      startsOn: item.periodStart,
      endsOn: item.periodEnd,
      scheduledOn: item.scheduledOn,
      netCents: item.netCents,
      heldBy,
    }
    return [contractId, thing] as const
  })
}

const blank = {
  kind: 'period',
  ruleId: null,
  invoiceId: null,
  startsOn: null,
  endsOn: null,
  netCents: 0,
  heldBy: null,
  isUncharged: false,
  detail: null,
} as const
