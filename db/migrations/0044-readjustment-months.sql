-- Prices are readjusted every n months, whatever n is: a factor is the product of its months. A published figure of twelve stays one of twelve.
alter table readjustment
  drop constraint readjustment_every_months_check,
  add constraint readjustment_every_months_check check (every_months between 1 and 120);

alter table invoice_template_readjustment
  drop constraint invoice_template_readjustment_every_months_check,
  add constraint invoice_template_readjustment_every_months_check check (every_months between 1 and 120);

alter table plan
  drop constraint plan_readjustment_months_check,
  add constraint plan_readjustment_months_check check (readjustment_months between 1 and 120);
