import { dayInZone, type Instant } from '../core/dates.ts'
import type { Noun } from '../core/ids.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { checkBilled } from './derived/check-billed.ts'
import { checkCancelled } from './derived/check-cancelled.ts'
import { checkCredits, checkInvoiceCents, checkReceivables } from './derived/check-cents.ts'
import { checkDifferences } from './derived/check-differences.ts'
import { checkDue } from './derived/check-due.ts'
import { checkDueDates } from './derived/check-due-dates.ts'
import { checkEvents } from './derived/check-events.ts'
import { checkIds } from './derived/check-ids.ts'
import { itemsAfter, type Place } from './derived/check-items.ts'
import { checkLedger } from './derived/check-ledger.ts'
import { checkLinks } from './derived/check-links.ts'
import { checkNumbers, numbersAfter, organizationsOf } from './derived/check-numbers.ts'
import { anyReadjustment, checkReadjustments, checkReadjustmentWork } from './derived/check-readjustments.ts'
import { checkRenegotiated, checkRenegotiations } from './derived/check-renegotiations.ts'
import { checkSchedules } from './derived/check-schedules.ts'
import { anyShare, checkSharesOfInvoices, checkSharesOfRules } from './derived/check-shares.ts'
import { checkUnreadjusted } from './derived/check-unreadjusted.ts'
import { checkUnused } from './derived/check-unused.ts'
import { checkTurns, checkWork } from './derived/check-work.ts'
import { checkZones } from './derived/check-zones.ts'
import type { FindingCode, Found, InformationCode } from './findings.ts'
import type { Ids, Stretch } from './ids.ts'
import { ask, chunks, countOf, inLanes, rowsAtOnce, stretchesOf, type Walk } from './pages.ts'
import type { Tally } from './tally.ts'
import { checkGone, checkGoneReceivables, type LastingNoun } from './told/check-gone.ts'
import { checkEntries, checkReceivableVersions, checkSeals, checkVersions, type VersionedNoun } from './told/check-history.ts'
import { checkToldAdjustments } from './told/check-told-adjustments.ts'
import { checkToldContracts } from './told/check-told-contracts.ts'
import { checkToldEvents } from './told/check-told-events.ts'
import { checkToldHolidays } from './told/check-told-holidays.ts'
import { checkToldInvoices } from './told/check-told-invoices.ts'
import { checkToldOrganizations } from './told/check-told-organizations.ts'
import { checkToldCredits, checkToldCustomers, checkToldReceivables } from './told/check-told-parties.ts'
import { checkToldPlans } from './told/check-told-plans.ts'
import { checkToldReadjustments } from './told/check-told-readjustments.ts'
import { checkToldReceipts } from './told/check-told-receipts.ts'
import { checkToldRenegotiations } from './told/check-told-renegotiations.ts'
import { checkToldRules } from './told/check-told-rules.ts'
import { checkToldRuns } from './told/check-told-runs.ts'
import { checkToldSchedules } from './told/check-told-schedules.ts'
import { checkToldSubscriptions } from './told/check-told-subscriptions.ts'
import { checkToldTerms } from './told/check-told-terms.ts'
import { rulesDue, rulesUncharged, type Since, type Touched, touchedIn, touchedRuns } from './touched.ts'
import { askOnce, findAmong } from './unreadable.ts'
import { firstEntryAfter, type Head } from './verification-store.ts'

/** What of an account is looked at. */
export interface Plan {
  mode: 'full' | 'incremental' | 'since'
  head: Head
  /** Only what was touched by the history after this seal; null: everything. */
  touchedAfter: number | null
  /** Only seals after this one, and their entries; 0: the whole chain. */
  sealsAfter: number
}

