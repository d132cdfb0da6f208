-- What verify reads and what it remembers.

-- Where a seal's rows lie, so that a chain is recomputed stretch by stretch. Nearly always they follow one another; a row that
-- committed late joins a later seal with a lower id.
alter table history_seal add column first_id bigint, add column last_id bigint;
update history_seal s set first_id = h.first_id, last_id = h.last_id
from (select account_id, sealed_in, min(id) as first_id, max(id) as last_id from history where sealed_in is not null group by 1, 2) h
where h.account_id = s.account_id and h.sealed_in = s.seq;
alter table history_seal alter column first_id set not null, alter column last_id set not null, add check (first_id <= last_id);

-- An invoice that was planned after a part became known, and that should have taken it, must have.
alter table billing_event_part add column known_seq bigint not null default nextval('fact_seq');

create table verification (
  account_id bigint not null references account,
  id bigint not null,
  state text not null check (state in ('waiting', 'running', 'done')),
  asked_full boolean not null,
  -- A digest that somebody noted down: the history up to there must still be the same.
  asked_since bytea,
  -- Everything, what was touched after the last checkpoint, or what was touched after the digest that was noted down.
  mode text check (mode in ('full', 'incremental', 'since')),
  from_seal bigint,
  -- The chain's head that this one reached: whoever notes it down can ask for everything since.
  seal bigint,
  head bytea,
  -- The next one need not look at what was not touched since.
  is_checkpoint boolean not null default false,
  clean boolean,
  checked jsonb,
  found jsonb,
  findings jsonb,
  information jsonb,
  version integer not null default 1,
  created_at timestamptz not null,
  finished_at timestamptz,
  primary key (account_id, id),
  check ((state = 'done') = (clean is not null)),
  check ((state = 'done') = (finished_at is not null)),
  check (not is_checkpoint or clean)
);
create index verification_checkpoint on verification (account_id, seal) where is_checkpoint;
select secure_table('verification');
