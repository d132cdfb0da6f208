-- A webhook endpoint that fails several times in a row rests as a whole, so that what waits for it keeps its tries.
alter table webhook_endpoint
  -- Since an attempt went through.
  add column failures_in_a_row integer not null default 0,
  -- On the account's clock; a single attempt then finds out whether it is back.
  add column paused_until timestamptz,
  -- Others are told once that it fails.
  add column is_failing_told boolean not null default false;

-- A test does not wait until an endpoint has rested.
create index webhook_delivery_tests on webhook_delivery (account_id, endpoint_id, due_at) where state = 'waiting' and is_test;
