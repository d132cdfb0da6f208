// Companies and people: our customers of the two kinds. What both do alike is here; what they say of themselves is in their own files.

import { parseCnpj } from '../../../core/brazil/cnpj.ts'
import { parseCpf } from '../../../core/brazil/cpf.ts'
import type { Instant } from '../../../core/dates.ts'
import { showId } from '../../../core/ids.ts'
import { archiveCustomer } from '../../../customers/archive-customer.ts'
import { createCustomer } from '../../../customers/create-customer.ts'
import type { Customer, CustomerAddressInput, CustomerInput, CustomerKind } from '../../../customers/customer.ts'
import {
  type CustomerPlace,
  customerOf,
  customersByTaxId,
  type ListedCustomer,
  listCustomers,
} from '../../../customers/customer-store.ts'
import type { CustomerTies } from '../../../customers/customer-ties.ts'
import { holdLeavingCustomer } from '../../../customers/read-customer.ts'
import { updateCustomer } from '../../../customers/update-customer.ts'
import type { Ctx } from '../../../platform/context.ts'
import type { Reader, Tx } from '../../../platform/db/db.ts'
import { lastChangeOf } from '../../../platform/history.ts'
import type { Operation } from '../../dialect.ts'
import { everyPage } from '../../every-page.ts'
import { timeZoneOf } from '../../time-zone.ts'
import { refuseBilledParty } from '../deleting.ts'
import { Form } from '../form.ts'
import { type Facts, factsOf, factsOfMany, saveFacts, saysElse } from '../kept.ts'
import { customerNumbered } from '../numbers.ts'
import { readNumber } from '../values.ts'
import { notThere, refuseSearch, type Words } from '../words.ts'
import { readAddressChange } from './party.ts'

/** How one kind of customer is called, read and shown. */
export interface CustomerForm {
  readonly kind: CustomerKind
  /** `company`, and its plural as addresses have it. */
  readonly one: string
  readonly many: string
  readonly taxId: 'cnpj' | 'cpf'
  readonly words: Words
  /** What is told of one that cannot be deleted. */
  readonly used: string
  /** Adds what is wrong to the form's faults and refuses all of them. */
  read(form: Form, before: Customer | null): CustomerInput
  factsSent(form: Form, before: Facts): Facts
  show(of: ShownCustomer): object
}

export interface ShownCustomer {
  readonly account: number
  readonly customer: Customer
  readonly facts: Facts
  readonly timeZone: string
  readonly updatedAt: Instant
}

export function customerOperations(it: CustomerForm, ties: CustomerTies): Operation<Words>[] {
  const { one, many, words } = it
  const reads = { needs: ['customers:read'], reads: true, words } as const
  const writes = { needs: ['customers:write'], words } as const
  const shown = async (tx: Reader, ctx: Ctx, id: number) => {
    const customer = (await customerOf(tx, id)) ?? notThere()
    return (await showMany(tx, ctx, [customer]))[0]
  }
  const showMany = async (tx: Reader, ctx: Ctx, customers: readonly Customer[]) => {
    const ids = customers.map(({ id }) => id)
    const facts = await factsOfMany(tx, 'customer', ids)
    const changed = await lastChangeOf(tx, 'customer', ids)
    const timeZone = await timeZoneOf(tx)
    return customers.map(customer =>
      it.show({
        account: ctx.account,
        customer,
        facts: facts(customer.id),
        timeZone,
        updatedAt: changed.get(customer.id) ?? customer.createdAt,
      }),
    )
  }
  const inUse = (customer: Customer | null) =>
    customer === null || customer.archivedAt !== null || customer.kind !== it.kind ? notThere() : customer
  const held = async (tx: Tx, number: string | undefined) => {
    const { id } = inUse(await customerOf(tx, customerNumbered(readNumber(number) ?? 0) ?? 0))
    return inUse(await holdLeavingCustomer(tx, id))
  }

  return [
    {
      ...writes,
      name: `create-${one}`,
      at: [`POST /api/v1/${many}`],
      run: (ctx, { body }) =>
        ctx.transact(async tx => {
          const form = Form.of(body, one)
          const { id } = await createCustomer(ctx, it.read(form, null))
          await saveFacts(tx, 'customer', id, {}, it.factsSent(form, {}))
          return { status: 201, body: { [one]: await shown(tx, ctx, id) }, about: showId('customer', id) }
        }),
    },
    {
      ...reads,
      name: `search-${one}`,
      at: [`GET /api/v1/${many}/search`],
      run: (ctx, { query }) =>
        ctx.transact(async tx => {
          const text = query.get(it.taxId) || refuseSearch(it.taxId)
          const taxId = it.kind === 'company' ? parseCnpj(text) : parseCpf(text)
          const found = taxId === null ? undefined : (await customersByTaxId(tx, [taxId])).get(taxId)
          return { status: 200, body: { [many]: await showMany(tx, ctx, found ? [found] : []) } }
        }),
    },
    {
      ...reads,
      name: `list-${many}`,
      at: [`GET /api/v1/${many}`],
      run: ctx =>
        ctx.transact(async tx => {
          const all = await everyPage<ListedCustomer, CustomerPlace | null>(
            null,
            last => ({ name: last.place, id: last.id }),
            (after, limit) => listCustomers(tx, { archived: false, kind: it.kind }, after, limit),
          )
          return { status: 200, body: { [many]: await showMany(tx, ctx, all) } }
        }),
    },
    {
      ...reads,
      name: `show-${one}`,
      at: [`GET /api/v1/${many}/:id`],
      run: (ctx, { params }) =>
        ctx.transact(async tx => {
          const { id } = inUse(await customerOf(tx, customerNumbered(readNumber(params.id) ?? 0) ?? 0))
          return { status: 200, body: { [one]: await shown(tx, ctx, id) } }
        }),
    },
    {
      ...writes,
      name: `update-${one}`,
      at: [`PATCH /api/v1/${many}/:id`, `PUT /api/v1/${many}/:id`],
      run: (ctx, { body, params }) =>
        ctx.transact(async tx => {
          const before = await held(tx, params.id)
          const form = Form.over(body, one, { ...(await shown(tx, ctx, before.id)) })
          const facts = await factsOf(tx, 'customer', before.id)
          const after = it.factsSent(form, facts)
          await updateCustomer(ctx, ties, before.id, before.version, it.read(form, before), saysElse(facts, after))
          await saveFacts(tx, 'customer', before.id, facts, after)
          return { status: 200, body: { [one]: await shown(tx, ctx, before.id) }, about: showId('customer', before.id) }
        }),
    },
    {
      ...writes,
      name: `delete-${one}`,
      at: [`DELETE /api/v1/${many}/:id`],
      words: { shape: 'action', texts: { in_use: it.used } },
      run: (ctx, { params }) =>
        ctx.transact(async tx => {
          const { id } = await held(tx, params.id)
          await refuseBilledParty(tx, { customerId: id }, it.used)
          await archiveCustomer(ctx, ties, id)
          return { status: 204 }
        }),
    },
  ]
}

/** The one address that theirs have is our main one; others stay as they are. */
export function readAddresses(form: Form, before: Customer | null): CustomerAddressInput[] {
  const addresses = before?.addresses ?? []
  const main = mainAddress(before)
  const changed = readAddressChange(form, main)
  if (changed === undefined) return addresses
  const others = addresses.filter(address => address !== main)
  return changed === null ? others : [{ ...changed, purpose: 'main' }, ...others]
}

export function mainAddress(customer: Customer | null) {
  return customer?.addresses.find(({ purpose }) => purpose === 'main') ?? null
}
