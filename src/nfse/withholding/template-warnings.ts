import type { YearMonth } from '../../core/dates.ts'
import {
  type Cents,
  decimal,
  formatBrl,
  formatDecimal,
  leastTaxed,
  micros,
  splitEvenly,
  sumOfDecimals,
} from '../../core/money.ts'
import {
  allTaxCalendars,
  contributions,
  groupOf,
  issBounds,
  lawfulRates,
  nameOfTax,
  type TaxGroup,
  taxCalendarOf,
  taxCalendars,
  WITHHELD_TAXES,
  type WithheldTax,
} from './tax-calendar.ts'
import { percentOfTax, type TaxTemplate } from './tax-template.ts'
import { limitOf, type Parties, sourceOfSimples, withholdingsOf } from './withhold.ts'

/** Where a template says other than the law: it is obeyed, and whoever wrote it is told. */
export interface TemplateWarning {
  readonly code: string
  /** The field, as a JSON pointer into the template. */
  readonly path: string
  readonly message: string
  /** The article. */
  readonly source: string
}

/** All that is to be said of a template, whatever the month; with `opSimpNac`, of who bills by it too. */
export function templateWarnings(template: TaxTemplate, opSimpNac: Parties['opSimpNac'] | null = null): TemplateWarning[] {
  return [
    ...rateWarnings(template),
    ...limitWarnings(template),
    ...contributionWarnings(template),
    ...issWarnings(template, opSimpNac),
    ...simplesWarnings(template, opSimpNac),
    ...burdenWarnings(template),
  ]
}

const fieldOf: Record<WithheldTax, keyof TaxTemplate> = {
  irrf: 'aliquotaIrrf',
  pis: 'aliquotaPis',
  cofins: 'aliquotaCofins',
  csll: 'aliquotaCsll',
  inss: 'aliquotaInss',
  iss: 'aliquotaIssRetido',
}

const federal = WITHHELD_TAXES.filter((tax): tax is Exclude<WithheldTax, 'iss'> => tax !== 'iss')

const isHighlighted = (template: TaxTemplate, tax: WithheldTax) => template.retencoesDestacadas.includes(tax)

function rateWarnings(template: TaxTemplate): TemplateWarning[] {
  return federal
    .filter(tax => isHighlighted(template, tax))
    .flatMap(tax => {
      const percent = percentOfTax(template, tax)
      const { percents, source } = lawfulRates[tax]
      const path = `/${fieldOf[tax]}`
      const lawful = percents.map(rate => `${formatDecimal(rate)}%`).join(' ou ')
      if (percent === null) {
        const message = `O modelo destaca ${nameOfTax[tax]} sem dizer a alíquota: nada é retido. A lei manda ${lawful}.`
        return [{ code: 'rate_missing', path, message, source }]
      }
      if (percents.includes(percent)) return []
      const message = `${nameOfTax[tax]} a ${formatDecimal(percent)}%: a lei manda reter ${lawful}. O modelo é obedecido.`
      return [{ code: 'rate_contradicts_law', path, message, source }]
    })
}

const limitFieldOf = {
  irrf: 'limiteRetencaoIrrf',
  pcc: 'limiteRetencaoPcc',
  inss: 'limiteRetencaoInss',
} as const satisfies Partial<Record<TaxGroup, keyof TaxTemplate>>

/** A limit is lawful where it is the smallest base of which the rates withhold more than is waived. */
function limitWarnings(template: TaxTemplate): TemplateWarning[] {
  return (['irrf', 'pcc', 'inss'] as const).flatMap(group => {
    const limit = limitOf(template, group)
    const waiver = taxCalendars.until2026.waivers[group]
    const taxes = federal.filter(tax => groupOf[tax] === group && isHighlighted(template, tax))
    if (limit === null || taxes.length === 0) return []
    const lawful = allTaxCalendars.flatMap(({ taxes: known }) => {
      const rates = taxes.filter(tax => known.includes(tax)).map(tax => lawfulRateOf(template, tax))
      return rates.length === 0 ? [] : [leastTaxed(sumOfDecimals(rates), waiver.cents, waiver.how)]
    })
    if (lawful.includes(limit)) return []
    const least = lawful[0]
    const told = least === undefined ? '' : ` (a partir de ${formatBrl(least)})`
    const message = `O limite de ${formatBrl(limit)} não é o da lei, que dispensa pelo imposto, até R$ 10,00${told}. O modelo é obedecido.`
    return [{ code: 'limit_contradicts_law', path: `/${limitFieldOf[group]}`, message, source: waiver.source }]
  })
}

/** The template's own rate where the law knows it, else the usual one. */
function lawfulRateOf(template: TaxTemplate, tax: Exclude<WithheldTax, 'iss'>) {
  const percent = percentOfTax(template, tax)
  const { percents } = lawfulRates[tax]
  return percents.find(lawful => lawful === percent) ?? percents[0] ?? decimal('0')
}

