import { hundredths } from '../amounts.ts'
import { annexDps, type DpsCase, type RuleSheet } from './rule.ts'

const tribMun = 'valores/trib/tribMun'
const kind = `${tribMun}/tribISSQN`
const benefit = `${tribMun}/BM`

const incidenceOf = ({ dps, hall }: DpsCase) => hall.tables.services.get(dps.service)?.incidence ?? null

/** Whether the service bears ISS in the city, which for the national list is the rule. */
const isIncident = ({ dps, taxing }: DpsCase) => dps.service !== '990101' && (taxing?.services[dps.service]?.isIncident ?? true)

/** The result of an export may lie abroad, though it was done here: for the provider's city, or a taker's who is not here. */
function asksForResult(asked: DpsCase): boolean {
  const { dps } = asked
  const incidence = incidenceOf(asked)
  const isTakerHere = dps.has('toma/end/endNac')
  return dps.isExport && !dps.isDoneAbroad && (incidence === 'EP' || (incidence === 'ET' && !isTakerHere))
}

export const municipalTaxRules: RuleSheet<DpsCase> = {
  stage: 'taxes',
  source: annexDps,
  rules: [
    {
      code: 'E0529',
      level: 2,
      field: kind,
      says: 'Serviço prestado no Brasil, com ISS no lugar da prestação ou do tomador brasileiro, não é exportação.',
      refuses: asked => {
        const incidence = incidenceOf(asked)
        if (!asked.dps.isExport || asked.dps.isDoneAbroad) return false
        return incidence === 'LP' || (incidence === 'ET' && asked.dps.has('toma/end/endNac'))
      },
    },
    {
      code: 'E0530',
      level: 2,
      field: kind,
      says: 'Serviço prestado no exterior, com ISS no lugar da prestação ou do tomador de fora, não é tributável aqui.',
      refuses: asked => {
        const incidence = incidenceOf(asked)
        if (!asked.dps.isTaxable || !asked.dps.isDoneAbroad) return false
        return incidence === 'LP' || (incidence === 'ET' && asked.dps.isTakerAbroad)
      },
    },
    {
      code: 'E0532',
      level: 2,
      field: kind,
      says: 'O serviço 99.01.01 não tem incidência de ISS.',
      refuses: ({ dps }) => dps.service === '990101' && !dps.says(kind, '4'),
    },
    {
      code: 'E0539',
      level: 2,
      field: kind,
      says: 'O serviço tem incidência no município: não se informa não incidência.',
      refuses: asked => asked.dps.says(kind, '4') && isIncident(asked),
    },
    {
      code: 'E0540',
      level: 2,
      field: kind,
      says: 'O município não tributa este serviço: informe não incidência.',
      refuses: asked => asked.dps.service !== '990101' && !isIncident(asked) && !asked.dps.says(kind, '4'),
    },
    {
      code: 'E0590',
      level: 2,
      field: `${tribMun}/cPaisResult`,
      says: 'Esta exportação precisa do país em que o resultado se verificou.',
      refuses: asked => asksForResult(asked) && !asked.dps.has(`${tribMun}/cPaisResult`),
    },
    {
      code: 'E0591',
      level: 2,
      field: `${tribMun}/cPaisResult`,
      says: 'Neste caso não se informa o país do resultado.',
      refuses: asked => asked.dps.has(`${tribMun}/cPaisResult`) && !asksForResult(asked),
    },
    {
      code: 'E0592',
      level: 2,
      field: `${tribMun}/tpImunidade`,
      says: 'O tipo de imunidade é informado quando o serviço é imune, e só então.',
      refuses: ({ dps }) => dps.has(`${tribMun}/tpImunidade`) !== dps.says(kind, '2'),
    },
    {
      code: 'E0593',
      level: 2,
      field: `${tribMun}/tpImunidade`,
      says: 'O tipo de imunidade 0 não é aceito aqui.',
      refuses: ({ dps }) => dps.says(`${tribMun}/tpImunidade`, '0'),
    },
    {
      code: 'E0585',
      level: 2,
      field: `${tribMun}/exigSusp`,
      says: 'Imunidade, exportação e não incidência não têm exigibilidade a suspender.',
      refuses: ({ dps }) => dps.isSuspended && !dps.isTaxable,
    },
    {
      code: 'E0533',
      level: 2,
      field: benefit,
      says: 'Imunidade, exportação e não incidência não têm benefício municipal.',
      refuses: ({ dps }) => dps.has(benefit) && !dps.isTaxable,
    },
    {
      code: 'E0534',
      level: 2,
      field: benefit,
      says: 'O MEI não informa benefício municipal.',
      refuses: ({ dps }) => dps.has(benefit) && dps.isMei,
    },
    {
      code: 'E0535',
      level: 2,
      field: benefit,
      says: 'Prestador com regime especial não informa benefício municipal.',
      refuses: ({ dps }) => dps.has(benefit) && dps.hasSpecialRegime,
    },
    {
      code: 'E0538',
      level: 2,
      field: benefit,
      says: 'ISS com exigibilidade suspensa não tem benefício municipal.',
      refuses: ({ dps }) => dps.has(benefit) && dps.isSuspended,
    },
    {
      code: 'E0537',
      level: 2,
      field: benefit,
      says: 'O município de incidência não tem convênio ativo: não se informa benefício.',
      refuses: ({ dps, taxing }) => dps.has(benefit) && taxing === null,
    },
    {
      code: 'E0536',
      level: 3,
      field: benefit,
      says: 'ME ou EPP que apura o ISS pelo Simples Nacional só tem benefício em 07.02 e 07.05.',
      refuses: ({ dps, taxing }) => dps.has(benefit) && dps.paysThroughSimples && taxing !== null && !dps.isOf('0702', '0705'),
    },
    {
      code: 'E0541',
      level: 3,
      field: `${benefit}/nBM`,
      says: 'O município de incidência não tem este benefício.',
      refuses: asked => asked.dps.has(benefit) && asked.taxing !== null && asked.benefit === null,
    },
    {
      code: 'E0544',
      level: 3,
      field: `${benefit}/nBM`,
      says: 'O benefício não vigora na competência.',
      refuses: ({ dps, benefit: told }) =>
        told !== null && (dps.competence < told.from || (told.to !== null && dps.competence > told.to)),
    },
    {
      code: 'E0548',
      level: 3,
      field: `${benefit}/nBM`,
      says: 'O benefício é só de prestadores do próprio município.',
      refuses: ({ dps, benefit: told, incidence }) => told?.isForLocals === true && incidence !== dps.text('cLocEmi'),
    },
    {
      code: 'E0550',
      level: 3,
      field: `${benefit}/nBM`,
      says: 'O benefício não é deste serviço ou deste prestador.',
      refuses: ({ dps, benefit: told }) =>
        told !== null &&
        ((told.services.length > 0 && !told.services.includes(dps.service)) ||
          (told.taxIds.length > 0 && !told.taxIds.includes(dps.emitterTaxId))),
    },
    {
      code: 'E0565',
      level: 3,
      field: `${benefit}/vRedBCBM`,
      says: 'Só o benefício de redução por valor tem valor de redução.',
      refuses: ({ dps, benefit: told }) => told !== null && told.kind !== 'value' && dps.has(`${benefit}/vRedBCBM`),
    },
    {
      code: 'E0567',
      level: 3,
      field: `${benefit}/vRedBCBM`,
      says: 'O benefício de redução por valor precisa do valor.',
      refuses: ({ dps, benefit: told }) => told?.kind === 'value' && !dps.has(`${benefit}/vRedBCBM`),
    },
    {
      code: 'E0574',
      level: 3,
      field: `${benefit}/vRedBCBM`,
      says: 'O benefício reduz mais que o valor do serviço.',
      refuses: ({ dps }) => dps.amount(`${benefit}/vRedBCBM`) > dps.price,
    },
    {
      code: 'E0577',
      level: 3,
      field: `${benefit}/pRedBCBM`,
      says: 'Só o benefício de redução por percentual tem percentual de redução.',
      refuses: ({ dps, benefit: told }) => told !== null && told.kind !== 'percent' && dps.has(`${benefit}/pRedBCBM`),
    },
    {
      code: 'E0579',
      level: 3,
      field: `${benefit}/pRedBCBM`,
      says: 'O benefício de redução por percentual precisa do percentual.',
      refuses: ({ dps, benefit: told }) => told?.kind === 'percent' && !dps.has(`${benefit}/pRedBCBM`),
    },
    {
      code: 'E0586',
      level: 3,
      field: `${benefit}/pRedBCBM`,
      says: 'O percentual é maior que 0 e até o que o município concede.',
      refuses: ({ dps, benefit: told }) => {
        const percent = dps.text(`${benefit}/pRedBCBM`)
        if (percent === undefined || told?.kind !== 'percent') return false
        return hundredths(percent) === 0n || hundredths(percent) > told.percent
      },
    },
    {
      code: 'E0580',
      level: 2,
      field: `${tribMun}/tpRetISSQN`,
      says: 'Imunidade, exportação e não incidência não têm retenção de ISS.',
      refuses: ({ dps }) => dps.isWithheld && !dps.isTaxable,
    },
    {
      code: 'E0583',
      level: 2,
      field: `${tribMun}/tpRetISSQN`,
      says: 'Do MEI não se retém ISS.',
      refuses: ({ dps }) => dps.isWithheld && dps.isMei,
    },
    {
      code: 'E0588',
      level: 2,
      field: `${tribMun}/tpRetISSQN`,
      says: 'De prestador com regime especial não se retém ISS.',
      refuses: ({ dps }) => dps.isWithheld && dps.hasSpecialRegime,
    },
    {
      code: 'E0589',
      level: 2,
      field: `${tribMun}/tpRetISSQN`,
      says: 'ISS com exigibilidade suspensa não se retém.',
      refuses: ({ dps }) => dps.isWithheld && dps.isSuspended,
    },
    {
      code: 'E0594',
      level: 2,
      field: `${tribMun}/tpRetISSQN`,
      says: 'Com benefício de isenção não se retém ISS.',
      refuses: ({ dps, benefit: told }) => dps.isWithheld && told?.kind === 'exemption',
    },
    {
      code: 'E0596',
      level: 2,
      field: `${tribMun}/tpRetISSQN`,
      says: 'No serviço 22.01.01 não se retém ISS.',
      refuses: ({ dps }) => dps.isWithheld && dps.service === '220101',
    },
    {
      code: 'E0667',
      level: 3,
      field: `${tribMun}/tpRetISSQN`,
      says: 'O município não cadastrou este CPF de tomador para reter ISS.',
      refuses: ({ dps, taxing }) =>
        dps.says(`${tribMun}/tpRetISSQN`, '2') &&
        dps.has('toma/CPF') &&
        taxing !== null &&
        !taxing.withholdingCpfs.includes(dps.text('toma/CPF') ?? ''),
    },
    {
      code: 'E0670',
      level: 3,
      field: `${tribMun}/tpRetISSQN`,
      says: 'O município não cadastrou este CPF de intermediário para reter ISS.',
      refuses: ({ dps, taxing }) =>
        dps.says(`${tribMun}/tpRetISSQN`, '3') &&
        dps.has('interm/CPF') &&
        taxing !== null &&
        !taxing.withholdingCpfs.includes(dps.text('interm/CPF') ?? ''),
    },
  ],
}
