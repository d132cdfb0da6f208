import { hundredths, isPercentOf } from '../amounts.ts'
import { annexDps, annexDpsLater, type DpsCase, type Rule, type RuleSheet } from './rule.ts'

const tribFed = 'valores/trib/tribFed'
const pisCofins = `${tribFed}/piscofins`
const totTrib = 'valores/trib/totTrib'

/** What was withheld is more than nothing and less than the price: a zero is left out. */
function withheld(code: string, name: string, tax: string): Rule<DpsCase> {
  const field = `${tribFed}/${name}`
  return {
    code,
    level: 1,
    field,
    says: `${tax} retido é maior que zero e menor que o valor do serviço; não havendo, não se informa.`,
    refuses: ({ dps }) => dps.has(field) && (dps.amount(field) === 0n || dps.amount(field) >= dps.price),
  }
}

/** The provider's own contribution: base times rate. */
function contribution(code: string, name: string, rate: string, tax: string): Rule<DpsCase> {
  return {
    code,
    level: 1,
    field: `${pisCofins}/${name}`,
    says: `O valor ${tax} não é a base vezes a alíquota.`,
    refuses: ({ dps }) => {
      const percent = dps.text(`${pisCofins}/${rate}`)
      if (percent === undefined) return false
      return !isPercentOf(dps.amount(`${pisCofins}/${name}`), dps.amount(`${pisCofins}/vBCPisCofins`), hundredths(percent))
    },
  }
}

function burdenAmount(code: string, name: string): Rule<DpsCase> {
  const field = `${totTrib}/vTotTrib/${name}`
  return {
    code,
    level: 1,
    field,
    says: 'O total aproximado de tributos não passa do valor do serviço.',
    refuses: ({ dps }) => dps.amount(field) > dps.price,
  }
}

function burdenPercent(code: string, name: string): Rule<DpsCase> {
  const field = `${totTrib}/pTotTrib/${name}`
  return {
    code,
    level: 1,
    field,
    says: 'O percentual aproximado de tributos não passa de 100 %.',
    refuses: ({ dps }) => dps.amount(field) > 10_000n,
  }
}

export const federalTaxRules: RuleSheet<DpsCase> = {
  stage: 'taxes',
  source: annexDps,
  rules: [
    {
      code: 'E0675',
      level: 1,
      field: tribFed,
      says: 'Pessoa física que emite não informa tributos federais.',
      refuses: ({ dps }) => dps.has(tribFed) && dps.has('prest/CPF'),
    },
    {
      code: 'E0676',
      level: 1,
      field: tribFed,
      says: 'O MEI não informa tributos federais.',
      refuses: ({ dps }) => dps.has(tribFed) && dps.isMei,
    },
    {
      code: 'E0677',
      level: 1,
      field: `${pisCofins}/vBCPisCofins`,
      says: 'A base de PIS e COFINS não passa do valor do serviço.',
      refuses: ({ dps }) => dps.amount(`${pisCofins}/vBCPisCofins`) > dps.price,
    },
    contribution('E0694', 'vPis', 'pAliqPis', 'do PIS'),
    contribution('E0696', 'vCofins', 'pAliqCofins', 'da COFINS'),
    withheld('E0699', 'vRetCP', 'A contribuição previdenciária'),
    withheld('E0700', 'vRetIRRF', 'O IRRF'),
    withheld('E0701', 'vRetCSLL', 'A soma de PIS, COFINS e CSLL'),
    burdenAmount('E0702', 'vTotTribFed'),
    burdenAmount('E0703', 'vTotTribEst'),
    burdenAmount('E0704', 'vTotTribMun'),
    burdenPercent('E0706', 'pTotTribFed'),
    burdenPercent('E0707', 'pTotTribEst'),
    burdenPercent('E0708', 'pTotTribMun'),
  ],
}

export const laterFederalTaxRules: RuleSheet<DpsCase> = {
  stage: 'taxes',
  source: annexDpsLater,
  rules: [
    {
      code: 'E0720',
      level: 1,
      field: `${tribFed}/vRetCSLL`,
      says: 'Sem retenção de PIS, COFINS e CSLL (0) não há valor retido.',
      refuses: ({ dps }) => dps.says(`${pisCofins}/tpRetPisCofins`, '0') && dps.has(`${tribFed}/vRetCSLL`),
    },
    {
      code: 'E0724',
      level: 1,
      field: `${tribFed}/vRetCSLL`,
      says: 'A retenção de PIS, COFINS ou CSLL precisa do valor retido.',
      refuses: ({ dps }) => {
        const kind = dps.text(`${pisCofins}/tpRetPisCofins`)
        return kind !== undefined && kind !== '0' && kind !== '2' && !dps.has(`${tribFed}/vRetCSLL`)
      },
    },
    {
      code: 'E0710',
      level: 1,
      field: `${totTrib}/pTotTribSN`,
      says: 'O MEI não informa o percentual do Simples Nacional.',
      refuses: ({ dps }) => dps.isMei && dps.has(`${totTrib}/pTotTribSN`),
    },
    {
      code: 'E0712',
      level: 1,
      field: `${totTrib}/indTotTrib`,
      says: 'ME ou EPP informa o total aproximado de tributos.',
      refuses: ({ dps }) => dps.simples === '3' && dps.has(`${totTrib}/indTotTrib`),
    },
    {
      code: 'E0713',
      level: 1,
      field: totTrib,
      says: 'Quem não é do Simples Nacional informa o total aproximado de tributos em valores ou percentuais.',
      refuses: ({ dps }) => dps.simples === '1' && dps.hasAny(`${totTrib}/indTotTrib`, `${totTrib}/pTotTribSN`),
    },
  ],
}
