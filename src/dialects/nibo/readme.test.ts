import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  accountsListed,
  categoriesListed,
  costCentresListed,
  customersListed,
  filesListed,
  receiptsListed,
  schedulesAmong,
  serviceProfilesListed,
} from './resources-store.ts'

test('the README says by what each list may be asked, and by nothing else', () => {
  const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8')
  const [section = ''] = readme.split('## What a list may be asked by')[1]?.split('\n## ') ?? []
  const said = Object.fromEntries(
    [...section.matchAll(/^\| ([a-z, ]+) \| (`.*`) \|$/gm)].map(([, list, fields = '']) => [
      list,
      fields.replaceAll('`', '').toLowerCase().split(' ').sort(),
    ]),
  )
  const fieldsOf = ({ fields }: { fields: object }) => Object.keys(fields).sort()
  expect(said).toEqual({
    schedules: fieldsOf(schedulesAmong('all', new Map(), { organizationId: null })),
    receipts: fieldsOf(receiptsListed(null)),
    customers: fieldsOf(customersListed),
    categories: fieldsOf(categoriesListed(null)),
    'cost centres': fieldsOf(costCentresListed(null)),
    'accounts, service profiles': fieldsOf(accountsListed(null)),
    'files of a schedule': fieldsOf(filesListed({ scheduleId: 1, number: 1 })),
  })
  expect(fieldsOf(serviceProfilesListed(null))).toEqual(fieldsOf(accountsListed(null)))
})
