import { parseCnpj } from '../../../core/brazil/cnpj.ts'
import { isCnpj, isCpf, isEmail, isForeignCountry, isMunicipio, isUnknown, rootOf } from './marks.ts'
import { annexDps, type DpsCase, type Rule, type RuleSheet } from './rule.ts'

/** Taker and intermediary are asked the same, under codes of their own. */
interface Person {
  readonly of: 'toma' | 'interm'
  readonly who: string
  /** tpRetISSQN that makes this one withhold. */
  readonly withholds: string
  readonly codes: Record<
    | 'cnpj'
    | 'cnpjKnown'
    | 'root'
    | 'identified'
    | 'cpf'
    | 'cpfKnown'
    | 'foreignAddress'
    | 'noNif'
    | 'national'
    | 'city'
    | 'nifAddress'
    | 'country'
    | 'email',
    string
  >
}

function rulesOf({ of, who, withholds, codes }: Person): Rule<DpsCase>[] {
  const isWithholding = ({ dps }: DpsCase) => dps.says('valores/trib/tribMun/tpRetISSQN', withholds)
  return [
    {
      code: codes.cnpj,
      level: 1,
      field: `${of}/CNPJ`,
      says: `Os dígitos verificadores do CNPJ do ${who} não conferem.`,
      refuses: ({ dps }) => !isCnpj(dps.text(`${of}/CNPJ`)),
    },
    {
      code: codes.cnpjKnown,
      level: 2,
      field: `${of}/CNPJ`,
      says: `O CNPJ do ${who} não consta do cadastro.`,
      refuses: ({ dps, hall }) => isUnknown(hall, dps.party(of), 'CNPJ'),
    },
    {
      code: codes.root,
      level: 2,
      field: `${of}/CNPJ`,
      says: `Prestador e ${who} são a mesma empresa (raiz do CNPJ).`,
      refuses: ({ dps }) => {
        const other = parseCnpj(dps.text(`${of}/CNPJ`) ?? '')
        return other !== null && rootOf(other) === rootOf(dps.text('prest/CNPJ') ?? '')
      },
    },
    {
      code: codes.identified,
      level: 2,
      field: `${of}/CNPJ`,
      says: `O ${who} que retém o ISS precisa ser identificado por CNPJ ou CPF.`,
      refuses: asked => isWithholding(asked) && !asked.dps.hasAny(`${of}/CNPJ`, `${of}/CPF`),
    },
    {
      code: codes.cpf,
      level: 1,
      field: `${of}/CPF`,
      says: `Os dígitos verificadores do CPF do ${who} não conferem.`,
      refuses: ({ dps }) => !isCpf(dps.text(`${of}/CPF`)),
    },
    {
      code: codes.cpfKnown,
      level: 2,
      field: `${of}/CPF`,
      says: `O CPF do ${who} não consta do cadastro.`,
      refuses: ({ dps, hall }) => isUnknown(hall, dps.party(of), 'CPF'),
    },
    {
      code: codes.foreignAddress,
      level: 2,
      field: `${of}/NIF`,
      says: `O ${who} com endereço no exterior é identificado por NIF, ou diz por que não tem.`,
      refuses: ({ dps }) => dps.has(`${of}/end/endExt`) && !dps.hasAny(`${of}/NIF`, `${of}/cNaoNIF`),
    },
    {
      code: codes.noNif,
      level: 2,
      field: `${of}/cNaoNIF`,
      says: `O motivo 0 para o ${who} sem NIF não é aceito.`,
      refuses: ({ dps }) => dps.says(`${of}/cNaoNIF`, '0'),
    },
    {
      code: codes.national,
      level: 1,
      field: `${of}/end/endNac`,
      says: `O ${who} que retém o ISS precisa de endereço no Brasil.`,
      refuses: asked => isWithholding(asked) && !asked.dps.has(`${of}/end/endNac`),
    },
    {
      code: codes.city,
      level: 1,
      field: `${of}/end/endNac/cMun`,
      says: `O município do endereço do ${who} não existe.`,
      refuses: ({ dps }) => !isMunicipio(dps.text(`${of}/end/endNac/cMun`)),
    },
    {
      code: codes.nifAddress,
      level: 1,
      field: `${of}/end/endExt`,
      says: `O ${who} identificado por NIF precisa de endereço no exterior.`,
      refuses: ({ dps }) => dps.has(`${of}/NIF`) && dps.has('prest/CNPJ') && !dps.has(`${of}/end/endExt`),
    },
    {
      code: codes.country,
      level: 1,
      field: `${of}/end/endExt/cPais`,
      says: `O país do endereço do ${who} não existe ou é o Brasil.`,
      refuses: ({ dps, hall }) => !isForeignCountry(hall, dps.text(`${of}/end/endExt/cPais`)),
    },
    {
      code: codes.email,
      level: 2,
      field: `${of}/email`,
      says: `O e-mail do ${who} não tem a forma de um.`,
      refuses: ({ dps }) => !isEmail(dps.text(`${of}/email`)),
    },
  ]
}

export const takerRules: RuleSheet<DpsCase> = {
  stage: 'parties',
  source: annexDps,
  rules: [
    ...rulesOf({
      of: 'toma',
      who: 'tomador',
      withholds: '2',
      codes: {
        cnpj: 'E0188',
        cnpjKnown: 'E0190',
        root: 'E0202',
        identified: 'E0204',
        cpf: 'E0206',
        cpfKnown: 'E0207',
        foreignAddress: 'E0223',
        noNif: 'E0226',
        national: 'E0237',
        city: 'E0238',
        nifAddress: 'E0242',
        country: 'E0246',
        email: 'E0247',
      },
    }),
    {
      code: 'E0234',
      level: 2,
      field: 'toma/end',
      says: 'O ISS deste serviço é devido onde está o tomador: informe o endereço dele.',
      refuses: ({ dps, hall }) => hall.tables.services.get(dps.service)?.incidence === 'ET' && !dps.has('toma/end'),
    },
  ],
}

export const intermediaryRules: RuleSheet<DpsCase> = {
  stage: 'parties',
  source: annexDps,
  rules: rulesOf({
    of: 'interm',
    who: 'intermediário',
    withholds: '3',
    codes: {
      cnpj: 'E0248',
      cnpjKnown: 'E0250',
      root: 'E0262',
      identified: 'E0264',
      cpf: 'E0266',
      cpfKnown: 'E0268',
      foreignAddress: 'E0281',
      noNif: 'E0286',
      national: 'E0293',
      city: 'E0294',
      nifAddress: 'E0298',
      country: 'E0299',
      email: 'E0300',
    },
  }),
}
