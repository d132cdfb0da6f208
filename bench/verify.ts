import type { SqlConnection } from '../src/platform/db/connection.ts'
import { openDb } from '../src/platform/db/db.ts'
import { withOwner } from '../src/platform/db/postgres.ts'
import { sealHistory } from '../src/platform/history-seal.ts'
import { verify } from '../src/verify/verify.ts'
import { postgresPrograms, startCluster } from '../test/database/postgres-cluster.ts'
import { billOne, ctxOf, round } from './billing.ts'
import { addPeriods } from './more-periods.ts'
import { seedContracts } from './seed.ts'

const PERIODS = 12

/** Verifies an account whose contracts were billed for twelve periods, in full. */
export async function benchVerify({ contracts }: { contracts: number }): Promise<Record<string, unknown>> {
  const programs = postgresPrograms()
  if (!programs) throw new Error('this needs PostgreSQL: apt-get install postgresql')
  const cluster = await startCluster(programs, { fast: false })
  try {
    const db = await openDb({ databaseUrl: cluster.url })
    try {
      await withOwner(cluster.url, owner => seedContracts(owner, 1, contracts))
      await withOwner(cluster.url, tellOfCustomers)
      await withOwner(cluster.url, tellOfTerms)
      await withOwner(cluster.url, tellOfContracts)
      await withOwner(cluster.url, dateDailyBilling)
      await withOwner(cluster.url, countIds)
      await billOne(ctxOf(db, 1), 2)
      await withOwner(cluster.url, owner => addPeriods(owner, PERIODS - 1))
      const sealing = performance.now()
      // A server seals what was committed a moment later, all along; a year's history at once is of this benchmark's making.
      await sealHistory(ctxOf(db, 1))
      const sealSeconds = round((performance.now() - sealing) / 1000)
      let rss = 0
      const watch = setInterval(() => {
        rss = Math.max(rss, process.memoryUsage.rss())
      }, 50)
      const started = performance.now()
      const { clean, checked, found, findings } = await verify(ctxOf(db, 1), { full: true })
      const seconds = round((performance.now() - started) / 1000)
      clearInterval(watch)
      return {
        contracts,
        periods: PERIODS,
        seconds,
        sealSeconds,
        rssMb: Math.round(rss / 1024 / 1024),
        clean,
        checked,
        found,
        ...(clean ? {} : { first: findings[0] }),
      }
    } finally {
      await db.close()
    }
  } finally {
    await cluster.stop()
  }
}

/** What making them would have told: the seed leaves it out, as billing does not look at it. */
async function tellOfCustomers(owner: SqlConnection): Promise<void> {
  const told = `jsonb_build_object('kind', kind, 'name', name, 'tradeName', trade_name, 'taxId', tax_id, 'municipalRegistration', municipal_registration,
    'billingEmails', billing_emails, 'version', version)`
  const statements = [
    `insert into history (account_id, id, at, actor, action, noun, subject_id, subject_version, request_id, digest)
     select account_id, nextval('history_id_seq'), created_at, 'system:seed', 'create', 'customer', id, 1, 'seed', history_digest('\\x00', null, ${told}) from customer`,
    `insert into history_payload (account_id, history_id, salt, before, after)
     select account_id, entry, '\\x00', null, ${told}
     from customer c join (select subject_id, id as entry from history where noun = 'customer') h on h.subject_id = c.id`,
  ]
  for (const statement of statements) await owner.query(statement, [])
}

