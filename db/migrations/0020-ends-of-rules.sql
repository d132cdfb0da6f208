-- A rule may end before its contract does: its own last day, counted. What the version says that speaks last of all holds for the
-- whole rule, as of a contract the validity that became known last.
alter table rule_terms add column ends_on date;
