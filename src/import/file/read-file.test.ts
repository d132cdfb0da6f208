import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { parseCnpj } from '../../core/brazil/cnpj.ts'
import { atOnce } from '../../core/slices.ts'
import { inSlices } from '../../platform/in-slices.ts'
import { MOST_BYTES } from './decode.ts'
import { groupRows } from './group-rows.ts'
import { readFile } from './read-file.ts'

const HEADING = 'codigo;cliente;cpf_cnpj;servico;valor;dia_faturamento;inicio;vencimento;observacoes\n'

const cnpj = parseCnpj('11222333000181')
if (cnpj === null) throw new Error('a CNPJ of the tests')

/** As large as a file may be. */
function filled(start: string, rest: string): Buffer {
  return Buffer.alloc(MOST_BYTES, rest).fill(start, 0, Buffer.byteLength(start))
}

const codes = (bytes: Uint8Array) => {
  const file = atOnce(readFile(bytes))
  return file.faults.list.map(({ line, code }) => `${line} ${code}`)
}

/** How many others had a turn on the event loop before the work was done. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let isDone = false
  let turns = 0
  const done = work.finally(() => {
    isDone = true
  })
  for (; !isDone; turns++) await setImmediate()
  await done
  return turns
}

const stopsOf = (bytes: Uint8Array) => {
  let stops = 0
  for (const work = readFile(bytes); !work.next().done; ) stops++
  return stops
}

describe('a large file without sense', () => {
  test.each([
    ['a quote that is never closed', filled('codigo;"', 'a;b\n'), ['1 unclosed_quote']],
    ['rows without end', filled(HEADING, '\n'), ['100000 too_many_rows']],
    ['broken UTF-8 at its end', filled('', 'ção').fill(0xff, MOST_BYTES - 2), ['1 broken_encoding']],
    ['one line without end', filled(HEADING, 'x'), ['2 wrong_cell_count']],
    ['a row of millions of cells', filled(HEADING, ';'), ['2 too_long']],
    ['millions of columns', filled('codigo', ';'), ['1 too_many_columns']],
  ])('is refused for %s', (_, bytes, said) => {
    expect(codes(bytes)).toEqual(said)
  })

  test('lets others have their turns while it is read', async () => {
    expect(await turnsDuring(inSlices(readFile(filled('codigo;"', 'a;b\n'))))).toBeGreaterThan(100)
    const row = `;Ana;529.982.247-25;S;1,00;10;10/01/2027;dia 20;${'o'.repeat(350)}\n`
    expect(await turnsDuring(inSlices(readFile(Buffer.from(HEADING + row.repeat(20_000)))))).toBeGreaterThan(200)
  })

  test('lets others have their turns while its rows are put together', async () => {
    const row = ';Ana;529.982.247-25;S;1,00;10;10/01/2027;dia 20;\n'
    const { rows, heading, faults } = atOnce(readFile(Buffer.from(HEADING + row.repeat(10_000))))
    if (heading === null) throw new Error('the heading is right')
    expect(await turnsDuring(inSlices(groupRows(rows, heading, [{ id: 1, cnpj }], faults)))).toBeGreaterThan(40)
  })

  test('is not read beyond a heading that says nothing we know', () => {
    const senseless = filled('nome da coisa;outra coisa\n', 'foo;bar\n')
    expect(codes(senseless)).toEqual([
      '1 unknown_column',
      '1 unknown_column',
      ...Array.from({ length: 5 }, () => '1 missing_column'),
    ])
    // Its lines are counted through, but not taken apart.
    expect(stopsOf(senseless)).toBeLessThan(20)
    expect(atOnce(readFile(senseless)).rowCount).toBe(0)
    expect(stopsOf(filled(Array.from({ length: 200 }, (_, i) => `c${i}`).join(';'), '\n1;2'))).toBeLessThan(20)
  })
})

test('what is read does not depend on where the stops are', () => {
  // With each of them every stop falls elsewhere within quotes, breaks and letters of two bytes.
  for (const shift of [0, 1, 2, 3, 4, 5, 6, 7]) {
    const note = `"${'ç'.repeat(shift)}Açaí ""do"" José;\r\nfilial"`
    const text = HEADING + `C-1;Ana;;S;1,00;10;10/01/2027;dia 20;${note}\r\n`.repeat(1_000)
    const { rows, faults } = atOnce(readFile(Buffer.from(text)))
    expect(faults.list).toEqual([])
    expect(rows.map(({ line }) => line)).toEqual(rows.map((_, i) => 2 + 2 * i))
    expect(new Set(rows.map(({ cells }) => cells.comments))).toEqual(new Set([`${'ç'.repeat(shift)}Açaí "do" José;\nfilial`]))
    expect(rows).toHaveLength(1_000)
  }
})
