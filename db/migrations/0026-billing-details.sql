-- What is carried along with what is billed and changes no amount: how it is charged, noted, told and classified. Of a rule it is what the
-- next invoice gets, of an invoice what it had when it was made. A row is never changed: whoever says something else names another one, so
-- that billing copies one number, and what a rule says later reaches no invoice that is made already.
create table billing_details (
  account_id bigint not null references account,
  id bigint not null,
  -- Of a payment by card; null for one.
  card_installments smallint check (card_installments between 1 and 99),
  charge_template_id bigint,
  financial_account_id bigint,
  charging_account_id bigint,
  issue_nfse boolean not null,
  nfse_template_id bigint,
  -- Business days after the whole was received; 0: on the day of issue.
  nfse_days_after_receipt smallint not null check (nfse_days_after_receipt between 0 and 365),
  -- As they were written, with their placeholders ($DESCRICAO): these are filled in when the note is made.
  nfse_body text,
  email_template_id bigint,
  notification_ruler_id bigint,
  category_id bigint,
  revenue_centre_id bigint,
  notes text,
  created_at timestamptz not null,
  primary key (account_id, id),
  foreign key (account_id, charge_template_id) references charge_template (account_id, id),
  foreign key (account_id, financial_account_id) references financial_account (account_id, id),
  foreign key (account_id, charging_account_id) references charging_account (account_id, id),
  foreign key (account_id, nfse_template_id) references nfse_template (account_id, id),
  foreign key (account_id, email_template_id) references email_template (account_id, id),
  foreign key (account_id, notification_ruler_id) references notification_ruler (account_id, id),
  foreign key (account_id, category_id) references category (account_id, id),
  foreign key (account_id, revenue_centre_id) references revenue_centre (account_id, id)
);
select secure_table('billing_details');

alter table invoice_rule add column details_id bigint;
alter table invoice_rule add foreign key (account_id, details_id) references billing_details (account_id, id);
alter table invoice add column details_id bigint;
alter table invoice add foreign key (account_id, details_id) references billing_details (account_id, id);
