select 'faturas' as conta, count(*) as total from invoice
union all select 'períodos faturados', count(*) from coverage where disposition = 'billed'
union all select 'períodos faturados duas vezes', count(*) from (
  select from invoice where state <> 'cancelled' group by account_id, rule_id, period_start having count(*) > 1) twice
union all select 'faturas sem período', count(*) from invoice i
  where not exists (select from coverage c where c.account_id = i.account_id and c.invoice_id = i.id)
union all select 'itens ainda por faturar', count(*) from billing_run_item where outcome_class = 'pending'
union all select 'centavos que não fecham', coalesce(sum(abs(i.net_cents - r.cents)), 0)::bigint from invoice i
  left join lateral (select coalesce(sum(amount_cents), 0) as cents from receivable r
                     where r.account_id = i.account_id and r.invoice_id = i.id) r on true
