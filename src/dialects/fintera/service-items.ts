import { archiveServiceItem } from '../../catalog/archive-service-item.ts'
import { createServiceItem } from '../../catalog/create-service-item.ts'
import { holdLeavingServiceItem } from '../../catalog/read-service-item.ts'
import { readServiceItem, type ServiceItem } from '../../catalog/service-item.ts'
import { listServiceItems, type ServiceItemPlace, serviceItemOf, serviceItemsByName } from '../../catalog/service-item-store.ts'
import { updateServiceItem } from '../../catalog/update-service-item.ts'
import type { Decimal } from '../../core/money.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Reader, Tx } from '../../platform/db/db.ts'
import type { Operation } from '../dialect.ts'
import { everyPage } from '../every-page.ts'
import { refuseBilledService } from './deleting.ts'
import { Form } from './form.ts'
import { readMoney } from './invoices/invoice-form.ts'
import { type Facts, factsAfter, factsOf, factsOfMany, saveFacts, saysElse } from './kept.ts'
import { readNumber, showDecimal, showText } from './values.ts'
import { notNumeric, notThere, refuseSearch, type Words } from './words.ts'

const words: Words = { shape: 'model', fields: { '/unitPrice': 'value' } }

const reads = { needs: ['catalog:read'], reads: true, words } as const
const writes = { needs: ['catalog:write'], words } as const

export const serviceItemOperations: readonly Operation<Words>[] = [
  {
    ...reads,
    name: 'list-service-items',
    at: ['GET /api/v1/service_items'],
    run: ctx =>
      ctx.transact(async tx => {
        const first: ServiceItemPlace | null = null
        const all = await everyPage<ServiceItem & { place: string }, ServiceItemPlace | null>(
          first,
          last => ({ name: last.place, id: last.id }),
          (after, limit) => listServiceItems(tx, { archived: false }, after, limit),
        )
        const facts = await factsOfMany(
          tx,
          'service_item',
          all.map(({ id }) => id),
        )
        const newestFirst = all.filter(({ id }) => !isPlain(facts(id))).toSorted((a, b) => b.id - a.id)
        return { status: 200, body: { service_items: newestFirst.map(each => show(ctx, each, facts(each.id))) } }
      }),
  },
  {
    ...writes,
    name: 'create-service-item',
    at: ['POST /api/v1/service_items'],
    run: (ctx, { body }) =>
      ctx.transact(async tx => {
        const form = Form.of(body, 'service_item')
        const { id } = await createServiceItem(ctx, readInput(form, null))
        await saveFacts(tx, 'service_item', id, {}, factsSent(form, {}))
        return { status: 201, body: { service_item: await shown(tx, ctx, id) } }
      }),
  },
  {
    ...reads,
    name: 'search-service-item',
    at: ['GET /api/v1/service_items/search'],
    run: (ctx, { query }) =>
      ctx.transact(async tx => {
        const name = query.get('name')?.trim() || refuseSearch('name')
        const found = (await serviceItemsByName(tx, [name])).get(name.toLowerCase()) ?? notThere()
        if (isPlain(await factsOf(tx, 'service_item', found.id))) notThere()
        return { status: 200, body: { service_item: await shown(tx, ctx, found.id) } }
      }),
  },
  {
    ...writes,
    name: 'update-service-item',
    at: ['PATCH /api/v1/service_items/:id', 'PUT /api/v1/service_items/:id'],
    run: (ctx, { body, params }) =>
      ctx.transact(async tx => {
        const before = await held(tx, params.id)
        const facts = await factsOf(tx, 'service_item', before.id)
        const form = Form.over(body, 'service_item', show(ctx, before, facts))
        const input = readInput(form, before)
        const after = factsSent(form, facts)
        await updateServiceItem(ctx, before.id, before.version, input, saysElse(facts, after))
        await saveFacts(tx, 'service_item', before.id, facts, after)
        return { status: 200, body: { service_item: await shown(tx, ctx, before.id) } }
      }),
  },
  {
    ...writes,
    name: 'delete-service-item',
    at: ['DELETE /api/v1/service_items/:id'],
    words: { shape: 'action' },
    run: (ctx, { params }) =>
      ctx.transact(async tx => {
        const { id } = await held(tx, params.id)
        await refuseBilledService(tx, id)
        await archiveServiceItem(ctx, id)
        return { status: 204 }
      }),
  },
]

async function idInUse(tx: Reader, number: string | undefined): Promise<number> {
  const item = await serviceItemOf(tx, readNumber(number) ?? 0)
  if (item === null || item.archivedAt !== null || isPlain(await factsOf(tx, 'service_item', item.id))) notThere()
  return item.id
}

/** One that somebody deleted in the meantime is not there either. */
async function held(tx: Tx, number: string | undefined): Promise<ServiceItem> {
  const item = await holdLeavingServiceItem(tx, await idInUse(tx, number))
  return item.archivedAt === null ? item : notThere()
}

/** What a plan without products bills is a service of ours alone. */
function isPlain(facts: Facts): boolean {
  return facts.isPlain === true
}

function readInput(form: Form, before: ServiceItem | null) {
  const value = readValue(form, before)
  // Only a value that is meant is refused: blank is none.
  if (value === null && !isBlank(form.raw('value'))) form.fault('value', notNumeric)
  const name = form.needed('name', before === null, 200)
  const description = before ? form.neededOver('description', before.description, 2000) : form.needed('description', true, 2000)
  const input = {
    name: name ?? before?.name ?? '',
    description: description ?? before?.description ?? null,
    unitPrice: value === undefined ? (before?.unitPrice ?? null) : value,
  }
  form.judge(words, () => readServiceItem(input))
  form.refuseIfAny(words)
  return input
}

/** A catalogue has prices in cents, unless ours has a finer one, which is sent again as it was shown. */
function readValue(form: Form, before: ServiceItem | null): Decimal | null | undefined {
  const value = form.decimal('value')
  return value === before?.unitPrice ? value : readMoney(form, 'value')
}

function isBlank(value: unknown): boolean {
  return value === null || (typeof value === 'string' && value.trim() === '')
}

function factsSent(form: Form, before: Facts): Facts {
  return factsAfter(before, form, ['name', 'description'], {})
}

async function shown(tx: Reader, ctx: Ctx, id: number) {
  const item = (await serviceItemOf(tx, id)) ?? notThere()
  return show(ctx, item, await factsOf(tx, 'service_item', id))
}

function show(ctx: Ctx, item: ServiceItem, { said = {} }: Facts) {
  return {
    id: item.id,
    account_id: ctx.account,
    name: showText(item.name, said.name),
    description: showText(item.description, said.description),
    value: item.unitPrice === null ? null : showDecimal(item.unitPrice),
    unit: 'item',
  }
}
