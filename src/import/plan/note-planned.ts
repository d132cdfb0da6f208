import { type Clash, carriedLines, type GoingOn } from '../../contracts/rules/carried-lines.ts'
import { firstDayOf } from '../../contracts/rules/rule-versions.ts'
import { type Line, type Terms, termsAt } from '../../contracts/rules/terms.ts'
import { type CivilDate, formatDate } from '../../core/dates.ts'
import { showId } from '../../core/ids.ts'
import { formatDecimal } from '../../core/money.ts'
import { indexFacts } from '../../indices/price-index.ts'
import { showCell } from '../file/columns.ts'
import type { FaultCode } from '../file/fault.ts'
import type { Row } from '../file/read-rows.ts'
import type { KnownRule } from './known.ts'
import type { EarlierPrice } from './readjusted-price.ts'

// What a file of today meets in the prices of a rule that stands: those that were planned for later, and those that a readjustment made.

/** What is worth a look in a row of a contract that stands. */
export interface Note {
  line: number
  key: 'unitPrice' | null
  code: FaultCode
  sentence: string
  /** It speaks of what is only done with `update`. */
  isOfUpdate: boolean
}

/** Says of each line that is changed, and was planned to change otherwise later, which of both holds from that day on. */
export function plannedNotes(known: KnownRule, rows: readonly Row[], said: readonly Line[], goingOn: GoingOn): Note[] {
  return laterTerms(known).flatMap(version =>
    carriedLines(version, known.terms.lines, said, goingOn).clashes.map(clash => noteOf(clash, version, rows, said)),
  )
}

/** The versions that decide days after the one from which the file does, one for each such day. */
function laterTerms({ versions, from }: KnownRule): Terms[] {
  const since = from ?? firstDayOf(versions)
  const days = new Set(versions.map(({ validFrom }) => validFrom).filter(day => day > since))
  return [...days].sort().map(day => termsAt(versions, day))
}

function noteOf({ at, planned, isKept }: Clash, { validFrom }: Terms, rows: readonly Row[], said: readonly Line[]): Note {
  const row = at === null ? rows.at(-1) : rows[at]
  const line = at === null ? undefined : said[at]
  const sentence = isKept ? keptSentence(planned, validFrom) : lostSentence(planned, line, validFrom)
  const code = isKept ? 'planned_stays' : 'planned_lost'
  return { line: row?.line ?? 1, key: at === null ? null : 'unitPrice', code, sentence, isOfUpdate: true }
}

function keptSentence(planned: Line | null, validFrom: CivilDate): string {
  const day = formatDate(validFrom)
  const from =
    planned === null
      ? `A partir de ${day} está planejado que este item não é mais cobrado`
      : `A partir de ${day} está planejado para este item: ${chargeWords(planned)}`
  return `${from}. Isso continua valendo: o que esta linha muda só vale até a véspera. Se deve valer também depois, importe o arquivo de novo em ${day}, ou mude o que foi planejado.`
}

function lostSentence(planned: Line | null, line: Line | undefined, validFrom: CivilDate): string {
  const day = formatDate(validFrom)
  if (planned === null)
    return `A partir de ${day} estava planejado que este item não é mais cobrado. Como o arquivo não traz o que ficaria, ele continua sendo. Se é engano, escreva as linhas que faltam.`
  if (line === undefined)
    return `O item "${planned.description}", que o arquivo não traz mais, tinha outro preço a partir de ${day} (${chargeWords(planned)}): deixa de ser cobrado também depois. Se é engano, escreva a linha dele de novo.`
  return `Desde ${day} este item é cobrado por ${chargeWords(planned)}, e passa a ${chargeWords(line)} também depois desse dia. Se é engano, escreva o preço que vale hoje.`
}

/** '300,00', '2 × 150,00, desconto de 10%'. */
function chargeWords({ quantity, unitPrice, discountPercent, discountCents }: Line): string {
  const price = showCell('unitPrice', unitPrice)
  const discount =
    discountPercent !== null ? { percent: discountPercent } : discountCents !== null ? { cents: discountCents } : null
  const times = formatDecimal(quantity)
  return [
    times === '1' ? price : `${times} × ${price}`,
    ...(discount === null ? [] : [`desconto de ${showCell('discount', discount)}`]),
  ].join(', ')
}

/** Says of a price that is older than a readjustment that it undoes none. */
export function earlierPriceNote({ line }: Row, { unitPrice, by }: EarlierPrice, stands: Line): Note {
  const [old, now] = [showCell('unitPrice', unitPrice), showCell('unitPrice', stands.unitPrice)]
  const readjustment = by === null ? 'de um reajuste' : `do reajuste de ${formatDate(by.dueOn)} pelo ${indexFacts[by.index].name}`
  const undo = by === null ? '' : ` (npx bordero readjustments undo ${showId('readjustment', by.readjustmentId)})`
  const sentence = `${old} é o preço de antes ${readjustment}, e não é aplicado: fica ${now}. Para voltar ao preço de antes, desfaça o reajuste${undo}; para outro preço, escreva-o.`
  return { line, key: 'unitPrice', code: 'price_before_readjustment', sentence, isOfUpdate: false }
}

/** A line as a difference names it that comes or goes as a whole. */
export function lineWords(line: Line | undefined, name: string): string {
  return line === undefined ? '' : `${name} (${chargeWords(line)})`
}
