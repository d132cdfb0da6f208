import { expect, test } from 'vitest'
import { command } from '../../../test/cli/command.ts'

const account = {
  id: 'fac_3',
  organizationId: 'org_1',
  name: 'Itaú',
  status: 'active',
  bankCode: '341',
  bankBranch: '0001',
  bankAccount: '12345-6',
}

test('an account is made for the only organization, and what it is called is said with what goes on from there', async () => {
  const { out, asked } = await command(['accounts', 'add', 'Itaú', '--bank', '341', '--branch', '0001', '--number', '12345-6'], {
    'GET /v1/organizations': {
      body: { data: [{ id: 'org_1', cnpj: '12345678000195', legalName: 'Horizonte' }], nextCursor: null },
    },
    'POST /v1/financial-accounts': { status: 201, body: account },
  })
  expect(asked.at(-1)?.body).toEqual({
    name: 'Itaú',
    organizationId: 'org_1',
    bankCode: '341',
    bankBranch: '0001',
    bankAccount: '12345-6',
  })
  expect(out).toContain('Conta fac_3 cadastrada: Itaú.')
  expect(out).toContain('receivables receive <parcela> <valor> --account fac_3')
})

test('accounts are listed with their bank and number', async () => {
  const { out } = await command(['accounts', 'list', '--q', 'ita'], {
    'GET /v1/financial-accounts': { body: { data: [account], nextCursor: null } },
  })
  expect(out).toMatch(/fac_3 +Itaú +341 +0001 +12345-6 +ativa/)
})
