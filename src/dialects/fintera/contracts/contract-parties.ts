import type { ContractKind } from '../../../contracts/contract.ts'
import { customersOf } from '../../../customers/customer-store.ts'
import { organizationOf } from '../../../organizations/organization-store.ts'
import type { Reader } from '../../../platform/db/db.ts'
import type { Form } from '../form.ts'
import { customerNumbered, organizationNumbered } from '../numbers.ts'
import { readWhole } from '../values.ts'
import { blank, notThere } from '../words.ts'

export type PartySent = 'customer' | 'supplier'

/** `Company` is an organization of the account too: both have numbers of one kind. */
const types = ['Company', 'Person'] as const
type PartyType = (typeof types)[number]

type Party = { organizationId: number } | { customerId: number }

/**
 * Supplier and customer as we know them: whoever of them is an organization of the account sells or buys, the other is our customer.
 * Nobody there: 404, as theirs answers. Null where something is wrong, which the form tells.
 */
export async function readParties(
  tx: Reader,
  form: Form,
  kind: ContractKind | null,
): Promise<{ organizationId: number; customerId: number } | null> {
  const customer = readSent(form, 'customer')
  const supplier = readSent(form, 'supplier')
  const found = {
    customer: customer && (await partyOf(tx, customer)),
    supplier: supplier && (await partyOf(tx, supplier)),
  }
  if (kind === null) return null
  const ours: PartySent = kind === 'sale' ? 'supplier' : 'customer'
  const other: PartySent = kind === 'sale' ? 'customer' : 'supplier'
  const organization = found[ours]
  const counterpart = found[other]
  if (organization === null || counterpart === null) return null
  if (!('organizationId' in organization)) {
    form.fault(
      `${ours}_id`,
      ours === 'customer' ? 'O cliente deve ser uma organização.' : 'O fornecedor deve ser uma organização.',
    )
    return null
  }
  if (!('customerId' in counterpart)) {
    form.fault(`${other}_id`, 'deve ser uma empresa ou uma pessoa, não uma organização da conta')
    return null
  }
  return { organizationId: organization.organizationId, customerId: counterpart.customerId }
}

interface Sent {
  id: number
  type: PartyType
}

function readSent(form: Form, side: PartySent): Sent | null {
  const sentId = form.raw(`${side}_id`)
  const id = readWhole(sentId ?? null)
  if (id === null) form.fault(`${side}_id`, sentId == null || sentId === '' ? blank : 'não é um número')
  const sentType = form.needed(`${side}_type`, true)
  const type = types.find(each => each === sentType) ?? null
  if (type === null && sentType) form.fault(`${side}_type`, 'não está incluído na lista')
  return id === null || type === null ? null : { id, type }
}

async function partyOf(tx: Reader, { id, type }: Sent): Promise<Party> {
  const organizationId = type === 'Company' ? organizationNumbered(id) : null
  if (organizationId !== null) {
    const organization = await organizationOf(tx, organizationId)
    return organization === null || organization.archivedAt !== null ? notThere() : { organizationId }
  }
  const customerId = customerNumbered(id) ?? 0
  const customer = customerId < 1 ? undefined : (await customersOf(tx, [customerId])).get(customerId)
  const isMeant = customer !== undefined && customer.archivedAt === null && customer.kind === kindOf[type]
  return isMeant ? { customerId } : notThere()
}

const kindOf = { Company: 'company', Person: 'person' } as const
