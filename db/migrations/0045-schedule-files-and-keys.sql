-- Files and comments of a schedule's occurrences, and the organization that a client's key speaks for.

-- A file hangs on an invoice, on a rule or on an occurrence; or on nothing yet, while its sender has only handed it over.
alter table invoice_attachment
  add column schedule_id bigint,
  add column occurrence_number integer,
  -- When it came to hang where it hangs; null: when it was made.
  add column attached_at timestamptz,
  add foreign key (account_id, schedule_id, occurrence_number) references schedule_occurrence (account_id, schedule_id, number),
  add check ((schedule_id is null) = (occurrence_number is null)),
  drop constraint invoice_attachment_check,
  add constraint invoice_attachment_hangs_once check (num_nonnulls(invoice_id, rule_id, schedule_id) <= 1);
create index invoice_attachment_by_occurrence on invoice_attachment (account_id, schedule_id, occurrence_number, id)
  where schedule_id is not null;
create index invoice_attachment_loose on invoice_attachment (account_id, created_at)
  where invoice_id is null and rule_id is null and schedule_id is null;

create table schedule_comment (
  account_id bigint not null,
  id bigint not null,
  schedule_id bigint not null,
  occurrence_number integer not null,
  body text not null,
  made_by text not null,
  created_at timestamptz not null,
  primary key (account_id, id),
  foreign key (account_id, schedule_id, occurrence_number) references schedule_occurrence (account_id, schedule_id, number)
);
create index schedule_comment_by_occurrence on schedule_comment (account_id, schedule_id, occurrence_number, id);
select secure_table('schedule_comment');

-- Whose things a client of another system means, where its format has no place to say it; null: not said.
alter table api_key
  add column organization_id bigint,
  add foreign key (account_id, organization_id) references organization (account_id, id),
  add check (organization_id is null or client is not null);
create index api_key_by_organization on api_key (account_id, organization_id) where organization_id is not null;
