import { ledgerStart } from '../../contracts/ledger/coverage.ts'
import { addDays, type CivilDate, formatDate } from '../../core/dates.ts'
import { showId } from '../../core/ids.ts'
import type { Cents } from '../../core/money.ts'
import type { ReceivableState } from '../../receivables/receivable.ts'
import type { OpenReceivable } from '../file/cells.ts'
import { type ColumnKey, showCell } from '../file/columns.ts'
import type { ContractRows, RuleRows } from '../file/group-rows.ts'
import type { FixedFound, Found } from './difference.ts'
import type { KnownContract, KnownRule } from './known.ts'

// What no import changes of a contract that stands: where its ledger began and what it brought along, its start, an end that has come.
// A file that says otherwise is told so, with what to do instead.

/** How the ledger of a rule began, and how far it has got. */
export interface StandingLedger {
  /** The first day that it left to be billed here when it began. */
  begins: CivilDate
  /** The day after all that is closed, by whatever. */
  closedUntil: CivilDate
  hasInvoices: boolean
}

/** A receivable of a contract, in whatever state. */
export interface StandingReceivable {
  dueOn: CivilDate
  amountCents: Cents
  /** Not received and not given up yet. */
  leftCents: Cents
  state: ReceivableState
  /** It came from another system, without its invoice. */
  isTakenOver: boolean
}

/** What the account has of what only a new contract takes from a file; empty where the file says nothing of it. */
export interface Standing {
  /** By rule. */
  ledgers: ReadonlyMap<number, StandingLedger>
  /** By contract. */
  receivables: ReadonlyMap<number, readonly StandingReceivable[]>
}

/**
 * Where the rows say otherwise than the ledgers began, and than what was taken over. The file that made the contract says the same
 * however far its billing has got since, and so does an export of any day in between.
 */
export function standingFound(
  group: ContractRows,
  known: KnownContract,
  pairs: readonly { rows: RuleRows; rule: KnownRule | null }[],
  { ledgers, receivables }: Standing,
): FixedFound[] {
  const isBilled = known.rules.some(({ rule }) => ledgers.get(rule.id)?.hasInvoices)
  const found = pairs.flatMap(({ rows, rule }) =>
    rule === null ? [] : ledgerFound(rows, rule, known, ledgers.get(rule.rule.id) ?? null, isBilled),
  )
  const owed = owedFound(group, receivables.get(known.contract.id) ?? [])
  const wayOut = 'abata as parcelas que sobram, e cobre as que faltam numa fatura avulsa'
  return owed === null ? found : [...found, { ...owed, whyNot: onlyWhenNew(known, isBilled, wayOut) }]
}

function ledgerFound(
  { line, cells }: RuleRows,
  known: KnownRule,
  contract: KnownContract,
  ledger: StandingLedger | null,
  isBilled: boolean,
): FixedFound[] {
  const { billedThrough, billFrom } = cells
  const found: FixedFound[] = []
  const add = (key: ColumnKey, from: string, to: string, closesMore: boolean) => {
    const wayOut = closesMore
      ? `dispense cada período que já foi faturado em outro sistema: npx bordero contracts waive ${typed(contract)} --period AAAA-MM-DD --reason "faturado em outro sistema"`
      : 'o que ficou de fora se cobra numa fatura avulsa'
    found.push({ line, key, from, to, whyNot: onlyWhenNew(contract, isBilled, wayOut) })
  }
  if (billedThrough != null && billedThrough !== known.rule.billedThrough) {
    const until = ledger === null ? null : closedBy(known, contract, billedThrough)
    const isSame = ledger !== null && until !== null && [until, addDays(billedThrough, 1)].some(day => isBetween(day, ledger))
    const [from, to] = [showCell('billedThrough', known.rule.billedThrough), showCell('billedThrough', billedThrough)]
    if (!isSame) add('billedThrough', from, to, ledger !== null && until !== null && until > ledger.closedUntil)
  }
  if (billFrom != null && ledger !== null && !isBetween(billFrom, ledger))
    add('billFrom', showCell('billFrom', ledger.begins), showCell('billFrom', billFrom), billFrom > ledger.closedUntil)
  return found
}

