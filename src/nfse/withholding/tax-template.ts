import type { Faults } from '../../core/faults.ts'
import { type Decimal, micros } from '../../core/money.ts'
import type { Beneficio, IssqnTaxation, RegEspTrib } from '../rates/iss-case.ts'
import { issRetentionFaults } from '../rates/iss-retention.ts'
import type { WithheldTax } from './tax-calendar.ts'

/**
 * The tax part of a template of notes (*modelo de nota fiscal*). Rates are per cent. A limit is, in reais, the smallest base of which is
 * withheld: it is compared with >=, and null means the law's own waiver.
 */
export interface TaxTemplate {
  readonly aliquotaIss: Decimal | null
  readonly aliquotaIssRetido: Decimal | null
  readonly aliquotaIrrf: Decimal | null
  readonly aliquotaPis: Decimal | null
  readonly aliquotaCofins: Decimal | null
  readonly aliquotaCsll: Decimal | null
  readonly aliquotaInss: Decimal | null
  readonly limiteRetencaoIrrf: Decimal | null
  /** Of the contributions together. */
  readonly limiteRetencaoPcc: Decimal | null
  readonly limiteRetencaoInss: Decimal | null
  readonly limiteRetencaoIss: Decimal | null
  /** Of federal taxes, which are withheld; a rate alone is the provider's own. */
  readonly retencoesDestacadas: readonly WithheldTax[]
  /** Whether the taker withholds the ISS. */
  readonly issRetidoFonte: boolean
  readonly percentualCargaTributaria: Decimal
  readonly fonteCargaTributaria: string | null
  readonly iss: IssTreatment
  /** Of a Simples provider: the service is one of Annex IV, of which INSS is withheld (LC 123/2006, art. 18, § 5º-C). */
  readonly simplesAnexoIv: boolean
}

/** What is special of the ISS of a service. */
export interface IssTreatment {
  readonly tributacao: IssqnTaxation
  /** 1 to 5; exactly of what is immune (E0592). */
  readonly tipoImunidade: number | null
  readonly regimeEspecial: RegEspTrib
  /** 1 in court, 2 by the administration; with the thirty digits of the case. */
  readonly suspensao: { readonly tipo: 1 | 2; readonly processo: string } | null
  readonly beneficio: MunicipalBenefit | null
}

/** A benefit of the city: its number of fourteen digits; a reduction by percent or by value. */
export interface MunicipalBenefit {
  readonly numero: string
  readonly tipo: Beneficio
  readonly percent: Decimal | null
  readonly valor: Decimal | null
}

export const ordinaryIss: IssTreatment = {
  tributacao: 1,
  tipoImunidade: null,
  regimeEspecial: 0,
  suspensao: null,
  beneficio: null,
}

/** The rate of each tax as it is withheld; ISS at its own, or else at what the note says. */
export function percentOfTax(template: TaxTemplate, tax: WithheldTax): Decimal | null {
  const percent = percentsOf(template)[tax]
  return percent === null || micros(percent) === 0n ? null : percent
}

function percentsOf(it: TaxTemplate): Record<WithheldTax, Decimal | null> {
  return {
    irrf: it.aliquotaIrrf,
    pis: it.aliquotaPis,
    cofins: it.aliquotaCofins,
    csll: it.aliquotaCsll,
    inss: it.aliquotaInss,
    iss: it.aliquotaIssRetido ?? it.aliquotaIss,
  }
}

// --- Judgement ---

const HUNDRED = 100_000_000n
/** An invoice keeps rates in millionths: four decimals of a per cent. */
const MOST_PRECISE = 100n
/** The layout writes a rate of ISS with two decimals. */
const MOST_PRECISE_ISS = 10_000n
const CENT = 10_000n

const rateFields = [
  'aliquotaIss',
  'aliquotaIssRetido',
  'aliquotaIrrf',
  'aliquotaPis',
  'aliquotaCofins',
  'aliquotaCsll',
  'aliquotaInss',
] as const satisfies readonly (keyof TaxTemplate)[]

const limitFields = [
  'limiteRetencaoIrrf',
  'limiteRetencaoPcc',
  'limiteRetencaoInss',
  'limiteRetencaoIss',
] as const satisfies readonly (keyof TaxTemplate)[]

/** What no note could be made of. What merely contradicts the law is warned of (`template-warnings.ts`): the organization may know better. */
export function judgeTemplate(template: TaxTemplate, path: string, faults: Faults): void {
  for (const field of rateFields) judgeRate(template[field], field.startsWith('aliquotaIss'), `${path}/${field}`, faults)
  for (const field of limitFields) judgeLimit(template[field], `${path}/${field}`, faults)
  judgeWhole(template, path, faults)
  judgeBurden(template, path, faults)
  judgeIss(template, path, faults)
}

