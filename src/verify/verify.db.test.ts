import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { openSystemCtx } from '../../src/app/context.ts'
import type { TestDatabase } from '../../test/database/test-database.ts'
import { type Agreement, Shop } from '../../test/stories/story.ts'
import { openLooseDatabase } from '../../test/verify/loose-database.ts'
import { readId } from '../core/ids.ts'
import { systemClock } from '../platform/clock.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { openLog } from '../platform/log.ts'
import type { FindingCode } from './findings.ts'
import { runVerification, startVerification } from './run-verification.ts'
import { type Verified, type VerifyOptions, verify } from './verify.ts'

const log = openLog({ level: 'silent' })

async function ctxOf(shop: Shop): Promise<Ctx> {
  const ctx = await openSystemCtx({ db: shop.database.db, clock: systemClock, log }, shop.api.account, 'test')
  if (ctx === null) throw new Error('the account of a test is open')
  return ctx
}

const codesOf = ({ found }: Pick<Verified, 'found'>) => Object.keys(found).sort()

class Undone extends Error {}

/** What is found after something was planted, which is then undone. */
async function foundAfter(
  ctx: Ctx,
  plant: (tx: Tx) => Promise<unknown>,
  options: VerifyOptions = { full: true },
): Promise<Verified> {
  let verified: Verified | undefined
  const planted = ctx.transact(async tx => {
    await plant(tx)
    verified = await verify(ctx, options)
    throw new Undone()
  })
  await expect(planted).rejects.toBeInstanceOf(Undone)
  if (verified === undefined) throw new Error('nothing was verified')
  return verified
}

/** A year's start of a small company: everything that verify looks at happens in it. */
interface Company {
  shop: Shop
  ctx: Ctx
  /** 1000 reais and 2.5 × 5.75 less 10 %, income tax withheld, in three installments. */
  full: Agreement
  /** 100 reais, a single receivable; a surcharge of 30 is on February's. */
  plain: Agreement
  /** 100 reais, with a discount of 250 that takes three invoices. */
  discounted: Agreement
  /** Suspended in February. */
  resting: Agreement
}

async function openCompany(database: TestDatabase): Promise<Company> {
  const shop = await Shop.open(database, '2026-01-10')
  const line = { serviceItemId: shop.serviceItemId }
  const full = await shop.contract({
    lines: [
      { ...line, unitPrice: '1000' },
      { ...line, quantity: '2.5', unitPrice: '5.75', discountPercent: '10' },
    ],
    withholdings: [{ tax: 'irrf', rateMicros: 15_000 }],
    due: { kind: 'fixed_day', day: 20, installments: 3 },
  })
  const plain = await shop.contract()
  const discounted = await shop.contract()
  const resting = await shop.contract()
  await shop.event(full, { amountCents: 10_000, parts: 4 })
  await shop.event(discounted, { kind: 'discount', amountCents: 25_000 })
  await shop.bill()
  const january = await shop.lastInvoice(full)
  await shop.pay(january, 10_000)
  // Twice what is asked: the rest is credit.
  await shop.pay(await shop.lastInvoice(plain), 15_000)
  await shop.post(`/v1/contracts/${resting.id}/suspend`, { reason: 'Obra', fromOn: '2026-02-01' })

  await shop.until('2026-02-10')
  await shop.event(plain, { amountCents: 3_000 })
  await shop.bill()
  await shop.post(`/v1/contracts/${resting.id}/resume`, { on: '2026-03-01' })

  await shop.until('2026-03-10')
  await shop.bill()
  const wrong = await shop.lastInvoice(resting)
  await shop.post(`/v1/invoices/${wrong.id}/cancel`, { reason: 'Engano' })
  await shop.post(`/v1/invoices/${wrong.id}/release`, {})
  await shop.bill()
  return { shop, ctx: await ctxOf(shop), full, plain, discounted, resting }
}

const ruleOf = (of: Agreement) => readId('invoice_rule', of.ruleId) ?? 0

