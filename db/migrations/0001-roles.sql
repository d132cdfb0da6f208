-- The application's roles. Roles belong to the whole cluster, not to this database: they may exist already, and
-- another database of the cluster may be creating them at this moment.
--
-- bordero_app       what the server is while it works; owns nothing, so every policy binds it.
-- bordero_dispatch  may read the directory tables across accounts, and only after `set local role bordero_dispatch`:
--                   bordero_app is a member of it but does not inherit (noinherit before PostgreSQL 16 is a property
--                   of the member, from 16 on of the grant, which takes it from the member's property).
do $$ begin
  create role bordero_app nologin noinherit;
exception when duplicate_object or unique_violation then null; end $$;

do $$ begin
  create role bordero_dispatch nologin noinherit;
exception when duplicate_object or unique_violation then null; end $$;

-- Two databases that grant at the same instant meet as "tuple concurrently updated", which is an internal error; the
-- other one has granted the same by then.
do $$ begin
  if not exists (
    select from pg_auth_members where roleid = 'bordero_dispatch'::regrole and member = 'bordero_app'::regrole
  ) then
    grant bordero_dispatch to bordero_app;
  end if;
exception when unique_violation or internal_error then null; end $$;

-- Whoever migrates may connect with `-c role=bordero_app`.
do $$ begin
  if not exists (
    select from pg_auth_members where roleid = 'bordero_app'::regrole and member = (select oid from pg_roles where rolname = current_user)
  ) then
    execute format('grant bordero_app to %I', current_user);
  end if;
exception when unique_violation or internal_error then null; end $$;

revoke all on schema public from public;
grant usage on schema public to bordero_app, bordero_dispatch;

-- What the owner makes from here on is the application's to use, never to define; policies say which rows.
alter default privileges in schema public grant select, insert, update, delete on tables to bordero_app;
alter default privileges in schema public grant usage, select on sequences to bordero_app;