/** Carries out a plan. Two connections share it where there are two; the embedded database has one. */
export async function walkThrough(ctx: Ctx, plan: Plan, tally: Tally, signal?: AbortSignal): Promise<void> {
  const lanes = ctx.db.engine === 'postgres' ? 2 : 1
  const asking = { ctx, tally, signal }
  const spared = new Set<Check>()
  if ((await askOnce(asking, anyReadjustment.name, anyReadjustment)) === false) for (const one of ofReadjustments) spared.add(one)
  if ((await askOnce(asking, anyShare.name, anyShare)) === false) for (const one of ofShares) spared.add(one)
  const walk = { ...asking, lanes, rows: rowsAtOnce(ctx), spared }
  await walkHistory(walk, plan)
  const unknownZones = await findOnce(walk, checkZones)
  await findOnce(walk, checkToldOrganizations)
  // No day can be told there: the rest is looked at once there is a zone again, and no verification that found something is a checkpoint.
  if (unknownZones > 0) return
  if (plan.touchedAfter === null) await walkEverything(walk)
  else await walkTouched(walk, { after: plan.touchedAfter, until: plan.head.seal })
  await findOnce(walk, checkToldHolidays)
  await findOnce(walk, checkToldPlans)
  for (const noun of ['organization', 'plan'] as const) await findOnce(walk, tx => checkGone(tx, noun, ALL), 'checkGone')
  await findOnce(walk, tx => checkWork(tx, ctx.clock.now()), 'checkWork')
  await findOnce(walk, tx => checkIds(tx, ctx.account), 'checkIds')
  await checkAllDue(walk)
  await checkAllCancelled(walk)
}

interface Walking {
  ctx: Ctx
  tally: Tally
  lanes: number
  rows: number
  signal: AbortSignal | undefined
  /** What would find nothing to look at in this account. */
  spared: ReadonlySet<Check>
}

const ALL: Stretch = { from: 0, to: Number.MAX_SAFE_INTEGER }

type Check = (tx: Tx, ids: Ids, now: Instant) => Promise<readonly Found<FindingCode | InformationCode>[]>

type Subject =
  | 'contracts'
  | 'subscriptions'
  | 'rules'
  | 'readjustments'
  | 'invoices'
  | 'receivables'
  | 'renegotiations'
  | 'schedules'
  | 'events'
  | 'customers'
  | 'credits'
  | 'runs'

/** Every check that belongs to the ids of a walk. */
const checksOf: Record<Subject, readonly Check[]> = {
  contracts: [checkToldContracts, checkTurns, versionsOf('contract'), goneOf('contract')],
  subscriptions: [checkToldSubscriptions, goneOf('subscription')],
  rules: [
    checkLedger,
    checkDifferences,
    checkUnused,
    checkReadjustments,
    checkUnreadjusted,
    checkReadjustmentWork,
    checkToldReadjustments,
    checkToldTerms,
    checkToldRules,
    checkSharesOfRules,
    versionsOf('invoice_rule'),
    goneOf('invoice_rule'),
  ],
  readjustments: [goneOf('readjustment')],
  invoices: [
    checkLinks,
    checkBilled,
    checkInvoiceCents,
    checkDueDates,
    checkToldInvoices,
    checkToldAdjustments,
    checkSharesOfInvoices,
    versionsOf('invoice'),
    goneOf('invoice'),
  ],
  receivables: [
    checkReceivables,
    checkRenegotiated,
    checkReceivableVersions,
    checkToldReceivables,
    checkToldReceipts,
    checkGoneReceivables,
  ],
  renegotiations: [checkRenegotiations, checkToldRenegotiations, versionsOf('renegotiation'), goneOf('renegotiation')],
  schedules: [checkSchedules, checkToldSchedules, versionsOf('schedule'), goneOf('schedule')],
  events: [checkEvents, checkToldEvents, versionsOf('billing_event'), goneOf('billing_event')],
  customers: [checkToldCustomers, goneOf('customer')],
  credits: [checkCredits, checkToldCredits],
  runs: [checkToldRuns, goneOf('billing_run')],
}

/** Most accounts have none: there they are not asked a few hundred times. */
const ofReadjustments: ReadonlySet<Check> = new Set([
  checkReadjustments,
  checkUnreadjusted,
  checkReadjustmentWork,
  checkToldReadjustments,
])
const ofShares: ReadonlySet<Check> = new Set([checkSharesOfRules, checkSharesOfInvoices])

