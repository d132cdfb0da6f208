-- Invoices and what is received for them; the ledger of periods; what events were consumed.

create table invoice (
  account_id bigint not null,
  id bigint not null,
  organization_id bigint not null,
  customer_id bigint not null,
  contract_id bigint not null,
  rule_id bigint,
  -- What it was planned from: the version of the terms, and the instant of knowledge of everything else.
  terms_version integer,
  planned_seq bigint not null,
  prorated_days smallint,
  prorated_of smallint,
  run_id bigint,
  state text not null check (state in ('to_emit', 'to_receive', 'received', 'cancelled')),
  approval text not null check (approval in ('approved', 'blocked')),
  management text not null check (management in ('automatic', 'draft', 'on_request')),
  -- A run asked to emit it; what held it back then, if anything.
  emit_wanted boolean not null,
  held_by text check (held_by in ('customer_overdue')),
  number bigint,
  -- The four dates: the occurrence, its period, its competence month, and the day of emission.
  scheduled_on date not null,
  period_start date,
  period_end date,
  competence date not null check (extract(day from competence) = 1),
  estimated_issue_on date not null,
  issue_on date,
  gross_cents bigint not null check (gross_cents >= 0),
  discount_cents bigint not null check (discount_cents >= 0),
  withheld_cents bigint not null check (withheld_cents >= 0),
  net_cents bigint not null check (net_cents >= 0),
  payment_method text not null check (payment_method in ('boleto', 'pix', 'card', 'transfer', 'other')),
  description text,
  -- False when a person fixed the due dates: they stay when the issue date moves.
  due_by_rule boolean not null,
  cancel_reason text,
  cancelled_from text check (cancelled_from in ('to_emit', 'to_receive')),
  released_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null,
  emitted_at timestamptz,
  cancelled_at timestamptz,
  primary key (account_id, id),
  -- Its organization and its customer are the contract's. A key of its own to the organization would have every invoice of a run
  -- lock the same row, and workers wait for each other.
  foreign key (account_id, contract_id, organization_id, customer_id) references contract (account_id, id, organization_id, customer_id),
  foreign key (account_id, rule_id, terms_version) references rule_terms (account_id, rule_id, version),
  check (net_cents = gross_cents - discount_cents - withheld_cents),
  check ((number is null) = (issue_on is null)),
  check (state not in ('to_receive', 'received') or issue_on is not null),
  check ((state = 'cancelled') = (cancelled_at is not null))
);
create unique index invoice_number on invoice (account_id, organization_id, number) where number is not null;
create index invoice_by_contract on invoice (account_id, contract_id, id);
create index invoice_by_rule on invoice (account_id, rule_id, id) where rule_id is not null;
create index invoice_by_customer on invoice (account_id, customer_id, id);
create index invoice_to_emit on invoice (account_id, estimated_issue_on, id) where state = 'to_emit';
create index invoice_by_run on invoice (account_id, run_id, id) where run_id is not null;
select secure_table('invoice');

create table invoice_line (
  account_id bigint not null,
  invoice_id bigint not null,
  position smallint not null,
  source text not null check (source in ('rule', 'event', 'adjustment', 'manual')),
  service_item_id bigint,
  event_part_id bigint,
  description text not null,
  quantity numeric(20, 6) not null,
  unit_price numeric(20, 6) not null,
  gross_cents bigint not null check (gross_cents >= 0),
  discount_cents bigint not null check (discount_cents >= 0),
  primary key (account_id, invoice_id, position),
  foreign key (account_id, invoice_id) references invoice (account_id, id)
);
select secure_table('invoice_line');

create table invoice_withholding (
  account_id bigint not null,
  invoice_id bigint not null,
  tax text not null check (tax in ('irrf', 'pis', 'cofins', 'csll', 'inss', 'iss')),
  rate_micros integer not null check (rate_micros between 1 and 1000000),
  base_cents bigint not null,
  amount_cents bigint not null check (amount_cents >= 0),
  primary key (account_id, invoice_id, tax),
  foreign key (account_id, invoice_id) references invoice (account_id, id)
);
select secure_table('invoice_withholding');

create table invoice_adjustment (
  account_id bigint not null,
  id bigint not null,
  invoice_id bigint not null,
  line_position smallint not null,
  kind text not null check (kind in ('surcharge', 'discount')),
  amount_cents bigint not null check (amount_cents > 0),
  reason text not null,
  made_by text not null,
  created_at timestamptz not null,
  primary key (account_id, id),
  foreign key (account_id, invoice_id) references invoice (account_id, id)
);
create index invoice_adjustment_by_invoice on invoice_adjustment (account_id, invoice_id, id);
select secure_table('invoice_adjustment');