function judgeRate(percent: Decimal | null, isIss: boolean, path: string, faults: Faults): void {
  if (percent === null) return
  const exact = micros(percent)
  if (exact < 0n || exact >= HUNDRED) faults.add(path, 'percent_out_of_range', 'A alíquota vai de 0 a menos de 100%.')
  else if (exact % (isIss ? MOST_PRECISE_ISS : MOST_PRECISE) !== 0n) {
    faults.add(path, 'rate_too_precise', `A alíquota tem no máximo ${isIss ? 'duas' : 'quatro'} casas decimais.`)
  }
}

function judgeLimit(limit: Decimal | null, path: string, faults: Faults): void {
  if (limit === null) return
  if (micros(limit) < 0n) faults.add(path, 'negative_amount', 'O limite não pode ser negativo.')
  else if (micros(limit) % CENT !== 0n) faults.add(path, 'not_whole_cents', 'O limite é em reais, com no máximo duas casas.')
}

/** With the whole withheld nothing would be left to receive. */
function judgeWhole(template: TaxTemplate, path: string, faults: Faults): void {
  const taxes = template.retencoesDestacadas.filter(tax => tax !== 'iss')
  const withheld = [...taxes, ...(template.issRetidoFonte ? (['iss'] as const) : [])]
  const total = withheld.reduce((sum, tax) => sum + micros(percentOfTax(template, tax) ?? ('0' as Decimal)), 0n)
  if (total >= HUNDRED) {
    faults.add(
      `${path}/retencoesDestacadas`,
      'withholdings_above_whole',
      'As retenções somadas chegam a 100%: não sobraria o que receber. Reveja as alíquotas.',
    )
  }
}

function judgeBurden({ percentualCargaTributaria }: TaxTemplate, path: string, faults: Faults): void {
  if (micros(percentualCargaTributaria) < 0n || micros(percentualCargaTributaria) > HUNDRED) {
    faults.add(`${path}/percentualCargaTributaria`, 'percent_out_of_range', 'A carga tributária vai de 0 a 100%.')
  }
}

function judgeIss({ iss, issRetidoFonte }: TaxTemplate, path: string, faults: Faults): void {
  const { tributacao, tipoImunidade, suspensao, beneficio } = iss
  if ((tributacao === 2) !== (tipoImunidade !== null)) {
    faults.add(
      `${path}/iss/tipoImunidade`,
      'immunity_kind',
      'O tipo de imunidade é informado exatamente quando a tributação do ISS é 2 - Imunidade (E0592).',
    )
  }
  if (suspensao !== null && !/^\d{30}$/.test(suspensao.processo)) {
    faults.add(`${path}/iss/suspensao/processo`, 'invalid_case_number', 'O processo da suspensão tem trinta dígitos.')
  }
  if (beneficio !== null) {
    judgeBenefit(beneficio, `${path}/iss/beneficio`, faults)
    if (iss.regimeEspecial !== 0) {
      faults.add(
        `${path}/iss/beneficio`,
        'benefit_forbidden',
        'Não há benefício municipal em regime especial de tributação (E0535).',
      )
    }
    if (suspensao !== null) {
      faults.add(`${path}/iss/beneficio`, 'benefit_forbidden', 'Não há benefício municipal com a exigibilidade suspensa (E0538).')
    }
  }
  if (!issRetidoFonte) return
  for (const { message } of issRetentionFaults({
    opSimpNac: 1,
    tribISSQN: tributacao,
    tpRetISSQN: 2,
    regEspTrib: iss.regimeEspecial,
    isSuspended: suspensao !== null,
    beneficio: beneficio?.tipo ?? null,
  })) {
    faults.add(`${path}/issRetidoFonte`, 'iss_retention_forbidden', message)
  }
}

function judgeBenefit({ numero, tipo, percent, valor }: MunicipalBenefit, path: string, faults: Faults): void {
  if (!/^\d{14}$/.test(numero))
    faults.add(`${path}/numero`, 'invalid_benefit', 'O número do benefício municipal tem quatorze dígitos.')
  const said = [percent, valor].filter(value => value !== null).length
  if (tipo === 'reducao_base' ? said !== 1 : said !== 0) {
    faults.add(
      path,
      'benefit_unclear',
      tipo === 'reducao_base'
        ? 'A redução da base de cálculo é em percentual ou em valor: informe um dos dois.'
        : 'Só a redução da base de cálculo tem percentual ou valor.',
    )
  }
  if (percent !== null && (micros(percent) <= 0n || micros(percent) > HUNDRED)) {
    faults.add(`${path}/percent`, 'percent_out_of_range', 'A redução é maior que 0 e no máximo 100%.')
  }
  if (valor !== null && (micros(valor) <= 0n || micros(valor) % CENT !== 0n)) {
    faults.add(`${path}/valor`, 'not_whole_cents', 'A redução em valor é maior que zero, com no máximo duas casas.')
  }
}
