-- What a customer owed is owed by other receivables from now on: what was open of those that are replaced, with what was added and let
-- off, is what the new ones ask for.
create table renegotiation (
  account_id bigint not null,
  id bigint not null,
  organization_id bigint not null,
  customer_id bigint not null,
  -- What was outstanding of those that it replaced, at that time.
  replaced_cents bigint not null check (replaced_cents > 0),
  interest_cents bigint not null check (interest_cents >= 0),
  fine_cents bigint not null check (fine_cents >= 0),
  fee_cents bigint not null check (fee_cents >= 0),
  discount_cents bigint not null check (discount_cents >= 0),
  discount_reason text,
  total_cents bigint not null check (total_cents > 0),
  -- The first of the new ones is the down payment; 0: there is none.
  down_payment_cents bigint not null check (down_payment_cents >= 0),
  note text,
  -- The day of its organization on which it was agreed.
  agreed_on date not null,
  version integer not null default 1,
  created_at timestamptz not null,
  undone_at timestamptz,
  undo_reason text,
  primary key (account_id, id),
  foreign key (account_id, organization_id) references organization (account_id, id),
  foreign key (account_id, customer_id) references customer (account_id, id),
  check (total_cents = replaced_cents + interest_cents + fine_cents + fee_cents - discount_cents),
  check (down_payment_cents < total_cents),
  check ((discount_cents > 0) = (discount_reason is not null))
);
create index renegotiation_by_customer on renegotiation (account_id, customer_id, id);
select secure_table('renegotiation');

-- What each of them replaced, also after it was undone.
create table renegotiation_replaced (
  account_id bigint not null,
  renegotiation_id bigint not null,
  receivable_id bigint not null,
  outstanding_cents bigint not null check (outstanding_cents > 0),
  primary key (account_id, renegotiation_id, receivable_id),
  foreign key (account_id, renegotiation_id) references renegotiation (account_id, id),
  foreign key (account_id, receivable_id) references receivable (account_id, id)
);
create index renegotiation_replaced_by_receivable on renegotiation_replaced (account_id, receivable_id);
select secure_table('renegotiation_replaced');

alter table receivable
  -- The one that made it: it comes from no invoice and no schedule then.
  add column renegotiation_id bigint,
  -- The one that replaced it, while that stands.
  add column renegotiated_by bigint,
  -- Of a replaced one: the day on which all that replaced it was received, otherwise null.
  add column settled_on date,
  add foreign key (account_id, renegotiation_id) references renegotiation (account_id, id),
  add foreign key (account_id, renegotiated_by) references renegotiation (account_id, id),
  add constraint receivable_of_renegotiation check (renegotiation_id is null or (invoice_id is null and schedule_id is null)),
  add constraint receivable_renegotiated check ((state = 'renegotiated') = (renegotiated_by is not null)),
  add constraint receivable_settled check (settled_on is null or state = 'renegotiated'),
  -- Each is replaced by a later one than made it: they cannot go in a circle.
  add constraint receivable_renegotiated_later check (renegotiated_by > renegotiation_id);
-- A customer's receivables are found by this one and, what is open, by receivable_open: billing inserts into the latter alone.
create index receivable_closed on receivable (account_id, customer_id, due_on, id) where state <> 'to_receive';
create index receivable_of_renegotiation on receivable (account_id, renegotiation_id) where renegotiation_id is not null;
create index receivable_renegotiated_by on receivable (account_id, renegotiated_by) where renegotiated_by is not null;
