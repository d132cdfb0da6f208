-- Who bills, who pays, and what is sold.

create table organization (
  account_id bigint not null references account,
  id bigint not null,
  legal_name text not null,
  trade_name text,
  cnpj text not null check (cnpj ~ '^[0-9A-Z]{12}[0-9]{2}$'),
  municipal_registration text,
  tax_regime text not null check (tax_regime in ('simples_nacional', 'mei', 'lucro_presumido', 'lucro_real', 'isento')),
  time_zone text not null,
  address jsonb,
  -- The hour, in its own zone, at which the scheduler bills by itself.
  billing_hour smallint not null default 6 check (billing_hour between 0 and 23),
  -- A run beyond these pauses before its first chunk.
  run_max_invoices integer check (run_max_invoices > 0),
  run_max_total_cents bigint check (run_max_total_cents > 0),
  version integer not null default 1,
  created_at timestamptz not null,
  archived_at timestamptz,
  primary key (account_id, id)
);
create unique index organization_cnpj on organization (account_id, cnpj) where archived_at is null;
select secure_table('organization');

-- State and city holidays; the national bank calendar is computed.
create table organization_holiday (
  account_id bigint not null,
  organization_id bigint not null,
  on_date date not null,
  name text not null,
  scope text not null check (scope in ('state', 'city')),
  known_at timestamptz not null,
  removed_at timestamptz,
  primary key (account_id, organization_id, on_date),
  foreign key (account_id, organization_id) references organization (account_id, id)
);
select secure_table('organization_holiday');

create table customer (
  account_id bigint not null references account,
  id bigint not null,
  kind text not null check (kind in ('company', 'person')),
  name text not null,
  trade_name text,
  -- CNPJ of 14 characters, letters allowed, or CPF of 11 digits; null until known: it is not billed before.
  tax_id text check (case kind when 'company' then tax_id ~ '^[0-9A-Z]{12}[0-9]{2}$' else tax_id ~ '^[0-9]{11}$' end),
  municipal_registration text,
  billing_emails text[] not null default '{}',
  addresses jsonb not null default '[]',
  contacts jsonb not null default '[]',
  notes text,
  version integer not null default 1,
  created_at timestamptz not null,
  archived_at timestamptz,
  primary key (account_id, id)
);
create unique index customer_tax_id on customer (account_id, tax_id) where archived_at is null;
create index customer_by_name on customer (account_id, lower(name), id);
select secure_table('customer');

-- Credit belongs to one customer with one organization. The balance is the sum of its entries; its row is the customer's lock.
create table customer_credit (
  account_id bigint not null,
  customer_id bigint not null,
  organization_id bigint not null,
  balance_cents bigint not null check (balance_cents >= 0),
  primary key (account_id, customer_id, organization_id),
  foreign key (account_id, customer_id) references customer (account_id, id),
  foreign key (account_id, organization_id) references organization (account_id, id)
);
select secure_table('customer_credit');

create table customer_credit_entry (
  account_id bigint not null,
  id bigint not null,
  customer_id bigint not null,
  organization_id bigint not null,
  amount_cents bigint not null check (amount_cents <> 0),
  cause text not null check (cause in ('overpayment', 'overpayment_undone', 'spent', 'given_back', 'granted')),
  receipt_id bigint,
  created_at timestamptz not null,
  primary key (account_id, id),
  foreign key (account_id, customer_id, organization_id) references customer_credit (account_id, customer_id, organization_id)
);
create index customer_credit_entry_by_customer on customer_credit_entry (account_id, customer_id, organization_id, id);
select secure_table('customer_credit_entry');

create table service_item (
  account_id bigint not null references account,
  id bigint not null,
  code text,
  name text not null,
  description text,
  unit_price numeric(20, 6),
  version integer not null default 1,
  created_at timestamptz not null,
  archived_at timestamptz,
  primary key (account_id, id)
);
create unique index service_item_code on service_item (account_id, code) where code is not null and archived_at is null;
create index service_item_by_name on service_item (account_id, lower(name), id);
select secure_table('service_item');
