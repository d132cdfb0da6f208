-- When the dates of a clause began to count, and until when, in the order in which facts became known: `verify` finds by it a period that
-- was billed though a date before it was not applied.

-- The first of its dates that is to be applied, as its dates are counted now.
alter table readjustment add column first_number integer check (first_number >= 0);
update readjustment set first_number = next_number;
alter table readjustment alter column first_number set not null;
-- Since when they are counted so, and since when the clause is archived.
alter table readjustment add column dated_seq bigint not null default nextval('fact_seq');
alter table readjustment add column ended_seq bigint;
update readjustment set ended_seq = nextval('fact_seq') where archived_at is not null;
-- What the date's months made when somebody approved it, as exact decimal text; null where they were not known.
alter table readjustment add column approved_factor text check (approved_factor ~ '^[0-9]+(\.[0-9]+)?$');
alter table readjustment add check (approved_factor is null or approved_on is not null);
create index readjustment_by_rule on readjustment (account_id, rule_id);

-- Since when an application stands no more.
alter table readjustment_application add column undone_seq bigint;
update readjustment_application set undone_seq = nextval('fact_seq') where undone_at is not null;
