import type { YearMonth } from '../../core/dates.ts'
import {
  type Cents,
  cents,
  compareRawTax,
  type Decimal,
  decimal,
  leastTaxed,
  micros,
  multiplyToCents,
  type RawTax,
  rawTaxOf,
  roundTax,
  sum,
  sumOfDecimals,
  zeroCents,
} from '../../core/money.ts'
import type { OpSimpNac } from '../rates/iss-case.ts'
import { issRetentionFaults } from '../rates/iss-retention.ts'
import {
  groupOf,
  issBounds,
  type TaxCalendar,
  type TaxGroup,
  taxCalendarOf,
  taxCalendars,
  WITHHELD_TAXES,
  type WithheldTax,
} from './tax-calendar.ts'
import { percentOfTax, type TaxTemplate } from './tax-template.ts'

/** Only a company in Brazil withholds. */
export type TakerKind = 'company' | 'person' | 'foreign'

/** Who bills, and to whom: whether anything is withheld at all hangs on it. */
export interface Parties {
  readonly opSimpNac: OpSimpNac
  readonly taker: TakerKind
}

/** Why a tax is not withheld, or that it is. */
export const allOutcomes = [
  'withheld',
  'taker_does_not_withhold',
  'provider_is_mei',
  'provider_is_simples',
  'tax_ended',
  'iss_not_retained',
  'iss_retention_forbidden',
  'no_rate',
  'below_waiver',
  'below_limit',
  'rounds_to_zero',
] as const
export type Outcome = (typeof allOutcomes)[number]

/** From which value on a tax is withheld: by the law of the tax before rounding, by a template of the base. */
export type Threshold =
  | { readonly of: 'tax'; readonly cents: Cents; readonly how: 'above' | 'at_least'; readonly source: string }
  | { readonly of: 'base'; readonly cents: Cents }

/** What would be withheld of any base, and from which on; or why nothing is. */
export type TaxRule =
  | {
      readonly tax: WithheldTax
      readonly percent: Decimal
      /** Of all taxes that share the threshold: what it is asked of. */
      readonly groupPercent: Decimal
      readonly threshold: Threshold | null
      readonly never: null
    }
  | { readonly tax: WithheldTax; readonly percent: Decimal | null; readonly never: Outcome; readonly source: string | null }

// --- The rules of a template ---

/** Every tax that the template speaks of, in the order of documents. */
export function taxRulesOf(template: TaxTemplate, parties: Parties, calendar: TaxCalendar): TaxRule[] {
  const spoken = WITHHELD_TAXES.filter(tax => isSpokenOf(template, tax)).map(tax => {
    const percent = percentWithheld(template, parties, tax)
    return { tax, percent, why: whyNever(template, parties, calendar, tax, percent) }
  })
  const inForce = spoken.filter(({ why }) => why === null)
  return spoken.map(({ tax, percent, why }) => {
    if (why !== null || percent === null) return { tax, percent, never: why?.never ?? 'no_rate', source: why?.source ?? null }
    const groupPercent = totalOf(inForce.filter(other => groupOf[other.tax] === groupOf[tax]).map(other => other.percent))
    return { tax, percent, groupPercent, threshold: thresholdOf(template, groupOf[tax], calendar), never: null }
  })
}

function isSpokenOf(template: TaxTemplate, tax: WithheldTax): boolean {
  return template.retencoesDestacadas.includes(tax) || (tax === 'iss' && template.issRetidoFonte)
}

/** A Simples provider that tells no effective rate is withheld the highest one. */
function percentWithheld(template: TaxTemplate, { opSimpNac }: Parties, tax: WithheldTax): Decimal | null {
  if (tax !== 'iss' || opSimpNac !== 3) return percentOfTax(template, tax)
  const told = template.aliquotaIssRetido
  return told === null || micros(told) === 0n ? issBounds.untoldOfSimples : told
}

