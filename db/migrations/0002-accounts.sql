-- Tenancy, keys, idempotency, ids, history, outbox and dated work: what every noun below stands on.

-- Whoever migrates is a member of this role; each policy admits it by name, because under FORCE a backfill by an owner
-- that no policy admits would change no row and say nothing.
do $$ begin
  create role bordero_owner nologin;
exception when duplicate_object or unique_violation then null; end $$;
do $$ begin
  execute format('grant bordero_owner to %I', current_user);
exception when duplicate_object or unique_violation then null; end $$;

-- Row-level security of one table: the owner sees all, the app only the account of its transaction.
create function secure_table(secured regclass) returns void language plpgsql as $$
begin
  execute format('alter table %s enable row level security', secured);
  execute format('alter table %s force row level security', secured);
  execute format('create policy owner_all on %s to bordero_owner using (true) with check (true)', secured);
  execute format(
    'create policy account_rows on %s to bordero_app using (account_id = (select nullif(current_setting(''bordero.account'', true), '''')::bigint)) '
    'with check (account_id = (select nullif(current_setting(''bordero.account'', true), '''')::bigint))', secured);
end $$;
revoke all on function secure_table(regclass) from public;

-- The order in which facts that decide billing became known. Instants do not do: a sandbox clock stands still.
create sequence fact_seq;

create table account (
  account_id bigint primary key,
  name text not null,
  mode text not null check (mode in ('live', 'sandbox')),
  sandbox_now timestamptz,
  state text not null default 'active' check (state in ('active', 'closed')),
  version integer not null default 1,
  created_at timestamptz not null,
  check ((mode = 'sandbox') = (sandbox_now is not null))
);
select secure_table('account');
create policy directory on account for select to bordero_dispatch using (true);
grant select on account to bordero_dispatch;

create sequence account_id_seq;

create table id_range (
  account_id bigint not null references account,
  noun text not null,
  scope bigint not null default 0,
  next_id bigint not null,
  primary key (account_id, noun, scope)
);
select secure_table('id_range');

create table api_key (
  account_id bigint not null references account,
  id bigint not null,
  name text not null,
  prefix text not null,
  key_hash bytea not null unique,
  scopes text[] not null,
  created_at timestamptz not null,
  revoked_at timestamptz,
  version integer not null default 1,
  primary key (account_id, id)
);
select secure_table('api_key');
create policy directory on api_key for select to bordero_dispatch using (true);
grant select (account_id, id, key_hash, scopes, revoked_at) on api_key to bordero_dispatch;

create table idempotency_key (
  account_id bigint not null references account,
  key text not null,
  fingerprint bytea not null,
  status integer not null,
  headers jsonb not null,
  body jsonb,
  created_at timestamptz not null,
  primary key (account_id, key)
);
select secure_table('idempotency_key');

create table external_id (
  account_id bigint not null references account,
  system text not null,
  noun text not null,
  external text not null,
  id bigint not null,
  primary key (account_id, system, noun, external)
);
create index external_id_by_noun on external_id (account_id, noun, id);
select secure_table('external_id');

-- Who, what, when. The payload lies beside it and can be erased (LGPD); the digest is keyed by the payload's own salt,
-- so that an erased payload cannot be guessed back from it. Sealed rows are chained per account.
-- Like the outbox it names no account by foreign key: with every row of a chunk checked against one and the same row of account, two
-- workers side by side were slower than one. No account is ever deleted, and the policy admits none but the transaction's own.
create sequence history_id_seq;
create table history (
  account_id bigint not null,
  id bigint not null default nextval('history_id_seq'),
  at timestamptz not null,
  actor text not null,
  action text not null,
  noun text not null,
  subject_id bigint not null,
  subject_version integer not null,
  request_id text not null,
  digest bytea not null,
  sealed_in bigint,
  primary key (account_id, id)
);
create index history_by_subject on history (account_id, noun, subject_id, id);
create index history_unsealed on history (account_id, id) where sealed_in is null;
select secure_table('history');

create table history_payload (
  account_id bigint not null,
  history_id bigint not null,
  salt bytea not null,
  before jsonb,
  after jsonb,
  erased_at timestamptz,
  primary key (account_id, history_id),
  foreign key (account_id, history_id) references history (account_id, id)
);
select secure_table('history_payload');

create table history_seal (
  account_id bigint not null references account,
  seq bigint not null,
  rows integer not null check (rows > 0),
  previous bytea not null,
  digest bytea not null,
  sealed_at timestamptz not null,
  primary key (account_id, seq)
);
select secure_table('history_seal');

-- What the world is to be told. Senders take unsent rows, never "after the last id"; order is (subject, subject version).
create table outbox (
  account_id bigint not null,
  noun text not null,
  subject_id bigint not null,
  subject_version integer not null,
  event text not null,
  created_at timestamptz not null,
  sent_at timestamptz,
  primary key (account_id, noun, subject_id, subject_version)
);
create index outbox_unsent on outbox (account_id, created_at) where sent_at is null;
select secure_table('outbox');
create policy directory on outbox for select to bordero_dispatch using (true);
grant select (account_id, noun, subject_id, subject_version, created_at, sent_at) on outbox to bordero_dispatch;

-- Everything that happens by itself is a row here, compared with the account's clock.
create table due_work (
  account_id bigint not null references account,
  kind text not null,
  subject_id bigint not null,
  due_at timestamptz not null,
  primary key (account_id, kind, subject_id)
);
create index due_work_by_instant on due_work (due_at);
select secure_table('due_work');
create policy directory on due_work for select to bordero_dispatch using (true);
grant select on due_work to bordero_dispatch;
