import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { civilDate } from '../core/dates.ts'
import { dueDates } from './rules/due-dates.ts'

const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8')
const examples = [...readme.matchAll(/^\| `(\{.*\})` \| (\S+) \| (.*) \|$/gm)]

test('the examples of due dates in the README are as the code has them', () => {
  expect(examples.length).toBeGreaterThan(5)
  for (const [, rule = '', issued = '', due] of examples) {
    expect(dueDates(JSON.parse(rule), civilDate(issued), new Set()).join(', '), rule).toBe(due)
  }
})

test('every refusal code of this folder stands in the README', () => {
  const codes = new Set<string>()
  for (const file of [
    'contract',
    'rules/read-terms',
    'events/billing-event',
    'rules/create-rule',
    'ledger/waive-period',
    'events/cancel-event',
    'suspend-contract',
    'judge-contracts',
  ]) {
    const source = readFileSync(new URL(`${file}.ts`, import.meta.url), 'utf8')
    for (const [, code] of source.matchAll(
      /(?:refuse|refuseMonth|faults\.add)\(\s*(?:[^,'"]*['"`][^'"`]*['"`],\s*)?'([a-z_]+)'/g,
    ))
      codes.add(code ?? '')
  }
  expect(codes.size).toBeGreaterThan(20)
  expect([...codes].filter(code => !readme.includes(`\`${code}\``))).toEqual([])
})
