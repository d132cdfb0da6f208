-- Billing runs: what was decided, what became of it; imports.

create table billing_run (
  account_id bigint not null references account,
  id bigint not null,
  state text not null check (state in
    ('previewing', 'previewed', 'preparing', 'running', 'paused', 'done', 'error', 'expired', 'cancelled')),
  -- Who asked: a person, the scheduler of one organization, or a dialect.
  cause text not null check (cause in ('person', 'scheduler', 'dialect')),
  day date not null,
  organization_id bigint,
  filters jsonb not null,
  previewed boolean not null,
  -- Why it stands still: bounds, an outage, a person.
  pause_reason text,
  error text,
  items integer not null default 0,
  planned_cents bigint not null default 0,
  plan_hash text,
  -- Where deciding has got to, so that a killed one goes on: the last (customer, rule) read, then the last invoice that
  -- waited for emission; of a promoted preview, the last item.
  decided_customer_id bigint,
  decided_rule_id bigint,
  decided_invoice_id bigint,
  decided_item integer not null default 0,
  bounds_allowed boolean not null default false,
  version integer not null default 1,
  created_at timestamptz not null,
  expires_at timestamptz,
  finished_at timestamptz,
  primary key (account_id, id),
  foreign key (account_id, organization_id) references organization (account_id, id)
);
create index billing_run_live on billing_run (account_id, id) where state in ('previewing', 'preparing', 'running');
-- The scheduler bills once per organization and day.
create unique index billing_run_scheduled on billing_run (account_id, organization_id, day) where cause = 'scheduler';
select secure_table('billing_run');

create table billing_run_chunk (
  account_id bigint not null,
  run_id bigint not null,
  number integer not null,
  first_item integer not null,
  last_item integer not null,
  state text not null check (state in ('pending', 'done')),
  lease_until timestamptz,
  lease_token text,
  attempts integer not null default 0,
  primary key (account_id, run_id, number),
  foreign key (account_id, run_id) references billing_run (account_id, id)
);
create index billing_run_chunk_pending on billing_run_chunk (account_id, run_id, number) where state = 'pending';
select secure_table('billing_run_chunk');

create table billing_run_item (
  account_id bigint not null,
  run_id bigint not null,
  item integer not null,
  kind text not null check (kind in ('bill', 'emit')),
  organization_id bigint not null,
  customer_id bigint not null,
  contract_id bigint not null,
  rule_id bigint,
  period_start date,
  period_end date,
  scheduled_on date not null,
  -- Reserved when the run was decided, or the invoice that only waits for emission.
  invoice_id bigint,
  first_receivable_id bigint,
  installments smallint,
  number bigint,
  plan_hash text,
  -- Kept by previews, for whoever reads them; a run plans again.
  plan jsonb,
  gross_cents bigint not null default 0,
  discount_cents bigint not null default 0,
  withheld_cents bigint not null default 0,
  net_cents bigint not null default 0,
  previous_net_cents bigint,
  unusual boolean not null default false,
  outcome_class text not null check (outcome_class in ('pending', 'billed', 'not_billed', 'parked')),
  outcome text,
  detail jsonb,
  allowed_by text,
  primary key (account_id, run_id, item),
  foreign key (account_id, run_id) references billing_run (account_id, id),
  check ((outcome_class = 'pending') = (outcome is null))
)
-- Each row is written twice, once decided and once applied: the second finds room beside the first and touches no index.
with (fillfactor = 50);
create index billing_run_item_by_rule on billing_run_item (account_id, rule_id, run_id);
select secure_table('billing_run_item');

create table import (
  account_id bigint not null references account,
  id bigint not null,
  state text not null check (state in ('refused', 'checked', 'done')),
  filename text,
  digest bytea not null,
  rows integer not null,
  created_count integer not null,
  updated_count integer not null,
  unchanged_count integer not null,
  differing_count integer not null,
  refused_count integer not null,
  report jsonb not null,
  made_by text not null,
  created_at timestamptz not null,
  primary key (account_id, id)
);
select secure_table('import');