function whyNever(
  template: TaxTemplate,
  { opSimpNac, taker }: Parties,
  calendar: TaxCalendar,
  tax: WithheldTax,
  percent: Decimal | null,
): { never: Outcome; source: string | null } | null {
  if (!calendar.taxes.includes(tax)) return { never: 'tax_ended', source: calendar.ended }
  if (taker !== 'company') return { never: 'taker_does_not_withhold', source: sourceOfTakers[groupOf[tax]] }
  if (opSimpNac === 2) return { never: 'provider_is_mei', source: tax === 'iss' ? 'E0583' : 'E0676' }
  if (opSimpNac === 3 && isWaivedOfSimples(template, tax)) {
    return { never: 'provider_is_simples', source: sourceOfSimples[groupOf[tax]] }
  }
  if (tax === 'iss') {
    if (!template.issRetidoFonte) return { never: 'iss_not_retained', source: null }
    const [forbidden] = issRetentionFaults({
      opSimpNac,
      tribISSQN: template.iss.tributacao,
      tpRetISSQN: 2,
      regEspTrib: template.iss.regimeEspecial,
      isSuspended: template.iss.suspensao !== null,
      beneficio: template.iss.beneficio?.tipo ?? null,
    })
    if (forbidden) return { never: 'iss_retention_forbidden', source: forbidden.code }
  }
  return percent === null ? { never: 'no_rate', source: null } : null
}

const sourceOfTakers: Record<TaxGroup, string> = {
  irrf: 'Decreto 9.580/2018 (RIR), art. 714',
  pcc: 'Lei 10.833/2003, art. 30',
  inss: 'Lei 8.212/1991, art. 31',
  iss: 'LC 116/2003, art. 6º',
}

export const sourceOfSimples: Record<TaxGroup, string | null> = {
  irrf: 'IN RFB 765/2007, art. 1º',
  pcc: 'IN SRF 459/2004, art. 3º, II',
  inss: 'LC 123/2006, art. 18, § 5º-C',
  iss: null,
}

function isWaivedOfSimples(template: TaxTemplate, tax: WithheldTax): boolean {
  return tax === 'inss' ? !template.simplesAnexoIv : tax !== 'iss'
}

function totalOf(percents: readonly (Decimal | null)[]): Decimal {
  return sumOfDecimals(percents.filter(percent => percent !== null))
}

// --- Thresholds ---

/** What the template says wins, since it is the organization's own; `template-warnings.ts` tells where that is not the law. */
export function thresholdOf(template: TaxTemplate, group: TaxGroup, calendar: TaxCalendar): Threshold | null {
  const limit = limitOf(template, group)
  if (limit !== null && !isLimitOfOtherCalendar(template, group, limit, calendar)) return { of: 'base', cents: limit }
  const waiver = calendar.waivers[group]
  return waiver === null ? null : { of: 'tax', ...waiver }
}

/**
 * 215.06 is where 4.65 per cent pass ten reais. Of one per cent that is no limit any more: who wrote it down meant the law, which from 2027 on
 * says something else. A limit that was the organization's own stays.
 */
function isLimitOfOtherCalendar(template: TaxTemplate, group: TaxGroup, limit: Cents, calendar: TaxCalendar): boolean {
  if (group !== 'pcc' || calendar !== taxCalendars.from2027) return false
  const before = totalOf(contributionsOf(template))
  return micros(before) > 0n && limit === leastTaxed(before, pccWaiver.cents, pccWaiver.how)
}

const pccWaiver = taxCalendars.until2026.waivers.pcc

function contributionsOf(template: TaxTemplate): (Decimal | null)[] {
  return WITHHELD_TAXES.filter(tax => groupOf[tax] === 'pcc' && template.retencoesDestacadas.includes(tax)).map(tax =>
    percentOfTax(template, tax),
  )
}

const ONE = decimal('1')

export function limitOf(template: TaxTemplate, group: TaxGroup): Cents | null {
  const limit = {
    irrf: template.limiteRetencaoIrrf,
    pcc: template.limiteRetencaoPcc,
    inss: template.limiteRetencaoInss,
    iss: template.limiteRetencaoIss,
  }[group]
  return limit === null ? null : multiplyToCents(ONE, limit)
}

/** The smallest base of which is withheld, in cents; the same judgement as `passes`, said beforehand. */
export function leastBaseOf(threshold: Threshold | null, groupPercent: Decimal): Cents {
  if (threshold === null) return zeroCents
  return threshold.of === 'base' ? threshold.cents : leastTaxed(groupPercent, threshold.cents, threshold.how)
}

function passes(threshold: Threshold | null, base: Cents, groupRaw: RawTax): boolean {
  if (threshold === null) return true
  if (threshold.of === 'base') return base >= threshold.cents
  const compared = compareRawTax(groupRaw, threshold.cents)
  return threshold.how === 'above' ? compared > 0 : compared >= 0
}

// --- Withholding ---

/** What a tax is reckoned on: the price less what is discounted from it without a condition. INSS and ISS may have bases of their own. */
export interface Bases {
  readonly baseCents: Cents
  /** Less itemised materials and equipment (IN RFB 2.110/2022, arts. 116 and 117); as `baseCents` unless told. */
  readonly inssBaseCents?: Cents
  /** Less deductions and benefits; as `baseCents` unless told. */
  readonly issBaseCents?: Cents
}

