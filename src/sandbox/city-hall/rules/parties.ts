import { simplesOn } from '../register/taxpayer.ts'
import { isCnpj, isCpf, isEmail, isForeignCountry, isMunicipio, isUnknown } from './marks.ts'
import { annexDps, type DpsCase, type RuleSheet } from './rule.ts'

const provider = ({ dps, hall }: DpsCase) => hall.taxpayer(dps.emitterTaxId)

/** The provider's entries in the issuing city's own register. */
const entries = (asked: DpsCase) => provider(asked)?.entries.filter(({ city }) => city === asked.dps.text('cLocEmi')) ?? []
const entryNamed = (asked: DpsCase) =>
  entries(asked).find(({ municipalNumber }) => municipalNumber === asked.dps.text('prest/IM'))

const regime = ({ dps }: DpsCase) => dps.text('prest/regTrib/regEspTrib') ?? '0'

export const providerRules: RuleSheet<DpsCase> = {
  stage: 'parties',
  source: annexDps,
  rules: [
    {
      code: 'E0080',
      level: 1,
      field: 'prest/CNPJ',
      says: 'Os dígitos verificadores do CNPJ do prestador não conferem.',
      refuses: ({ dps }) => !isCnpj(dps.text('prest/CNPJ')),
    },
    {
      code: 'E0082',
      level: 2,
      field: 'prest/CNPJ',
      says: 'O CNPJ do prestador não consta do cadastro.',
      refuses: ({ dps, hall }) => isUnknown(hall, dps.party('prest'), 'CNPJ'),
    },
    {
      code: 'E0084',
      level: 2,
      field: 'prest/CNPJ',
      says: 'O prestador não tem endereço no município emissor, nem registro complementar nele.',
      refuses: asked => {
        const known = provider(asked)
        if (!asked.dps.has('prest/CNPJ') || known === null || known.city === null || entries(asked).length > 0) return false
        const city = asked.hall.city(asked.dps.text('cLocEmi'))
        return known.city !== asked.dps.text('cLocEmi') || city?.letsRegisteredIssue === false
      },
    },
    {
      code: 'E0096',
      level: 1,
      field: 'prest/CPF',
      says: 'Os dígitos verificadores do CPF do prestador não conferem.',
      refuses: ({ dps }) => !isCpf(dps.text('prest/CPF')),
    },
    {
      code: 'E0098',
      level: 2,
      field: 'prest/CPF',
      says: 'O CPF do prestador não consta do cadastro.',
      refuses: ({ dps, hall }) => isUnknown(hall, dps.party('prest'), 'CPF'),
    },
    {
      code: 'E0099',
      level: 2,
      field: 'prest/CPF',
      says: 'A pessoa física que presta o serviço não tem registro complementar no município emissor.',
      refuses: asked => asked.dps.has('prest/CPF') && provider(asked) !== null && entries(asked).length === 0,
    },
    {
      code: 'E0112',
      level: 1,
      field: 'prest/NIF',
      says: 'O prestador que emite não se identifica por NIF.',
      refuses: ({ dps }) => dps.emitter === 'prest' && dps.has('prest/NIF'),
    },
    {
      code: 'E0114',
      level: 1,
      field: 'prest/cNaoNIF',
      says: 'O prestador que emite não pode deixar de se identificar.',
      refuses: ({ dps }) => dps.emitter === 'prest' && dps.has('prest/cNaoNIF'),
    },
    {
      code: 'E0115',
      level: 1,
      field: 'prest/cNaoNIF',
      says: 'O motivo 0 para o prestador sem NIF não é aceito.',
      refuses: ({ dps }) => dps.says('prest/cNaoNIF', '0'),
    },
    {
      code: 'E0116',
      level: 2,
      field: 'prest/IM',
      says: 'O prestador tem registro complementar no município: informe a inscrição municipal.',
      refuses: asked => !asked.dps.isMei && !asked.dps.has('prest/IM') && entries(asked).some(({ isActive }) => isActive),
    },
    {
      code: 'E0119',
      level: 2,
      field: 'prest/IM',
      says: 'O município não autoriza esta inscrição municipal a emitir.',
      refuses: asked => !asked.dps.isMei && entryNamed(asked)?.mayIssue === false,
    },
    {
      code: 'E0120',
      level: 2,
      field: 'prest/IM',
      says: 'O prestador não tem registro complementar no município: a inscrição municipal não é informada.',
      refuses: asked => asked.dps.has('prest/IM') && entries(asked).length === 0,
    },
    {
      code: 'E0124',
      level: 2,
      field: 'prest/IM',
      says: 'A inscrição municipal informada está inativa no município.',
      refuses: asked => entryNamed(asked)?.isActive === false,
    },
    {
      code: 'E0121',
      level: 2,
      field: 'prest/xNome',
      says: 'O prestador que emite não informa o próprio nome.',
      refuses: ({ dps }) => dps.emitter === 'prest' && dps.has('prest/xNome'),
    },
    {
      code: 'E0123',
      level: 1,
      field: 'prest/xNome',
      says: 'O prestador identificado por NIF precisa de nome.',
      refuses: ({ dps }) => dps.has('prest/NIF') && !dps.has('prest/xNome'),
    },
    {
      code: 'E0128',
      level: 1,
      field: 'prest/end',
      says: 'O prestador que emite não informa o próprio endereço.',
      refuses: ({ dps }) => dps.emitter === 'prest' && dps.has('prest/end'),
    },
    {
      code: 'E0130',
      level: 1,
      field: 'prest/end/endNac/cMun',
      says: 'O município do endereço do prestador não existe.',
      refuses: ({ dps }) => !isMunicipio(dps.text('prest/end/endNac/cMun')),
    },
    {
      code: 'E0146',
      level: 1,
      field: 'prest/end/endExt/cPais',
      says: 'O país do endereço do prestador não existe ou é o Brasil.',
      refuses: ({ dps, hall }) => !isForeignCountry(hall, dps.text('prest/end/endExt/cPais')),
    },
    {
      code: 'E0148',
      level: 2,
      field: 'prest/email',
      says: 'O e-mail do prestador não tem a forma de um.',
      refuses: ({ dps }) => !isEmail(dps.text('prest/email')),
    },
    {
      code: 'E0160',
      level: 2,
      field: 'prest/regTrib/opSimpNac',
      says: 'A opção pelo Simples Nacional não é a que consta do cadastro na competência.',
      refuses: asked => {
        const known = provider(asked)
        return known !== null && simplesOn(known, asked.dps.competence) !== asked.dps.simples
      },
    },
    {
      code: 'E0162',
      level: 2,
      field: 'prest/regTrib/regApTribSN',
      says: 'Só ME ou EPP do Simples Nacional informa o regime de apuração.',
      refuses: ({ dps }) => dps.simples !== '3' && dps.has('prest/regTrib/regApTribSN'),
    },
    {
      code: 'E0166',
      level: 2,
      field: 'prest/regTrib/regApTribSN',
      says: 'ME ou EPP do Simples Nacional precisa informar o regime de apuração.',
      refuses: ({ dps }) => dps.simples === '3' && !dps.has('prest/regTrib/regApTribSN'),
    },
    {
      code: 'E0172',
      level: 2,
      field: 'prest/regTrib/regEspTrib',
      says: 'Imunidade, exportação e não incidência não têm regime especial.',
      refuses: ({ dps }) => dps.hasSpecialRegime && !dps.isTaxable,
    },
    {
      code: 'E0174',
      level: 2,
      field: 'prest/regTrib/regEspTrib',
      says: 'O MEI não tem regime especial.',
      refuses: ({ dps }) => dps.hasSpecialRegime && dps.isMei,
    },
    {
      code: 'E0175',
      level: 2,
      field: 'prest/regTrib/regEspTrib',
      says: 'Quem apura o ISS pelo Simples Nacional não tem regime especial.',
      refuses: ({ dps }) => dps.hasSpecialRegime && dps.paysThroughSimples,
    },
    {
      code: 'E0176',
      level: 2,
      field: 'prest/regTrib/regEspTrib',
      says: 'Fora do município emissor só se admite o regime especial do profissional autônomo.',
      refuses: asked =>
        asked.incidence !== null && asked.incidence !== asked.dps.text('cLocEmi') && !['0', '5'].includes(regime(asked)),
    },
    {
      code: 'E0177',
      level: 2,
      field: 'prest/regTrib/regEspTrib',
      says: 'O município de incidência não tem este regime especial.',
      refuses: asked => regime(asked) !== '0' && asked.taxing !== null && !asked.taxing.specialRegimes.includes(regime(asked)),
    },
    {
      code: 'E0178',
      level: 2,
      field: 'prest/regTrib/regEspTrib',
      says: 'O município de incidência não admite este regime especial para este serviço.',
      refuses: asked => {
        const admitted = asked.taxing?.services[asked.dps.service]?.specialRegimes
        return admitted !== undefined && regime(asked) !== '0' && !admitted.includes(regime(asked))
      },
    },
  ],
}
