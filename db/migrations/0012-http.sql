-- Making an account is the one effect whose account is not known before: under its Idempotency-Key the dispatcher finds the
-- account that was made, and whoever comes second at the same moment is refused by the index.
create unique index idempotency_key_of_new_account on idempotency_key (key) where key like 'new:%';
create policy directory on idempotency_key for select to bordero_dispatch using (key like 'new:%');
grant select (account_id, key) on idempotency_key to bordero_dispatch;
grant usage on sequence account_id_seq to bordero_dispatch;
