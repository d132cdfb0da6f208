import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { contractTies, customerTies, organizationTies } from '../../app/ties.ts'
import { fintera } from './fintera.ts'

test('the README has a row for each operation, with the permission that it needs', () => {
  const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8')
  const rows = [...readme.matchAll(/^\| (`[A-Z, ]+ \/[^`]*`) \| (`[^|]*`) \| (?:works|not yet)/gm)].map(
    ([, at, needs]) => `${at} ${needs}`,
  )
  const { operations } = fintera({ organizations: organizationTies, customers: customerTies, contracts: contractTies })
  const known = operations.map(({ at, needs }) => {
    const [first = '', ...others] = at.map(each => each.replace('/api/v1', ''))
    const [method = '', path = ''] = first.split(' ')
    const methods = [method, ...others.map(other => other.split(' ')[0])]
    return `\`${methods.join(', ')} ${path}\` ${needs.map(need => `\`${need}\``).join(' ')}`
  })
  expect(rows.sort()).toEqual(known.sort())
})
