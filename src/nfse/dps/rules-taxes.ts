import { type Cents, cents, type Decimal, micros, rawTaxOf } from '../../core/money.ts'
import type { IssCase } from '../rates/iss-case.ts'
import { RATE_CEILING, rateFaults, rateRules } from '../rates/iss-rate.ts'
import { issRetentionFaults, retentionRules } from '../rates/iss-retention.ts'
import type { BurdenSaid, Dps, FederalTaxes, PisCofins } from './dps.ts'
import { at, type DpsRule, type Known, type OfficialLists } from './rule.ts'
import { isForeignCountry } from './rules-parties.ts'

// ISS, federal taxes, approximate burden. Annex I of 30/12/2025 with the changes of 09/02/2026 (NT 007).

const HUNDRED = 100_000_000n

/** What the matrix of rates asks; of a city that is not known only what holds in every city is judged. */
function issCase({ prestador, municipalTax }: Dps, known: Known, cityIsActive: boolean): IssCase & { cTribNac?: string } {
  return {
    opSimpNac: prestador.opSimpNac,
    regApTribSN: prestador.regApTribSN,
    regEspTrib: prestador.regEspTrib,
    tribISSQN: municipalTax.tribISSQN,
    tpRetISSQN: municipalTax.tpRetISSQN,
    isSuspended: municipalTax.suspension !== null,
    beneficio: municipalTax.benefit === null ? null : known.benefit,
    cityIsActive,
  }
}

/** The codes that the rate breaks; where it is not known whether the city is active, those that it breaks in either case. */
function brokenRateCodes(dps: Dps, known: Known): readonly string[] {
  const codesIf = (cityIsActive: boolean) =>
    rateFaults(issCase(dps, known, cityIsActive), dps.municipalTax.percent).map(({ code }) => code)
  if (known.cityIsActive !== null) return codesIf(known.cityIsActive)
  const [ifActive, otherwise] = [codesIf(true), codesIf(false)]
  const inEither = ifActive.filter(code => otherwise.includes(code))
  // ME/EPP with its ISS retained gives its rate everywhere, by one code here and another there.
  return inEither.length === 0 && otherwise.length > 0 ? ifActive : inEither
}

/**
 * Of a service rendered in Brazil, whether an export of it is one by the annex of scenarios: it is where ISS is due at the prestador's, or at a tomador's who is not
 * in Brazil. Null: the service is not in the list.
 */
function showsResultAbroad({ service, tomador }: Dps, lists: OfficialLists | null): boolean | null {
  const incidence = lists?.services.get(service.cTribNac)?.incidence ?? null
  if (incidence === null) return null
  return incidence === 'EP' || (incidence === 'ET' && tomador?.address?.place.kind !== 'national')
}

const benefitRule = (official: string, message: string, isBroken: (dps: Dps, known: Known) => boolean): DpsRule => ({
  code: 'benefit_forbidden',
  official,
  message: `${message} Retire o benefício municipal.`,
  brokenAt: (dps, known) => at('/municipalTax/benefit', dps.municipalTax.benefit !== null && isBroken(dps, known)),
})

