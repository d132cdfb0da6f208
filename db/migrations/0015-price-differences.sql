-- Which periods a difference of price settles, and how much of the event belongs to each. A period is named by its rule and its first
-- day: its row may not be there yet, and is cut anew when it opens again under another recurrence.
create table price_difference (
  account_id bigint not null,
  rule_id bigint not null,
  starts_on date not null,
  event_id bigint not null,
  ends_on date not null,
  -- Of the event: a surcharge, or a discount.
  amount_cents bigint not null check (amount_cents > 0),
  -- What was taken back before an invoice used it, because the period opened again or is not charged.
  cancelled_cents bigint not null default 0 check (cancelled_cents between 0 and amount_cents),
  primary key (account_id, rule_id, starts_on, event_id),
  foreign key (account_id, rule_id) references invoice_rule (account_id, id),
  foreign key (account_id, event_id) references billing_event (account_id, id),
  check (starts_on < ends_on)
);
create index price_difference_by_event on price_difference (account_id, event_id);
select secure_table('price_difference');

-- Of a part that is taken back in part, the rest lives on.
alter table billing_event_part drop constraint billing_event_part_origin_check;
alter table billing_event_part add constraint billing_event_part_origin_check
  check (origin in ('event', 'carried', 'given_back', 'reduced'));
