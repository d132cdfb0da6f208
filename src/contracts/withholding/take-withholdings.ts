import { nfseTemplates } from '../../catalog/nfse-templates/nfse-template.ts'
import { bindReferences } from '../../catalog/references/bind-references.ts'
import { referencesOf } from '../../catalog/references/reference-store.ts'
import type { Faults } from '../../core/faults.ts'
import { customersOf } from '../../customers/customer-store.ts'
import { judgeTemplate } from '../../nfse/withholding/tax-template.ts'
import { organizationsOf } from '../../organizations/organization-store.ts'
import type { Tx } from '../../platform/db/db.ts'
import type { TakenWithholdings, TermsInput } from '../rules/read-terms.ts'
import { takenOf } from './taken.ts'
import { taxTemplateOf } from './template-of.ts'

interface Asking {
  withholdings?: TermsInput['withholdings'] | undefined
  withholdingTemplateId?: number | null | undefined
  taken?: TakenWithholdings | null | undefined
}

/**
 * The input with what the template that it names withholds between the two, as it stands now: kept in the terms, so that planning asks
 * neither the template nor the law, and a later change of the template changes nothing that was agreed. What named no template is as it was.
 */
export async function takeWithholdings<I extends Asking>(
  tx: Tx,
  parties: { organizationId: number; customerId: number },
  input: I,
  path: string,
  faults: Faults,
): Promise<I> {
  const id = input.withholdingTemplateId
  if (id === undefined) return input
  if (id === null) return { ...input, taken: null }
  const place = `${path}/withholdingTemplateId`
  if (input.withholdings !== undefined && input.withholdings.length > 0) {
    faults.add(place, 'two_withholdings', 'Informe as retenções ou o modelo de que elas vêm, não os dois.')
  }
  await bindReferences(tx, parties.organizationId, [{ noun: 'nfse_template', id, path: place }], faults)
  const template = (await referencesOf(tx, nfseTemplates, [id])).get(id)
  const organization = (await organizationsOf(tx, [parties.organizationId])).get(parties.organizationId)
  const customer = (await customersOf(tx, [parties.customerId])).get(parties.customerId)
  // What is missing was told where it is named.
  if (!template || !organization || !customer) return input
  judgeTemplate(
    taxTemplateOf(template),
    '',
    faults.placedBy(() => place),
  )
  return { ...input, taken: takenOf(template, organization.taxRegime, customer.kind) }
}
