-- What clients of a dialect called a moment ago, where that dialect refuses the same call again too soon, or beside itself. All times are
-- the machine's: a client counts its seconds, wherever a sandbox stands. Rows live for minutes.
create table dialect_call (
  account_id bigint not null references account,
  dialect text not null,
  -- Whose key called: 'key_3'.
  caller text not null,
  call text not null,
  -- SHA-256 of the parameter.
  fingerprint bytea not null,
  began_at timestamptz not null,
  -- Null while it runs. A call that was refused leaves no row.
  ended_at timestamptz,
  primary key (account_id, dialect, caller, call, fingerprint)
);
select secure_table('dialect_call');

-- Which contracts were billed this month, for the kanban: without it all invoices of all years are read for one month of them.
create index invoice_by_issue on invoice (account_id, issue_on) where issue_on is not null and rule_id is not null;
