import type { Contract } from '../../../contracts/contract.ts'
import type { DueRule } from '../../../contracts/rules/due-dates.ts'
import type { InvoiceRule } from '../../../contracts/rules/invoice-rule.ts'
import { priceOf } from '../../../contracts/rules/line-amounts.ts'
import { rulesOfContracts } from '../../../contracts/rules/rule-store.ts'
import type { Terms } from '../../../contracts/rules/terms.ts'
import { dayOfMonth, formatDate } from '../../../core/dates.ts'
import { decimalOf, sum } from '../../../core/money.ts'
import type { Reader } from '../../../platform/db/db.ts'
import { externalIdsOf } from '../../../platform/external-ids.ts'
import { type Kept, keptOf } from '../../kept-store.ts'
import { timeZoneOf } from '../../time-zone.ts'
import { monthsOfType } from '../billing/billing-types.ts'
import { contractNumber } from '../contract-number.ts'
import { fieldsOf } from '../fields.ts'
import { shownAs } from '../kept.ts'
import { dayAndHour } from '../moments.ts'
import { type Param, partIn, readParam } from '../read-param.ts'
import { booksOf } from './books.ts'
import { dueOf, recurrenceOf, situations } from './contract-form.ts'
import { type Written, writtenOf } from './contract-list-store.ts'
import { type ItemsShown, itemsShown } from './show-items.ts'
import { type StandingTerms, standingTermsOf } from './standing-terms.ts'

const fields = fieldsOf('servicos/contrato')

/** A contract as they know it: what was sent, and over it what stands by now. */
export interface KnownContract extends ItemsShown {
  contract: Contract
  /** By their tags, whole but for what is empty. */
  document: Kept
  /** Its one rule, and what it says; null where it has none or several, which their form cannot say. */
  rule: InvoiceRule | null
  terms: StandingTerms | null
}

/** All in the same number of statements, in the order of the contracts. */
export async function knownContracts(tx: Reader, contracts: readonly Contract[]): Promise<KnownContract[]> {
  const ids = contracts.map(contract => contract.id)
  const kept = await keptOf(tx, 'omie', 'contract', ids)
  const codes = await externalIdsOf(tx, 'contract', ids)
  const rules = await rulesOfContracts(tx, ids)
  const written = await writtenOf(tx, ids)
  const timeZone = await timeZoneOf(tx)
  const living = new Map(ids.map(id => [id, (rules.get(id) ?? []).filter(rule => rule.archivedAt === null)]))
  const terms = await standingTermsOf(tx, [...living.values()].flat())
  const sent = new Map([...kept].map(([id, document]) => [id, readKept(document)]))
  const books = await booksOf(
    tx,
    [...sent.values()].filter(param => param !== null),
  )
  return contracts.map(contract => {
    const own = living.get(contract.id) ?? []
    const said = own.flatMap(rule => terms.get(rule.id) ?? [])
    const rule = own.length === 1 ? (own[0] ?? null) : null
    const keeping = kept.get(contract.id) ?? {}
    const param = sent.get(contract.id) ?? null
    const code = codes.get(contract.id)?.find(({ system }) => system === 'omie')?.id ?? ''
    const [first] = said
    const shown = itemsShown(
      contract.id,
      keeping,
      param,
      said.map(each => each.terms),
      books,
    )
    const hasExpenses = shown.expenses.length > 0 || keeping.despesasReembolsaveis !== undefined
    const ours = {
      cabecalho: {
        ...headOfContract(contract, code),
        ...(rule && rhythmShown(param, first?.terms)),
        nValTotMes: Number(decimalOf(sum(said.map(each => priceOf(each.terms, each.on))))),
      },
      ...(rule && { vencTextos: dueShown(param, first?.terms) }),
      itensContrato: shown.items.items,
      ...(hasExpenses && { despesasReembolsaveis: { despesaReembolsavel: shown.expenses } }),
      infoCadastro: infoShown(written.get(contract.id), kept.has(contract.id), timeZone),
    }
    const document = shownAs(fields.types, 'contratoCadastro', ours, keeping, false)
    return { ...shown, contract, document, rule, terms: (rule && first) ?? null }
  })
}

