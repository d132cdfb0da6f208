import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type FaturaOptions, faturaFacts } from '../../../test/fixtures/faturas.ts'
import { cents } from '../../core/money.ts'
import { atOnce } from '../../core/slices.ts'
import { arrange, runningHead } from './arrange.ts'
import type { Block } from './block.ts'
import { faturaOf } from './fatura.ts'
import { frame, left, right } from './looks.ts'
import { type Placed, paginate } from './paginate.ts'
import { type Measure, type Style, wrap } from './wrap.ts'

const style: Style = { face: 'regular', size: 10, color: '#000000' }
/** Every letter is half as wide as high. */
const measure: Measure = (text, { size }) => [...text].length * size * 0.5

const pagesOf = (options: FaturaOptions): Placed[][] => paginate(atOnce(arrange(faturaOf(faturaFacts(options)), measure)), frame)
const textsOf = (page: readonly Placed[]): string[] =>
  page.flatMap(({ block }) => block.parts.flatMap(({ marks }) => marks.map(({ text }) => text)))

describe('lines of text', () => {
  test('break between words', () => {
    expect(wrap('um dois três', style, 35, measure)).toEqual(['um dois', 'três'])
  })

  test('break within a word that is wider than the line', () => {
    expect(wrap('a inconstitucional', style, 30, measure)).toEqual(['a', 'incons', 'tituci', 'onal'])
  })

  test('never break at a hard space', () => {
    expect(wrap('total R$\u00a010', style, 40, measure)).toEqual(['total', 'R$\u00a010'])
  })

  test('none is wider than it may be, and nothing is lost', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), fc.integer({ min: 6, max: 200 }), (text, width) => {
        const lines = wrap(text, style, width, measure)
        for (const line of lines) expect(measure(line, style)).toBeLessThanOrEqual(width)
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
      }),
    )
  })
})

describe('pages', () => {
  const block = (height: number, more: Partial<Block> = {}): Block => ({
    height,
    parts: [{ role: 'P', marks: [] }],
    boxes: [],
    keepsWithNext: false,
    ...more,
  })
  const small = { top: 0, nextTop: 10, bottom: 100 }
  const heights = (blocks: readonly Block[]) => paginate(blocks, small).map(page => page.map(({ block }) => block.height))

  test('a block that does not fit begins the next page, below its head', () => {
    expect(paginate([block(60), block(50)], small)).toMatchObject([[{ y: 0 }], [{ y: 10 }]])
  })

  test('what holds together moves together', () => {
    expect(heights([block(60), block(20, { keepsWithNext: true }), block(30)])).toEqual([[60], [20, 30]])
  })

  test('unless no page is tall enough for it', () => {
    expect(heights([block(60, { keepsWithNext: true }), block(50, { keepsWithNext: true }), block(5)])).toEqual([[60], [50, 5]])
  })

  test('a table says its columns again', () => {
    const head = block(7)
    expect(heights([block(90), block(20, { head }), block(20, { head })])).toEqual([[90], [7, 20, 20]])
  })

  test('a gap is not carried over', () => {
    expect(heights([block(95), { ...block(10), parts: [] }, block(20)])).toEqual([[95], [20]])
  })
})

