import { found } from '../../core/current.ts'
import type { CivilDate } from '../../core/dates.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Reader } from '../../platform/db/db.ts'
import { contractFactsOf } from '../contract-facts-store.ts'
import { type Charge, chargeOf, type Period, periodsToCome, validityOfRule } from '../ledger/coverage.ts'
import { type LedgerPage, ledgerOf } from '../ledger/coverage-store.ts'
import { type RuleWithTerms, withTerms } from '../read-contract.ts'
import type { InvoiceRule } from './invoice-rule.ts'
import { listRules, type RuleFilter, ruleOf } from './rule-store.ts'
import { termsAt } from './terms.ts'
import { termsOf } from './terms-store.ts'

export function getRule(ctx: Ctx, id: number): Promise<RuleWithTerms> {
  return ctx.transact(async tx => {
    const rule = found(await ruleOf(tx, id), notFound)
    const [detail] = await withTerms(tx, [rule])
    return found(detail, notFound)
  })
}

/** In order of id, from the one after `after`; one more than `limit` when there are further ones. */
export function searchRules(ctx: Ctx, filter: RuleFilter, after: number, limit: number): Promise<RuleWithTerms[]> {
  return ctx.transact(async tx => withTerms(tx, await listRules(tx, filter, after, limit + 1)))
}

// --- Periods ---

/** A period that is not in the ledger yet, as it would come by what is known now. */
export interface ForecastPeriod extends Period {
  termsVersion: number
  charge: Charge
}

export interface RulePeriods {
  /** From the ledger, in order of days; one more than `limit` when there are further ones. */
  rows: (LedgerPage & { startsOn: CivilDate; scheduledOn: CivilDate })[]
  forecast: ForecastPeriod[]
}

const FORECAST_PERIODS = 3

export function periodsOfRule(ctx: Ctx, ruleId: number, after: CivilDate | null, limit: number): Promise<RulePeriods> {
  return ctx.transact(async tx => {
    const rule = found(await ruleOf(tx, ruleId), notFound)
    // The seed is where the ledger begins, and no period.
    const ledger = await ledgerOf(tx, ruleId, after, limit + 2)
    const rows = ledger.flatMap(row =>
      row.startsOn === null || row.scheduledOn === null ? [] : [{ ...row, startsOn: row.startsOn, scheduledOn: row.scheduledOn }],
    )
    return { rows: rows.slice(0, limit + 1), forecast: await forecastOf(tx, rule) }
  })
}

async function forecastOf(tx: Reader, rule: InvoiceRule): Promise<ForecastPeriod[]> {
  const facts = (await contractFactsOf(tx, [rule.contractId])).get(rule.contractId)
  if (!facts?.validity || rule.coveredUntil === null || rule.archivedAt !== null) return []
  const versions = (await termsOf(tx, [rule.id])).get(rule.id) ?? []
  const validity = validityOfRule(versions, facts.validity)
  const forecast: ForecastPeriod[] = []
  for (const period of periodsToCome(versions, rule.coveredUntil, validity)) {
    const terms = termsAt(versions, period.startsOn)
    forecast.push({ ...period, termsVersion: terms.version, charge: chargeOf(period, terms, validity, facts.suspensions) })
    if (forecast.length === FORECAST_PERIODS) break
  }
  return forecast
}

const notFound = 'Regra de faturamento não encontrada.'
