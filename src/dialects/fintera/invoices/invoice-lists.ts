import { invoicesOf } from '../../../invoices/invoice-store.ts'
import { calendarOf } from '../../../organizations/calendar.ts'
import type { Organization } from '../../../organizations/organization.ts'
import type { Reader } from '../../../platform/db/db.ts'
import type { Operation } from '../../dialect.ts'
import { contractAt } from '../contracts/contracts.ts'
import { organizationAt } from '../parties/organizations.ts'
import { pageAnswer, readConditions, readPage } from '../ransack.ts'
import { readDay } from '../values.ts'
import { notThere, refuseStretch, type Words } from '../words.ts'
import { asksWhoIsLate, findInvoices, invoiceAttributes, invoicesOfContract } from './invoice-search-store.ts'
import { invoiceFiles, type Showing, showInvoice } from './invoice-view.ts'
import { invoiceAt } from './invoices.ts'

const reads = { needs: ['invoices:read'], reads: true } as const
const at = '/api/v1/contracts/:contract/invoices' as const

export const invoiceListOperations: readonly Operation<Words>[] = [
  {
    ...reads,
    name: 'show-invoice',
    at: [`GET ${at}/:id`],
    run: (ctx, { params, origin }) =>
      ctx.transact(async tx => {
        const [invoice] = await showAll(tx, [(await invoiceAt(tx, params)).id], { showing: 'made', origin })
        return { status: 200, body: { invoice: invoice ?? notThere() } }
      }),
  },
  {
    ...reads,
    name: 'list-invoices',
    at: [`GET ${at}`],
    run: (ctx, { params, origin }) =>
      ctx.transact(async tx => {
        const { id } = await contractAt(tx, params.contract)
        const ids = await invoicesOfContract(tx, id)
        return { status: 200, body: { invoices: await showAll(tx, ids, { showing: 'found', origin }) } }
      }),
  },
  {
    ...reads,
    name: 'search-invoices-of-contract',
    at: [`GET ${at}/search`],
    run: (ctx, { params, query, origin }) =>
      ctx.transact(async tx => {
        const { id } = await contractAt(tx, params.contract)
        const stretch = readStretch(query, 'issue_date_from', 'issue_date_to')
        const ids = await invoicesOfContract(tx, id, stretch)
        return { status: 200, body: { invoices: await showAll(tx, ids, { showing: 'found', origin }) } }
      }),
  },
  {
    ...reads,
    name: 'late-invoices',
    at: [`GET ${at}/late`],
    run: (ctx, { params, origin }) =>
      ctx.transact(async tx => {
        const { id, organizationId } = await contractAt(tx, params.contract)
        const { lateUntil } = await calendarOf(tx, ctx.clock.now(), organizationId)
        const ids = await invoicesOfContract(tx, id, { lateUntil })
        return { status: 200, body: { invoices: await showAll(tx, ids, { showing: 'found', origin }) } }
      }),
  },
  {
    ...reads,
    name: 'search-invoices',
    at: ['GET /api/v1/organizations/:organization/invoices/search'],
    run: (ctx, { params, query, origin }) =>
      ctx.transact(async tx => {
        const organization = await organizationAt(tx, params.organization)
        const page = readPage(query)
        const conditions = readConditions(query, invoiceAttributes)
        const lateUntil = asksWhoIsLate(conditions) ? (await calendarOf(tx, ctx.clock.now(), organization.id)).lateUntil : null
        const { ids, total } = await findInvoices(tx, { organizationId: organization.id, conditions, lateUntil }, page)
        const invoices = await showAll(tx, ids, { showing: 'found', origin, organization })
        return { status: 200, body: pageAnswer(page, total, 'invoices', invoices) }
      }),
  },
]

/** Both ends of a stretch of days; what is missing, or no day, is named. */
export function readStretch(query: URLSearchParams, fromName: string, toName: string) {
  const from = readDay(query.get(fromName))
  const to = readDay(query.get(toName))
  if (from !== null && to !== null) return { from, to }
  return refuseStretch(...(from === null ? [fromName] : []), ...(to === null ? [toName] : []))
}

/** In the order of the ids. */
async function showAll(
  tx: Reader,
  ids: readonly number[],
  { showing, origin, organization }: { showing: Showing; origin: string; organization?: Organization },
) {
  const byId = new Map((await invoicesOf(tx, ids)).map(invoice => [invoice.id, invoice]))
  const files = await invoiceFiles(
    tx,
    ids.flatMap(id => byId.get(id) ?? []),
    origin,
    organization,
  )
  return files.map(file => showInvoice(file, showing))
}