describe('the document on its pages', () => {
  const longest = (n: number) => 'Wi '.repeat(n).slice(0, n)

  test('a plain invoice is one page', () => {
    expect(pagesOf({})).toHaveLength(1)
    expect(pagesOf({ installments: 12 })).toHaveLength(1)
  })

  test('sixty lines: every page says the columns, each line stands once, and the totals never stand without a line', () => {
    const pages = pagesOf({
      lines: Array.from({ length: 60 }, (_, i) => ({ description: `Ramal ${1000 + i}`, serviceItemId: null })),
    })
    expect(pages.length).toBeGreaterThan(1)
    const texts = pages.map(textsOf)
    const all = texts.flat()
    for (let i = 0; i < 60; i++) expect(all.filter(text => text === `Ramal ${1000 + i}`)).toHaveLength(1)
    for (const page of texts) {
      if (page.some(text => text.startsWith('Ramal'))) expect(page).toContain('Quantidade')
      if (page.includes('Valor bruto')) expect(page.filter(text => text.startsWith('Ramal')).length).toBeGreaterThanOrEqual(2)
    }
  })

  test('installments that go on on another page say so above their columns', () => {
    const pages = pagesOf({ installments: 70 }).map(textsOf)
    expect(pages.length).toBeGreaterThan(1)
    const [first, ...further] = pages
    expect(first).toContain('Parcelas')
    expect(first).not.toContain('Parcelas (continuação)')
    for (const page of further) expect(page.slice(0, 2)).toEqual(['Parcelas (continuação)', 'Parcela'])
  })

  test('the totals keep two lines with them, however many lines there are', () => {
    for (let n = 2; n <= 45; n++) {
      const pages = pagesOf({ lines: Array.from({ length: n }, () => ({ description: 'Ramal', serviceItemId: null })) }).map(
        textsOf,
      )
      for (const page of pages) {
        const rows = page.filter(text => text === 'Ramal').length
        // A single line at the foot below the head, or at the head above the totals, would look lost.
        if (page.includes('Valor bruto') || page.includes('Quantidade')) expect(rows, `${n} lines`).toBeGreaterThanOrEqual(2)
      }
    }
  })

  test('no table begins with a single line at the foot of a page, and no paragraph with one, wherever they come to stand', () => {
    const lines = Array.from({ length: 6 }, () => ({ description: 'Ramal', serviceItemId: null }))
    for (let n = 0; n <= 60; n++) {
      // Four lines of text each, after one more line with each turn.
      const description = `${'Um\n'.repeat(n)}${longest(400)}`
      const pages = pagesOf({ lines, installments: 4, invoice: { description } }).map(textsOf)
      for (const page of pages) {
        if (page.includes('Quantidade')) expect(page.filter(text => text === 'Ramal').length, `${n}`).toBeGreaterThanOrEqual(2)
        if (page.includes('Parcela')) expect(page.filter(text => / de 4$/.test(text)).length, `${n}`).toBeGreaterThanOrEqual(2)
        const prose = page.filter(text => text.startsWith('Wi')).length
        if (prose > 0) expect(prose, `${n}`).toBeGreaterThanOrEqual(2)
      }
    }
  })

  test('whatever was written, nothing leaves the paper, nothing overlaps, and nothing is lost', () => {
    const text = (max: number) =>
      fc.oneof(fc.string({ maxLength: max }), fc.integer({ min: 1, max }).map(longest), fc.constant('X'.repeat(max)))
    const { organization, customer, contract } = faturaFacts()
    const options = fc.record({
      name: text(200),
      code: text(60),
      description: text(2000),
      line: text(500),
      lines: fc.integer({ min: 1, max: 30 }),
      amount: fc.integer({ min: 0, max: 90_000_000_000_000 }),
      installments: fc.integer({ min: 1, max: 12 }),
    })
    fc.assert(
      fc.property(options, ({ name, code, description, line, lines, amount, installments }) => {
        const facts = {
          organization: { ...organization, legalName: name, tradeName: name },
          customer: { ...customer, name, tradeName: name },
          contract: { ...contract, name, code },
        }
        const rows = Array.from({ length: lines }, () => ({ description: line, serviceItemId: null, grossCents: cents(amount) }))
        const pages = pagesOf({ lines: rows, installments, invoice: { description }, facts })
        for (const [i, page] of pages.entries()) {
          let y = i === 0 ? frame.top : frame.nextTop
          for (const placed of page) {
            expect(placed.y).toBeGreaterThanOrEqual(y - 0.01)
            y = placed.y + placed.block.height
            for (const { marks } of placed.block.parts)
              for (const mark of marks) {
                expect(mark.x).toBeGreaterThanOrEqual(left - 0.01)
                expect(mark.x + measure(mark.text, mark.style)).toBeLessThanOrEqual(right + 0.01)
              }
          }
          expect(y).toBeLessThanOrEqual(frame.bottom + 0.01)
        }
      }),
      { numRuns: 40 },
    )
  })

  test('a name that is too long for the head of a further page is cut there, and only there', () => {
    const { organization } = faturaFacts()
    const fatura = faturaOf(faturaFacts({ facts: { organization: { ...organization, legalName: longest(200) } } }))
    const [name, about] = runningHead(fatura, measure).parts.flatMap(({ marks }) => marks)
    expect(name?.text.endsWith('…')).toBe(true)
    expect((name?.x ?? 0) + measure(name?.text ?? '', name?.style ?? style)).toBeLessThan(about?.x ?? 0)
  })
})