/** The seed's entries of rules are empty: what they would tell of the terms is held against them. */
async function tellOfTerms(owner: SqlConnection): Promise<void> {
  const statements = [
    `create temporary table told as
     select h.account_id, h.id as history_id, jsonb_build_object('termsVersion', 1, 'contractId', r.contract_id, 'organizationId', r.organization_id,
       'customerId', r.customer_id, 'title', r.title, 'billedThrough', null, 'replacesRuleId', null, 'archivedAt', null, 'terms', jsonb_build_object(
       'version', t.version, 'validFrom', t.valid_from, 'timing', t.timing, 'competenceShift', t.competence_shift,
       'recurrence', jsonb_build_object('unit', t.recurrence_unit, 'every', t.recurrence_every, 'anchor', t.anchor_on),
       'due', jsonb_build_object('kind', t.due_kind, 'day', t.due_day, 'days', t.due_days, 'months', t.due_months,
         'onlyBusinessDays', t.due_only_business_days, 'roll', t.due_roll, 'installments', t.installments),
       'paymentMethod', t.payment_method, 'management', t.management, 'approvalWanted', t.approval_wanted, 'cutStart', t.cut_start,
       'cutEnd', t.cut_end, 'priceChange', t.price_change, 'endsOn', t.ends_on, 'maxAmountCents', t.max_amount_cents,
       'maxGrowthPercent', t.max_growth_percent::text, 'withholdings', t.withholdings, 'description', t.description,
       'lines', (select jsonb_agg(jsonb_build_object('position', l.position, 'serviceItemId', l.service_item_id, 'description', l.description,
           'quantity', l.quantity::text, 'unitPrice', l.unit_price::text, 'discountPercent', l.discount_percent::text,
           'discountCents', l.discount_cents, 'validFrom', l.valid_from, 'validUntil', l.valid_until) order by l.position)
         from rule_line l where l.account_id = t.account_id and l.rule_id = t.rule_id and l.terms_version = t.version))) as after
     from history h
     join rule_terms t on t.account_id = h.account_id and t.rule_id = h.subject_id and t.version = 1
     join invoice_rule r on r.account_id = h.account_id and r.id = h.subject_id
     where h.noun = 'invoice_rule'`,
    `update history_payload p set after = t.after from told t where t.account_id = p.account_id and t.history_id = p.history_id`,
    `update history h set digest = history_digest('\\x00', null, t.after) from told t where t.account_id = h.account_id and t.history_id = h.id`,
  ]
  for (const statement of statements) await owner.query(statement, [])
}

/** The seed's entries of contracts are empty likewise. */
async function tellOfContracts(owner: SqlConnection): Promise<void> {
  const statements = [
    `create temporary table told_contract as
     select h.account_id, h.id as history_id, jsonb_build_object('code', c.code, 'number', c.number, 'name', c.name, 'title', c.title,
       'description', c.description, 'comments', c.comments, 'kind', c.kind, 'organizationId', c.organization_id, 'customerId', c.customer_id,
       'state', c.state, 'startsOn', c.starts_on, 'endsOn', c.ends_on, 'billWhileOverdue', c.bill_while_overdue, 'cancelledOn', c.cancelled_on,
       'cancelReason', c.cancel_reason, 'archivedAt', c.archived_at) as after
     from history h join contract c on c.account_id = h.account_id and c.id = h.subject_id
     where h.noun = 'contract'`,
    `update history_payload p set after = t.after from told_contract t where t.account_id = p.account_id and t.history_id = p.history_id`,
    `update history h set digest = history_digest('\\x00', null, t.after) from told_contract t where t.account_id = h.account_id and t.history_id = h.id`,
  ]
  for (const statement of statements) await owner.query(statement, [])
}

/** As a new organization's is. */
async function dateDailyBilling(owner: SqlConnection): Promise<void> {
  await owner.query(
    `insert into due_work (account_id, kind, subject_id, due_at) select account_id, 'daily_billing', id, '2026-02-01T09:00:00Z' from organization`,
    [],
  )
}

/** What was seeded with ids of its own was counted by nobody. */
async function countIds(owner: SqlConnection): Promise<void> {
  for (const noun of ['organization', 'service_item', 'customer', 'contract', 'invoice_rule']) {
    await owner.query(
      `insert into id_range (account_id, noun, scope, next_id) select account_id, '${noun}', 0, max(id) + 1 from ${noun} group by account_id`,
      [],
    )
  }
}
