import { type Decimal, decimal } from '../../src/core/money.ts'
import { ordinaryIss, type TaxTemplate } from '../../src/nfse/withholding/tax-template.ts'

type Rates = { [K in keyof TaxTemplate]?: TaxTemplate[K] extends Decimal | null ? string | null : TaxTemplate[K] }

const asDecimal = (value: unknown) => (typeof value === 'string' && /^-?\d/.test(value) ? decimal(value) : value)

/** A template that says nothing but this; rates and limits as text. */
export function aTemplate(said: Rates): TaxTemplate {
  const read = Object.fromEntries(Object.entries(said).map(([name, value]) => [name, asDecimal(value)]))
  return {
    aliquotaIss: null,
    aliquotaIssRetido: null,
    aliquotaIrrf: null,
    aliquotaPis: null,
    aliquotaCofins: null,
    aliquotaCsll: null,
    aliquotaInss: null,
    limiteRetencaoIrrf: null,
    limiteRetencaoPcc: null,
    limiteRetencaoInss: null,
    limiteRetencaoIss: null,
    retencoesDestacadas: [],
    issRetidoFonte: false,
    percentualCargaTributaria: decimal('0'),
    fonteCargaTributaria: null,
    iss: ordinaryIss,
    simplesAnexoIv: false,
    ...read,
  }
}

/** Fintera's example, as its list of templates answers it, in our words. */
export const seedTemplateSaid: Rates = {
  aliquotaIss: '5.0',
  aliquotaIrrf: '1.5',
  aliquotaPis: '0.65',
  aliquotaCofins: '3.0',
  aliquotaCsll: '1.0',
  aliquotaInss: '10.0',
  aliquotaIssRetido: '5.0',
  retencoesDestacadas: ['irrf', 'pis', 'cofins', 'csll', 'inss', 'iss'],
  percentualCargaTributaria: '13.15',
  fonteCargaTributaria: 'IBPT',
  limiteRetencaoIrrf: '666.67',
  limiteRetencaoPcc: '215.06',
  limiteRetencaoInss: '1000.0',
  limiteRetencaoIss: '500.0',
}

export const seedTemplate = aTemplate(seedTemplateSaid)

/** Its second one, for customers that are persons: no rates, the same limits. */
export const seedTemplateOfPersons = aTemplate({
  fonteCargaTributaria: '',
  limiteRetencaoIrrf: '666.67',
  limiteRetencaoPcc: '215.06',
  limiteRetencaoInss: '1000.0',
  limiteRetencaoIss: '500.0',
})
