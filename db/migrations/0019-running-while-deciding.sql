-- A run that no bound holds back is applied while it is still being decided; this tells whether all of it is.
alter table billing_run add column decided boolean not null default false;
update billing_run set decided = true where state in ('running', 'paused', 'done', 'error', 'previewed', 'expired', 'cancelled');