export const municipalTaxRules: readonly DpsRule[] = [
  {
    code: 'taxed_without_incidence',
    official: 'E0532',
    message: 'O serviço 99.01.01 não tem incidência de ISS: use a tributação 4 - Não Incidência.',
    brokenAt: ({ service, municipalTax }) =>
      at('/municipalTax/tribISSQN', service.cTribNac === '990101' && municipalTax.tribISSQN !== 4),
  },
  {
    code: 'unknown_country_of_result',
    official: null,
    message: 'O país do resultado da exportação não existe na tabela ISO, ou é o Brasil. Corrija-o.',
    brokenAt: ({ municipalTax: { cPaisResult } }, { lists }) =>
      at('/municipalTax/cPaisResult', cPaisResult !== null && !isForeignCountry(cPaisResult, lists)),
  },
  {
    code: 'country_of_result_forbidden',
    official: 'E0591',
    message: 'O país do resultado só é informado na exportação de serviço prestado no Brasil que a lei admite: retire-o.',
    brokenAt: (dps, { lists }) => {
      const { cPaisResult, tribISSQN } = dps.municipalTax
      const isElsewhere = tribISSQN !== 3 || dps.service.place.kind === 'abroad' || showsResultAbroad(dps, lists) === false
      return at('/municipalTax/cPaisResult', cPaisResult !== null && isElsewhere)
    },
  },
  {
    code: 'country_of_result_missing',
    official: 'E0590',
    message: 'Exportação de serviço prestado no Brasil: informe o país onde o resultado se verifica.',
    brokenAt: (dps, { lists }) => {
      const isExported = dps.municipalTax.tribISSQN === 3 && dps.service.place.kind === 'national'
      return at(
        '/municipalTax/cPaisResult',
        isExported && dps.municipalTax.cPaisResult === null && showsResultAbroad(dps, lists) === true,
      )
    },
  },
  {
    code: 'no_export',
    official: 'E0529',
    message:
      'Este serviço, prestado no Brasil, não é exportação para a lei (LC 116/2003): use a tributação 1 - Operação Tributável.',
    brokenAt: (dps, { lists }) =>
      at(
        '/municipalTax/tribISSQN',
        dps.municipalTax.tribISSQN === 3 && dps.service.place.kind === 'national' && showsResultAbroad(dps, lists) === false,
      ),
  },
  {
    code: 'taxed_abroad',
    official: 'E0530',
    message: 'Este serviço é exportação para a lei: use a tributação 3 - Exportação de Serviço.',
    brokenAt: (dps, { lists }) => {
      const incidence = lists?.services.get(dps.service.cTribNac)?.incidence ?? null
      const isDueAbroad = incidence === 'LP' || (incidence === 'ET' && dps.tomador?.address?.place.kind === 'abroad')
      return at('/municipalTax/tribISSQN', dps.municipalTax.tribISSQN === 1 && dps.service.place.kind === 'abroad' && isDueAbroad)
    },
  },
  {
    code: 'immunity_kind',
    official: 'E0592',
    message: 'O tipo de imunidade é informado exatamente quando a tributação é 2 - Imunidade.',
    brokenAt: ({ municipalTax: { tribISSQN, tpImunidade } }) =>
      at('/municipalTax/tpImunidade', (tribISSQN === 2) !== (tpImunidade !== null)),
  },
  {
    code: 'immunity_kind_of_origin',
    official: 'E0593',
    message: 'Escolha o tipo de imunidade, de 1 a 5: o valor 0 não é aceito.',
    brokenAt: ({ municipalTax }) => at('/municipalTax/tpImunidade', municipalTax.tpImunidade === 0),
  },
  {
    code: 'suspension_not_taxable',
    official: 'E0585',
    message: 'Só há suspensão de exigibilidade em operação tributável: retire-a.',
    brokenAt: ({ municipalTax }) =>
      at('/municipalTax/suspension', municipalTax.suspension !== null && municipalTax.tribISSQN !== 1),
  },
  benefitRule('E0533', 'Não há benefício em imunidade, exportação ou não incidência.', dps => dps.municipalTax.tribISSQN !== 1),
  benefitRule('E0534', 'Não há benefício de prestador MEI.', ({ prestador }) => prestador.opSimpNac === 2),
  benefitRule('E0535', 'Não há benefício em regime especial de tributação.', ({ prestador }) => prestador.regEspTrib !== 0),
  benefitRule(
    'E0537',
    'O município de incidência não está ativo no Sistema Nacional.',
    (_dps, known) => known.cityIsActive === false,
  ),
  benefitRule('E0538', 'Não há benefício com a exigibilidade suspensa.', ({ municipalTax }) => municipalTax.suspension !== null),
  {
    code: 'benefit_above_price',
    official: 'E0574',
    message: 'O valor do benefício passa do valor do serviço. Reduza-o.',
    brokenAt: ({ municipalTax: { benefit }, amounts }) =>
      at(
        '/municipalTax/benefit/reduction',
        benefit?.reduction?.kind === 'amount' && benefit.reduction.cents > amounts.serviceCents,
      ),
  },
  ...retentionRules.map(
    ({ code, message }): DpsRule => ({
      code: 'iss_retention_forbidden',
      official: code,
      message,
      brokenAt: (dps, known) => {
        const it = { ...issCase(dps, known, true), cTribNac: dps.service.cTribNac }
        return at(
          '/municipalTax/tpRetISSQN',
          issRetentionFaults(it).some(rule => rule.code === code),
        )
      },
    }),
  ),
  ...[RATE_CEILING, ...rateRules].map(
    ({ code, message }): DpsRule => ({
      code: 'iss_rate',
      official: code,
      message,
      brokenAt: (dps, known) => at('/municipalTax/percent', brokenRateCodes(dps, known).includes(code)),
    }),
  ),
]

