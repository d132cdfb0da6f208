-- What is attached to a rule goes along with each invoice that the rule makes from then on, until it is taken off the rule. An invoice
-- carries what its rule had when it was planned, by the order in which both became known (invoice.planned_seq); nothing is copied.
alter table invoice_attachment
  alter column invoice_id drop not null,
  add column rule_id bigint,
  add column known_seq bigint,
  -- Taken off the rule: there for the invoices that carry it, and gone with the last of them.
  add column until_known_seq bigint,
  add foreign key (account_id, rule_id) references invoice_rule (account_id, id),
  add check ((invoice_id is null) <> (rule_id is null)),
  add check ((rule_id is null) = (known_seq is null)),
  add check (until_known_seq > known_seq);
create index invoice_attachment_by_rule on invoice_attachment (account_id, rule_id, id) where rule_id is not null;

-- What an invoice would carry of its rule, and somebody took off that invoice alone.
create table invoice_attachment_left_out (
  account_id bigint not null,
  invoice_id bigint not null,
  attachment_id bigint not null,
  primary key (account_id, invoice_id, attachment_id),
  foreign key (account_id, invoice_id) references invoice (account_id, id),
  foreign key (account_id, attachment_id) references invoice_attachment (account_id, id)
);
create index invoice_attachment_left_out_by_attachment on invoice_attachment_left_out (account_id, attachment_id);
select secure_table('invoice_attachment_left_out');
