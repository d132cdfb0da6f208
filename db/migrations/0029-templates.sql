-- What rules and one-off invoices are made from. What was made of a template keeps what it took: the template may change afterwards.

create table invoice_template (
  account_id bigint not null references account,
  id bigint not null,
  organization_id bigint not null,
  name text not null,
  -- Null: of one invoice (uma única vez), and of no rule.
  recurrence_unit text check (recurrence_unit in ('week', 'month')),
  recurrence_every smallint check (recurrence_every between 1 and 120),
  management text not null check (management in ('automatic', 'draft', 'on_request')),
  payment_method text not null check (payment_method in ('boleto', 'pix', 'card', 'transfer', 'other')),
  competence_shift smallint not null check (competence_shift between -1 and 1),
  description text,
  -- What is asked where it has no lines; with lines they say it.
  gross_cents bigint check (gross_cents >= 0),
  -- As far as it says when things fall due: whoever makes something of it may say the rest.
  due_kind text check (due_kind in ('fixed_day', 'last_day_of_month', 'day_quantity', 'fixed_day_and_month_quantity')),
  due_day smallint check (due_day between 1 and 31),
  due_days smallint check (due_days between 0 and 999),
  due_months smallint check (due_months between 0 and 120),
  due_only_business_days boolean,
  due_roll text check (due_roll in ('none', 'previous_business_day', 'next_business_day')),
  installments smallint check (installments between 1 and 120),
  -- Whether what is made of it is asked for in those installments, or at once.
  create_parcels boolean not null,
  -- Of readjustments.
  notify_customer boolean not null,
  allows_negative boolean not null,
  details_id bigint,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  archived_at timestamptz,
  primary key (account_id, id),
  foreign key (account_id, organization_id) references organization (account_id, id),
  foreign key (account_id, details_id) references billing_details (account_id, id),
  check ((recurrence_unit is null) = (recurrence_every is null))
);
create index invoice_template_by_name on invoice_template (account_id, lower(name), id);
select secure_table('invoice_template');

-- A line keeps its id as long as it stays in its template: overrides name it.
create table invoice_template_line (
  account_id bigint not null,
  id bigint not null,
  template_id bigint not null,
  position smallint not null,
  service_item_id bigint not null,
  -- Null: as the service is called when something is made of it.
  description text,
  quantity numeric(20, 6) not null check (quantity > 0),
  unit_price numeric(20, 6) not null check (unit_price >= 0),
  primary key (account_id, id),
  foreign key (account_id, template_id) references invoice_template (account_id, id),
  foreign key (account_id, service_item_id) references service_item (account_id, id)
);
create unique index invoice_template_line_place on invoice_template_line (account_id, template_id, position);
select secure_table('invoice_template_line');

-- A readjustment without a start: that is told when a rule is made.
create table invoice_template_readjustment (
  account_id bigint not null,
  id bigint not null,
  template_id bigint not null,
  position smallint not null,
  -- Null: every line whose service has none of its own.
  service_item_id bigint,
  index_code text not null check (index_code in ('igpm', 'ipca', 'igpdi', 'inpc', 'ipcfipe')),
  every_months smallint check (every_months in (1, 2, 3, 6, 12)),
  notice_days smallint check (notice_days between 0 and 365),
  primary key (account_id, id),
  foreign key (account_id, template_id) references invoice_template (account_id, id),
  foreign key (account_id, service_item_id) references service_item (account_id, id)
);
create unique index invoice_template_readjustment_place on invoice_template_readjustment (account_id, template_id, position);
select secure_table('invoice_template_readjustment');

-- The template that it was made of, for whoever asks; nothing is decided by it.
alter table invoice_rule add column template_id bigint;
alter table invoice_rule add foreign key (account_id, template_id) references invoice_template (account_id, id);
alter table invoice add column template_id bigint;
alter table invoice add foreign key (account_id, template_id) references invoice_template (account_id, id);