/** One planted fault: what is done by SQL, and exactly the codes that are found then. */
type Fault = [title: string, codes: FindingCode[], plant: (tx: Tx, company: Company) => Promise<unknown>]

/** The invoice of a rule's period that begins on that day. */
const invoiceOn = (of: Agreement, day: string) =>
  sql`(select invoice_id from coverage where rule_id = ${ruleOf(of)} and starts_on = ${day})`
const period = (of: Agreement, day: string) => sql`rule_id = ${ruleOf(of)} and starts_on = ${day}`

const faults: Fault[] = [
  // --- The ledger ---
  [
    'a period is taken out',
    ['billed_twice', 'gap'],
    (tx, { plain }) => sql`delete from coverage where ${period(plain, '2026-02-10')}`.execute(tx),
  ],
  [
    'a period begins before the one before it ends',
    ['off_rhythm', 'overlap', 'wrong_dates'],
    (tx, { plain }) => sql`update coverage set starts_on = '2026-02-05' where ${period(plain, '2026-02-10')}`.execute(tx),
  ],
  [
    'two periods share another border than the rhythm has',
    ['off_rhythm', 'wrong_dates'],
    async (tx, { resting }) => {
      await sql`update coverage set ends_on = '2026-02-12' where ${period(resting, '2026-01-10')}`.execute(tx)
      await sql`update coverage set starts_on = '2026-02-12', scheduled_on = '2026-02-12' where ${period(resting, '2026-02-10')}`.execute(
        tx,
      )
    },
  ],
  [
    'a ledger loses its seed',
    ['seed_missing'],
    (tx, { plain }) => sql`delete from coverage where rule_id = ${ruleOf(plain)} and starts_on is null`.execute(tx),
  ],
  [
    'a ledger has two seeds',
    ['overlap', 'seed_repeated'],
    (tx, { plain }) =>
      sql`insert into coverage (account_id, rule_id, ends_on, disposition) select account_id, rule_id, '2026-03-10', 'seed' from coverage where ${period(plain, '2026-01-10')}`.execute(
        tx,
      ),
  ],
  [
    'a rule says that it is due later than it is',
    ['head'],
    (tx, { plain }) => sql`update invoice_rule set next_due_on = '2026-05-10' where id = ${ruleOf(plain)}`.execute(tx),
  ],
  [
    'a rule says that it is never due',
    ['head'],
    (tx, { plain }) => sql`update invoice_rule set next_due_on = null where id = ${ruleOf(plain)}`.execute(tx),
  ],
  [
    'a rule says that it is covered longer',
    ['head'],
    (tx, { plain }) => sql`update invoice_rule set covered_until = '2026-05-10' where id = ${ruleOf(plain)}`.execute(tx),
  ],
  [
    'a period stays uncharged although no suspension says so',
    ['uncharged_without_cause'],
    (tx, { resting }) => sql`delete from contract_suspension where contract_id = ${readId('contract', resting.id)}`.execute(tx),
  ],
  [
    'a period is said to be billed elsewhere',
    ['billed_elsewhere_without_cause', 'billed_twice'],
    (tx, { plain }) =>
      sql`update coverage set disposition = 'billed_elsewhere', invoice_id = null where ${period(plain, '2026-01-10')}`.execute(
        tx,
      ),
  ],
  [
    'an archived rule keeps a period open',
    ['open_in_archived_rule', 'billed_twice'],
    async (tx, { plain }) => {
      await sql`update coverage set disposition = 'open', invoice_id = null, closed_at = null, closed_seq = null where ${period(plain, '2026-03-10')}`.execute(
        tx,
      )
      await sql`update invoice_rule set archived_at = created_at where id = ${ruleOf(plain)}`.execute(tx)
    },
  ],

  // --- What is billed ---
  [
    'an invoice is gone',
    ['invoice_missing'],
    (tx, { resting }) => sql`delete from invoice where id = ${invoiceOn(resting, '2026-01-10')}`.execute(tx),
  ],
  [
    'a period names the invoice of another rule',
    ['billed_twice', 'invoice_of_another_rule', 'wrong_amount'],
    async (tx, { plain, resting }) => {
      await sql`update coverage set invoice_id = ${invoiceOn(plain, '2026-01-10')} where ${period(resting, '2026-01-10')}`.execute(
        tx,
      )
    },
  ],
  [
    'an invoice is of another customer than its rule',
    ['invoice_of_another_rule'],
    (tx, { resting }) =>
      sql`update invoice set customer_id = customer_id - 1 where id = ${invoiceOn(resting, '2026-01-10')}`.execute(tx),
  ],
  [
    'a second invoice asks for the same period',
    ['billed_twice'],
    async (tx, { resting }) => {
      const original = invoiceOn(resting, '2026-01-10')
      await copied(tx, 'invoice', sql`id = ${original}`, {
        id: sql`900001`,
        number: sql`null`,
        issue_on: sql`null`,
        state: sql`'to_emit'`,
      })
      await copied(tx, 'invoice_line', sql`invoice_id = ${original}`, { invoice_id: sql`900001` })
      await copied(tx, 'receivable', sql`invoice_id = ${original}`, {
        id: sql`900001`,
        invoice_id: sql`900001`,
        state: sql`'to_emit'`,
      })
      await copied(tx, 'history', sql`noun = 'invoice' and subject_id = ${original}`, {
        id: sql`nextval('history_id_seq')`,
        subject_id: sql`900001`,
        sealed_in: sql`null`,
      })
      await sql`insert into history_payload select account_id, id, decode(repeat('07', 32), 'hex'), null, null from history where subject_id = 900001`.execute(
        tx,
      )
      await sql`update history set digest = history_digest(decode(repeat('07', 32), 'hex'), null, null) where subject_id = 900001`.execute(
        tx,
      )
      await copied(tx, 'outbox', sql`noun = 'invoice' and subject_id = ${original}`, { subject_id: sql`900001` })
    },
  ],
  [
    'a released invoice still has its period',
    ['invoice_released'],
    (tx, { resting }) =>
      sql`update invoice set released_at = created_at where id = ${invoiceOn(resting, '2026-01-10')}`.execute(tx),
  ],
  ['a suspension was known and billed all the same', ['billed_while_suspended'], (tx, { plain }) => suspended(tx, plain, sql`0`)],
  [
    'the validity was over, and that was known',
    ['billed_outside_validity'],
    (tx, { plain }) =>
      sql`insert into contract_validity (account_id, contract_id, known_seq, known_at, starts_on, ends_on, cause)
          select account_id, contract_id, planned_seq - 1, created_at, '2026-01-10', '2026-02-28', 'test' from invoice
          where id = ${invoiceOn(plain, '2026-03-10')}`.execute(tx),
  ],
  [
    'an invoice names another version of the terms',
    ['wrong_terms'],
    (tx, { resting }) => sql`update invoice set terms_version = 7 where id = ${invoiceOn(resting, '2026-01-10')}`.execute(tx),
  ],
  [
    'an invoice says another competence',
    ['wrong_dates'],
    (tx, { resting }) =>
      sql`update invoice set competence = '2026-02-01' where id = ${invoiceOn(resting, '2026-01-10')}`.execute(tx),
  ],
  [
    'an amount is forged in every place that it stands',
    ['wrong_amount'],
    async (tx, { resting }) => {
      const invoice = invoiceOn(resting, '2026-01-10')
      await sql`update invoice set gross_cents = gross_cents + 1, net_cents = net_cents + 1 where id = ${invoice}`.execute(tx)
      await sql`update invoice_line set gross_cents = gross_cents + 1 where invoice_id = ${invoice}`.execute(tx)
      await sql`update receivable set amount_cents = amount_cents + 1 where invoice_id = ${invoice}`.execute(tx)
    },
  ],
  [
    'the price of the terms was another one',
    ['wrong_amount'],
    (tx, { resting }) => sql`update rule_line set unit_price = 100.01 where rule_id = ${ruleOf(resting)}`.execute(tx),
  ],
  [
    'a share of days is charged as a whole',
    ['wrong_amount'],
    (tx, { resting }) =>
      sql`update invoice set prorated_days = 15, prorated_of = 31 where id = ${invoiceOn(resting, '2026-01-10')}`.execute(tx),
  ],

  // --- Cents ---
  [
    'a line has a cent more',
    ['cents_lines', 'wrong_amount'],
    (tx, { full }) =>
      sql`update invoice_line set gross_cents = gross_cents + 1 where position = 1 and invoice_id = ${invoiceOn(full, '2026-01-10')}`.execute(
        tx,
      ),
  ],
  [
    'a tax has a cent more',
    ['cents_withheld', 'wrong_amount'],
    (tx, { full }) =>
      sql`update invoice_withholding set amount_cents = amount_cents + 1 where invoice_id = ${invoiceOn(full, '2026-01-10')}`.execute(
        tx,
      ),
  ],
  [
    'a receivable asks for a cent more',
    ['cents_receivables'],
    (tx, { full }) =>
      sql`update receivable set amount_cents = amount_cents + 1 where installment = 3 and invoice_id = ${invoiceOn(full, '2026-01-10')}`.execute(
        tx,
      ),
  ],
  [
    'a cent moves from one installment to another',
    ['cents_installments'],
    (tx, { full }) =>
      sql`update receivable set amount_cents = amount_cents + case installment when 2 then 1 when 3 then -1 else 0 end
          where invoice_id = ${invoiceOn(full, '2026-01-10')}`.execute(tx),
  ],
  [
    'an installment is missing',
    ['cents_installments', 'cents_receivables'],
    (tx, { full }) =>
      sql`delete from receivable where installment = 2 and invoice_id = ${invoiceOn(full, '2026-01-10')}`.execute(tx),
  ],
  [
    'a receipt has a cent less',
    ['cents_receipts'],
    (tx, { full }) =>
      sql`update receipt set amount_cents = amount_cents - 1 where receivable_id in (select id from receivable where invoice_id = ${invoiceOn(full, '2026-01-10')})`.execute(
        tx,
      ),
  ],
  [
    'a receivable counts as received',
    ['cents_receipts', 'wrong_state'],
    (tx, { resting }) =>
      sql`update receivable set state = 'received' where invoice_id = ${invoiceOn(resting, '2026-01-10')}`.execute(tx),
  ],
  [
    'a customer has a cent more of credit',
    ['cents_credit'],
    tx => sql`update customer_credit set balance_cents = balance_cents + 1 where customer_id = 2`.execute(tx),
  ],
  [
    'an overpayment is booked twice',
    ['cents_credit'],
    tx => copied(tx, 'customer_credit_entry', sql`cause = 'overpayment'`, { id: sql`900001` }),
  ],
  [
    'an invoice counts as received',
    ['wrong_state'],
    (tx, { resting }) => sql`update invoice set state = 'received' where id = ${invoiceOn(resting, '2026-01-10')}`.execute(tx),
  ],

  // --- Events ---
  [
    'an event is larger than its parts',
    ['cents_event'],
    tx => sql`update billing_event set amount_cents = amount_cents + 1 where parts = 4`.execute(tx),
  ],
  [
    'a part is consumed by two invoices',
    ['event_consumed_twice', 'event_of_another_rule', 'wrong_amount'],
    (tx, { plain, resting }) =>
      copied(tx, 'event_consumption', sql`invoice_id = ${invoiceOn(plain, '2026-02-10')}`, {
        invoice_id: invoiceOn(resting, '2026-01-10'),
      }),
  ],
  [
    'what a discount could not use is carried on twice',
    ['event_consumed_twice'],
    tx =>
      copied(tx, 'billing_event_part', sql`origin = 'carried' and state = 'consumed' and amount_cents = 15000`, {
        id: sql`900001`,
        state: sql`'open'`,
        known_seq: sql`nextval('fact_seq')`,
      }),
  ],
  [
    'what a discount could not use is gone',
    ['event_lost', 'wrong_amount'],
    (tx, { discounted }) =>
      sql`delete from billing_event_part where rule_id = ${ruleOf(discounted)} and amount_cents = 5000`.execute(tx),
  ],
  [
    'a part says consumed and no invoice has it',
    ['event_lost', 'wrong_amount'],
    (tx, { plain }) => sql`delete from event_consumption where invoice_id = ${invoiceOn(plain, '2026-02-10')}`.execute(tx),
  ],
  [
    'two parts of an event are on one invoice',
    ['event_line', 'event_repeated_in_invoice', 'event_skipped', 'wrong_amount'],
    (tx, { full }) =>
      sql`update event_consumption set invoice_id = ${invoiceOn(full, '2026-01-10')} where invoice_id = ${invoiceOn(full, '2026-02-10')}`.execute(
        tx,
      ),
  ],
  [
    'an invoice has no line for what it consumed',
    ['cents_lines', 'event_line'],
    (tx, { plain }) =>
      sql`delete from invoice_line where source = 'event' and invoice_id = ${invoiceOn(plain, '2026-02-10')}`.execute(tx),
  ],
  [
    'an invoice was made without the event that waited for it',
    ['event_skipped'],
    async (tx, { plain }) => {
      const invoice = invoiceOn(plain, '2026-02-10')
      await sql`update billing_event_part set state = 'open' where id = (select part_id from event_consumption where invoice_id = ${invoice})`.execute(
        tx,
      )
      await sql`delete from event_consumption where invoice_id = ${invoice}`.execute(tx)
      await sql`delete from invoice_line where source = 'event' and invoice_id = ${invoice}`.execute(tx)
      await sql`update invoice set gross_cents = gross_cents - 3000, net_cents = net_cents - 3000 where id = ${invoice}`.execute(
        tx,
      )
      await sql`update receivable set amount_cents = amount_cents - 3000 where invoice_id = ${invoice}`.execute(tx)
    },
  ],
  [
    'a cancelled event keeps a part open',
    ['event_not_cancelled'],
    tx =>
      sql`update billing_event set cancelled_at = created_at, version = version where id = (select max(event_id) from billing_event_part where state = 'open')`.execute(
        tx,
      ),
  ],

  // --- Numbers ---
  [
    'two invoices have one number',
    ['number_repeated'],
    (tx, { plain, resting }) =>
      sql`update invoice set number = (select number from invoice where id = ${invoiceOn(plain, '2026-01-10')}) where id = ${invoiceOn(resting, '2026-01-10')}`.execute(
        tx,
      ),
  ],
  [
    'a number was never given',
    ['number_out_of_range'],
    (tx, { resting }) => sql`update invoice set number = 4711 where id = ${invoiceOn(resting, '2026-01-10')}`.execute(tx),
  ],

  // --- History ---
  [
    'what was written is changed',
    ['history_altered'],
    tx =>
      sql`update history_payload set after = '{"netCents": 1}' where history_id = (select max(id) from history where noun = 'invoice')`.execute(
        tx,
      ),
  ],
  [
    'what was written is taken away',
    ['history_altered'],
    tx => sql`delete from history_payload where history_id = (select max(id) from history where noun = 'invoice')`.execute(tx),
  ],
  [
    'somebody else is said to have done it',
    ['history_chain_broken'],
    tx => sql`update history set actor = 'key:key_9' where id = (select min(id) from history)`.execute(tx),
  ],
  [
    'an entry is taken out',
    ['history_chain_broken', 'history_missing'],
    tx => sql`delete from history where id = (select min(id) from history where noun = 'contract')`.execute(tx),
  ],
  [
    'a seal is taken out',
    ['history_chain_broken'],
    tx => sql`delete from history_seal where seq = (select max(seq) from history_seal)`.execute(tx),
  ],
  [
    'a seal follows another one',
    ['history_chain_broken'],
    tx => sql`update history_seal set previous = sha256('x') where seq = (select max(seq) from history_seal)`.execute(tx),
  ],
  [
    'a version of an invoice is nowhere told',
    ['history_missing', 'outbox_missing'],
    (tx, { resting }) => sql`update invoice set version = version + 1 where id = ${invoiceOn(resting, '2026-01-10')}`.execute(tx),
  ],
  [
    'a message is taken out',
    ['outbox_missing'],
    (tx, { resting }) =>
      sql`delete from outbox where noun = 'invoice' and subject_id = ${invoiceOn(resting, '2026-01-10')}`.execute(tx),
  ],
]

