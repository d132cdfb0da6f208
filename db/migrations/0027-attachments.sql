-- Files of people, each kept once in an account however often it is attached.
create table attachment_content (
  account_id bigint not null references account,
  -- In hexadecimal.
  sha256 text not null,
  -- What the bytes themselves say that they are.
  sniffed_type text not null,
  bytes bytea not null check (octet_length(bytes) between 1 and 10485760),
  size_bytes integer not null generated always as (octet_length(bytes)) stored,
  created_at timestamptz not null,
  primary key (account_id, sha256)
);
-- What people attach is compressed already.
alter table attachment_content alter column bytes set storage external;
select secure_table('attachment_content');

create table invoice_attachment (
  account_id bigint not null,
  id bigint not null,
  invoice_id bigint not null,
  sha256 text not null,
  filename text not null,
  -- What it was said to be.
  declared_type text,
  made_by text not null,
  created_at timestamptz not null,
  primary key (account_id, id),
  foreign key (account_id, invoice_id) references invoice (account_id, id),
  foreign key (account_id, sha256) references attachment_content (account_id, sha256)
);
create index invoice_attachment_by_invoice on invoice_attachment (account_id, invoice_id, id);
create index invoice_attachment_by_content on invoice_attachment (account_id, sha256);
select secure_table('invoice_attachment');

-- Under which address anybody who has it reads a file, without a key: clients store and mail it. Taken away, it opens nothing any more. The
-- token stands here because the address is shown again; it is looked up by its hash, which is all that the dispatcher sees of it.
create table file_address (
  account_id bigint not null references account,
  noun text not null,
  subject_id bigint not null,
  token text not null,
  token_hash bytea not null unique,
  created_at timestamptz not null,
  primary key (account_id, noun, subject_id)
);
select secure_table('file_address');
create policy directory on file_address for select to bordero_dispatch using (true);
grant select (account_id, noun, subject_id, token_hash) on file_address to bordero_dispatch;
