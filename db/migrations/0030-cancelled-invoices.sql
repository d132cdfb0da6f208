-- Invoices that were cancelled and keep their periods closed: each verification tells of them, however long ago that was.
create index invoice_keeping_periods on invoice (account_id, id) where state = 'cancelled' and released_at is null and rule_id is not null;
