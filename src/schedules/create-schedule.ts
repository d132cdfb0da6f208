import { bindReferences } from '../catalog/references/bind-references.ts'
import type { Named } from '../catalog/references/field-set.ts'
import { Faults } from '../core/faults.ts'
import { refuse } from '../core/refusal.ts'
import { bindCustomers } from '../customers/customer-store.ts'
import type { Organization } from '../organizations/organization.ts'
import { bindOrganizations } from '../organizations/organization-store.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { record } from '../platform/history.ts'
import { takeIds } from '../platform/ids.ts'
import { makeOccurrences } from './make-occurrences.ts'
import { seedOccurrences } from './occurrence-store.ts'
import { type NewScheduleInput, readNewSchedule } from './said-schedule.ts'
import { namedByShares } from './said-shares.ts'
import type { Schedule } from './schedule.ts'
import { scheduleEntry } from './schedule-history.ts'
import { insertSchedule, insertScheduleTerms } from './schedule-store.ts'
import type { TermsData } from './terms.ts'

/** Makes a schedule, with the occurrences that are to be made by now: past ones too, whatever the day. */
export function createSchedule(ctx: Ctx, input: NewScheduleInput): Promise<Schedule> {
  return ctx.transact(async tx => {
    const faults = new Faults()
    const organization = await bindParties(tx, input, faults)
    const { kind, ending, terms } = readNewSchedule(input, organization?.apportionmentEnabled ?? true, faults)
    const [first] = terms
    if (organization === null || first === undefined) return faults.refuse()
    await bindNamed(tx, organization.id, namedIn(first), faults)
    const id = await takeIds(tx, 'schedule')
    const made: Schedule = {
      ...ending,
      id,
      organizationId: organization.id,
      customerId: input.customerId,
      kind,
      state: 'active',
      madeUntil: 0,
      termsVersion: terms.length,
      version: 1,
      createdAt: ctx.clock.now(),
      cancelledAt: null,
    }
    await insertSchedule(tx, made)
    await insertScheduleTerms(tx, ctx.account, id, terms, made.createdAt)
    await seedOccurrences(tx, id)
    const after = await makeOccurrences(tx, ctx, made, terms, organization)
    await record(tx, ctx, [scheduleEntry('create', null, after, { terms })])
    return after
  })
}

/** Both stay in use until the schedule stands, and nobody owes itself. */
async function bindParties(
  tx: Tx,
  { organizationId, customerId }: NewScheduleInput,
  faults: Faults,
): Promise<Organization | null> {
  const organization = (await bindOrganizations(tx, [organizationId])).get(organizationId) ?? null
  if (organization === null) faults.add('/organizationId', 'unknown_organization', 'Não há organização com este identificador.')
  else if (organization.archivedAt !== null) {
    faults.add('/organizationId', 'archived_organization', 'Esta organização está arquivada; desarquive-a antes.')
  }
  const customer = (await bindCustomers(tx, [customerId])).get(customerId)
  if (customer === undefined) faults.add('/customerId', 'unknown_customer', 'Não há cliente com este identificador.')
  else if (customer.archivedAt !== null) {
    faults.add('/customerId', 'archived_customer', 'Este cliente está arquivado; desarquive-o antes.')
  } else if (organization !== null && customer.taxId === organization.cnpj) {
    refuse('customer_is_supplier', 'O cliente tem o CNPJ da própria organização: ela não deve a si mesma.', {
      path: '/customerId',
    })
  }
  return organization
}

/** What terms name, each where it is sent. */
export function namedIn(terms: TermsData): Named[] {
  const { nfseTemplateId } = terms
  const template: Named[] =
    nfseTemplateId === null ? [] : [{ noun: 'nfse_template', id: nfseTemplateId, path: '/nfseTemplateId' }]
  return [...namedByShares(terms), ...template]
}

/** None of them goes out of use before what names it stands. Refuses with all that was found wrong by then. */
export async function bindNamed(tx: Tx, organizationId: number, named: readonly Named[], faults: Faults): Promise<void> {
  await bindReferences(tx, organizationId, named, faults)
  faults.refuseIfAny()
}
