-- A run that no bound holds back is applied while it is still being decided; this tells whether all of it is.
alter table billing_run add column decided boolean not null default false;
update billing_run set decided = true where state in ('running', 'paused', 'done', 'error', 'previewed', 'expired', 'cancelled');

-- Statistics are made anew of tables that have doubled, whichever runs made them grow: a thousand small runs in a row would otherwise
-- each analyze for themselves. A table of a few pages is small enough for any plan.
create or replace function refresh_statistics() returns void language plpgsql security definer
set search_path = public
-- A sample of 3,000 rows: some milliseconds, and more than enough to tell one index from another.
set default_statistics_target = 10
as $$
declare grown text;
begin
  select string_agg(quote_ident(c.relname), ', ') into grown
  from pg_class c
  where c.oid in ('billing_run'::regclass, 'invoice'::regclass, 'coverage'::regclass, 'history'::regclass, 'billing_event_part'::regclass)
    and pg_relation_size(c.oid) / current_setting('block_size')::bigint > 4 + 2 * greatest(c.relpages, 0);
  if grown is not null then execute 'analyze (skip_locked) ' || grown; end if;
end $$;
