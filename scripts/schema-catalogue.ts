import type { SqlConnection } from '../src/platform/db/connection.ts'

/** What the database says of itself: our schema without the queue's, in an order that no engine decides. */
export interface Catalogue {
  tables: Table[]
  sequences: Sequence[]
  functions: Routine[]
}

export interface Table {
  name: string
  columns: Column[]
  constraints: Constraint[]
  /** Definitions of the indexes that no constraint brought along. */
  indexes: string[]
  triggers: string[]
  rowSecurity: 'none' | 'enabled' | 'forced'
  policies: Policy[]
  grants: Grant[]
}

export interface Column {
  name: string
  type: string
  notNull: boolean
  default: string | null
  generation: 'none' | 'always as identity' | 'by default as identity' | 'stored'
}

export interface Constraint {
  name: string
  kind: 'primary key' | 'unique' | 'foreign key' | 'check' | 'exclusion'
  columns: string[]
  definition: string
}

export interface Policy {
  name: string
  command: string
  roles: string[]
  using: string | null
  check: string | null
}

export interface Grant {
  role: string
  privilege: string
  /** null for the whole table. */
  column: string | null
}

export interface Sequence {
  name: string
  type: string
  grants: Grant[]
}

export interface Routine {
  signature: string
  definition: string
  grants: Grant[]
}

export async function readCatalogue(connection: SqlConnection): Promise<Catalogue> {
  const { rows } = await connection.query(catalogueQuery)
  // The query builds exactly this shape; schema.test.ts holds them together.
  return rows[0]?.catalogue as Catalogue
}

/** Roles whose rights are ours to show; the owner's own differ with who installs. */
const shownRoles = `('bordero_app'::regrole, 'bordero_dispatch'::regrole, 'bordero_owner'::regrole)`

const grantsOf = (acl: string) => `(
  select coalesce(json_agg(json_build_object('role', case grantee when 0 then 'public' else grantee::regrole::text end,
    'privilege', lower(privilege_type), 'column', null) order by grantee::regrole::text collate "C", privilege_type collate "C"), '[]')
  from aclexplode(${acl}) where grantee = 0 or grantee in ${shownRoles})`

const columns = `(
  select coalesce(json_agg(json_build_object(
    'name', a.attname,
    'type', format_type(a.atttypid, a.atttypmod),
    'notNull', a.attnotnull,
    'default', pg_get_expr(d.adbin, d.adrelid),
    'generation', case when a.attgenerated = 's' then 'stored' when a.attidentity = 'a' then 'always as identity'
      when a.attidentity = 'd' then 'by default as identity' else 'none' end
  ) order by a.attnum), '[]')
  from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped)`

// From PostgreSQL 18 on a NOT NULL is a constraint of its own (contype n); we show it with its column.
const constraints = `(
  select coalesce(json_agg(json_build_object(
    'name', c.conname,
    'kind', case c.contype when 'p' then 'primary key' when 'u' then 'unique' when 'f' then 'foreign key' when 'c' then 'check' else 'exclusion' end,
    'columns', (select coalesce(json_agg(k.attname order by u.place), '[]')
      from unnest(c.conkey) with ordinality u(attnum, place) join pg_attribute k on k.attrelid = c.conrelid and k.attnum = u.attnum),
    'definition', pg_get_constraintdef(c.oid)
  ) order by position(c.contype::text in 'pufcx'), c.conname collate "C"), '[]')
  from pg_constraint c where c.conrelid = t.oid and c.contype in ('p', 'u', 'f', 'c', 'x'))`

const indexes = `(
  select coalesce(json_agg(pg_get_indexdef(i.indexrelid) order by i.indexrelid::regclass::text collate "C"), '[]')
  from pg_index i where i.indrelid = t.oid and not exists (select from pg_constraint c where c.conindid = i.indexrelid and c.conrelid = t.oid))`

const triggers = `(
  select coalesce(json_agg(pg_get_triggerdef(g.oid) order by g.tgname collate "C"), '[]')
  from pg_trigger g where g.tgrelid = t.oid and not g.tgisinternal)`

const policies = `(
  select coalesce(json_agg(json_build_object(
    'name', p.polname,
    'command', case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
    'roles', (select json_agg(r.rolname order by r.rolname collate "C") from pg_roles r where r.oid = any (p.polroles)),
    'using', pg_get_expr(p.polqual, p.polrelid),
    'check', pg_get_expr(p.polwithcheck, p.polrelid)
  ) order by p.polname collate "C"), '[]')
  from pg_policy p where p.polrelid = t.oid)`

const columnGrants = `(
  select coalesce(json_agg(json_build_object('role', e.grantee::regrole, 'privilege', lower(e.privilege_type), 'column', a.attname)
    order by e.grantee::regrole::text collate "C", e.privilege_type collate "C", a.attnum), '[]')
  from pg_attribute a cross join aclexplode(a.attacl) e
  where a.attrelid = t.oid and not a.attisdropped and e.grantee in ${shownRoles})`

const catalogueQuery = `
with relation as (
  select * from pg_class where relnamespace = 'public'::regnamespace
)
select json_build_object(
  'tables', (select coalesce(json_agg(json_build_object(
      'name', t.relname,
      'columns', ${columns},
      'constraints', ${constraints},
      'indexes', ${indexes},
      'triggers', ${triggers},
      'rowSecurity', case when t.relforcerowsecurity then 'forced' when t.relrowsecurity then 'enabled' else 'none' end,
      'policies', ${policies},
      'grants', (${grantsOf('t.relacl')}::jsonb || ${columnGrants}::jsonb)::json
    ) order by t.relname collate "C"), '[]') from relation t where t.relkind in ('r', 'p')),
  'sequences', (select coalesce(json_agg(json_build_object(
      'name', t.relname,
      'type', format_type(s.seqtypid, null),
      'grants', ${grantsOf('t.relacl')}
    ) order by t.relname collate "C"), '[]')
    from relation t join pg_sequence s on s.seqrelid = t.oid
    where not exists (select from pg_depend d where d.objid = t.oid and d.deptype in ('a', 'i'))),
  'functions', (select coalesce(json_agg(json_build_object(
      'signature', f.oid::regprocedure::text,
      'definition', pg_get_functiondef(f.oid),
      'grants', ${grantsOf(`coalesce(f.proacl, acldefault('f', f.proowner))`)}
    ) order by f.oid::regprocedure::text collate "C"), '[]')
    from pg_proc f where f.pronamespace = 'public'::regnamespace and f.prokind in ('f', 'p'))
) as catalogue`
