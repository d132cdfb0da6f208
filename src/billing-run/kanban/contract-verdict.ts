import { contractOf } from '../../contracts/contract-store.ts'
import { rulesOfContract } from '../../contracts/rules/rule-store.ts'
import { found } from '../../core/current.ts'
import type { CivilDate } from '../../core/dates.ts'
import { calendarOf } from '../../organizations/calendar.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Reader } from '../../platform/db/db.ts'
import { ruleFactsOf, waitingInvoices } from '../plan/facts-store.ts'
import type { ItemKind, OutcomeClass, OutcomeCode } from '../plan/outcomes.ts'
import { type PlanChoice, planRule, type Verdict } from '../plan/plan-rule.ts'
import type { RuleFacts } from '../plan/rule-facts.ts'
import { isBilledThisMonth } from './kanban-store.ts'

export interface ContractVerdict {
  /**
   * With what a run of this contract bills what somebody means who says "bill it": what is due, else what was left open, else the next
   * period, unless one was billed this month. Whoever asks again because no answer came means the period that was billed meanwhile.
   */
  choice: { catchUp?: true; ahead?: true }
  /** Why such a run would bill nothing; null: it bills. */
  obstacle: Obstacle | null
}

export interface Obstacle {
  kind: ItemKind
  outcomeClass: OutcomeClass
  outcome: OutcomeCode
  detail: Record<string, unknown> | null
}

/** What would come of billing a contract today by somebody's explicit choice. Decided by what decides a run; nothing is written. */
export function contractVerdict(ctx: Ctx, contractId: number): Promise<ContractVerdict> {
  return ctx.transact(async tx => {
    const { organizationId } = found(await contractOf(tx, contractId), 'Contrato não encontrado.')
    const { today } = await calendarOf(tx, ctx.clock.now(), organizationId)
    const approvals = await waitingApprovals(tx, contractId, today)
    if (approvals.includes('approved')) return { choice: {}, obstacle: null }
    const living = (await rulesOfContract(tx, contractId)).filter(rule => rule.archivedAt === null)
    const rules = await ruleFactsOf(
      tx,
      living.map(rule => rule.id),
    )
    const choice = choiceFor(verdictsOf(rules, { day: today }))
    const verdicts = verdictsOf(rules, { day: today, ...choice })
    if (choice.ahead && (await isBilledThisMonth(tx, contractId, today))) return { choice, obstacle: alreadyBilled }
    if (verdicts.some(isBilled)) return { choice, obstacle: null }
    const isBlocked = approvals.length > 0
    return { choice, obstacle: isBlocked ? awaitingApproval : obstacleOf(verdicts) }
  })
}

function verdictsOf(rules: readonly RuleFacts[], choice: PlanChoice): Verdict[] {
  return rules.flatMap(rule => planRule(rule, choice)).map(({ verdict }) => verdict)
}

function isBilled({ kind }: Verdict): boolean {
  return kind === 'bill'
}

function choiceFor(due: readonly Verdict[]): ContractVerdict['choice'] {
  if (due.some(isBilled)) return {}
  if (due.some(verdict => verdict.kind === 'hold' && verdict.reason === 'needs_catch_up')) return { catchUp: true }
  return due.some(({ kind }) => kind === 'hold') ? {} : { ahead: true }
}

const alreadyBilled: Obstacle = { kind: 'bill', outcomeClass: 'not_billed', outcome: 'already_billed', detail: null }
const awaitingApproval: Obstacle = { kind: 'emit', outcomeClass: 'not_billed', outcome: 'awaiting_approval', detail: null }

function obstacleOf(verdicts: readonly Verdict[]): Obstacle {
  const verdict = verdicts.find(({ kind }) => kind === 'hold') ?? verdicts[0]
  const base = { kind: 'bill', outcomeClass: 'not_billed', detail: null } as const
  if (verdict === undefined || verdict.kind === 'bill') return { ...base, outcome: 'not_yet_due' }
  return { ...base, outcome: verdict.reason, detail: verdict.kind === 'hold' ? verdict.detail : null }
}

/** Of its invoices that were made before and whose day has come: how their approval stands. */
async function waitingApprovals(tx: Reader, contractId: number, day: CivilDate) {
  const waiting = await waitingInvoices(
    tx,
    {
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
    },
    0,
    1000,
  )
  return waiting.map(({ approval }) => approval)
}
