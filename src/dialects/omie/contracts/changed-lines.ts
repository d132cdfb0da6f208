import { lineParts } from '../../../contracts/rules/carried-lines.ts'
import type { LineInput, TermsChange } from '../../../contracts/rules/read-terms.ts'
import type { WithholdingInput } from '../../../contracts/rules/read-withholdings.ts'
import { type Line, TAXES, type Terms, type WithholdingRate } from '../../../contracts/rules/terms.ts'
import type { CivilDate } from '../../../core/dates.ts'
import { micros } from '../../../core/money.ts'
import { given } from '../../../core/text.ts'
import { listIn, type Param, partIn, wholeIn } from '../read-param.ts'
import { expenseLines, expensesIn } from './contract-expenses.ts'
import { type Books, type ItemLines, linesOfItem, unclearIn, withheldOf } from './contract-lines.ts'

// A change of an item is said over the line that stands for it: what the item says as before is as the line has it, whoever wrote that.

/** The lines that stand behind what is shown. */
export interface StandingLines {
  terms: Terms
  /** By `codItem`. */
  items: ReadonlyMap<number, { main: Line; surcharge: Line | null }>
  /** Of expenses that recur, by `nCodReemb`. */
  expenses: ReadonlyMap<number, Line>
}

/** A line to be, and the one that it goes on. */
interface Going {
  line: LineInput
  from: Line | null
}

/** What the lines and withholdings become; nothing of what is as it was said before. */
export function changedLines(
  standing: StandingLines,
  before: Param,
  after: Param,
  books: Books,
  today: CivilDate,
): Pick<TermsChange, 'lines' | 'goingOn' | 'withholdings'> {
  const { lines: own, withholdings } = taxedAnew(standing, itemsAnew(standing, before, after, books))
  const going = [
    ...own.map(({ main }) => main),
    ...own.flatMap(({ surcharge }) => surcharge ?? []),
    ...expensesAnew(standing, before, after, own[0]?.main.line.serviceItemId),
  ]
  const places = going.map(({ from }) => (from === null ? null : standing.terms.lines.indexOf(from)))
  const stays =
    going.length === standing.terms.lines.length &&
    going.every(
      ({ line, from }, i) => places[i] === i && from !== null && lineParts.every(part => isSame(part, line, lineOf(from))),
    )
  return {
    ...(!stays && { lines: going.map(({ line }) => line), goingOn: { places, today } }),
    ...(withholdings !== null && { withholdings }),
  }
}

// --- Items ---

interface GoingItem {
  main: Going
  surcharge: Going | null
  /** Null: what its line withholds stays. */
  withheld: WithholdingInput[] | null
}

function itemsAnew({ items }: StandingLines, before: Param, after: Param, books: Books): GoingItem[] {
  const said = new Map(listIn(before, 'itensContrato').map(item => [numberOf(item), item]))
  return listIn(after, 'itensContrato').map(item => {
    const stands = items.get(numberOf(item))
    const was = said.get(numberOf(item))
    const unclear = unclearIn(item)
    // One that was taken as it is before goes on so.
    if (unclear !== null && (was === undefined || unclearIn(was) === null)) throw unclear
    const { main, surcharge } = linesOfItem(item, books)
    if (stands === undefined || was === undefined) {
      return { main: added(main), surcharge: surcharge && added(surcharge), withheld: withheldOf(item) }
    }
    const told = linesOfItem(was, books)
    const isWithheldAsBefore = JSON.stringify(withheldOf(was)) === JSON.stringify(withheldOf(item))
    return {
      main: { line: over(stands.main, told.main, main), from: stands.main },
      surcharge: surchargeAnew(stands.surcharge, told, surcharge),
      withheld: isWithheldAsBefore ? null : withheldOf(item),
    }
  })
}

function surchargeAnew(stands: Line | null, told: ItemLines, surcharge: LineInput | null): Going | null {
  if (surcharge === null) return null
  if (stands === null || told.surcharge === null) return added(surcharge)
  return { line: over(stands, told.surcharge, surcharge), from: stands }
}

function added(line: LineInput): Going {
  return { line, from: null }
}

