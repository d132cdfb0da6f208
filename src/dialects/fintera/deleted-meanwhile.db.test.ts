import { beforeAll, describe, expect, inject, test } from 'vitest'
import { sideBySide } from '../../../test/database/side-by-side.ts'
import { openTestDatabase, type TestDatabase } from '../../../test/database/test-database.ts'
import { aCnpj } from '../../../test/fixtures/contracts.ts'
import { testApi } from '../../../test/http/test-api.ts'
import { vendorApi } from '../../../test/http/vendor-api.ts'
import { openSystemCtx } from '../../app/context.ts'
import { contractTies } from '../../app/ties.ts'
import { archiveServiceItem } from '../../catalog/archive-service-item.ts'
import { deleteContract } from '../../contracts/delete-contract.ts'
import { deleteRule } from '../../contracts/rules/delete-rule.ts'
import { systemClock } from '../../platform/clock.ts'
import { openLog } from '../../platform/log.ts'

const log = openLog({ level: 'silent' })

describe.runIf(inject('engines').includes('postgres'))('what somebody deletes while another writes it (postgres)', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await openTestDatabase('postgres')
  })

  async function company() {
    const api = await testApi(database)
    const client = vendorApi(api, { authorization: `Token token=${api.key}` })
    const organization = (await client('POST /api/v1/organizations', { name: 'Prestadora', cnpj: aCnpj() })).body.organization.id
    const customer = (await client('POST /api/v1/companies', { name: 'Cliente', cnpj: aCnpj() })).body.company.id
    const service = (await client('POST /api/v1/service_items', { name: 'Suporte', description: 'x' })).body.service_item.id
    const parties = { customer_id: customer, customer_type: 'Company', supplier_id: organization, supplier_type: 'Company' }
    const made = await client('POST /api/v1/contracts', { kind: 'sale', name: 'C', title: 'T', ...parties })
    const contract = made.body.contract.id as number
    const body = {
      description: 'Plano',
      nfe_body: 'x',
      charge_type: 'day_quantity',
      gross_value: 50,
      additional_information: {
        title: 'P',
        init_date: '10/09/2090',
        month_quantity: 1,
        accrual_month_quantity: 'same_month',
      },
      receivables_additional_information: { day_quantity: 5 },
    }
    const rules = `/api/v1/contracts/${contract}/invoice_rules`
    const rule = (await client(`POST ${rules}`, body)).body.invoice_rule.id as number
    const ctx = await openSystemCtx({ db: database.db, clock: systemClock, log }, api.account, 'test')
    if (ctx === null) throw new Error('the account of a test is open')
    /** How the request is answered that waited for the deletion. */
    const after = async (remove: () => Promise<unknown>, request: string, sent?: object) => {
      const met = await sideBySide(database, ctx, remove, () => client(request, sent))
      if (met.first.status === 'rejected') throw met.first.reason
      if (met.second.status === 'rejected') throw met.second.reason
      return [met.secondWaited, met.second.value.status, met.second.value.text]
    }
    return { ctx, contract, rule, rules, service, body, after }
  }

  test('a rule is not there, as a moment later', async () => {
    for (const verb of ['PATCH', 'DELETE']) {
      const { ctx, rule, rules, after } = await company()
      const answer = await after(() => deleteRule(ctx, rule, 1), `${verb} ${rules}/${rule}`, { description: 'Outra' })
      expect([verb, ...answer]).toEqual([verb, true, 404, ''])
    }
  })

  test('nor is a contract, for itself and for its rules', async () => {
    for (const request of ['PATCH /contracts/:id', 'DELETE /contracts/:id', 'POST /contracts/:id/invoice_rules']) {
      const { ctx, contract, body, after } = await company()
      const remove = () => deleteContract(ctx, contractTies, contract, 1)
      const answer = await after(remove, request.replace('/contracts/:id', `/api/v1/contracts/${contract}`), body)
      expect([request, ...answer]).toEqual([request, true, 404, ''])
    }
  })

  test('nor is a service', async () => {
    const { ctx, service, after } = await company()
    const request = `PATCH /api/v1/service_items/${service}`
    expect(await after(() => archiveServiceItem(ctx, service), request, { name: 'Outro' })).toEqual([true, 404, ''])
  })
})
