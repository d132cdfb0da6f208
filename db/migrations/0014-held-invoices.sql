-- Whatever happens to a receivable asks for the invoices that wait until its customer is no longer late. There are few of
-- them, or none: without this each receipt would read every invoice of its customer.
create index invoice_held on invoice (account_id, customer_id, organization_id) where held_by is not null;
