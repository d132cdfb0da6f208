import { type Contract, type ContractKind, contractKinds } from '../../../contracts/contract.ts'
import { contractOf, contractsOf, listContracts } from '../../../contracts/contract-store.ts'
import type { ContractTies } from '../../../contracts/contract-ties.ts'
import { createContract } from '../../../contracts/create-contract.ts'
import { deleteContract } from '../../../contracts/delete-contract.ts'
import { holdContract } from '../../../contracts/held-contract.ts'
import { type ContractChange, updateContract } from '../../../contracts/update-contract.ts'
import type { CivilDate } from '../../../core/dates.ts'
import { showId } from '../../../core/ids.ts'
import type { Ctx } from '../../../platform/context.ts'
import type { Reader, Tx } from '../../../platform/db/db.ts'
import type { Operation } from '../../dialect.ts'
import { everyPage } from '../../every-page.ts'
import { usedContract } from '../deleting.ts'
import { Form } from '../form.ts'
import { type Facts, factsAfter, factsOf, saveFacts, saysElse } from '../kept.ts'
import { customerNumbered, organizationNumbered } from '../numbers.ts'
import { organizationAt } from '../parties/organizations.ts'
import { subscriptionsNamed } from '../subscriptions/subscription-search-store.ts'
import { readDay, readNumber } from '../values.ts'
import { blank, notThere, refuseSearch, type Words } from '../words.ts'
import { type PartySent, readParties } from './contract-parties.ts'
import { type ShownContract, showContracts } from './contract-view.ts'

const words: Words = {
  shape: 'model',
  fields: {
    '/startsOn': 'init_date',
    '/endsOn': 'end_date',
    '/customerId': 'customer_id',
    '/organizationId': 'supplier_id',
    '/billWhileOverdue': 'overdue_automatic_management',
  },
}

const reads = { needs: ['contracts:read'], reads: true, words } as const
const writes = { needs: ['contracts:write'], words } as const

export function contractOperations(ties: ContractTies): Operation<Words>[] {
  return [
    {
      ...writes,
      name: 'create-contract',
      at: ['POST /api/v1/contracts'],
      run: (ctx, { body }) =>
        ctx.transact(async tx => {
          const form = Form.of(body, 'contract')
          const kind = readKind(form)
          const sent = readTexts(form, null)
          const parties = await readParties(tx, form, kind)
          const startsOn = form.saidDay('init_date') ?? null
          const endsOn = form.saidDay('end_date') ?? null
          form.refuseIfAny(words)
          const { contract } = await createContract(ctx, {
            ...sent,
            name: sent.name ?? '',
            billWhileOverdue: form.flag('overdue_automatic_management') ?? false,
            kind: kind ?? 'sale',
            ...(parties ?? notThere()),
            startsOn,
            endsOn,
          })
          await saveFacts(tx, 'contract', contract.id, {}, factsSent(form, { hasNoStart: startsOn === null }))
          return { status: 201, body: { contract: await shown(tx, ctx, contract.id) } }
        }),
    },
    {
      ...reads,
      name: 'list-contracts',
      at: ['GET /api/v1/organizations/:organization/contracts'],
      run: (ctx, { params }) =>
        ctx.transact(async tx => {
          const { id } = await organizationAt(tx, params.organization)
          return { status: 200, body: { contracts: await showAll(tx, ctx, { organizationId: id, state: 'active' }) } }
        }),
    },
    {
      ...reads,
      name: 'search-contracts',
      at: ['GET /api/v1/contracts/search'],
      run: (ctx, { query }) =>
        ctx.transact(async tx => {
          const name = query.get('name') || null
          const party = query.get('customer_id') || null
          if (name === null && party === null) refuseSearch('name')
          const filter = party === null ? {} : partyFilter(readNumber(party))
          if (filter === null) return { status: 200, body: { contracts: [] } }
          const found = await allContracts(tx, { ...filter, ...(name !== null && { q: name }) })
          const named = name === null ? [] : [...(await contractsOf(tx, await subscriptionsNamed(tx, name))).values()]
          const both = [...found, ...named.filter(contract => isWithin(contract, filter))].filter(each =>
            hasCustomer(each, party),
          )
          const inOrder = [...new Map(both.map(each => [each.id, each])).values()].toSorted((a, b) => a.id - b.id)
          // Ours looks in more than the name, and not at its case.
          const shown = (await showContracts(tx, ctx, inOrder)).filter(each => name === null || each.name?.includes(name))
          return { status: 200, body: { contracts: shown } }
        }),
    },
    {
      ...reads,
      name: 'show-contract',
      at: ['GET /api/v1/organizations/:organization/contracts/:id'],
      run: (ctx, { params }) =>
        ctx.transact(async tx => {
          const organization = await organizationAt(tx, params.organization)
          const contract = await contractAt(tx, params.id)
          if (contract.organizationId !== organization.id) notThere()
          return { status: 200, body: { contract: await shown(tx, ctx, contract.id) } }
        }),
    },
    {
      ...writes,
      name: 'update-contract',
      at: ['PATCH /api/v1/contracts/:id', 'PUT /api/v1/contracts/:id'],
      run: (ctx, { body, params }) =>
        ctx.transact(async tx => {
          const before = await heldContractAt(tx, ctx, params.id)
          const now = await shown(tx, ctx, before.id)
          const form = Form.over(body, 'contract', now)
          const facts = await factsOf(tx, 'contract', before.id)
          const change = readChange(form, before, now, endShown(Form.of(body, 'contract'), now))
          const after = factsSent(form, facts)
          await updateContract(ctx, before.id, before.version, change, saysElse(facts, after))
          await saveFacts(tx, 'contract', before.id, facts, after)
          // The name of a subscription is its customer's too.
          const about = showId('customer', before.customerId)
          return { status: 200, body: { contract: await shown(tx, ctx, before.id) }, about }
        }),
    },
    {
      ...writes,
      name: 'delete-contract',
      at: ['DELETE /api/v1/contracts/:id'],
      words: { shape: 'action', texts: { in_use: usedContract } },
      run: (ctx, { params }) =>
        ctx.transact(async tx => {
          const before = await heldContractAt(tx, ctx, params.id)
          await deleteContract(ctx, ties, before.id, before.version)
          return { status: 204 }
        }),
    },
  ]
}

