-- Classification for the books: whose part of a revenue is what (departments, cost centres), for which project, of which category. None of it
-- changes an amount.

-- Whether the organization divides an amount among several (*rateio*); without it one takes the whole.
alter table organization add column apportionment_enabled boolean not null default false;

-- Categories are a tree. That there is no circle is decided by whoever hangs one below another, with every one above it held.
alter table category add column parent_id bigint;
alter table category add column kind text not null default 'revenue' check (kind in ('revenue', 'expense'));
alter table category add check (parent_id <> id);
alter table category add foreign key (account_id, parent_id) references category (account_id, id);
create index category_by_parent on category (account_id, parent_id) where parent_id is not null;

-- Without an organization they are all organizations'.
create table cost_centre (
  account_id bigint not null references account,
  id bigint not null,
  organization_id bigint,
  name text not null,
  code text,
  description text,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  archived_at timestamptz,
  primary key (account_id, id),
  foreign key (account_id, organization_id) references organization (account_id, id)
);
create unique index cost_centre_code on cost_centre (account_id, code) where code is not null and archived_at is null;
create index cost_centre_by_name on cost_centre (account_id, lower(name), id);
select secure_table('cost_centre');

create table department (
  account_id bigint not null references account,
  id bigint not null,
  organization_id bigint,
  name text not null,
  code text,
  description text,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  archived_at timestamptz,
  primary key (account_id, id),
  foreign key (account_id, organization_id) references organization (account_id, id)
);
create unique index department_code on department (account_id, code) where code is not null and archived_at is null;
create index department_by_name on department (account_id, lower(name), id);
select secure_table('department');

create table project (
  account_id bigint not null references account,
  id bigint not null,
  organization_id bigint,
  name text not null,
  code text,
  description text,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  archived_at timestamptz,
  primary key (account_id, id),
  foreign key (account_id, organization_id) references organization (account_id, id)
);
create unique index project_code on project (account_id, code) where code is not null and archived_at is null;
create index project_by_name on project (account_id, lower(name), id);
select secure_table('project');

alter table billing_details add column project_id bigint;
alter table billing_details add foreign key (account_id, project_id) references project (account_id, id);

-- The parts of an apportionment, in their order (the last takes the rest of a cent): of one kind all by percent or all by value. Never changed,
-- as what they are said with.
create table billing_details_share (
  account_id bigint not null,
  details_id bigint not null,
  kind text not null check (kind in ('department', 'cost_centre')),
  position smallint not null check (position >= 1),
  department_id bigint,
  cost_centre_id bigint,
  percent numeric(9, 6),
  value_cents bigint,
  description text,
  primary key (account_id, details_id, kind, position),
  foreign key (account_id, details_id) references billing_details (account_id, id),
  foreign key (account_id, department_id) references department (account_id, id),
  foreign key (account_id, cost_centre_id) references cost_centre (account_id, id),
  check ((kind = 'department') = (department_id is not null) and (kind = 'cost_centre') = (cost_centre_id is not null)),
  check (num_nonnulls(percent, value_cents) = 1)
);
select secure_table('billing_details_share');

alter table rule_line add column category_id bigint;
alter table rule_line add foreign key (account_id, category_id) references category (account_id, id);

-- Without a foreign key: it is checked for each line of each invoice, and what a rule's line has named is kept by that line for good. What a
-- person's line names is looked for by whoever deletes a category.
alter table invoice_line add column category_id bigint;
create index invoice_line_by_category on invoice_line (account_id, category_id) where category_id is not null;
