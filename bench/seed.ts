import type { SqlConnection } from '../src/platform/db/connection.ts'

/** The day on which all of them are due. */
export const BENCH_DAY = '2026-01-31'

/**
 * Accounts with contracts, one monthly rule each with two lines, due on BENCH_DAY and billed never before. Written as the owner in
 * a few statements: how they get there is not measured.
 */
export async function seedContracts(owner: SqlConnection, accounts: number, contractsEach: number): Promise<void> {
  const statements = [
    `insert into account (account_id, name, mode, sandbox_now, created_at)
     select nextval('account_id_seq'), 'Conta ' || n, 'sandbox', '2026-01-31T12:00:00Z', '2026-01-01T12:00:00Z' from generate_series(1, ${accounts}) n`,
    `insert into organization (account_id, id, legal_name, cnpj, tax_regime, time_zone, created_at)
     select account_id, 1, 'Prestadora Ltda', '11444777000161', 'simples_nacional', 'America/Sao_Paulo', created_at from account`,
    `insert into service_item (account_id, id, name, created_at) select account_id, s, 'Serviço ' || s, created_at from account, generate_series(1, 2) s`,
    `insert into customer (account_id, id, kind, name, tax_id, created_at, archived_at)
     select account_id, n, 'company', 'Cliente ' || n, '11222333000181', created_at, case when n > 1 then created_at end from account, generate_series(1, ${contractsEach}) n`,
    `insert into contract (account_id, id, code, name, kind, organization_id, customer_id, state, starts_on, created_at)
     select account_id, n, 'C' || n, 'Contrato ' || n, 'sale', 1, n, 'active', '${BENCH_DAY}', created_at from account, generate_series(1, ${contractsEach}) n`,
    `insert into contract_validity (account_id, contract_id, known_at, starts_on, cause) select account_id, id, created_at, starts_on, 'create' from contract`,
    `insert into invoice_rule (account_id, id, contract_id, organization_id, customer_id, title, terms_version, covered_until, next_due_on, created_at)
     select account_id, id, id, 1, customer_id, 'Mensalidade', 1, '${BENCH_DAY}', '${BENCH_DAY}', created_at from contract`,
    `insert into rule_terms (account_id, rule_id, version, valid_from, known_at, cause, recurrence_unit, recurrence_every, anchor_on, timing, competence_shift,
       due_kind, due_day, due_only_business_days, due_roll, installments, payment_method, management, approval_wanted, cut_start, cut_end, price_change, withholdings)
     select account_id, id, 1, '${BENCH_DAY}', created_at, 'create', 'month', 1, '${BENCH_DAY}', 'advance', 0, 'fixed_day', 10, false, 'none', 1, 'boleto', 'automatic',
       false, 'none', 'full', 'next_period', '[]' from invoice_rule`,
    `insert into rule_line (account_id, rule_id, terms_version, position, service_item_id, description, quantity, unit_price)
     select account_id, id, 1, p, p, 'Serviço ' || p, 1, 100 + id % 900 + p from invoice_rule, generate_series(1, 2) p`,
    `insert into coverage (account_id, rule_id, ends_on, disposition) select account_id, id, '${BENCH_DAY}', 'seed' from invoice_rule`,
    ...['contract', 'invoice_rule'].flatMap(noun => [
      `insert into history (account_id, id, at, actor, action, noun, subject_id, subject_version, request_id, digest)
       select account_id, nextval('history_id_seq'), created_at, 'system:seed', 'create', '${noun}', id, 1, 'seed', history_digest('\\x00', null, '{}') from ${noun}`,
      `insert into history_payload (account_id, history_id, salt, before, after)
       select account_id, id, '\\x00', null, '{}' from history where noun = '${noun}'`,
      `insert into outbox (account_id, noun, subject_id, subject_version, event, created_at) select account_id, '${noun}', id, 1, 'create', created_at from ${noun}`,
    ]),
    'analyze',
  ]
  for (const statement of statements) await owner.query(statement, [])
}