/** What the ids of a walk are of. */
const nouns: Record<Subject, Noun> = {
  contracts: 'contract',
  subscriptions: 'subscription',
  rules: 'invoice_rule',
  readjustments: 'readjustment',
  invoices: 'invoice',
  receivables: 'receivable',
  schedules: 'schedule',
  renegotiations: 'renegotiation',
  events: 'billing_event',
  customers: 'customer',
  credits: 'customer',
  runs: 'billing_run',
}

function versionsOf(noun: VersionedNoun): Check {
  return named(checkVersions.name, (tx, ids) => checkVersions(tx, noun, ids))
}

function goneOf(noun: LastingNoun): Check {
  return named(checkGone.name, (tx, ids) => checkGone(tx, noun, ids))
}

/** As who reads a finding, or the log, is to know it. */
function named(name: string, check: Check): Check {
  return Object.defineProperty(check, 'name', { value: name })
}

async function check(walking: Walking, subject: Subject, ids: Ids): Promise<void> {
  const { ctx, tally, spared } = walking
  for (const one of checksOf[subject]) {
    if (spared.has(one)) continue
    const asked = { check: one.name, noun: nouns[subject] }
    await findAmong(walking, asked, ids, (tx, among) => one(tx, among, ctx.clock.now()))
  }
  // Counted with their contracts, rules and receivables.
  if (subject === 'subscriptions' || subject === 'readjustments' || subject === 'renegotiations') return
  tally.count(subject, await ask(ctx, tx => countOf(tx, subject, ids)))
  if (subject === 'rules') tally.count('periods', await ask(ctx, tx => countOf(tx, 'periods', ids)))
  if (subject === 'schedules') tally.count('occurrences', await ask(ctx, tx => countOf(tx, 'occurrences', ids)))
}

/** Adds what is found of the account as a whole; how much that is. */
async function findOnce(
  walking: Walking,
  question: (tx: Tx) => Promise<readonly Found<FindingCode | InformationCode>[]>,
  name = question.name,
): Promise<number> {
  const found = (await askOnce(walking, name, question)) ?? []
  walking.tally.add(found)
  return found.length
}

// --- The chain ---

async function walkHistory(walking: Walking, plan: Plan): Promise<void> {
  const { ctx, tally, lanes } = walking
  await inLanes(lanes, stretchesOf(ctx, ['seals'], plan.sealsAfter + 1), async stretch => {
    await findOnce(walking, tx => checkSeals(tx, stretch), checkSeals.name)
    tally.count('seals', await ask(ctx, tx => countOf(tx, 'seals', stretch)))
  })
  const first = plan.sealsAfter === 0 ? 0 : await ask(ctx, tx => firstEntryAfter(tx, plan.sealsAfter))
  await inLanes(lanes, stretchesOf(ctx, ['entries'], first), async stretch => {
    await findOnce(walking, tx => checkEntries(tx, stretch, plan.sealsAfter), checkEntries.name)
    tally.count('entries', await ask(ctx, tx => countOf(tx, 'entries', stretch)))
  })
}

// --- Everything ---

const subjects = [
  'contracts',
  'subscriptions',
  'rules',
  'readjustments',
  'invoices',
  'receivables',
  'renegotiations',
  'schedules',
  'events',
  'customers',
  'credits',
  'runs',
] as const satisfies readonly Subject[]

/** What else belongs to the ids and may be much. */
const besides: Partial<Record<Subject, Walk>> = { rules: 'periods', invoices: 'lines', schedules: 'occurrences', events: 'parts' }

async function walkEverything(walking: Walking): Promise<void> {
  const { ctx, lanes } = walking
  for (const subject of subjects) {
    const beside = besides[subject]
    const along = beside === undefined ? [subject] : [subject, beside]
    await inLanes(lanes, stretchesOf(ctx, along), stretch => check(walking, subject, stretch))
  }
  await walkNumbers(walking)
  await walkItems(walking, ALL)
}

async function walkItems(walking: Walking, runs: Stretch): Promise<void> {
  const first: Place = { runId: 0, item: 0 }
  await walkPages(walking, itemsAfter.name, first, (tx, after) => itemsAfter(tx, runs, after, walking.rows))
}

async function walkNumbers(walking: Walking): Promise<void> {
  for (const organizationId of await ask(walking.ctx, organizationsOf)) {
    await walkPages(walking, numbersAfter.name, 0, (tx, after) => numbersAfter(tx, organizationId, after, walking.rows * 5))
  }
}

