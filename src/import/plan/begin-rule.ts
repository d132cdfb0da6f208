import { misfit, type TakenOver } from '../../contracts/ledger/coverage.ts'
import type { RuleInput } from '../../contracts/rules/invoice-rule.ts'
import type { Recurrence } from '../../contracts/rules/recurrence.ts'
import type { Terms } from '../../contracts/rules/terms.ts'
import { addDays, addMonths, type CivilDate, formatDate, maxDate } from '../../core/dates.ts'
import { type Cells, type ColumnKey, showCell } from '../file/columns.ts'
import type { FaultCode, FileFaults } from '../file/fault.ts'
import type { Heading } from '../file/read-rows.ts'

// Where the ledger of a rule begins that a file brings along: where another system got to, or with today.

/** Billed further ahead than this, beyond an interval of the rule, is a slip of the pen, and would bill nothing for years. */
const MOST_MONTHS_AHEAD = 24

type Place = { line: number; heading: Heading; faults: FileFaults }

/** What the cells say of the rule's ledger. What is wrong with them is added to the faults. */
export function saidBeginning(
  cells: Cells,
  rhythm: { recurrence: Recurrence; timing: Terms['timing'] },
  of: { startsOn: CivilDate | null; today: CivilDate; isDraft: boolean },
  { line, heading, faults }: Place,
): Pick<RuleInput, 'billedThrough' | 'takenOver'> {
  const { billedThrough = null, billFrom = null, openPeriods = null } = cells
  const refuse = (key: ColumnKey, code: FaultCode, expected: string) =>
    faults.add(line, heading.spelled(key), code, expected, showCell(key, cells[key]))
  const latest = latestDay(rhythm.recurrence, maxDate(of.today, of.startsOn ?? of.today))
  if (billedThrough !== null && billedThrough > latest)
    refuse('billedThrough', 'invalid_billed_through', `até ${formatDate(latest)}`)
  if (billFrom !== null && billFrom > latest) refuse('billFrom', 'invalid_bill_from', `até ${formatDate(latest)}`)
  if (billFrom !== null && of.isDraft)
    refuse('billFrom', 'bill_from_unfit', 'a coluna vazia: um rascunho começa a ser faturado quando é ativado')
  else if (billFrom !== null && billedThrough !== null && billFrom <= billedThrough)
    refuse('billFrom', 'bill_from_unfit', `um dia depois do "faturado até", ${formatDate(billedThrough)}`)
  const open = openPeriods ?? []
  if (open.length > 0 && (billFrom === null || billedThrough === null))
    refuse('openPeriods', 'open_period_unfit', 'também "faturado_ate" e "faturar_desde": os períodos em aberto ficam antes deles')
  const beyond = billFrom === null ? undefined : open.find(({ endsOn }) => endsOn >= billFrom)
  if (beyond) refuse('openPeriods', 'open_period_unfit', 'períodos que terminam antes do "faturado até"')
  const wrong = misfit({ ...rhythm, version: 1, validFrom: rhythm.recurrence.anchor }, open)
  if (wrong)
    refuse('openPeriods', 'open_period_unfit', `um período como a recorrência o corta, a partir de ${formatDate(wrong.startsOn)}`)
  if (billFrom === null) return { billedThrough }
  return { billedThrough, takenOver: { billFrom, isClosedBefore: billedThrough !== null, open } satisfies TakenOver }
}

function latestDay({ unit, every }: Recurrence, from: CivilDate): CivilDate {
  return addMonths(unit === 'week' ? addDays(from, 7 * every) : addMonths(from, every), MOST_MONTHS_AHEAD)
}
