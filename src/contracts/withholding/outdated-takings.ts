import { nfseTemplates } from '../../catalog/nfse-templates/nfse-template.ts'
import { referencesOf } from '../../catalog/references/reference-store.ts'
import { customersOf } from '../../customers/customer-store.ts'
import { organizationsOf } from '../../organizations/organization-store.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Terms } from '../rules/terms.ts'
import { isUpToDate, takenOf } from './taken.ts'

export interface Taking {
  ruleId: number
  organizationId: number
  customerId: number
  terms: Pick<Terms, 'withholdings' | 'withholdingTemplate'>
}

/** Rules that took from a template what it does not say any more: it was changed since, or one of the two became somebody else to the law. */
export async function outdatedTakings(tx: Reader, rules: readonly Taking[]): Promise<Set<number>> {
  const taking = rules.filter(({ terms }) => terms.withholdingTemplate !== undefined)
  if (taking.length === 0) return new Set()
  const templates = await referencesOf(
    tx,
    nfseTemplates,
    taking.flatMap(({ terms }) => terms.withholdingTemplate?.id ?? []),
  )
  const organizations = await organizationsOf(
    tx,
    taking.map(({ organizationId }) => organizationId),
  )
  const customers = await customersOf(
    tx,
    taking.map(({ customerId }) => customerId),
  )
  const isOutdated = ({ organizationId, customerId, terms }: Taking) => {
    const template = templates.get(terms.withholdingTemplate?.id ?? 0)
    const [organization, customer] = [organizations.get(organizationId), customers.get(customerId)]
    return template && organization && customer
      ? !isUpToDate(terms, takenOf(template, organization.taxRegime, customer.kind))
      : false
  }
  return new Set(taking.filter(isOutdated).map(({ ruleId }) => ruleId))
}
