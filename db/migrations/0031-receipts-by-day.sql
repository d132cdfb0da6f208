-- What was received from day to day, whoever paid it.
create index receipt_by_day on receipt (account_id, received_on, id) where undone_at is null;
