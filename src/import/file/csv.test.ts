import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { atOnce } from '../../core/slices.ts'
import { guard, readRecords, showRecord, unguard } from './csv.ts'
import { FileFaults } from './fault.ts'

function read(text: string) {
  const faults = new FileFaults()
  return { table: atOnce(readRecords(text, () => true, faults)), fault: faults.list[0] }
}

const cellsOf = (text: string) => read(text).table?.records.map(record => record.cells)

describe('a table', () => {
  test('has the delimiter that its heading has most of', () => {
    expect(read('a;b;c,d\n1;2;3').table?.delimiter).toBe(';')
    expect(read('a,b,"c;d;e"\n1,2,3').table?.delimiter).toBe(',')
    expect(read('a\tb\n1\t2').table?.delimiter).toBe('\t')
    expect(read('a\n1').table?.delimiter).toBe(';')
    expect(read('sep=,\na,b\n1,2').table).toMatchObject({ delimiter: ',', records: [{ line: 2 }, { line: 3 }] })
  })

  test('counts lines as an editor does, over blank lines and breaks within quotes', () => {
    const { table } = read('a;b\r\n\r\n1;"x\r\ny"\r\n;\r\n2;3\r\n')
    expect(table?.records).toEqual([
      { line: 1, cells: ['a', 'b'] },
      { line: 3, cells: ['1', 'x\ny'] },
      { line: 6, cells: ['2', '3'] },
    ])
  })

  test('keeps a quote in the middle of a name', () => {
    expect(cellsOf('cliente\nBar "Do Zé"\n"Bar ""Do Zé"""')).toEqual([['cliente'], ['Bar "Do Zé"'], ['Bar "Do Zé"']])
  })

  test('whose quote is never closed is refused at the line where it was opened', () => {
    expect(read('a;b\n1;2\n3;"4\n5;6\n7;8').fault).toMatchObject({ line: 3, code: 'unclosed_quote', found: '3;"4' })
  })

  test('is bounded in columns and rows, and has rows', () => {
    const wide = Array.from({ length: 200 }, (_, i) => `c${i}`).join(';')
    expect(read(`${wide}\n1`).fault).toMatchObject({ line: 1, code: 'too_many_columns', found: '200 colunas' })
    expect(read(`a\n${'1\n'.repeat(50_001)}`).fault).toMatchObject({ line: 50_002, code: 'too_many_rows' })
    expect(read(`a\n${'1\n'.repeat(50_000)}`).table?.records).toHaveLength(50_001)
    expect(read(`a;b\n${';\n'.repeat(200_000)}`).fault?.code).toBe('too_many_rows')
    expect(read('a;b\n').fault?.code).toBe('file_empty')
    expect(read('').fault?.code).toBe('file_empty')
  })
})

describe('what is written', () => {
  const cell = fc.string({ unit: 'binary', maxLength: 20 }).map(text => text.replace(/\r\n?/g, '\n'))

  test('is read back as it was', () => {
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 5 }), rows => {
        const named = [['a', 'b', 'c'], ...rows.map(row => ['x', ...row.slice(1)])]
        expect(cellsOf(named.map(showRecord).join(''))).toEqual(named)
      }),
    )
  })

  test('is no formula to a spreadsheet, and comes back as it was', () => {
    for (const text of [
      '=1+1',
      '+55 11 99999-0000',
      '-2',
      '@soma',
      "'=1+1",
      '\t=1',
      '\rx',
      '\t',
      '\nx',
      ' =1',
      '＝1+1',
      '＋1',
      '－1',
      '＠soma',
      "'＝1",
    ]) {
      expect(guard(text)).toMatch(/^'/)
      expect(unguard(guard(text))).toBe(text)
    }
    expect(guard("D'Água")).toBe("D'Água")
    fc.assert(fc.property(fc.string(), text => unguard(guard(text)) === text))
  })
})
