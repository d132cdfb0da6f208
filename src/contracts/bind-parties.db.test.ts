import { beforeAll, describe, expect, inject, test } from 'vitest'
import { type Ending, sideBySide } from '../../test/database/side-by-side.ts'
import { openTestDatabase, type TestDatabase } from '../../test/database/test-database.ts'
import { aContract, aCustomer, aLine, anOrganization, aRule, aService, ruleInput } from '../../test/fixtures/contracts.ts'
import { ctxAt } from '../../test/fixtures/rules.ts'
import { customerTies, organizationTies } from '../app/ties.ts'
import { archiveServiceItem } from '../catalog/archive-service-item.ts'
import { deleteServiceItem } from '../catalog/delete-service-item.ts'
import { civilDate } from '../core/dates.ts'
import { cents, decimal } from '../core/money.ts'
import { Refusal } from '../core/refusal.ts'
import { archiveCustomer, unarchiveCustomer } from '../customers/archive-customer.ts'
import { deleteCustomer } from '../customers/delete-customer.ts'
import { eraseCustomer } from '../customers/erase-customer.ts'
import { getCustomer } from '../customers/read-customer.ts'
import { updateCustomer } from '../customers/update-customer.ts'
import { importContracts, receiveFile } from '../import/import-contracts.ts'
import { createInvoice } from '../invoices/create-invoice.ts'
import { archiveOrganization } from '../organizations/archive-organization.ts'
import { getOrganization } from '../organizations/read-organization.ts'
import { updateOrganization } from '../organizations/update-organization.ts'
import type { Ctx } from '../platform/context.ts'
import { activateContract } from './activate-contract.ts'
import { cancelContract } from './cancel-contract.ts'
import { createContract } from './create-contract.ts'
import { createEvent } from './events/create-event.ts'
import type { NewContract } from './judge-contracts.ts'
import { reactivateContract } from './reactivate-contract.ts'
import { changeTerms } from './rules/change-terms.ts'
import { changeTermsOfMany } from './rules/change-terms-of-many.ts'
import { createRule } from './rules/create-rule.ts'

const NOW = '2026-01-15T12:00:00.000Z'

/** `done`, or where and what was refused. */
function told(ending: Ending<unknown>): string | string[] {
  if (ending.status === 'fulfilled') return 'done'
  if (!(ending.reason instanceof Refusal)) throw ending.reason
  const { code, faults } = ending.reason
  return code === 'invalid_input' ? faults.map(fault => `${fault.path} ${fault.code}`) : code
}