export interface TaxDecision {
  readonly tax: WithheldTax
  readonly percent: Decimal | null
  readonly baseCents: Cents
  /** Before rounding; null without a rate. */
  readonly raw: RawTax | null
  /** Of all taxes that share the threshold, before rounding. */
  readonly groupRaw: RawTax | null
  readonly threshold: Threshold | null
  readonly outcome: Outcome
  /** What the decision rests on, where the law says it. */
  readonly source: string | null
  /** Zero unless withheld. */
  readonly amountCents: Cents
}

export interface Withheld {
  readonly competence: YearMonth
  readonly taxes: readonly TaxDecision[]
  readonly withheldCents: Cents
  /** PIS, COFINS and CSLL: the sum of the rounded parts, as one amount of the note. */
  readonly vRetCsllCents: Cents
  readonly tpRetPisCofins: TpRetPisCofins
}

/** 0 none; 3 all; 4 PIS+COFINS; 5 PIS; 6 COFINS; 7 COFINS+CSLL; 8 CSLL; 9 PIS+CSLL. 1 and 2 are older words, not said any more. */
export type TpRetPisCofins = 0 | 3 | 4 | 5 | 6 | 7 | 8 | 9

/**
 * What a company withholds of a note. Thresholds are asked of what is not rounded yet, of the contributions of their sum; then each tax is
 * rounded by itself, half even. They are asked of the note as a whole, however many parts it is paid in (decision 0029).
 */
export function withholdingsOf(template: TaxTemplate, parties: Parties, competence: YearMonth, bases: Bases): Withheld {
  const rules = taxRulesOf(template, parties, taxCalendarOf(competence))
  let left = bases.baseCents
  const taxes = rules.map(rule => {
    const decision = decide(rule, baseOf(rule.tax, bases))
    // Of a few cents the rounded parts may be more than there is: each, in order, takes as far as anything is left.
    const amountCents = cents(Math.min(decision.amountCents, left))
    left = cents(left - amountCents)
    if (amountCents > 0 || decision.outcome !== 'withheld') return { ...decision, amountCents }
    return { ...decision, amountCents, outcome: 'rounds_to_zero' as const }
  })
  const contributions = taxes.filter(({ tax, outcome }) => groupOf[tax] === 'pcc' && outcome === 'withheld')
  return {
    competence,
    taxes,
    withheldCents: sum(taxes.map(tax => tax.amountCents)),
    vRetCsllCents: sum(contributions.map(tax => tax.amountCents)),
    tpRetPisCofins: tpRetPisCofinsOf(contributions.map(({ tax }) => tax)),
  }
}

function baseOf(tax: WithheldTax, { baseCents, inssBaseCents, issBaseCents }: Bases): Cents {
  if (tax === 'inss') return inssBaseCents ?? baseCents
  return tax === 'iss' ? (issBaseCents ?? baseCents) : baseCents
}

function decide(rule: TaxRule, baseCents: Cents): TaxDecision {
  const { tax, percent } = rule
  const raw = percent === null ? null : rawTaxOf(baseCents, percent)
  const nothing = { tax, percent, baseCents, raw, amountCents: zeroCents }
  if (rule.never !== null) {
    return { ...nothing, groupRaw: null, threshold: null, outcome: rule.never, source: rule.source }
  }
  const { threshold, groupPercent } = rule
  const groupRaw = rawTaxOf(baseCents, groupPercent)
  const source = threshold?.of === 'tax' ? threshold.source : null
  const judged = { ...nothing, groupRaw, threshold, source }
  if (!passes(threshold, baseCents, groupRaw)) {
    return { ...judged, outcome: threshold?.of === 'base' ? 'below_limit' : 'below_waiver' }
  }
  const amountCents = roundTax(rawTaxOf(baseCents, rule.percent))
  return { ...judged, outcome: amountCents > 0 ? 'withheld' : 'rounds_to_zero', amountCents }
}

function tpRetPisCofinsOf(withheld: readonly WithheldTax[]): TpRetPisCofins {
  const has = (tax: WithheldTax) => withheld.includes(tax)
  if (has('pis') && has('cofins')) return has('csll') ? 3 : 4
  if (has('pis')) return has('csll') ? 9 : 5
  if (has('cofins')) return has('csll') ? 7 : 6
  return has('csll') ? 8 : 0
}
