-- What a line says of what is withheld: rates in place of its rule's ([] for none; null: the rule's), and an amount that is withheld
-- whatever the rates ("outras retenções"), of a whole period.
alter table rule_line
  add column withholdings jsonb check (jsonb_typeof(withholdings) = 'array'),
  add column withheld_cents bigint check (withheld_cents > 0);

-- What the customer pays back is no revenue: nothing is withheld of it.
alter table billing_event
  add column is_reimbursement boolean not null default false,
  add check (kind = 'surcharge' or not is_reimbursement);

-- One tax may be withheld at one rate of some lines and at another one of others. `lines` are the positions that it is reckoned on; null:
-- all of them. What was agreed upon as an amount has no rate, and is kept beside what could be withheld of it.
alter table invoice_withholding
  add column lines jsonb check (jsonb_typeof(lines) = 'array'),
  add column fixed_cents bigint check (fixed_cents > 0),
  drop constraint invoice_withholding_tax_check,
  drop constraint invoice_withholding_rate_micros_check,
  drop constraint invoice_withholding_pkey,
  add check (tax in ('irrf', 'pis', 'cofins', 'csll', 'inss', 'iss', 'other')),
  add check (rate_micros between 0 and 1000000),
  add check ((tax = 'other') = (rate_micros = 0)),
  add check ((tax = 'other') = (fixed_cents is not null)),
  add primary key (account_id, invoice_id, tax, rate_micros);

-- How much a client of a dialect called of late, where that dialect blocks who calls too much, or fails too often in a row. All times are
-- the machine's.
create table dialect_caller (
  account_id bigint not null references account,
  dialect text not null,
  -- Whose key called: 'key_3'.
  caller text not null,
  -- The minute that is counted, and the calls in it.
  minute timestamptz not null,
  calls integer not null check (calls >= 0),
  -- Refused one after the other, without one that was accepted between.
  failures integer not null check (failures >= 0),
  blocked_until timestamptz,
  primary key (account_id, dialect, caller)
);
select secure_table('dialect_caller');