const federalRule = (
  code: string,
  official: string,
  field: string,
  message: string,
  isBroken: (taxes: FederalTaxes, dps: Dps) => boolean,
): DpsRule => ({
  code,
  official,
  message,
  brokenAt: dps => at(`/federalTaxes${field}`, dps.federalTaxes !== null && isBroken(dps.federalTaxes, dps)),
})

const pisCofinsRule = (
  code: string,
  official: string,
  field: keyof PisCofins,
  message: string,
  isBroken: (it: PisCofins, dps: Dps) => boolean,
): DpsRule =>
  federalRule(
    code,
    official,
    `/pisCofins/${field}`,
    message,
    ({ pisCofins }, dps) => pisCofins !== null && isBroken(pisCofins, dps),
  )

const withheldRule = (
  official: string,
  field: 'socialSecurityCents' | 'incomeTaxCents' | 'contributionsCents',
  the: string,
): DpsRule =>
  federalRule(
    'withheld_out_of_range',
    official,
    `/${field}`,
    `O valor retido de ${the} é maior que zero e menor que o valor do serviço. Corrija-o, ou deixe-o vazio.`,
    (taxes, dps) => {
      const withheld = taxes[field]
      return withheld !== null && withheld !== 0 && (withheld < 0 || withheld >= dps.amounts.serviceCents)
    },
  )

export const federalTaxRules: readonly DpsRule[] = [
  federalRule(
    'federal_taxes_of_person',
    'E0675',
    '',
    'Prestador pessoa física não informa tributos federais: retire-os.',
    (_taxes, dps) => {
      return dps.prestador.taxId.kind === 'person'
    },
  ),
  federalRule('federal_taxes_of_mei', 'E0676', '', 'MEI não informa tributos federais: retire-os.', (_taxes, dps) => {
    return dps.prestador.opSimpNac === 2
  }),
  pisCofinsRule(
    'pis_cofins_base_above_price',
    'E0677',
    'baseCents',
    'A base de PIS/COFINS passa do valor do serviço.',
    (it, dps) => {
      return it.baseCents !== null && it.baseCents > dps.amounts.serviceCents
    },
  ),
  pisCofinsRule('pis_percent_out_of_range', 'E0686', 'pisPercent', 'A alíquota do PIS vai de 0 a 100%.', it =>
    isAboveWhole(it.pisPercent),
  ),
  pisCofinsRule('cofins_percent_out_of_range', 'E0692', 'cofinsPercent', 'A alíquota da COFINS vai de 0 a 100%.', it => {
    return isAboveWhole(it.cofinsPercent)
  }),
  pisCofinsRule(
    'pis_is_not_base_times_rate',
    'E0694',
    'pisCents',
    'O valor do PIS não é a base vezes a alíquota. Recalcule-o.',
    it => {
      return it.pisPercent !== null && !isProduct(it.pisCents, it.baseCents, it.pisPercent)
    },
  ),
  pisCofinsRule(
    'cofins_is_not_base_times_rate',
    'E0696',
    'cofinsCents',
    'O valor da COFINS não é a base vezes a alíquota. Recalcule-o.',
    it => {
      return it.cofinsPercent !== null && !isProduct(it.cofinsCents, it.baseCents, it.cofinsPercent)
    },
  ),
  withheldRule('E0699', 'socialSecurityCents', 'INSS'),
  withheldRule('E0700', 'incomeTaxCents', 'IRRF'),
  withheldRule('E0701', 'contributionsCents', 'PIS/COFINS/CSLL'),
  federalRule(
    'contributions_not_withheld',
    'E0720',
    '/contributionsCents',
    'O tipo de retenção 0 diz que nada foi retido de PIS/COFINS/CSLL: retire o valor, ou escolha o tipo certo.',
    ({ pisCofins, contributionsCents }) => pisCofins?.tpRetPisCofins === 0 && (contributionsCents ?? 0) !== 0,
  ),
  federalRule(
    'contributions_missing',
    'E0724',
    '/contributionsCents',
    'O tipo de retenção diz que PIS, COFINS ou CSLL foram retidos: informe a soma retida.',
    ({ pisCofins, contributionsCents }) => {
      const kind = pisCofins?.tpRetPisCofins ?? null
      return kind !== null && kind !== 0 && kind !== 2 && (contributionsCents ?? 0) === 0
    },
  ),
]

