import { expect, test } from 'vitest'
import { printable, renderTable } from './table.ts'

interface Row {
  name: string
  amount: string
}

const columns = [
  { head: 'Cliente', of: (row: Row) => row.name, least: 8 },
  { head: 'Valor (R$)', of: (row: Row) => row.amount, right: true },
]

test('columns are as wide as what stands in them, figures at the right', () => {
  const rows = [
    { name: 'Padaria São João', amount: '1.234,56' },
    { name: 'Zé', amount: '9,90' },
  ]
  expect(renderTable(columns, rows)).toBe(
    [
      'Cliente           Valor (R$)',
      '────────────────  ──────────',
      'Padaria São João    1.234,56',
      'Zé                      9,90',
    ].join('\n'),
  )
})

test('the totals stand below a line', () => {
  expect(renderTable(columns, [{ name: 'Zé', amount: '9,90' }], { footer: { name: 'Total', amount: '9,90' } })).toBe(
    ['Cliente  Valor (R$)', '───────  ──────────', 'Zé             9,90', '───────  ──────────', 'Total          9,90'].join(
      '\n',
    ),
  )
})

test('a table without rows is its headings', () => {
  expect(renderTable(columns, [])).toBe('Cliente  Valor (R$)\n───────  ──────────')
})

test('a narrow terminal cuts the longest text, never a figure', () => {
  const lines = renderTable(columns, [{ name: 'Comércio de Alimentos Bom Jesus', amount: '1.234,56' }], { columns: 28 }).split(
    '\n',
  )
  expect(lines.at(-1)).toBe('Comércio de Ali…    1.234,56')
  expect(lines.every(line => [...line].length <= 28)).toBe(true)
})

test('a column is not cut below its least width, however narrow the terminal', () => {
  const lines = renderTable(columns, [{ name: 'Comércio de Alimentos', amount: '1.234,56' }], { columns: 5 }).split('\n')
  expect(lines.at(-1)).toBe('Comérci…    1.234,56')
})

test('no name steers the terminal', () => {
  expect(printable('Zé\u001b[2J\n\u202eoãJ')).toBe('Zé [2J oãJ')
})

test('a letter with its accent apart is one letter', () => {
  expect(printable('Joa\u0303o')).toBe('João')
})
