import { expect, test } from 'vitest'
import { FileFaults, MOST_LISTED } from './file/fault.ts'
import { reportOf } from './import-record.ts'

test('a report begins with what costs money, and thousands of another kind keep none of it out', () => {
  const warnings = new FileFaults()
  for (let line = 2; line < 5_002; line++) warnings.note(line, 'cidade', 'unknown_city', 'Não existe.')
  warnings.note(4_000, 'valor', 'price_rounded', 'Arredondado.')
  warnings.note(4_900, null, 'repeated_row', 'Duas vezes.')
  warnings.note(4_500, null, 'repeated_row', 'Duas vezes.')
  const findings = { encoding: null, delimiter: null, faults: new FileFaults(), warnings, differences: [] }
  const report = reportOf(findings, { update: false, validRows: false })
  expect(report.warnings.slice(0, 4).map(({ line, code }) => [line, code])).toEqual([
    [4_500, 'repeated_row'],
    [4_900, 'repeated_row'],
    [4_000, 'price_rounded'],
    [2, 'unknown_city'],
  ])
  expect(report.warnings).toHaveLength(MOST_LISTED)
  expect(report.warningCount).toBe(5_003)
})