function contributionWarnings(template: TaxTemplate): TemplateWarning[] {
  const highlighted = contributions.filter(tax => isHighlighted(template, tax))
  const warnings: TemplateWarning[] = []
  if (highlighted.length > 0 && highlighted.length < contributions.length) {
    const missing = contributions.filter(tax => !highlighted.includes(tax)).map(tax => nameOfTax[tax])
    warnings.push({
      code: 'contributions_incomplete',
      path: '/retencoesDestacadas',
      message: `Sem ${missing.join(' e ')}: as três contribuições são retidas juntas, salvo isenção de uma delas.`,
      source: 'Lei 10.833/2003, art. 31, § 2º',
    })
  }
  if (highlighted.some(tax => tax !== 'csll')) {
    warnings.push({
      code: 'tax_ends',
      path: '/retencoesDestacadas',
      message: 'PIS e COFINS acabam com a competência de dezembro de 2026: de janeiro de 2027 em diante só a CSLL é retida.',
      source: taxCalendars.from2027.ended,
    })
  }
  return warnings
}

function issWarnings(template: TaxTemplate, opSimpNac: Parties['opSimpNac'] | null): TemplateWarning[] {
  const warnings: TemplateWarning[] = []
  for (const field of ['aliquotaIss', 'aliquotaIssRetido'] as const) {
    const percent = template[field]
    if (percent === null || micros(percent) === 0n) continue
    const told = `ISS a ${formatDecimal(percent)}%`
    if (micros(percent) > micros(issBounds.most)) {
      const message = `${told}: nenhum município cobra mais que 5%, e a nota com essa alíquota é recusada (E0595).`
      warnings.push({ code: 'rate_contradicts_law', path: `/${field}`, message, source: issBounds.mostSource })
    } else if (micros(percent) < micros(issBounds.least) && opSimpNac !== 3) {
      const message = `${told}: o mínimo é 2%, salvo 7.02, 7.05 e 16.01 da lista e prestadores do Simples.`
      warnings.push({ code: 'rate_contradicts_law', path: `/${field}`, message, source: issBounds.leastSource })
    }
  }
  if (isHighlighted(template, 'iss') && !template.issRetidoFonte) {
    warnings.push({
      code: 'iss_highlighted_not_retained',
      path: '/retencoesDestacadas',
      message: 'O modelo destaca a retenção de ISS e diz que ele não é retido na fonte: nada é retido.',
      source: 'LC 116/2003, art. 6º',
    })
  }
  if (opSimpNac === 3 && template.issRetidoFonte && template.aliquotaIssRetido === null) {
    warnings.push({
      code: 'simples_rate_untold',
      path: '/aliquotaIssRetido',
      message: 'Sem a alíquota efetiva do mês anterior, o tomador retém 5% de quem é do Simples. Informe aliquotaIssRetido.',
      source: issBounds.untoldSource,
    })
  }
  return warnings
}

function simplesWarnings(template: TaxTemplate, opSimpNac: Parties['opSimpNac'] | null): TemplateWarning[] {
  if (opSimpNac === null || opSimpNac === 1) return []
  const groups = [...new Set(federal.filter(tax => isHighlighted(template, tax)).map(tax => groupOf[tax]))]
  return groups
    .filter(group => opSimpNac === 2 || group !== 'inss' || !template.simplesAnexoIv)
    .map(group => ({
      code: opSimpNac === 2 ? 'mei_without_withholding' : 'simples_without_withholding',
      path: '/retencoesDestacadas',
      message: `${wordsOfGroup[group]} de ${opSimpNac === 2 ? 'MEI' : 'quem é do Simples Nacional'}: nada é retido${
        group === 'inss' && opSimpNac === 3 ? ', salvo serviços do Anexo IV (simplesAnexoIv)' : ''
      }.`,
      source: opSimpNac === 2 ? 'E0676' : (sourceOfSimples[group] ?? ''),
    }))
}

const wordsOfGroup: Record<TaxGroup, string> = { irrf: 'IRRF', pcc: 'PIS, COFINS e CSLL', inss: 'INSS', iss: 'ISS' }

function burdenWarnings({ percentualCargaTributaria, fonteCargaTributaria }: TaxTemplate): TemplateWarning[] {
  if (micros(percentualCargaTributaria) === 0n || fonteCargaTributaria !== null) return []
  const message = 'A carga tributária aproximada é dita com a fonte; informe fonteCargaTributaria (por exemplo, IBPT).'
  return [{ code: 'burden_without_source', path: '/fonteCargaTributaria', message, source: 'Lei 12.741/2012, art. 1º' }]
}

/**
 * Contributions that are withheld of a note as a whole and would be waived of each of its payments: the waiver is of a payment, and ours is one
 * policy for all (decision 0029). Null where both agree.
 */
export function waivedPerPayment(
  template: TaxTemplate,
  parties: Parties,
  competence: YearMonth,
  baseCents: Cents,
  parts: number,
): TemplateWarning | null {
  if (parts < 2) return null
  const isWithheld = (base: Cents) => withholdingsOf(template, parties, competence, { baseCents: base }).vRetCsllCents > 0
  const largest = splitEvenly(baseCents, parts).at(-1)
  if (largest === undefined || !isWithheld(baseCents) || isWithheld(largest)) return null
  return {
    code: 'waived_per_payment',
    path: '/limiteRetencaoPcc',
    message: `A nota retém contribuições sobre ${formatBrl(baseCents)}; cada uma das ${parts} parcelas, sozinha, ficaria dispensada. A retenção é calculada sobre a nota inteira.`,
    source: taxCalendarOf(competence).waivers.pcc?.source ?? '',
  }
}
