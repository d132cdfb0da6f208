import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { draftInvoice, type FaturaOptions, faturaFacts } from '../../../test/fixtures/faturas.ts'
import { textOfPdf, textsOfPdf } from '../../../test/fixtures/pdf-text.ts'
import { cents, decimal } from '../../core/money.ts'
import { drawFatura } from './draw-fatura.ts'
import { faturaOf } from './fatura.ts'
import { printable } from './printable.ts'

const draw = (options: FaturaOptions = {}): Promise<Buffer> => drawFatura(faturaOf(faturaFacts(options)))
const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

test('what was decided can be read in the file', async () => {
  const bytes = await draw({ installments: 2, rates: [{ tax: 'iss', rateMicros: 50_000 }], invoice: { description: 'Um\nDois' } })
  const texts = textsOfPdf(bytes).flat()
  for (const text of [
    'Horizonte Telecomunicações Ltda.',
    'CNPJ 12.ABC.345/01DE-35',
    'nº 123',
    'Padaria São João da Conceição Ltda.',
    '1º a 31 de janeiro de 2026',
    'Um',
    'Dois',
    'Link dedicado 500 Mbps',
    'ISS retido na fonte (5% de 1.234,56)',
    '−61,73',
    'R$ 1.172,83',
    '2 de 2',
    'Gerado pelo Bordero',
    'Página 1 de 1',
  ])
    expect(texts).toContain(text)
})

test.each(['10.000,00', '12.345.678,90', '999.999.999,99', '999.999.999.999,99'])('no figure is broken: %s', async amount => {
  const net = cents(Number(amount.replaceAll(/\D/g, '')))
  const line = { grossCents: net, unitPrice: decimal(amount.replaceAll('.', '').replace(',', '.')), serviceItemId: null }
  const options = { lines: [line], rates: [{ tax: 'iss', rateMicros: 0 }], installments: 2 } as const
  const { total, rows } = faturaOf(faturaFacts(options)).installments
  const texts = textsOfPdf(await draw({ ...options, receipts: [{ amountCents: cents(1) }] })).flat()
  expect(texts).toContain(`R$ ${amount}`)
  // Unit price, amount of the line, sum before taxes, and the sum of the installments.
  expect(texts.filter(text => text === amount)).toHaveLength(4)
  expect(texts).toContain(rows[1]?.amount)
  expect(total?.open).toBe(amount)
  // The rest of a broken figure would stand alone.
  expect(texts.filter(text => /^[\d.,]+$/.test(text) && !/^(?:1|\d{1,3}(?:\.\d{3})*,\d{2})$/.test(text))).toEqual([])
})

test('is a tagged document in Portuguese, named for the invoice', async () => {
  const text = (await draw()).toString('latin1')
  expect(text).toMatch(/^%PDF-1\.7/)
  expect(text).toContain('/Lang (pt-BR)')
  expect(text).toContain('/Marked true')
  expect(text).toContain('/DisplayDocTitle true')
  for (const role of ['Document', 'H1', 'H2', 'P', 'Table', 'TR', 'TH', 'TD']) expect(text).toContain(`/S /${role}\n`)
})

test('the same invoice is the same bytes, in another process with another clock, zone and language', async () => {
  const fixture = JSON.stringify(new URL('../../../test/fixtures/faturas.ts', import.meta.url).href)
  const [fatura, drawing] = ['./fatura.ts', './draw-fatura.ts'].map(path => JSON.stringify(new URL(path, import.meta.url).href))
  const script = `
    import { createHash } from 'node:crypto'
    const [{ faturaFacts }, { faturaOf }, { drawFatura }] = await Promise.all([import(${fixture}), import(${fatura}), import(${drawing})])
    const bytes = await drawFatura(faturaOf(faturaFacts({ installments: 12 })))
    console.log(createHash('sha256').update(bytes).digest('hex'))`
  const env = { ...process.env, TZ: 'Pacific/Auckland', LANG: 'de_DE.UTF-8' }
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { env })
  expect(stdout.trim()).toBe(digest(await draw({ installments: 12 })))
})

test('other facts are other bytes', async () => {
  const digests = await Promise.all(
    [draw(), draw({ invoice: draftInvoice }), draw({ receipts: [{}] })].map(async it => digest(await it)),
  )
  expect(new Set(digests).size).toBe(3)
})

test('the font has every letter that a text may keep', async () => {
  const kept = Array.from({ length: 0x2800 }, (_, code) => String.fromCodePoint(code)).filter(
    char => char.trim() !== '' && printable(char) === char,
  )
  expect(kept.length).toBeGreaterThan(600)
  const bytes = await draw({
    invoice: { description: kept.join(' ') },
    lines: [{ description: kept.join(' '), serviceItemId: null }],
  })
  // What a font lacks is drawn as its first glyph, which stands for no character.
  expect(textOfPdf(bytes)).not.toContain('\0')
})

test('texts that try everything make a document nevertheless', async () => {
  const nasty = `\u202e\u0007😀 日本 ${'W'.repeat(480)}`
  const { customer } = faturaFacts()
  const bytes = await draw({
    lines: Array.from({ length: 500 }, () => ({ description: nasty, serviceItemId: null })),
    invoice: { description: 'a\n'.repeat(1000) },
    facts: { customer: { ...customer, name: nasty.slice(0, 200) } },
  })
  const pages = textsOfPdf(bytes)
  expect(pages.at(-1)).toContain(`Página ${pages.length} de ${pages.length}`)
  expect(bytes.length).toBeLessThan(2_000_000)
})
