-- Contracts, their rules with dated terms, and the ledger of periods.

create table contract (
  account_id bigint not null references account,
  id bigint not null,
  code text,
  number text,
  name text not null,
  title text,
  description text,
  comments text,
  -- Only sales are billed. customer_id is the other party: the customer of a sale, the supplier of a purchase.
  kind text not null check (kind in ('sale', 'purchase')),
  organization_id bigint not null,
  customer_id bigint not null,
  state text not null check (state in ('draft', 'active', 'suspended', 'ended', 'cancelled')),
  -- Today's validity, both ends counted; contract_validity holds what was known when.
  starts_on date,
  ends_on date,
  bill_while_overdue boolean not null default true,
  cancelled_on date,
  cancel_reason text,
  version integer not null default 1,
  created_at timestamptz not null,
  archived_at timestamptz,
  primary key (account_id, id),
  -- For what names a contract together with its parties.
  unique (account_id, id, organization_id, customer_id),
  foreign key (account_id, organization_id) references organization (account_id, id),
  foreign key (account_id, customer_id) references customer (account_id, id),
  check (ends_on is null or starts_on is null or starts_on <= ends_on)
);
create unique index contract_code on contract (account_id, code) where code is not null and archived_at is null;
create index contract_by_customer on contract (account_id, customer_id, id);
create index contract_by_name on contract (account_id, lower(name), id);
select secure_table('contract');

-- Validity as it became known: the row with the highest known_seq speaks. Only added to.
create table contract_validity (
  account_id bigint not null,
  contract_id bigint not null,
  known_seq bigint not null default nextval('fact_seq'),
  known_at timestamptz not null,
  starts_on date not null,
  ends_on date,
  cause text not null,
  primary key (account_id, contract_id, known_seq),
  foreign key (account_id, contract_id) references contract (account_id, id),
  check (ends_on is null or starts_on <= ends_on)
);
select secure_table('contract_validity');

-- Suspensions are intervals [from_on, until_on); an open one has no end yet. Ending one is another fact with its own order.
create table contract_suspension (
  account_id bigint not null,
  contract_id bigint not null,
  from_on date not null,
  until_on date,
  charge_later boolean not null,
  reason text,
  known_seq bigint not null default nextval('fact_seq'),
  known_at timestamptz not null,
  until_known_seq bigint,
  until_known_at timestamptz,
  primary key (account_id, contract_id, known_seq),
  foreign key (account_id, contract_id) references contract (account_id, id),
  check (until_on is null or from_on <= until_on),
  check ((until_on is null) = (until_known_seq is null))
);
create unique index contract_suspension_open on contract_suspension (account_id, contract_id) where until_on is null;
select secure_table('contract_suspension');

-- A rule's identity and the head of its ledger. Its row is the claim: whoever bills a period or changes what decides one
-- holds this row first, so versions, ledger and events of a rule change one at a time.
create table invoice_rule (
  account_id bigint not null references account,
  id bigint not null,
  contract_id bigint not null,
  -- The contract's, repeated for the order in which runs read; neither changes in a contract's life.
  organization_id bigint not null,
  customer_id bigint not null,
  title text not null,
  terms_version integer not null,
  -- End of the ledger's last row; null while the contract is a draft.
  covered_until date,
  -- Earliest day on which something can be due. A hint for selection, never a decision; never later than the truth.
  next_due_on date,
  billed_through date,
  replaces_rule_id bigint,
  version integer not null default 1,
  created_at timestamptz not null,
  archived_at timestamptz,
  primary key (account_id, id),
  foreign key (account_id, contract_id) references contract (account_id, id),
  foreign key (account_id, replaces_rule_id) references invoice_rule (account_id, id)
)
-- Its head moves with every billing, so no index holds the head: the new row finds room beside the old one.
with (fillfactor = 75);
create index invoice_rule_by_contract on invoice_rule (account_id, contract_id, id);
create index invoice_rule_by_customer on invoice_rule (account_id, customer_id, id) where archived_at is null;
select secure_table('invoice_rule');

