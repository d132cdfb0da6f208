-- Plans, and subscriptions to them: a subscription is a contract with one rule that its plan made.

create table plan (
  account_id bigint not null references account,
  id bigint not null,
  organization_id bigint not null,
  name text not null,
  description text,
  -- What the line of its rules bills.
  service_item_id bigint not null,
  price numeric(20, 6) not null check (price >= 0),
  billing_months smallint not null check (billing_months in (1, 2, 3, 6, 12)),
  charging_method text not null check (charging_method in ('pre_paid', 'post_paid')),
  trial_days smallint not null check (trial_days between 0 and 365),
  -- From the issue of an invoice to its due date.
  due_days smallint not null check (due_days between 0 and 365),
  products jsonb not null,
  features jsonb not null,
  allow_installments boolean not null,
  installments_limit smallint not null check (installments_limit between 0 and 120),
  readjustment_index text check (readjustment_index in ('igpm', 'ipca', 'igpdi', 'inpc', 'ipcfipe')),
  readjustment_months smallint check (readjustment_months in (1, 2, 3, 6, 12)),
  readjustment_notice_days smallint check (readjustment_notice_days between 0 and 365),
  redirect_url text,
  email_template_id bigint,
  charge_template_id bigint,
  notification_ruler_id bigint,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  archived_at timestamptz,
  primary key (account_id, id),
  foreign key (account_id, organization_id) references organization (account_id, id),
  foreign key (account_id, service_item_id) references service_item (account_id, id),
  foreign key (account_id, email_template_id) references email_template (account_id, id),
  foreign key (account_id, charge_template_id) references charge_template (account_id, id),
  foreign key (account_id, notification_ruler_id) references notification_ruler (account_id, id),
  check ((readjustment_index is null) = (readjustment_months is null))
);
create index plan_by_name on plan (account_id, lower(name), id);
select secure_table('plan');

-- What a contract is besides a contract, where somebody subscribed to a plan. Its id is that of the contract.
create table subscription (
  account_id bigint not null,
  contract_id bigint not null,
  rule_id bigint not null,
  -- The plan in force.
  plan_id bigint not null,
  -- The first day after the trial; null: there was none. The trial's days are a row of the ledger, not charged.
  trial_ends_on date,
  version integer not null default 1,
  created_at timestamptz not null,
  primary key (account_id, contract_id),
  foreign key (account_id, contract_id) references contract (account_id, id),
  foreign key (account_id, rule_id) references invoice_rule (account_id, id),
  foreign key (account_id, plan_id) references plan (account_id, id)
);
create unique index subscription_by_rule on subscription (account_id, rule_id);
create index subscription_by_plan on subscription (account_id, plan_id, contract_id);
select secure_table('subscription');

-- Each change of plan, by the version that the contract had after it. Only added to. Credit and debit are what was asked then; what stands
-- of them by now is told by the differences of the rule.
create table plan_change (
  account_id bigint not null,
  contract_id bigint not null,
  contract_version integer not null,
  from_plan_id bigint not null,
  plan_id bigint not null,
  changed_on date not null,
  -- The first day of the first period that is billed by the new plan; null: nothing is to come.
  effective_on date,
  credit_cents bigint not null check (credit_cents >= 0),
  debit_cents bigint not null check (debit_cents >= 0),
  changed_at timestamptz not null,
  primary key (account_id, contract_id, contract_version),
  foreign key (account_id, contract_id) references subscription (account_id, contract_id),
  foreign key (account_id, from_plan_id) references plan (account_id, id),
  foreign key (account_id, plan_id) references plan (account_id, id),
  check (from_plan_id <> plan_id)
);
select secure_table('plan_change');