async function copied(
  tx: Tx,
  table: string,
  where: ReturnType<typeof sql>,
  changes: Record<string, ReturnType<typeof sql>>,
): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select column_name as name from information_schema.columns where table_schema = 'public' and table_name = ${table}`.execute(
    tx,
  )
  const names = rows.map(({ name }) => name)
  const values = names.map(name => changes[name] ?? sql.ref(name))
  await sql`insert into ${sql.table(table)} (${sql.join(names.map(name => sql.ref(name)))}) select ${sql.join(values)} from ${sql.table(table)} where ${where}`.execute(
    tx,
  )
}

/** Suspended in March, known with that place in the order of facts. */
const suspended = (tx: Tx, of: Agreement, knownSeq: ReturnType<typeof sql>) =>
  sql`insert into contract_suspension (account_id, contract_id, from_on, until_on, charge_later, known_seq, known_at, until_known_seq, until_known_at)
      select account_id, id, '2026-03-01', '2026-04-01', false, ${knownSeq}, created_at, ${knownSeq}, created_at from contract
      where id = ${readId('contract', of.id)}`.execute(tx)

describe.each(inject('engines'))('what verify finds (%s)', engine => {
  let database: Awaited<ReturnType<typeof openLooseDatabase>>
  let company: Company

  beforeAll(async () => {
    database = await openLooseDatabase(engine)
    company = await openCompany(database)
  })
  afterAll(() => database.close())

  test('nothing, where all is well', async () => {
    const { findings, clean, checked, head } = await verify(company.ctx, { full: true })
    expect(findings).toEqual([])
    expect(clean).toBe(true)
    expect(checked).toMatchObject({ contracts: 4, rules: 4, invoices: 12, events: 3 })
    expect(head).toMatch(/^[0-9a-f]{64}$/)
  })

  test.each(faults)('%s', async (_, codes, plant) => {
    const verified = await foundAfter(company.ctx, tx => plant(tx, company))
    expect(codesOf(verified)).toEqual([...codes].sort())
    expect(verified.clean).toBe(false)
  })

  test('nothing, where a suspension became known after the period was billed', async () => {
    const verified = await foundAfter(company.ctx, tx => suspended(tx, company.plain, sql`nextval('fact_seq')`))
    expect(verified.findings).toEqual([])
  })

  test('a history that is not the one that was noted down', async () => {
    const { found, mode } = await verify(company.ctx, { since: '00'.repeat(32) })
    expect({ found, mode }).toEqual({ found: { head_unknown: 1 }, mode: 'full' })
  })

  test('no more than the first hundred of a code are listed, and all are counted', async () => {
    const verified = await foundAfter(company.ctx, tx =>
      sql`insert into customer_credit (account_id, customer_id, organization_id, balance_cents)
          select current_setting('bordero.account')::bigint, n, 1, 5 from generate_series(1000, 1249) n`.execute(tx),
    )
    expect(verified.found).toEqual({ cents_credit: 250 })
    expect(verified.findings).toHaveLength(100)
  })

  test('says what is wrong in a sentence, with what it concerns', async () => {
    const { findings } = await foundAfter(company.ctx, tx =>
      sql`update invoice set number = 4711 where id = ${invoiceOn(company.resting, '2026-01-10')}`.execute(tx),
    )
    expect(findings[0]).toMatchObject({
      code: 'number_out_of_range',
      details: { number: 4711, organization: company.shop.organizationId },
    })
    expect(findings[0]?.sentence).toMatch(/^inv_\d+: o número 4711 ainda não foi dado pela organização\.$/)
  })
})

describe.each(inject('engines'))('verifying again (%s)', engine => {
  let database: Awaited<ReturnType<typeof openLooseDatabase>>
  beforeAll(async () => {
    database = await openLooseDatabase(engine)
  })
  afterAll(() => database.close())

  async function verified(ctx: Ctx, options: VerifyOptions = {}) {
    const { id } = await startVerification(ctx, options)
    await runVerification(ctx, id)
    const { rows } = await ctx.transact(tx =>
      sql<Verified & { is_checkpoint: boolean }>`
      select mode, clean, checked, found, encode(head, 'hex') as head, is_checkpoint, information -> 'due' as due from verification where id = ${id}`.execute(
        tx,
      ),
    )
    const [row] = rows
    if (!row) throw new Error('a verification keeps its result')
    return row
  }

  test('looks at what was touched since the last clean one, and at everything again when asked', async () => {
    const { shop, ctx, plain } = await openCompany(database)
    expect(await verified(ctx)).toMatchObject({ mode: 'full', clean: true, is_checkpoint: true })
    expect(await verified(ctx)).toMatchObject({ mode: 'incremental', clean: true, checked: {} })

    await shop.post(`/v1/contracts/${plain.id}/cancel`, { reason: 'Fim' })
    await shop.until('2026-04-10')
    const later = await ctxOf(shop)
    expect((await verified(later)).due).toEqual({ unbilled: 3 })
    await shop.bill()
    const second = await verified(later)
    expect(second).toMatchObject({ mode: 'incremental', clean: true, checked: { invoices: 3, receivables: 5 }, due: {} })

    // An old invoice is no business of the next verification, unless everything is.
    await ctx.transact(tx => sql`update invoice set number = 4711 where id = ${invoiceOn(plain, '2026-01-10')}`.execute(tx))
    expect(await verified(later)).toMatchObject({ mode: 'incremental', clean: true })
    expect(await verified(later, { full: true })).toMatchObject({
      mode: 'full',
      clean: false,
      is_checkpoint: false,
      found: { number_out_of_range: 1 },
    })
  })

  test('looks again at what was found until it is mended', async () => {
    const { shop, ctx, plain } = await openCompany(database)
    await verified(ctx)
    await shop.pay(await shop.lastInvoice(plain), 100)
    await ctx.transact(tx => sql`update receipt set amount_cents = 99 where amount_cents = 100`.execute(tx))
    expect(await verified(ctx)).toMatchObject({ mode: 'incremental', clean: false, found: { cents_receipts: 1 } })
    expect(await verified(ctx)).toMatchObject({ mode: 'incremental', clean: false, found: { cents_receipts: 1 } })
    await ctx.transact(tx => sql`update receipt set amount_cents = 100 where amount_cents = 99`.execute(tx))
    expect(await verified(ctx)).toMatchObject({ mode: 'incremental', clean: true, is_checkpoint: true })
    expect(await verified(ctx)).toMatchObject({ mode: 'incremental', clean: true, checked: {} })
  })

  test('proves that the history up to a head that was noted down is still the same', async () => {
    const { shop, ctx, plain } = await openCompany(database)
    const { head } = await verified(ctx)
    await shop.pay(await shop.lastInvoice(plain), 100)
    expect(await verified(ctx, { since: head })).toMatchObject({ mode: 'since', clean: true, checked: { invoices: 1 } })
    await ctx.transact(tx => sql`update history set actor = 'key:key_9' where id = (select min(id) from history)`.execute(tx))
    expect(await verified(ctx)).toMatchObject({ mode: 'incremental', clean: true })
    expect(await verified(ctx, { since: head })).toMatchObject({
      mode: 'since',
      clean: false,
      found: { history_chain_broken: 1 },
    })
  })

  test('notices that its own checkpoint was rewritten, and looks at everything', async () => {
    const { shop, ctx, plain } = await openCompany(database)
    await verified(ctx)
    await shop.pay(await shop.lastInvoice(plain), 100)
    await ctx.transact(tx => sql`update history_seal set digest = sha256('x')`.execute(tx))
    const { mode, found } = await verified(ctx)
    expect(mode).toBe('full')
    expect(Object.keys(found)).toContain('head_unknown')
  })

  test('a period that a run passed over in silence is an error, whatever the hint says now', async () => {
    const shop = await Shop.open(database, '2026-01-10')
    const of = await shop.contract()
    const ctx = await ctxOf(shop)
    await shop.until('2026-01-11')
    await ctx.transact(tx => sql`update invoice_rule set next_due_on = '2026-02-10' where id = ${ruleOf(of)}`.execute(tx))
    await shop.bill()
    await ctx.transact(tx => sql`update invoice_rule set next_due_on = '2026-01-10' where id = ${ruleOf(of)}`.execute(tx))
    const { found } = await verify(await ctxOf(shop))
    expect(found).toEqual({ passed_over: 1 })
  })

  test('an event that came after a preview waits for the earlier period, which changed by it', async () => {
    const shop = await Shop.open(database, '2026-01-10')
    const of = await shop.contract()
    await shop.until('2026-03-12')
    const preview = await shop.preview({ filters: { catchUp: true } })
    await shop.event(of, { amountCents: 1000 })
    expect((await shop.tellRun(preview, 'bill')).outcomes).toEqual({ changed_since_preview: 1, emitted: 2 })
    expect((await verify(await ctxOf(shop))).findings).toEqual([])
  })

  test('what is due is told with its reason, and is no error', async () => {
    const shop = await Shop.open(database, '2026-01-10')
    await shop.contract({ management: 'on_request' })
    const waiting = await shop.contract()
    const unnamed = await shop.contract({}, { customerId: await shop.customer({ taxId: null }) })
    expect((await verify(await ctxOf(shop))).due).toEqual({ on_request: 1, unbilled: 2 })
    await shop.until('2026-02-10')
    await shop.bill({ filters: { contracts: [waiting.id, unnamed.id] } })
    const { clean, due, information } = await verify(await ctxOf(shop))
    expect({ clean, due }).toEqual({ clean: true, due: { on_request: 2, needs_catch_up: 2, invalid_tax_id: 1 } })
    expect(information[0]?.sentence).toMatch(
      /^rul_\d+, período de 10\/01\/2026 até antes de 10\/02\/2026: venceu em 10\/01\/2026 e não foi faturado: /,
    )
  })

  test('through the API it is asked for, carried out by a worker, and read', async () => {
    const { shop } = await openCompany(database)
    const asked = await shop.api.post('/v1/verifications', { full: true })
    expect(asked).toMatchObject({ status: 202, body: { state: 'waiting', result: null } })
    await shop.api.settle()
    const { body } = await shop.api.get(`/v1/verifications/${asked.body.id}`)
    expect(body).toMatchObject({
      state: 'done',
      full: true,
      since: null,
      result: { clean: true, mode: 'full', checked: { invoices: 12 }, findings: [] },
    })
    expect((await shop.api.get('/v1/verifications')).body.data).toHaveLength(1)
    const since = await shop.api.post('/v1/verifications', { since: 'ABC' })
    expect(since).toMatchObject({ status: 422, body: { code: 'invalid_input', faults: [{ path: '/since' }] } })
  })
})