type Amounts = Extract<BurdenSaid, { kind: 'amounts' }>
type Percents = Extract<BurdenSaid, { kind: 'percents' }>

const burdenAmount = (official: string, field: Exclude<keyof Amounts, 'kind'>, the: string): DpsRule => ({
  code: 'burden_above_price',
  official,
  message: `A carga tributária ${the} passa do valor do serviço. Corrija-a.`,
  brokenAt: ({ burden, amounts }) => at(`/burden/${field}`, burden.kind === 'amounts' && burden[field] > amounts.serviceCents),
})

const burdenPercent = (official: string, field: Exclude<keyof Percents, 'kind'>, the: string): DpsRule => ({
  code: 'burden_percent_out_of_range',
  official,
  message: `A carga tributária ${the} vai de 0 a 100%. Corrija-a.`,
  brokenAt: ({ burden }) => at(`/burden/${field}`, burden.kind === 'percents' && isAboveWhole(burden[field])),
})

export const burdenRules: readonly DpsRule[] = [
  burdenAmount('E0702', 'federalCents', 'federal'),
  burdenAmount('E0703', 'stateCents', 'estadual'),
  burdenAmount('E0704', 'municipalCents', 'municipal'),
  burdenPercent('E0706', 'federal', 'federal'),
  burdenPercent('E0707', 'state', 'estadual'),
  burdenPercent('E0708', 'municipal', 'municipal'),
  {
    code: 'burden_of_mei',
    official: 'E0710',
    message: 'MEI não informa a alíquota do Simples como carga tributária: use valores, porcentagens, ou não informe.',
    brokenAt: ({ burden, prestador }) => at('/burden', prestador.opSimpNac === 2 && burden.kind === 'simples'),
  },
  {
    code: 'burden_of_simples',
    official: 'E0712',
    message: 'ME/EPP do Simples informa a carga tributária: a alíquota do Simples, porcentagens ou valores.',
    brokenAt: ({ burden, prestador }) => at('/burden', prestador.opSimpNac === 3 && burden.kind === 'untold'),
  },
  {
    code: 'burden_of_non_optant',
    official: 'E0713',
    message: 'Fora do Simples a carga tributária é informada em valores ou porcentagens por esfera.',
    brokenAt: ({ burden, prestador }) =>
      at('/burden', prestador.opSimpNac === 1 && burden.kind !== 'amounts' && burden.kind !== 'percents'),
  },
]

function isAboveWhole(percent: Decimal | null): boolean {
  return percent !== null && micros(percent) > HUNDRED
}

/** However it was rounded: within half a cent of base times rate. Nothing said is nothing. */
function isProduct(amount: Cents | null, base: Cents | null, percent: Decimal): boolean {
  const exact = rawTaxOf(base ?? cents(0), percent)
  const difference = 2n * (exact - rawTaxOf(amount ?? cents(0), '100' as Decimal))
  const cent = rawTaxOf(cents(1), '100' as Decimal)
  return difference <= cent && difference >= -cent
}