/** As lists show it: what is empty is there, as '' or 0. */
export function filled(document: Kept): Record<string, unknown> {
  return shownAs(fields.types, 'contratoCadastro', document, {}, true)
}

/** What was kept, read as it was when it was sent; null where it is none of theirs any more. */
function readKept({ lastItem: _, ...document }: Kept): Param | null {
  if (Object.keys(document).length === 0) return null
  try {
    // Without what stands beside their fields: numbers of events.
    return readParam(fields, 'IncluirContrato', [shownAs(fields.types, 'contratoCadastro', document, {}, false)])
  } catch {
    return null
  }
}

function headOfContract(contract: Contract, cCodIntCtr: string) {
  return {
    nCodCtr: contract.id,
    cCodIntCtr,
    nCodCli: contract.customerId,
    cNumCtr: contractNumber(contract),
    cCodSit: situations[contract.state],
    dVigInicial: contract.startsOn === null ? '' : formatDate(contract.startsOn),
    dVigFinal: contract.endsOn === null ? '' : formatDate(contract.endsOn),
  }
}

/** As it was said, as long as that is what stands. */
function rhythmShown(param: Param | null, terms: Terms | undefined): Kept {
  if (terms === undefined || terms.recurrence.unit !== 'month') return {}
  const { every, anchor } = terms.recurrence
  const said = param && attempt(() => recurrenceOf(partIn(param, 'cabecalho')))
  const [cTipoFat] = Object.entries(monthsOfType).find(([, months]) => months === every) ?? []
  if (cTipoFat === undefined) return {}
  const stands = said !== null && said.every === every && said.anchorOn === anchor
  return { cTipoFat, ...(!stands && { nDiaFat: dayOfMonth(anchor) }) }
}

function dueShown(param: Param | null, terms: Terms | undefined): Kept {
  if (terms === undefined) return {}
  const said = param && attempt(() => dueOf(partIn(param, 'vencTextos')))
  if (said !== null && isDue(said, terms.due)) return {}
  const { due } = terms
  const roll = due.roll ?? 'none'
  const rolls = { cAntecipar: roll === 'previous_business_day' ? 'S' : 'N', cPostergar: roll === 'next_business_day' ? 'S' : 'N' }
  if (due.kind === 'day_quantity') return { cTpVenc: '001', nDias: due.days, ...rolls }
  if (due.kind === 'last_day_of_month') return { cTpVenc: '002', nDiaFixo: 31, cProxMes: 'N', ...rolls }
  const cProxMes = due.kind === 'fixed_day_and_month_quantity' && due.months > 0 ? 'S' : 'N'
  return { cTpVenc: '002', nDiaFixo: due.day, cProxMes, ...rolls }
}

export function isDue(said: ReturnType<typeof dueOf>, due: DueRule): boolean {
  const of = (each: object, tag: string) => Reflect.get(each, tag) ?? null
  return said.kind === due.kind && ['day', 'days', 'months', 'roll'].every(tag => of(said, tag) === of(due, tag))
}

// --- Who made it ---

function infoShown(written: Written | undefined, isTheirs: boolean, timeZone: string): Kept {
  if (written === undefined) return {}
  const [dInc, hInc] = dayAndHour(written.createdAt, timeZone)
  const [dAlt, hAlt] = dayAndHour(written.changedAt, timeZone)
  return {
    dInc,
    hInc,
    uInc: written.createdBy,
    dAlt,
    hAlt,
    uAlt: written.changedBy,
    cImpAPI: isTheirs ? 'S' : 'N',
    cOrigem: isTheirs ? 'API' : 'MAN',
  }
}

function attempt<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    return null
  }
}
