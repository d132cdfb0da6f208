-- What only a vendor's clients say and want to hear again: facts of a subject that no noun of ours has, one row for each subject.
create table dialect_field (
  account_id bigint not null references account,
  dialect text not null,
  noun text not null,
  subject_id bigint not null,
  fields jsonb not null check (jsonb_typeof(fields) = 'object'),
  primary key (account_id, dialect, noun, subject_id)
);
select secure_table('dialect_field');
