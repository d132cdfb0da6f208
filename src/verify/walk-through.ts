import { dayInZone } from '../core/dates.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { checkBilled } from './check-billed.ts'
import { checkCredits, checkInvoiceCents, checkReceivables } from './check-cents.ts'
import { checkDue } from './check-due.ts'
import { checkEvents } from './check-events.ts'
import { checkEntries, checkReceivableVersions, checkSeals, checkVersions } from './check-history.ts'
import { checkLedger } from './check-ledger.ts'
import { checkLinks } from './check-links.ts'
import { checkNumbers, numbersAfter, organizationsOf } from './check-numbers.ts'
import type { FindingCode, Found, InformationCode } from './findings.ts'
import type { Ids, Stretch } from './ids.ts'
import { ask, chunks, countOf, inLanes, rowsAtOnce, stretchesOf, type Walk } from './pages.ts'
import type { Tally } from './tally.ts'
import { rulesDue, rulesUncharged, type Since, type Touched, touchedIn, touchedRuns } from './touched.ts'
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
  const walk = { ctx, tally, lanes, rows: rowsAtOnce(ctx), signal }
  await walkHistory(walk, plan)
  if (plan.touchedAfter === null) await walkEverything(walk)
  else await walkTouched(walk, { after: plan.touchedAfter, until: plan.head.seal })
}

interface Walking {
  ctx: Ctx
  tally: Tally
  lanes: number
  rows: number
  signal: AbortSignal | undefined
}

type Check = (tx: Tx, ids: Ids) => Promise<readonly Found<FindingCode | InformationCode>[]>

/** Every check that belongs to the ids of a walk. */
function checksOf({
  ctx,
}: Walking): Record<'rules' | 'invoices' | 'receivables' | 'contracts' | 'events' | 'credits', readonly Check[]> {
  return {
    rules: [checkLedger, (tx, ids) => checkVersions(tx, 'invoice_rule', ids), (tx, ids) => checkDue(tx, ids, ctx.clock.now())],
    invoices: [checkLinks, checkBilled, checkInvoiceCents, (tx, ids) => checkVersions(tx, 'invoice', ids)],
    receivables: [checkReceivables, checkReceivableVersions],
    contracts: [(tx, ids) => checkVersions(tx, 'contract', ids)],
    events: [checkEvents, (tx, ids) => checkVersions(tx, 'billing_event', ids)],
    credits: [checkCredits],
  }
}

type Subject = keyof ReturnType<typeof checksOf>

async function check(walking: Walking, subject: Subject, ids: Ids): Promise<void> {
  const { ctx, tally, signal } = walking
  for (const one of checksOf(walking)[subject]) {
    signal?.throwIfAborted()
    tally.add(await ask(ctx, tx => one(tx, ids)))
  }
  tally.count(subject, await ask(ctx, tx => countOf(tx, subject, ids)))
  if (subject === 'rules') tally.count('periods', await ask(ctx, tx => countOf(tx, 'periods', ids)))
}

// --- The chain ---

/** Entries to one seal, at most; as the sealer cuts them. */
const ENTRIES_OF_A_SEAL = 1000

async function walkHistory({ ctx, tally, lanes, rows, signal }: Walking, plan: Plan): Promise<void> {
  const sealsAtOnce = Math.max(1, Math.round((rows * 2) / ENTRIES_OF_A_SEAL))
  await inLanes(lanes, stretchesOf(ctx, ['seals'], sealsAtOnce, plan.sealsAfter + 1), async stretch => {
    signal?.throwIfAborted()
    tally.add(await ask(ctx, tx => checkSeals(tx, stretch)))
    tally.count('seals', await ask(ctx, tx => countOf(tx, 'seals', stretch)))
  })
  const first = plan.sealsAfter === 0 ? 0 : await ask(ctx, tx => firstEntryAfter(tx, plan.sealsAfter))
  await inLanes(lanes, stretchesOf(ctx, ['entries'], rows * 2, first), async stretch => {
    signal?.throwIfAborted()
    tally.add(await ask(ctx, tx => checkEntries(tx, stretch, plan.sealsAfter)))
    tally.count('entries', await ask(ctx, tx => countOf(tx, 'entries', stretch)))
  })
}

