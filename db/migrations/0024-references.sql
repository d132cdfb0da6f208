-- What contracts, rules and invoices name: who charges and how, what is written to whom, how a service is taxed and classified.
-- All have the same head (whose, called what, which version), so that one store keeps them; what is special stands in between.

-- How a customer is charged stands on an account at a bank; where it is kept by somebody who charges for us, on theirs (a UUID).
create table financial_account (
  account_id bigint not null references account,
  id bigint not null,
  organization_id bigint not null,
  name text not null,
  status text not null check (status in ('processing', 'active', 'refused', 'closed')),
  bank_code text,
  bank_branch text,
  bank_account text,
  payout_bank_code text,
  payout_bank_branch text,
  payout_bank_account text,
  payment_methods jsonb not null,
  accept_fixed_fine boolean not null,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  archived_at timestamptz,
  primary key (account_id, id),
  foreign key (account_id, organization_id) references organization (account_id, id)
);
create index financial_account_by_name on financial_account (account_id, lower(name), id);
select secure_table('financial_account');

create table charging_account (
  account_id bigint not null references account,
  id bigint not null,
  organization_id bigint not null,
  name text not null,
  uuid text not null check (uuid = lower(uuid)),
  bank_code text,
  bank_branch text,
  bank_account text,
  wallet text,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  archived_at timestamptz,
  primary key (account_id, id),
  foreign key (account_id, organization_id) references organization (account_id, id)
);
create unique index charging_account_uuid on charging_account (account_id, uuid);
create index charging_account_by_name on charging_account (account_id, lower(name), id);
select secure_table('charging_account');

create table charge_template (
  account_id bigint not null references account,
  id bigint not null,
  organization_id bigint not null,
  name text not null,
  payment_method text not null check (payment_method in ('boleto', 'pix', 'card', 'transfer', 'other')),
  -- Percent of what is due (interest: a month), or reais.
  fine_type text not null check (fine_type in ('without', 'percentage', 'fixed')),
  fine_value numeric(20, 6) not null check (fine_value >= 0),
  interest_type text not null check (interest_type in ('without', 'percentage', 'fixed')),
  interest_value numeric(20, 6) not null check (interest_value >= 0),
  instructions text,
  financial_account_id bigint,
  charging_account_id bigint,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  archived_at timestamptz,
  primary key (account_id, id),
  foreign key (account_id, organization_id) references organization (account_id, id),
  foreign key (account_id, financial_account_id) references financial_account (account_id, id),
  foreign key (account_id, charging_account_id) references charging_account (account_id, id),
  check (financial_account_id is null or charging_account_id is null)
);
create index charge_template_by_name on charge_template (account_id, lower(name), id);
select secure_table('charge_template');

create table nfse_template (
  account_id bigint not null references account,
  id bigint not null,
  organization_id bigint not null,
  name text not null,
  codigo_servico_municipal text,
  item_lista_servico text,
  cnae text,
  servico_prestado_municipio_cliente boolean not null,
  iss_retido_fonte boolean not null,
  aliquota_iss numeric(9, 6),
  aliquota_irrf numeric(9, 6),
  aliquota_pis numeric(9, 6),
  aliquota_cofins numeric(9, 6),
  aliquota_csll numeric(9, 6),
  aliquota_inss numeric(9, 6),
  aliquota_iss_retido numeric(9, 6),
  retencoes_destacadas jsonb not null,
  percentual_carga_tributaria numeric(9, 6) not null,
  fonte_carga_tributaria text,
  limite_retencao_irrf numeric(20, 6),
  limite_retencao_pcc numeric(20, 6),
  limite_retencao_inss numeric(20, 6),
  limite_retencao_iss numeric(20, 6),
  external_service_id text,
  external_service_description text,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  archived_at timestamptz,
  primary key (account_id, id),
  foreign key (account_id, organization_id) references organization (account_id, id)
);
create index nfse_template_by_name on nfse_template (account_id, lower(name), id);
select secure_table('nfse_template');

create table email_template (
  account_id bigint not null references account,
  id bigint not null,
  organization_id bigint not null,
  name text not null,
  description text,
  -- As they were written, with their placeholders ($PLANO): these are filled in when a mail is made.
  subject text not null,
  body text not null,
  from_address text,
  cc text,
  include_boleto boolean not null,
  include_nfse_pdf boolean not null,
  include_nfse_xml boolean not null,
  include_attachments boolean not null,
  include_invoice_pdf boolean not null,
  default_template boolean not null,
  subscription_default_template boolean not null,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  archived_at timestamptz,
  primary key (account_id, id),
  foreign key (account_id, organization_id) references organization (account_id, id)
);
-- What is said to be the usual one is one.
create unique index email_template_default on email_template (account_id, organization_id) where default_template and archived_at is null;
create unique index email_template_subscription_default on email_template (account_id, organization_id)
  where subscription_default_template and archived_at is null;
create index email_template_by_name on email_template (account_id, lower(name), id);
select secure_table('email_template');

create table notification_ruler (
  account_id bigint not null references account,
  id bigint not null,
  organization_id bigint not null,
  name text not null,
  -- [{days, channel, emailTemplateId}]: days before the due date are less than zero.
  steps jsonb not null,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  archived_at timestamptz,
  primary key (account_id, id),
  foreign key (account_id, organization_id) references organization (account_id, id)
);
create index notification_ruler_by_name on notification_ruler (account_id, lower(name), id);
select secure_table('notification_ruler');

-- Without an organization they are all organizations'.
create table category (
  account_id bigint not null references account,
  id bigint not null,
  organization_id bigint,
  name text not null,
  code text,
  description text,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  archived_at timestamptz,
  primary key (account_id, id),
  foreign key (account_id, organization_id) references organization (account_id, id)
);
create unique index category_code on category (account_id, code) where code is not null and archived_at is null;
create index category_by_name on category (account_id, lower(name), id);
select secure_table('category');

create table revenue_centre (
  account_id bigint not null references account,
  id bigint not null,
  organization_id bigint,
  name text not null,
  code text,
  description text,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  archived_at timestamptz,
  primary key (account_id, id),
  foreign key (account_id, organization_id) references organization (account_id, id)
);
create unique index revenue_centre_code on revenue_centre (account_id, code) where code is not null and archived_at is null;
create index revenue_centre_by_name on revenue_centre (account_id, lower(name), id);
select secure_table('revenue_centre');
