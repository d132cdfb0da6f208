import { expect, test } from 'vitest'
import { importWords } from './import-words.ts'

const report = {
  ...{
    id: 'imp_1',
    state: 'done',
    filename: 'meus.csv',
    rows: 1,
    created: 0,
    updated: 1,
    unchanged: 0,
    differing: 0,
    refused: 0,
  },
  ...{ faults: [], faultCount: 0, warnings: [], warningCount: 0, differenceCount: 1, createdAt: '2027-02-26T15:00:00.000Z' },
  differences: [{ line: 2, column: 'valor', from: '1.500,00', to: '1.700,00', isApplied: true, whyNot: null }],
} as unknown as Parameters<typeof importWords>[0]

test('a price that a file changed says from when it is charged, and where that is read', () => {
  const said = importWords(report, args => `bordero ${args}`)
  expect(said).toContain('é cobrado do período seguinte em diante; qual é, diz:\n    bordero contracts show <contrato>')
})

test('what was not applied, or is no price, says nothing of it', () => {
  const [difference] = report.differences
  const others = [
    { ...difference, isApplied: false },
    { ...difference, column: 'nome' },
  ] as typeof report.differences
  expect(importWords({ ...report, differences: others }, args => args)).not.toContain('período seguinte')
})
