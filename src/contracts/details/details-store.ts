import { sql } from 'kysely'
import type { Share } from '../../catalog/classification/apportionment.ts'
import { columnOf, columnsOf, fromRow, type Typed, toRow, typesOf } from '../../catalog/references/field-set.ts'
import { type Cents, decimal } from '../../core/money.ts'
import { account } from '../../platform/account.ts'
import { insertRows, isAmong } from '../../platform/db/bulk.ts'
import type { Reader, Tx } from '../../platform/db/db.ts'
import { type BillingDetails, columnFields, type ShareName, shareFields, shareNames } from './billing-details.ts'

const types: Typed = { id: 'bigint', createdAt: 'timestamptz', ...typesOf(columnFields) }
const selected = sql.join(Object.keys(types).map(name => sql`${sql.ref(columnOf(name))} as ${sql.ref(name)}`))

interface ShareRow {
  kind: string
  targetId: number
  percent: string | null
  valueCents: Cents | null
  description: string | null
}

/** By id. */
export async function detailsOf(tx: Reader, ids: readonly number[]): Promise<Map<number, BillingDetails>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<Omit<BillingDetails, ShareName> & { shares: ShareRow[] | null }>`
    select ${selected}, (
      select jsonb_agg(jsonb_build_object('kind', s.kind, 'targetId', coalesce(s.department_id, s.cost_centre_id),
               'percent', s.percent::text, 'valueCents', s.value_cents, 'description', s.description) order by s.position)
        from billing_details_share s where s.account_id = d.account_id and s.details_id = d.id
    ) as shares
    from billing_details d where account_id = ${account} and ${isAmong('id', ids)}`.execute(tx)
  return new Map(
    rows.map(({ shares, ...row }) => [row.id, { ...fromRow(columnFields, row), ...sharesFrom(shares ?? []) } as BillingDetails]), // all of its shares
  )
}

function sharesFrom(rows: readonly ShareRow[]): Record<string, Share[]> {
  return Object.fromEntries(
    shareNames.map(name => [name, rows.filter(({ kind }) => kind === shareFields[name].among.noun).map(shareFrom)]),
  )
}

function shareFrom({ targetId, percent, valueCents, description }: ShareRow): Share {
  if (percent !== null) return { targetId, description, percent: decimal(percent) }
  if (valueCents === null) throw new Error('a share was stored without what it is of the whole')
  return { targetId, description, valueCents }
}

export async function insertDetails(tx: Tx, account: number, added: readonly BillingDetails[]): Promise<void> {
  await insertRows(
    tx,
    account,
    'billing_details',
    columnsOf(types),
    added.map(details => toRow(types, details)),
  )
  await insertRows(tx, account, 'billing_details_share', shareColumns, added.flatMap(shareRows))
}

const shareColumns = {
  details_id: 'bigint',
  kind: 'text',
  position: 'smallint',
  department_id: 'bigint',
  cost_centre_id: 'bigint',
  percent: 'numeric',
  value_cents: 'bigint',
  description: 'text',
} as const

function shareRows(details: BillingDetails) {
  return shareNames.flatMap(name => {
    const { noun } = shareFields[name].among
    return details[name].map((share, i) => ({
      details_id: details.id,
      kind: noun,
      position: i + 1,
      department_id: noun === 'department' ? share.targetId : null,
      cost_centre_id: noun === 'cost_centre' ? share.targetId : null,
      percent: 'percent' in share ? share.percent : null,
      value_cents: 'valueCents' in share ? share.valueCents : null,
      description: share.description,
    }))
  })
}