create table invoice_comment (
  account_id bigint not null,
  id bigint not null,
  invoice_id bigint not null,
  body text not null,
  made_by text not null,
  created_at timestamptz not null,
  primary key (account_id, id),
  foreign key (account_id, invoice_id) references invoice (account_id, id)
);
create index invoice_comment_by_invoice on invoice_comment (account_id, invoice_id, id);
select secure_table('invoice_comment');

create table receivable (
  account_id bigint not null,
  id bigint not null,
  invoice_id bigint,
  organization_id bigint not null,
  customer_id bigint not null,
  contract_id bigint,
  installment smallint not null,
  installments smallint not null,
  due_on date not null,
  amount_cents bigint not null check (amount_cents >= 0),
  -- Sum of its receipts that stand: payments and credit, and abatements.
  received_cents bigint not null default 0 check (received_cents >= 0),
  abated_cents bigint not null default 0 check (abated_cents >= 0),
  received_on date,
  state text not null check (state in ('to_emit', 'to_receive', 'received', 'cancelled', 'renegotiated')),
  version integer not null default 1,
  created_at timestamptz not null,
  primary key (account_id, id),
  foreign key (account_id, invoice_id) references invoice (account_id, id),
  foreign key (account_id, customer_id) references customer (account_id, id),
  unique (account_id, invoice_id, installment),
  check (received_cents + abated_cents <= amount_cents),
  check (state <> 'received' or received_cents + abated_cents = amount_cents)
);
create index receivable_open on receivable (account_id, customer_id, organization_id, due_on) where state = 'to_receive';
create index receivable_by_due on receivable (account_id, due_on, id);
select secure_table('receivable');

-- One act of receiving. Undone by a date, never deleted; the surplus became credit of the customer.
create table receipt (
  account_id bigint not null,
  id bigint not null,
  receivable_id bigint not null,
  kind text not null check (kind in ('payment', 'credit', 'abatement')),
  -- What it settles of the receivable; surplus_cents came on top of it.
  amount_cents bigint not null check (amount_cents >= 0),
  surplus_cents bigint not null default 0 check (surplus_cents >= 0),
  received_on date not null,
  method text,
  note text,
  created_at timestamptz not null,
  undone_at timestamptz,
  undo_reason text,
  primary key (account_id, id),
  foreign key (account_id, receivable_id) references receivable (account_id, id),
  check (amount_cents + surplus_cents > 0)
);
create index receipt_by_receivable on receipt (account_id, receivable_id, id);
select secure_table('receipt');

-- The ledger. Each row but the seed begins where exactly one other row ends, and begins and ends are unique per rule: the
-- rows of a rule are one chain of days, and a b-tree refuses an overlap and a gap. What a period ended as stands here.
create table coverage (
  account_id bigint not null,
  rule_id bigint not null,
  starts_on date,
  ends_on date not null,
  scheduled_on date,
  disposition text not null check (disposition in ('seed', 'open', 'billed', 'billed_elsewhere', 'waived', 'uncharged')),
  reason text,
  terms_version integer,
  invoice_id bigint,
  closed_at timestamptz,
  -- Facts with a lower known_seq were known when it was closed.
  closed_seq bigint,
  primary key (account_id, rule_id, ends_on),
  unique (account_id, rule_id, starts_on),
  foreign key (account_id, rule_id) references invoice_rule (account_id, id),
  foreign key (account_id, rule_id, starts_on) references coverage (account_id, rule_id, ends_on),
  foreign key (account_id, invoice_id) references invoice (account_id, id),
  check ((disposition = 'seed') = (starts_on is null)),
  check (starts_on < ends_on),
  check ((disposition = 'billed') = (invoice_id is not null)),
  check ((disposition in ('seed', 'open')) = (closed_at is null)),
  check ((closed_at is null) = (closed_seq is null)),
  check ((disposition = 'seed') or scheduled_on is not null)
);
create unique index coverage_seed on coverage (account_id, rule_id) where starts_on is null;
create index coverage_open on coverage (account_id, rule_id, starts_on) where disposition = 'open';
create index coverage_by_invoice on coverage (account_id, invoice_id) where invoice_id is not null;
select secure_table('coverage');

-- A part is consumed at most once, ever, by this primary key; giving it back makes a new part.
create table event_consumption (
  account_id bigint not null,
  part_id bigint not null,
  invoice_id bigint not null,
  used_cents bigint not null check (used_cents >= 0),
  given_back_at timestamptz,
  primary key (account_id, part_id),
  foreign key (account_id, part_id) references billing_event_part (account_id, id),
  foreign key (account_id, invoice_id) references invoice (account_id, id)
);
create index event_consumption_by_invoice on event_consumption (account_id, invoice_id);
select secure_table('event_consumption');
