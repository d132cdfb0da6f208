-- Readjustment of a rule's prices by an index: the clause, and each time that its date came.

create table readjustment (
  account_id bigint not null,
  id bigint not null,
  rule_id bigint not null,
  -- The service whose lines it concerns; null: every line whose service has no clause of its own.
  service_item_id bigint,
  index_code text not null check (index_code in ('igpm', 'ipca', 'igpdi', 'inpc', 'ipcfipe')),
  every_months smallint not null check (every_months in (1, 2, 3, 6, 12)),
  method text not null check (method in ('monthly_product', 'published_12m')),
  -- The months that count end so many before the month of the date.
  lag_months smallint not null check (lag_months between 0 and 12),
  -- Calendar days before the date on which people are to be told; null: nobody is.
  notice_days smallint check (notice_days between 0 and 365),
  allows_negative boolean not null,
  approval_wanted boolean not null,
  -- The anchor: date k is k × every_months after it, clamped to the month.
  starts_on date not null,
  next_number integer not null check (next_number >= 0),
  next_on date not null,
  -- What keeps a date that has come from being applied; null: nothing, it is done by itself in a moment.
  waits_for text check (waits_for in ('index', 'approval')),
  missing_month date check (extract(day from missing_month) = 1),
  -- The date that somebody approved.
  approved_on date,
  version integer not null default 1,
  created_at timestamptz not null,
  archived_at timestamptz,
  primary key (account_id, id),
  foreign key (account_id, rule_id) references invoice_rule (account_id, id),
  foreign key (account_id, service_item_id) references service_item (account_id, id),
  check (method = 'monthly_product' or every_months = 12),
  check ((missing_month is not null) = coalesce(waits_for = 'index', false))
);
-- Never two of the whole rule, nor two of one service.
create unique index readjustment_of_rule on readjustment (account_id, rule_id, coalesce(service_item_id, 0)) where archived_at is null;
create index readjustment_by_date on readjustment (account_id, next_on, id) where archived_at is null;
create index readjustment_by_index on readjustment (account_id, index_code) where waits_for = 'index' and archived_at is null;
select secure_table('readjustment');

-- What became of one date of a clause: once, unless it was undone. Only added to, but for its being undone.
create table readjustment_application (
  account_id bigint not null,
  id bigint not null,
  readjustment_id bigint not null,
  rule_id bigint not null,
  due_on date not null,
  number integer not null,
  -- applied; held_at_zero: negative, and the clause keeps the price; skipped: a person passed this date over.
  outcome text not null check (outcome in ('applied', 'held_at_zero', 'skipped')),
  index_code text not null check (index_code in ('igpm', 'ipca', 'igpdi', 'inpc', 'ipcfipe')),
  method text not null check (method in ('monthly_product', 'published_12m')),
  first_month date not null check (extract(day from first_month) = 1),
  last_month date not null check (extract(day from last_month) = 1),
  -- [{month, percent, kind, source, knownAt, knownSeq}], as they were known then.
  index_values jsonb not null,
  -- Exact; null where the date was passed over.
  factor numeric check (factor > 0),
  -- The versions of the terms that it added: from the first valid day on, and once more for each day planned for later.
  valid_from date,
  first_version integer,
  last_version integer,
  -- [{validFrom, position, serviceItemId, description, oldUnitPrice, newUnitPrice}]
  prices jsonb not null,
  reason text,
  applied_by text not null,
  applied_at timestamptz not null,
  known_seq bigint not null default nextval('fact_seq'),
  undone_at timestamptz,
  undone_by text,
  undo_reason text,
  -- The first version that has the old prices again.
  undone_version integer,
  primary key (account_id, id),
  foreign key (account_id, readjustment_id) references readjustment (account_id, id),
  foreign key (account_id, rule_id) references invoice_rule (account_id, id),
  check ((valid_from is null) = (first_version is null) and (first_version is null) = (last_version is null))
);
create unique index readjustment_application_once on readjustment_application (account_id, readjustment_id, due_on)
  where undone_at is null;
create index readjustment_application_by_rule on readjustment_application (account_id, rule_id, id);
select secure_table('readjustment_application');