function numberOf(item: Param): number {
  return wholeIn(partIn(item, 'itemCabecalho'), 'codItem') ?? 0
}

// --- What is withheld ---

/**
 * An item whose taxes are said anew withholds these. Where all items come to withhold the same, the rule says it, so that what a person
 * bills besides goes by it too.
 */
function taxedAnew(
  { terms }: StandingLines,
  items: readonly GoingItem[],
): { lines: GoingItem[]; withholdings: WithholdingInput[] | null } {
  if (items.every(({ withheld }) => withheld === null)) return { lines: [...items], withholdings: null }
  const own = items.map(({ main, withheld }) => withheld ?? main.line.withholdings ?? terms.withholdings)
  const said = items.find(({ withheld }) => withheld !== null)?.withheld ?? []
  if (own.every(each => saysSame(each, own[0] ?? []))) {
    return { lines: items.map(item => withholding(item, null)), withholdings: saysSame(terms.withholdings, said) ? null : said }
  }
  const lines = items.map(item =>
    item.withheld === null ? item : withholding(item, saysSame(terms.withholdings, item.withheld) ? null : item.withheld),
  )
  return { lines, withholdings: null }
}

/** In whatever order; one that holds from some base or month on is another. */
function saysSame(one: readonly WithholdingRate[], other: readonly WithholdingRate[]): boolean {
  const of = (rates: readonly WithholdingRate[]) =>
    TAXES.flatMap(tax => rates.filter(each => each.tax === tax)).map(({ tax, rateMicros, ...more }) => [tax, rateMicros, more])
  return JSON.stringify(of(one)) === JSON.stringify(of(other))
}

function withholding({ main, surcharge, withheld }: GoingItem, withholdings: WithholdingInput[] | null): GoingItem {
  const saying = (going: Going) => ({ ...going, line: { ...going.line, withholdings } })
  return { main: saying(main), surcharge: surcharge && saying(surcharge), withheld }
}

// --- Expenses ---

function expensesAnew({ expenses }: StandingLines, before: Param, after: Param, serviceItemId: number | undefined): Going[] {
  const said = recurring(before, serviceItemId)
  return [...recurring(after, serviceItemId)].map(([id, line]) => {
    const stands = expenses.get(id)
    const was = said.get(id)
    if (stands === undefined || was === undefined) return added(line)
    // They stand with the first item's service, whichever that is by now.
    return { line: { ...over(stands, was, line), serviceItemId: line.serviceItemId }, from: stands }
  })
}

/** By `nCodReemb`; one that is new has none yet, and several may be. */
function recurring(param: Param, serviceItemId: number | undefined): Map<number, LineInput> {
  const lines = expensesIn(param).map((expense, i) => {
    const [line] = expenseLines({ despesasReembolsaveis: { despesaReembolsavel: [expense] } }, serviceItemId)
    return line === undefined ? [] : [[wholeIn(expense, 'nCodReemb') || -1 - i, line] as const]
  })
  return new Map(lines.flat())
}

// --- Lines ---

function lineOf({ position: _, ...line }: Line): LineInput {
  return line
}

/** The line that stands, with what is said otherwise than it was said before. */
function over(stands: Line, was: LineInput, is: LineInput): LineInput {
  const changed = lineParts.filter(part => !isSame(part, was, is)).flat()
  // A line that says nothing of itself is called as its service.
  const fields = changed.includes('serviceItemId') ? [...changed, 'description' as const] : changed
  return { ...lineOf(stands), ...Object.fromEntries(fields.map(field => [field, is[field] ?? null])) }
}

function isSame(part: (typeof lineParts)[number], one: LineInput, other: LineInput): boolean {
  return part.every(field => meant(field, one) === meant(field, other))
}

function meant(field: keyof LineInput, line: LineInput): unknown {
  if (field === 'quantity' || field === 'unitPrice' || field === 'discountPercent') {
    const value = line[field] ?? null
    return value === null ? null : micros(value)
  }
  if (field === 'description') return given(line.description)
  const value = line[field] ?? null
  return typeof value === 'object' ? JSON.stringify(value) : value
}