/** The contract in use that the path names. */
export async function contractAt(tx: Reader, number: string | undefined): Promise<Contract> {
  const contract = await contractOf(tx, readNumber(number) ?? 0)
  return contract === null || contract.archivedAt !== null ? notThere() : contract
}

/** As `contractAt`, held. One that somebody deleted in the meantime is not there either. */
export async function heldContractAt(tx: Tx, ctx: Ctx, number: string | undefined): Promise<Contract> {
  const { id } = await contractAt(tx, number)
  const { contract } = await holdContract(tx, ctx, id)
  return contract.archivedAt === null ? contract : notThere()
}

// --- Reading ---

function readKind(form: Form): ContractKind | null {
  const sent = form.needed('kind', true)
  const kind = contractKinds.find(each => each === sent) ?? null
  if (kind === null && sent) form.fault('kind', 'não está incluído na lista')
  return kind
}

function readTexts(form: Form, before: Contract | null) {
  const name = form.needed('name', before === null, 200)
  const title = before ? form.neededOver('title', before.title, 200) : form.needed('title', true, 200)
  const description = form.text('description', 5000)
  const comments = form.text('comments', 5000)
  return {
    ...(name !== undefined && { name }),
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(comments !== undefined && { comments }),
  }
}

/** `reading`: an end that is no wish. */
function readChange(form: Form, before: Contract, now: ShownContract, reading: CivilDate | null): ContractChange {
  const sent = readTexts(form, before)
  if (form.has('kind') && form.text('kind') !== before.kind) form.fault('kind', 'não pode ser alterado')
  faultOtherParties(form, now)
  const endsOn = form.saidDay('end_date')
  const startsOn = form.saidDay('init_date')
  form.refuseIfAny(words)
  const billWhileOverdue = form.flag('overdue_automatic_management')
  return {
    ...sent,
    ...(endsOn !== undefined && (endsOn === null || endsOn !== reading) && { endsOn }),
    // Left out is left as it is: a contract that is active has begun.
    ...(startsOn != null && { startsOn }),
    ...(billWhileOverdue != null && { billWhileOverdue }),
  }
}

/**
 * The end that an answer says and nobody wished: of a subscription in its trial, or cancelled, that is the day until when it is valid.
 * It comes back in another writing too, and of an answer of before the trial ended, or the cancellation was undone.
 */
function endShown(sent: Form, now: ShownContract): CivilDate | null {
  const isReading = now.plan !== null && ['trial', 'cancelled'].includes(sent.text('status') ?? '')
  const sentUntil = isReading ? sent.day('valid_until') : null
  return sentUntil ?? (now.end_date === null ? null : readDay(now.end_date))
}

/** With us a contract stays between those who made it. */
function faultOtherParties(form: Form, now: ShownContract): void {
  const sides: PartySent[] = ['customer', 'supplier']
  for (const side of sides) {
    const field = `${side}_id` as const
    if (!form.has(field)) continue
    const sent = form.whole(field)
    if (sent === null) form.fault(field, blank)
    else if (sent !== now[field]) form.fault(field, 'não pode ser alterado')
  }
}

function factsSent(form: Form, before: Facts): Facts {
  return factsAfter(before, form, ['name', 'title', 'description', 'comments'], {
    cobrato_payment_gateway_charge_config_id: form.whole('cobrato_payment_gateway_charge_config_id'),
    cobrato_payment_gateway_charge_config_name: form.text('cobrato_payment_gateway_charge_config_name'),
    ...(form.day('init_date') != null && { hasNoStart: false }),
  })
}

// --- Finding ---

type Filter = Omit<Parameters<typeof listContracts>[1], 'archived'>

function allContracts(tx: Reader, filter: Filter) {
  return everyPage<Contract, number>(
    0,
    last => last.id,
    (after, limit) => listContracts(tx, { ...filter, archived: false }, after, limit),
  )
}

async function showAll(tx: Reader, ctx: Ctx, filter: Filter) {
  return showContracts(tx, ctx, await allContracts(tx, filter))
}

/** Null: nobody's number. */
function partyFilter(number: number | null): Filter | null {
  if (number === null) return null
  const organizationId = organizationNumbered(number)
  if (organizationId !== null) return { organizationId }
  const customerId = customerNumbered(number)
  return customerId === null ? null : { customerId }
}

function isWithin(contract: Contract, { organizationId, customerId }: Filter): boolean {
  return (
    (organizationId === undefined || contract.organizationId === organizationId) &&
    (customerId === undefined || contract.customerId === customerId)
  )
}

/** An organization is a customer where it buys; whom it buys from is none. */
function hasCustomer({ kind }: Contract, party: string | null): boolean {
  if (party === null) return true
  const isOrganization = organizationNumbered(readNumber(party) ?? 0) !== null
  return isOrganization === (kind === 'purchase')
}

async function shown(tx: Reader, ctx: Ctx, id: number): Promise<ShownContract> {
  const contract = (await contractOf(tx, id)) ?? notThere()
  return (await showContracts(tx, ctx, [contract]))[0] ?? notThere()
}
