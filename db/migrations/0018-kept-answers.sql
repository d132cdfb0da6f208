-- Kept answers are purged by their age, account by account.
create index idempotency_key_by_age on idempotency_key (account_id, created_at);
