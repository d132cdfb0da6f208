-- The seven rows that an invoice is at the least, with the constraints and indexes that anyone would give them. Written once as a
-- yardstick and never changed, so that ratios of different months can be compared.
create schema reference;
set search_path to reference;
create table account (id bigint primary key);
create table contract (account_id bigint not null references account, id bigint not null, primary key (account_id, id));
create table invoice (
  account_id bigint not null, id bigint not null, contract_id bigint not null, customer_id bigint not null, organization_id bigint not null,
  rule_id bigint not null, terms_version integer not null, state text not null check (state in ('to_emit', 'to_receive', 'received', 'cancelled')),
  approval text not null, number bigint not null, scheduled_on date not null, period_start date not null, period_end date not null,
  competence date not null, issue_on date not null, gross_cents bigint not null, discount_cents bigint not null, withheld_cents bigint not null,
  net_cents bigint not null check (net_cents >= 0), payment_method text not null, description text, version integer not null,
  created_at timestamptz not null, emitted_at timestamptz, run_id bigint,
  primary key (account_id, id), foreign key (account_id, contract_id) references contract (account_id, id),
  unique (account_id, rule_id, period_start), unique (account_id, organization_id, number));
create index on invoice (account_id, customer_id, id);
create table invoice_line (
  account_id bigint not null, invoice_id bigint not null, position smallint not null, service_id bigint not null, description text not null,
  quantity numeric not null, unit_price numeric not null, gross_cents bigint not null, discount_cents bigint not null,
  primary key (account_id, invoice_id, position), foreign key (account_id, invoice_id) references invoice (account_id, id));
create table receivable (
  account_id bigint not null, id bigint not null, invoice_id bigint not null, installment smallint not null, due_on date not null,
  amount_cents bigint not null, state text not null,
  primary key (account_id, id), foreign key (account_id, invoice_id) references invoice (account_id, id));
create index on receivable (account_id, due_on) where state = 'to_receive';
create table nfse_intent (
  account_id bigint not null, id bigint not null, invoice_id bigint not null, due_on date not null, state text not null,
  primary key (account_id, id), foreign key (account_id, invoice_id) references invoice (account_id, id));
create table outbox (
  account_id bigint not null, id bigint not null, event text not null, payload jsonb not null, created_at timestamptz not null, sent_at timestamptz,
  primary key (account_id, id));
create index on outbox (account_id, id) where sent_at is null;
create table history (
  account_id bigint not null, id bigint not null, at timestamptz not null, actor text not null, action text not null, subject_id bigint not null,
  payload jsonb not null, primary key (account_id, id));
create index on history (account_id, subject_id);
