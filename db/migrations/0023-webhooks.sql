-- Webhooks: whom an account tells of what happens in it, what was sent to them, and how that ended.

-- What names a contract to outsiders who may not count contracts: 32 hex digits, drawn once and never changed.
alter table contract add column token text not null default replace(gen_random_uuid()::text, '-', '');
create unique index contract_token on contract (account_id, token);

-- Whether anybody reads the outbox of an account. Where nobody does, a message is born as sent, and the index of unsent ones stays empty.
create table outbox_listener (
  account_id bigint not null references account,
  listener text not null,
  since timestamptz not null,
  primary key (account_id, listener)
);
select secure_table('outbox_listener');

-- Until now nobody could listen.
update outbox set sent_at = created_at where sent_at is null;

create table webhook_endpoint (
  account_id bigint not null references account,
  id bigint not null,
  address text not null,
  description text,
  form text not null,
  events text[] not null,
  -- Encrypted (src/platform/secrets.ts); null once it is deleted.
  secret text,
  previous_secret text,
  previous_until timestamptz,
  state text not null check (state in ('enabled', 'disabled')),
  disabled_reason text check (disabled_reason in ('person', 'failing', 'gone')),
  disabled_at timestamptz,
  -- What the last attempt found; null before the first one.
  reachable boolean,
  -- The first failure since which nothing went through.
  failing_since timestamptz,
  version integer not null default 1,
  created_at timestamptz not null,
  deleted_at timestamptz,
  primary key (account_id, id),
  check ((state = 'disabled') = (disabled_reason is not null))
);
select secure_table('webhook_endpoint');

-- One row for each endpoint and version of a subject, with the exact bytes, before anything is sent.
create table webhook_delivery (
  account_id bigint not null,
  id bigint not null,
  endpoint_id bigint not null,
  -- What the receiver knows it by, the same at each attempt.
  message_id text not null,
  noun text not null,
  subject_id bigint not null,
  subject_version integer not null,
  event text not null,
  is_test boolean not null default false,
  body text not null,
  state text not null check (state in ('waiting', 'delivered', 'given_up', 'dropped')),
  -- Begun ones, whatever became of them; and those of this round that failed.
  attempts integer not null default 0,
  failures integer not null default 0,
  -- On the account's clock.
  due_at timestamptz not null,
  created_at timestamptz not null,
  ended_at timestamptz,
  -- On the machine's: who sends it, and how long it is kept.
  lease_token text,
  lease_until timestamptz,
  stored_at timestamptz not null,
  primary key (account_id, id),
  foreign key (account_id, endpoint_id) references webhook_endpoint (account_id, id),
  check ((state = 'waiting') = (ended_at is null))
)
-- Each row is written a few times: the next one finds room beside the one before.
with (fillfactor = 70);
create unique index webhook_delivery_once on webhook_delivery (account_id, endpoint_id, noun, subject_id, subject_version) where not is_test;
create index webhook_delivery_waiting on webhook_delivery (account_id, endpoint_id, due_at, id) where state = 'waiting';
create index webhook_delivery_leased on webhook_delivery (account_id, endpoint_id) where lease_token is not null;
create index webhook_delivery_by_subject on webhook_delivery (account_id, noun, subject_id, id);
create index webhook_delivery_by_age on webhook_delivery (account_id, stored_at);
select secure_table('webhook_delivery');

create table webhook_attempt (
  account_id bigint not null,
  delivery_id bigint not null,
  number integer not null,
  at timestamptz not null,
  -- Null while it is under way, and for ever when the sender died: nobody knows what the other side got.
  outcome text check (outcome in
    ('delivered', 'refused', 'ping_refused', 'unreachable', 'ping_unreachable', 'timeout', 'ping_timeout', 'address_refused')),
  status integer,
  headers jsonb,
  answer text,
  detail text,
  duration_ms integer,
  primary key (account_id, delivery_id, number),
  foreign key (account_id, delivery_id) references webhook_delivery (account_id, id) on delete cascade
);
select secure_table('webhook_attempt');
