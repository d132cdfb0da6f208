-- Schedules: a plan of receivables without a contract. One amount, installments, or a recurrence that is kept as one rule.

create table schedule (
  account_id bigint not null,
  id bigint not null,
  organization_id bigint not null,
  customer_id bigint not null,
  kind text not null check (kind in ('single', 'installments', 'recurrence')),
  -- Active: occurrences are still to be made.
  state text not null check (state in ('active', 'complete', 'cancelled')),
  -- The number of its last occurrence, where one is known, and the last day on which one falls due, counted.
  last_number integer check (last_number >= 0),
  ends_on date,
  -- The number of the last occurrence that was made; the ledger holds all until then.
  made_until integer not null check (made_until >= 0),
  -- How many times it was said what it asks for.
  terms_version integer not null check (terms_version >= 1),
  version integer not null default 1,
  created_at timestamptz not null,
  cancelled_at timestamptz,
  primary key (account_id, id),
  unique (account_id, id, organization_id, customer_id),
  foreign key (account_id, organization_id) references organization (account_id, id),
  foreign key (account_id, customer_id) references customer (account_id, id),
  check (kind = 'recurrence' or (last_number is not null and ends_on is null)),
  check ((state = 'cancelled') = (cancelled_at is not null))
);
create index schedule_by_customer on schedule (account_id, customer_id, id);
create index schedule_by_organization on schedule (account_id, organization_id, id);
create index schedule_active on schedule (account_id, id) where state = 'active';
select secure_table('schedule');

-- What occurrences ask for, and when. A version is of the occurrences from one number on, until another or until further notice; of those
-- of an occurrence the latest holds. Only added to; only texts that are erased (LGPD) are changed.
create table schedule_terms (
  account_id bigint not null,
  schedule_id bigint not null,
  version integer not null check (version >= 1),
  from_number integer not null check (from_number >= 1),
  until_number integer check (until_number >= from_number),
  -- Of a recurrence: every so many units.
  unit text check (unit in ('day', 'week', 'month', 'year')),
  every smallint check (every >= 1),
  -- Each date is told by its day at one occurrence, and moves from there by as many intervals as occurrences.
  due_on date not null,
  due_number integer not null,
  scheduled_on date not null,
  scheduled_number integer not null,
  accrual_on date not null,
  accrual_number integer not null,
  amount_cents bigint not null check (amount_cents > 0),
  description text,
  reference text,
  is_flagged boolean not null,
  -- It was said of one occurrence alone: where the recurrence ends is not told by its day.
  is_own boolean not null,
  -- The version that says the shares.
  shares_version integer not null,
  -- What is to happen with charges and notes once there are any.
  charge_when text check (charge_when in ('days_before_due', 'at_once')),
  charge_days smallint check (charge_days between 0 and 365),
  charge_delivery text check (charge_delivery in ('email', 'accountant')),
  nfse_when text check (nfse_when in ('days_before_due', 'on_receipt', 'with_charge', 'at_once')),
  nfse_days smallint check (nfse_days between 0 and 365),
  nfse_template_id bigint,
  nfse_remarks text,
  nfse_description text,
  service_state text,
  service_city text,
  created_at timestamptz not null,
  primary key (account_id, schedule_id, version),
  foreign key (account_id, schedule_id) references schedule (account_id, id),
  foreign key (account_id, schedule_id, shares_version) references schedule_terms (account_id, schedule_id, version),
  foreign key (account_id, nfse_template_id) references nfse_template (account_id, id),
  check ((unit is null) = (every is null)),
  check (shares_version <= version),
  check ((charge_when is null) = (charge_delivery is null)),
  check ((charge_when is not distinct from 'days_before_due') = (charge_days is not null)),
  check ((nfse_when is not distinct from 'days_before_due') = (nfse_days is not null))
);
select secure_table('schedule_terms');

-- The parts of what each occurrence of a version asks for, in their order (the last takes the rest of a cent): of one kind all by percent
-- or all by value. Of installments the values are proportions.
create table schedule_share (
  account_id bigint not null,
  schedule_id bigint not null,
  terms_version integer not null,
  kind text not null check (kind in ('category', 'cost_centre')),
  position smallint not null check (position >= 1),
  category_id bigint,
  cost_centre_id bigint,
  percent numeric(9, 6) check (percent > 0),
  value_cents bigint check (value_cents > 0),
  description text,
  primary key (account_id, schedule_id, terms_version, kind, position),
  foreign key (account_id, schedule_id, terms_version) references schedule_terms (account_id, schedule_id, version),
  foreign key (account_id, category_id) references category (account_id, id),
  foreign key (account_id, cost_centre_id) references cost_centre (account_id, id),
  check ((kind = 'category') = (category_id is not null) and (kind = 'cost_centre') = (cost_centre_id is not null)),
  check (num_nonnulls(percent, value_cents) = 1)
);
create index schedule_share_by_category on schedule_share (account_id, category_id) where category_id is not null;
create index schedule_share_by_cost_centre on schedule_share (account_id, cost_centre_id) where cost_centre_id is not null;
select secure_table('schedule_share');

alter table receivable
  add column schedule_id bigint,
  -- It is asked of whom its schedule asks, for the same organization.
  add constraint receivable_schedule_fkey foreign key (account_id, schedule_id, organization_id, customer_id)
    references schedule (account_id, id, organization_id, customer_id),
  add constraint receivable_of_schedule check (schedule_id is null or (invoice_id is null and contract_id is null));
create index receivable_by_schedule on receivable (account_id, schedule_id, id) where schedule_id is not null;

-- The account into which the money came.
alter table receipt
  add column financial_account_id bigint,
  add foreign key (account_id, financial_account_id) references financial_account (account_id, id);

-- The ledger. A chain as that of rules is (coverage), of the numbers of occurrences: each row but the seed follows exactly one other, so
-- that a b-tree refuses a second one and a foreign key a gap. Days would not do: several installments may fall due on one.
create table schedule_occurrence (
  account_id bigint not null,
  schedule_id bigint not null,
  number integer not null check (number >= 0),
  follows integer,
  disposition text not null check (disposition in ('seed', 'billed', 'waived')),
  -- Of a waived one: somebody deleted it, or the recurrence ends before it by now.
  reason text check (reason in ('deleted', 'ended')),
  terms_version integer,
  due_on date,
  scheduled_on date,
  accrual_on date,
  receivable_id bigint,
  -- The day of its organization on which it was made, or last said otherwise.
  said_on date,
  closed_at timestamptz,
  primary key (account_id, schedule_id, number),
  unique (account_id, schedule_id, follows),
  unique (account_id, receivable_id),
  foreign key (account_id, schedule_id) references schedule (account_id, id),
  foreign key (account_id, schedule_id, follows) references schedule_occurrence (account_id, schedule_id, number),
  foreign key (account_id, schedule_id, terms_version) references schedule_terms (account_id, schedule_id, version),
  foreign key (account_id, receivable_id) references receivable (account_id, id),
  check (follows = number - 1),
  check ((disposition = 'seed') = (follows is null)),
  check ((disposition = 'seed') = (number = 0)),
  check ((disposition = 'waived') = (reason is not null)),
  check (num_nulls(terms_version, due_on, scheduled_on, accrual_on, receivable_id, said_on, closed_at)
    = case when disposition = 'seed' then 7 else 0 end)
);
create index schedule_occurrence_by_due on schedule_occurrence (account_id, due_on, schedule_id, number) where disposition <> 'seed';
select secure_table('schedule_occurrence');