/** What is closed in between was billed here, or waived: no file need say it otherwise. */
function isBetween(day: CivilDate, { begins, closedUntil }: StandingLedger): boolean {
  return begins <= day && day <= closedUntil
}

/** The first day that `billedThrough` would leave to be billed. */
function closedBy({ terms }: KnownRule, { contract, organization }: KnownContract, billedThrough: CivilDate): CivilDate | null {
  const { startsOn, endsOn } = contract
  if (startsOn === null) return null
  const { seed, billedElsewhereUntil } = ledgerStart(terms, { startsOn, endsOn }, organization.today, billedThrough)
  return billedElsewhereUntil ?? seed
}

/** Each that the row says must be one of the contract's, as it was or as it is; each that was taken over and is still open must be said. */
function owedFound({ line, cells }: ContractRows, standing: readonly StandingReceivable[]): Found | null {
  const said = cells.openReceivables
  if (said == null) return null
  const left = [...standing]
  for (const each of said) {
    const at = left.findIndex(it => it.dueOn === each.dueOn && [it.amountCents, it.leftCents].includes(each.amountCents))
    if (at < 0) return owedDifference(line, standing, said)
    left.splice(at, 1)
  }
  return left.some(it => it.isTakenOver && it.state === 'to_receive') ? owedDifference(line, standing, said) : null
}

function owedDifference(line: number, standing: readonly StandingReceivable[], said: OpenReceivable[]): Found {
  const takenOver = standing.filter(it => it.isTakenOver && it.state !== 'cancelled')
  return {
    line,
    key: 'openReceivables',
    from: showCell('openReceivables', takenOver),
    to: showCell('openReceivables', said),
  }
}

// --- In words ---

function onlyWhenNew(known: KnownContract, isBilled: boolean, wayOut: string): string {
  const only = 'só vale quando o contrato é importado'
  return isBilled
    ? `${only}, e este já foi faturado aqui: ${wayOut}`
    : `${only}; enquanto nada dele foi faturado aqui, apague-o (npx bordero contracts delete ${typed(known)}) e importe o arquivo de novo`
}

/** Why the start or the end of a contract that stands is not moved by writing another one. */
export function whyDayStays(key: 'startsOn' | 'endsOn', known: KnownContract): string {
  const { state, endsOn, cancelledOn } = known.contract
  if (key === 'startsOn')
    return `o início de um contrato em vigor não muda; enquanto nada dele foi faturado, apague-o (npx bordero contracts delete ${typed(known)}) e importe o arquivo de novo`
  if (state === 'cancelled')
    return `o contrato foi cancelado${cancelledOn === null ? '' : ` em ${formatDate(cancelledOn)}`}; para que volte a valer: npx bordero contracts reactivate ${typed(known)}`
  return `o contrato terminou${endsOn === null ? '' : ` em ${formatDate(endsOn)}`}, e o fim de um contrato encerrado não muda; para continuar, importe-o com outro código`
}

/** Why a rule that the file brings along is not added. */
export function whyRuleStays({ contract }: KnownContract): string {
  return contract.state === 'ended' || contract.state === 'cancelled'
    ? 'um contrato que já terminou não recebe regras'
    : 'outra regra deste contrato já fatura, ou já faturou, este serviço'
}

export const whyPartyStays =
  'um contrato não passa a outra empresa nem a outro cliente, e --update recusa a linha; se é outro contrato, dê-lhe outro código'

/** As a command line takes it. */
function typed({ contract }: KnownContract): string {
  const { id, code } = contract
  if (code === null) return showId('contract', id)
  return /^[\w./-]+$/.test(code) && !code.startsWith('-') ? code : showId('contract', id)
}