// --- Everything ---

const wholeWalks: readonly { subject: Subject; along: readonly Walk[] }[] = [
  { subject: 'contracts', along: ['contracts'] },
  { subject: 'rules', along: ['rules', 'periods'] },
  { subject: 'invoices', along: ['invoices'] },
  { subject: 'receivables', along: ['receivables'] },
  { subject: 'events', along: ['events'] },
  { subject: 'credits', along: ['credits'] },
]

async function walkEverything(walking: Walking): Promise<void> {
  const { ctx, lanes, rows } = walking
  for (const { subject, along } of wholeWalks) {
    await inLanes(lanes, stretchesOf(ctx, along, rows), stretch => check(walking, subject, stretch))
  }
  await walkNumbers(walking)
}

async function walkNumbers({ ctx, tally, rows, signal }: Walking): Promise<void> {
  for (const organizationId of await ask(ctx, organizationsOf)) {
    for (let after: number | null = 0; after !== null; ) {
      signal?.throwIfAborted()
      const from: number = after
      const { found, last } = await ask(ctx, tx => numbersAfter(tx, organizationId, from, rows * 5))
      tally.add(found)
      after = last
    }
  }
}

// --- What was touched ---

async function walkTouched(walking: Walking, since: Since): Promise<void> {
  const { ctx, lanes, rows, signal } = walking
  const runs: number[] = []
  if (since.after < since.until) {
    const first = await ask(ctx, tx => firstEntryAfter(tx, since.after))
    await inLanes(lanes, stretchesOf(ctx, ['entries'], rows / 4, first), async (stretch: Stretch) => {
      signal?.throwIfAborted()
      const touched = await ask(ctx, tx => touchedIn(tx, stretch, since))
      runs.push(...(await ask(ctx, tx => touchedRuns(tx, stretch, since))))
      await checkTouched(walking, touched)
    })
  }
  for (const run of runs) await checkUncharged(walking, run)
  await checkAllDue(walking)
}

async function checkTouched(walking: Walking, { customers, ...others }: Touched): Promise<void> {
  const { ctx, tally, rows } = walking
  const size = Math.max(1, Math.floor(rows / 4))
  for (const [subject, ids] of [...entriesOf(others), ['credits', customers] as const]) {
    // A rule has many periods, and due periods are asked for on their own.
    for (const part of chunks(ids, subject === 'rules' ? Math.max(1, Math.floor(size / 5)) : size))
      await check(walking, subject, part)
    // With everything, an organization's numbers are walked through in their own order.
    if (subject === 'invoices') for (const part of chunks(ids, size)) tally.add(await ask(ctx, tx => checkNumbers(tx, part)))
  }
}

function entriesOf(touched: Omit<Touched, 'customers'>): (readonly [Exclude<Subject, 'credits'>, number[]])[] {
  const { contracts, rules, invoices, receivables, events } = touched
  return [
    ['contracts', contracts],
    ['rules', rules],
    ['invoices', invoices],
    ['receivables', receivables],
    ['events', events],
  ]
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

/** Time alone makes a period due, and touches nothing. */
async function checkAllDue({ ctx, tally, rows, signal }: Walking): Promise<void> {
  // The latest day that anybody may have now.
  const latest = dayInZone(ctx.clock.now(), 'Pacific/Kiritimati')
  const size = Math.floor(rows / 4)
  for (let after = 0; ; ) {
    signal?.throwIfAborted()
    const rules = await ask(ctx, tx => rulesDue(tx, latest, after, size))
    if (rules.length > 0) tally.add(await ask(ctx, tx => checkDue(tx, { these: rules }, ctx.clock.now())))
    if (rules.length < size) return
    after = rules.at(-1) ?? after
  }
}