-- Versions of what a rule says. The version of a period is the one with the latest valid_from on or before its first day,
-- among equals the highest version. Only added to.
create table rule_terms (
  account_id bigint not null,
  rule_id bigint not null,
  version integer not null,
  valid_from date not null,
  known_seq bigint not null default nextval('fact_seq'),
  known_at timestamptz not null,
  cause text not null,
  recurrence_unit text not null check (recurrence_unit in ('week', 'month')),
  recurrence_every integer not null check (recurrence_every between 1 and 120),
  anchor_on date not null,
  timing text not null check (timing in ('advance', 'arrears')),
  competence_shift smallint not null check (competence_shift between -1 and 1),
  due_kind text not null check (due_kind in ('fixed_day', 'last_day_of_month', 'day_quantity', 'fixed_day_and_month_quantity')),
  due_day smallint check (due_day between 1 and 31),
  due_days smallint check (due_days between 0 and 3650),
  due_months smallint check (due_months between 0 and 120),
  due_only_business_days boolean not null,
  due_roll text not null check (due_roll in ('none', 'previous_business_day', 'next_business_day')),
  installments smallint not null check (installments between 1 and 120),
  payment_method text not null check (payment_method in ('boleto', 'pix', 'card', 'transfer', 'other')),
  management text not null check (management in ('automatic', 'draft', 'on_request')),
  approval_wanted boolean not null,
  cut_start text not null check (cut_start in ('full', 'prorate', 'none')),
  cut_end text not null check (cut_end in ('full', 'prorate', 'none')),
  price_change text not null check (price_change in ('next_period', 'prorate')),
  max_amount_cents bigint check (max_amount_cents > 0),
  max_growth_percent numeric(9, 3) check (max_growth_percent > 0),
  -- [{tax, rateMicros}]: explicit rates; those that the law derives come with the NFS-e.
  withholdings jsonb not null,
  description text,
  primary key (account_id, rule_id, version),
  foreign key (account_id, rule_id) references invoice_rule (account_id, id)
);
select secure_table('rule_terms');

create table rule_line (
  account_id bigint not null,
  rule_id bigint not null,
  terms_version integer not null,
  position smallint not null,
  service_item_id bigint not null,
  description text,
  quantity numeric(20, 6) not null check (quantity > 0),
  unit_price numeric(20, 6) not null check (unit_price >= 0),
  discount_percent numeric(9, 6) check (discount_percent > 0 and discount_percent <= 100),
  discount_cents bigint check (discount_cents > 0),
  -- The line's own validity, both ends counted, asked on the period's first day.
  valid_from date,
  valid_until date,
  primary key (account_id, rule_id, terms_version, position),
  foreign key (account_id, rule_id, terms_version) references rule_terms (account_id, rule_id, version),
  foreign key (account_id, service_item_id) references service_item (account_id, id),
  check (discount_percent is null or discount_cents is null),
  check (valid_until is null or valid_from is null or valid_from <= valid_until)
);
select secure_table('rule_line');

create table billing_event (
  account_id bigint not null references account,
  id bigint not null,
  rule_id bigint not null,
  service_item_id bigint,
  kind text not null check (kind in ('surcharge', 'discount')),
  description text not null,
  amount_cents bigint not null check (amount_cents > 0),
  parts smallint not null check (parts between 1 and 120),
  -- First of the month that was named; null: the next invoice that is made.
  first_month date check (extract(day from first_month) = 1),
  created_at timestamptz not null,
  cancelled_at timestamptz,
  version integer not null default 1,
  primary key (account_id, id),
  foreign key (account_id, rule_id) references invoice_rule (account_id, id),
  foreign key (account_id, service_item_id) references service_item (account_id, id)
);
create index billing_event_by_rule on billing_event (account_id, rule_id, id);
select secure_table('billing_event');

-- What is billed at once. A part ends consumed or cancelled; what a discount could not use, and what a release gives back,
-- lives on as a new part, so that nothing is ever un-consumed in place.
create table billing_event_part (
  account_id bigint not null,
  id bigint not null,
  event_id bigint not null,
  rule_id bigint not null,
  number smallint not null,
  amount_cents bigint not null check (amount_cents > 0),
  -- Looks for an occurrence from this month on; null: any.
  earliest_month date check (extract(day from earliest_month) = 1),
  origin text not null check (origin in ('event', 'carried', 'given_back')),
  origin_part_id bigint,
  state text not null check (state in ('open', 'consumed', 'cancelled')),
  primary key (account_id, id),
  foreign key (account_id, event_id) references billing_event (account_id, id),
  foreign key (account_id, origin_part_id) references billing_event_part (account_id, id),
  check ((origin = 'event') = (origin_part_id is null))
);
create index billing_event_part_open on billing_event_part (account_id, rule_id, id) where state = 'open';
create index billing_event_part_by_event on billing_event_part (account_id, event_id, id);
create unique index billing_event_part_origin on billing_event_part (account_id, origin_part_id, origin) where origin_part_id is not null;
select secure_table('billing_event_part');
