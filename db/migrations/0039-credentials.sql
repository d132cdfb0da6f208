-- Keys for clients that say who they are in another way than by one text, and what such a client is given for a time.

alter table api_key
  -- Whose client it was made for, by that client's name; null: nobody's in particular.
  add column client text check (client ~ '^[a-z]{1,30}$'),
  -- token: one text. app_key: a number and a secret. password_grant: a client with its secret, a user with its password.
  add column form text not null default 'token' check (form in ('token', 'app_key', 'password_grant')),
  -- The SHA-256 of client and secret alone, which go along with a refresh.
  add column client_hash bytea,
  add check ((form = 'password_grant') = (client_hash is not null));

-- What a password grant gave: both texts are hashed. The key's end is theirs, at once.
create table bearer (
  account_id bigint not null references account,
  token_hash bytea not null unique,
  refresh_hash bytea not null unique,
  key_id bigint not null,
  -- All of the machine's clock: a client counts its seconds, wherever a sandbox stands.
  issued_at timestamptz not null,
  expires_at timestamptz not null,
  refresh_until timestamptz not null check (refresh_until >= expires_at),
  ended_at timestamptz,
  primary key (account_id, token_hash),
  foreign key (account_id, key_id) references api_key (account_id, id)
);
create index bearer_by_key on bearer (account_id, key_id, issued_at);
select secure_table('bearer');
create policy directory on bearer for select to bordero_dispatch using (true);
grant select on bearer to bordero_dispatch;

-- What a surcharge or a discount is about (tipo de serviço). Without an organization it is all organizations'.
create table service_type (
  account_id bigint not null references account,
  id bigint not null,
  organization_id bigint,
  name text not null,
  code text,
  description text,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  archived_at timestamptz,
  primary key (account_id, id),
  foreign key (account_id, organization_id) references organization (account_id, id)
);
create unique index service_type_code on service_type (account_id, code) where code is not null and archived_at is null;
create index service_type_by_name on service_type (account_id, lower(name), id);
select secure_table('service_type');

alter table billing_event
  -- Of which line of its rule it is (src/contracts/rules/line-numbers.ts); null: of the rule as a whole.
  add column line_number smallint check (line_number > 0),
  add column service_type_id bigint,
  add foreign key (account_id, service_type_id) references service_type (account_id, id);