describe.runIf(inject('engines').includes('postgres'))('who binds a party, and who takes it out of use (postgres)', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await openTestDatabase('postgres')
  })

  /** What a contract names, before there is one. */
  async function parties() {
    const ctx = await ctxAt(database, NOW)
    const organizationId = await anOrganization(ctx)
    const customerId = await aCustomer(ctx)
    const serviceItemId = await aService(ctx)
    const contract: NewContract = {
      name: 'Contrato',
      organizationId,
      customerId,
      rules: [ruleInput(serviceItemId)],
    }
    return { ctx, organizationId, customerId, serviceItemId, create: () => createContract(ctx, contract) }
  }
  type Parties = Awaited<ReturnType<typeof parties>>

  async function meet(ctx: Ctx, first: () => Promise<unknown>, second: () => Promise<unknown>) {
    const { secondWaited, ...endings } = await sideBySide(database, ctx, first, second)
    return { first: told(endings.first), second: told(endings.second), secondWaited }
  }

  const leavings: [string, (they: Parties) => Promise<unknown>, { contractFirst: string; contractSecond: string }][] = [
    [
      'a customer is erased',
      ({ ctx, customerId }) => eraseCustomer(ctx, customerTies, customerId),
      { contractFirst: 'in_use', contractSecond: '/customerId archived_customer' },
    ],
    [
      'a customer is archived',
      ({ ctx, customerId }) => archiveCustomer(ctx, customerTies, customerId),
      { contractFirst: 'in_use', contractSecond: '/customerId archived_customer' },
    ],
    [
      'a customer is deleted',
      ({ ctx, customerId }) => deleteCustomer(ctx, customerId, 1),
      { contractFirst: 'in_use', contractSecond: '/customerId unknown_customer' },
    ],
    [
      'an organization is archived',
      ({ ctx, organizationId }) => archiveOrganization(ctx, organizationTies, organizationId),
      { contractFirst: 'in_use', contractSecond: '/organizationId archived_organization' },
    ],
    [
      // What names a service already goes on with it.
      'a service is archived',
      ({ ctx, serviceItemId }) => archiveServiceItem(ctx, serviceItemId),
      { contractFirst: 'done', contractSecond: '/rules/0/lines/0/serviceItemId archived_service_item' },
    ],
    [
      'a service is deleted',
      ({ ctx, serviceItemId }) => deleteServiceItem(ctx, serviceItemId, 1),
      { contractFirst: 'in_use', contractSecond: '/rules/0/lines/0/serviceItemId unknown_service_item' },
    ],
  ]

  test.each(leavings)(
    '%s while a contract is being made with it: the contract came first',
    async (_, leave, { contractFirst }) => {
      const they = await parties()
      const met = await meet(they.ctx, they.create, () => leave(they))
      expect(met).toEqual({ first: 'done', second: contractFirst, secondWaited: true })
    },
  )

  test.each(leavings)('while %s a contract is made with it: the contract is told', async (_, leave, { contractSecond }) => {
    const they = await parties()
    const met = await meet(they.ctx, () => leave(they), they.create)
    expect(met).toEqual({ first: 'done', second: [contractSecond], secondWaited: true })
  })

  test('while a customer is archived a file with its contracts is imported: the file is refused', async () => {
    const { ctx, customerId } = await parties()
    await updateCustomer(ctx, customerTies, customerId, 1, { name: 'Padaria', taxId: '11222333000181' })
    const bytes = Buffer.from(
      'cliente;cpf_cnpj;servico;valor;inicio;dia_faturamento;vencimento\nPadaria;11.222.333/0001-81;Internet;99,90;01/01/2026;31;dia 10\n',
    )
    const file = await receiveFile(bytes)
    const choices = { filename: null, update: false, dryRun: false, validRows: false }
    const met = await meet(
      ctx,
      () => archiveCustomer(ctx, customerTies, customerId),
      () => importContracts(ctx, { file, ...choices }),
    )
    expect(met).toEqual({ first: 'done', second: ['/0/customerId archived_customer'], secondWaited: true })
  })

  test('a draft is activated while its customer is erased: the draft kept the customer in use', async () => {
    const { ctx, customerId, organizationId } = await parties()
    const { contractId } = await aContract(ctx, { customerId, organizationId, state: 'draft' })
    const met = await meet(
      ctx,
      () => activateContract(ctx, contractId),
      () => eraseCustomer(ctx, customerTies, customerId),
    )
    expect(met).toEqual({ first: 'done', second: 'in_use', secondWaited: true })
  })

  test('a customer gets the CNPJ of the organization while a contract is made between them, and the other way round', async () => {
    const becomes = (own: string) => ({
      customer: ({ ctx, customerId }: Parties) => updateCustomer(ctx, customerTies, customerId, 1, { taxId: own }),
      organization: ({ ctx, organizationId }: Parties) =>
        updateOrganization(ctx, organizationTies, organizationId, 1, { cnpj: own }),
    })
    const own = async (they: Parties) => ({
      ofCustomer: (await getCustomer(they.ctx, they.customerId)).taxId ?? '',
      ofOrganization: (await getOrganization(they.ctx, they.organizationId)).cnpj,
    })
    const supplier = 'customer_is_supplier'

    const one = await parties()
    const itself = becomes((await own(one)).ofOrganization).customer
    expect(await meet(one.ctx, one.create, () => itself(one))).toEqual({ first: 'done', second: supplier, secondWaited: true })

    const two = await parties()
    const issuer = becomes((await own(two)).ofCustomer).organization
    expect(await meet(two.ctx, () => issuer(two), two.create)).toEqual({ first: 'done', second: supplier, secondWaited: true })

    const three = await parties()
    await three.create()
    const both = becomes('11222333000181')
    const met = await meet(
      three.ctx,
      () => both.customer(three),
      () => both.organization(three),
    )
    expect(met).toEqual({ first: 'done', second: supplier, secondWaited: true })
  })

  test('a cancelled contract comes back while one of its parties goes: whoever comes first', async () => {
    const { ctx, customerId, organizationId } = await parties()
    const { contractId } = await aContract(ctx, { customerId, organizationId })
    const cancel = () => cancelContract(ctx, contractId, { reason: 'Engano' })
    const reactivate = () => reactivateContract(ctx, contractId)
    const archive = () => archiveCustomer(ctx, customerTies, customerId)
    const archiveIssuer = () => archiveOrganization(ctx, organizationTies, organizationId)

    await cancel()
    expect(await meet(ctx, reactivate, archive)).toEqual({ first: 'done', second: 'in_use', secondWaited: true })
    await cancel()
    expect(await meet(ctx, archive, reactivate)).toEqual({ first: 'done', second: 'archived_customer', secondWaited: true })
    await unarchiveCustomer(ctx, customerId)
    expect(await meet(ctx, archiveIssuer, reactivate)).toEqual({
      first: 'done',
      second: 'archived_organization',
      secondWaited: true,
    })
  })

  const namings: [string, (ctx: Ctx, ruleId: number, serviceItemId: number) => Promise<unknown>, string][] = [
    [
      'a rule',
      (ctx, _, serviceItemId) => createRule(ctx, 1, ruleInput(serviceItemId)),
      '/lines/0/serviceItemId unknown_service_item',
    ],
    [
      'a change of terms',
      (ctx, ruleId, serviceItemId) => changeTerms(ctx, ruleId, { lines: [aLine(serviceItemId)] }),
      '/lines/0/serviceItemId unknown_service_item',
    ],
    [
      'one of many changes of terms',
      (ctx, ruleId, serviceItemId) => changeTermsOfMany(ctx, [{ ruleId, lines: [aLine(serviceItemId)] }]),
      '/lines/0/serviceItemId unknown_service_item',
    ],
    [
      'an event',
      (ctx, ruleId, serviceItemId) =>
        createEvent(ctx, ruleId, { kind: 'surcharge', amountCents: cents(1_000), description: 'Visita', serviceItemId }),
      '/serviceItemId unknown_service_item',
    ],
    [
      'an invoice made by hand',
      (ctx, _, serviceItemId) =>
        createInvoice(ctx, {
          contractId: 1,
          lines: [aLine(serviceItemId)],
          receivables: [{ dueOn: civilDate('2026-02-10'), percent: decimal('100') }],
        }),
      '/lines/0/serviceItemId unknown_service_item',
    ],
  ]

  test.each(namings)('while a service is deleted %s names it, and is told', async (_, name, fault) => {
    const ctx = await ctxAt(database, NOW)
    const { ruleId } = await aContract(ctx)
    const serviceItemId = await aService(ctx, { name: 'Visita' })
    const met = await meet(
      ctx,
      () => deleteServiceItem(ctx, serviceItemId, 1),
      () => name(ctx, ruleId, serviceItemId),
    )
    expect(met).toEqual({ first: 'done', second: [fault], secondWaited: true })
  })

  test('contracts with the same parties are made side by side, and the parties are changed meanwhile', async () => {
    const they = await parties()
    const { ctx, customerId } = they
    const beside = { first: 'done', second: 'done', secondWaited: false }
    expect(await meet(ctx, they.create, they.create)).toEqual(beside)
    expect(await meet(ctx, they.create, () => updateCustomer(ctx, customerTies, customerId, 1, { name: 'Outro nome' }))).toEqual(
      beside,
    )
  })

  test('rules of two contracts name the same service side by side', async () => {
    const { ctx, customerId, organizationId, serviceItemId } = await parties()
    const shared = { customerId, organizationId, rules: [] }
    const [one, other] = [await aContract(ctx, shared), await aContract(ctx, shared)]
    const met = await meet(
      ctx,
      () => aRule(ctx, one.contractId, serviceItemId),
      () => aRule(ctx, other.contractId, serviceItemId),
    )
    expect(met).toEqual({ first: 'done', second: 'done', secondWaited: false })
  })
})
