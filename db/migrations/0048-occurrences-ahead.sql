-- An occurrence that its recurrence, said otherwise, has beyond the twelve months ahead is not asked for yet; it is again once it is within.
alter table schedule_occurrence
  drop constraint schedule_occurrence_reason_check,
  add constraint schedule_occurrence_reason_check check (reason in ('deleted', 'ended', 'not_yet'));
