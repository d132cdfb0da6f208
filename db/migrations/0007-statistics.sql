-- The checks of foreign keys keep their plan for as long as a session lives. One made while a table was empty may walk another
-- index from end to end, and a company's first run of 20,000 was five times slower for it. Statistics made anew tell every session
-- to plan again. Autovacuum does that within a minute; a run does not wait for it.
create function refresh_statistics() returns void language plpgsql security definer
set search_path = public
-- A sample of 3,000 rows: some milliseconds, and more than enough to tell one index from another.
set default_statistics_target = 10
as $$ begin analyze (skip_locked) invoice, coverage, history, billing_event_part; end $$;
revoke all on function refresh_statistics() from public;
grant execute on function refresh_statistics() to bordero_app;
