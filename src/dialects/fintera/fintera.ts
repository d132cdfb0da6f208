import type { ContractTies } from '../../contracts/contract-ties.ts'
import type { CustomerTies } from '../../customers/customer-ties.ts'
import type { OrganizationTies } from '../../organizations/organization-ties.ts'
import type { Dialect } from '../dialect.ts'
import { contractOperations } from './contracts/contracts.ts'
import { invoiceListOperations } from './invoices/invoice-lists.ts'
import { invoiceOperations } from './invoices/invoices.ts'
import { receivableOperations } from './invoices/receivables.ts'
import { nfseOperations } from './nfses.ts'
import { companies } from './parties/companies.ts'
import { customerOperations } from './parties/customers.ts'
import { organizationOperations } from './parties/organizations.ts'
import { people } from './parties/people.ts'
import { referenceOperations } from './references.ts'
import { invoiceRuleOperations } from './rules/invoice-rules.ts'
import { says } from './says.ts'
import { serviceItemOperations } from './service-items.ts'
import { planOperations } from './subscriptions/plans.ts'
import { subscriptionOperations } from './subscriptions/subscriptions.ts'
import { invoiceTemplateOperations } from './templates/template-operations.ts'
import { tellRefusal, type Words } from './words.ts'

export interface Ties {
  organizations: OrganizationTies
  customers: CustomerTies
  contracts: ContractTies
}

/** Fintera Faturamento API v1, whose clients find `/health_check` where every server has it. */
export function fintera(ties: Ties): Dialect<Words> {
  return {
    name: 'fintera',
    about: {
      title: 'Fintera Faturamento',
      signsIn: 'O cabeçalho Authorization leva Token token= e a chave de API da conta.',
      scheme: { type: 'apiKey', in: 'header', name: 'Authorization', description: 'Token token=<chave de API da conta>' },
    },
    // And whatever no other vendor has there.
    prefixes: ['/api/v1'],
    keyOf({ headers }) {
      const match = /^Token +(?:token *= *)?"?([\x21\x23-\x7e]{1,200}?)"?,?$/i.exec(String(headers.authorization ?? '').trim())
      return match?.[1] ?? null
    },
    tell: tellRefusal,
    operations: [
      ...organizationOperations(ties.organizations),
      ...customerOperations(companies, ties.customers),
      ...customerOperations(people, ties.customers),
      ...serviceItemOperations,
      ...contractOperations(ties.contracts),
      ...planOperations,
      ...subscriptionOperations,
      ...invoiceListOperations,
      ...invoiceOperations,
      ...receivableOperations,
      ...invoiceRuleOperations,
      ...invoiceTemplateOperations,
      ...referenceOperations,
      ...nfseOperations,
    ].map(operation => ({ ...operation, says: says[operation.name] ?? operation.name })),
  }
}