/** Page after page, each from where the one before ended. What a page that cannot be read would have led to is not looked at. */
async function walkPages<P>(
  walking: Walking,
  name: string,
  first: P,
  pageAfter: (tx: Tx, after: P) => Promise<{ found: readonly Found<FindingCode | InformationCode>[]; last: P | null }>,
): Promise<void> {
  for (let after: P | null = first; after !== null; ) {
    walking.signal?.throwIfAborted()
    const from: P = after
    const page = await askOnce(walking, name, tx => pageAfter(tx, from))
    walking.tally.add(page?.found ?? [])
    after = page?.last ?? null
  }
}

// --- What was touched ---

async function walkTouched(walking: Walking, since: Since): Promise<void> {
  const { ctx, lanes, signal } = walking
  const runs: number[] = []
  if (since.after < since.until) {
    const first = await ask(ctx, tx => firstEntryAfter(tx, since.after))
    await inLanes(lanes, stretchesOf(ctx, ['entries'], first), async (stretch: Stretch) => {
      signal?.throwIfAborted()
      const touched = await ask(ctx, tx => touchedIn(tx, stretch, since))
      runs.push(...(await ask(ctx, tx => touchedRuns(tx, stretch, since))))
      await checkTouched(walking, touched)
    })
  }
  for (const run of runs) {
    await check(walking, 'runs', { these: [run] })
    await walkItems(walking, { from: run, to: run })
    await checkUncharged(walking, run)
  }
}

/** Runs are looked at one by one: each has its own items. */
const touchable = subjects.filter(subject => subject !== 'runs')
type TouchedSubject = (typeof touchable)[number]

async function checkTouched(walking: Walking, touched: Touched): Promise<void> {
  const { rows } = walking
  // One rule has many periods, one invoice many lines, one event many parts.
  const sizes: Record<TouchedSubject, number> = {
    contracts: 1,
    subscriptions: 0.5,
    rules: 0.05,
    readjustments: 1,
    invoices: 0.5,
    receivables: 1,
    renegotiations: 0.1,
    // One has many occurrences.
    schedules: 0.05,
    events: 0.1,
    customers: 1,
    credits: 1,
  }
  for (const subject of touchable) {
    for (const part of chunks(touched[subject], Math.ceil(rows * sizes[subject]))) {
      await check(walking, subject, part)
      // With everything, an organization's numbers are walked through in their own order.
      if (subject === 'invoices') await findAmong(walking, { check: checkNumbers.name, noun: 'invoice' }, part, checkNumbers)
    }
  }
}

async function checkUncharged(walking: Walking, runId: number): Promise<void> {
  const { ctx, rows } = walking
  for (let after: number | null = 0; after !== null; ) {
    const from: number = after
    const page = await ask(ctx, tx => rulesUncharged(tx, runId, from, Math.floor(rows / 20)))
    if (page.rules.length > 0) await check(walking, 'rules', { these: page.rules })
    after = page.last
  }
}

/** Time alone makes a period due, and touches nothing. Where to look is what the heads say, which are proven themselves. */
async function checkAllDue(walking: Walking): Promise<void> {
  const { ctx, rows, signal } = walking
  // The latest day that anybody may have now.
  const latest = dayInZone(ctx.clock.now(), 'Pacific/Kiritimati')
  const size = Math.floor(rows / 4)
  for (let after = 0; ; ) {
    signal?.throwIfAborted()
    const rules = await ask(ctx, tx => rulesDue(tx, latest, after, size))
    const asked = { check: checkDue.name, noun: 'invoice_rule' } as const
    if (rules.length > 0) await findAmong(walking, asked, { these: rules }, (tx, among) => checkDue(tx, among, ctx.clock.now()))
    if (rules.length < size) return
    after = rules.at(-1) ?? after
  }
}

/** What a cancellation keeps closed is told each time, until somebody chooses: no run ever looks at it again. */
async function checkAllCancelled(walking: Walking): Promise<void> {
  await walkPages(walking, checkCancelled.name, 0, (tx, after) => checkCancelled(tx, after, walking.rows))
}
