import { municipioOf } from '../../core/brazil/municipio.ts'
import { dayInZone } from '../../core/dates.ts'
import { isOwnSerie, LAST_DPS_NUMBER } from '../identifiers/dps-id.ts'
import { canBeReferred, readNfseKey } from '../identifiers/nfse-key.ts'
import type { Dps } from './dps.ts'
import { hasRightDigits } from './identity.ts'
import { at, type DpsRule, type OfficialLists, SCHEMA } from './rule.ts'

// Number, dates, what is substituted, and the prestador. Annex I of 30/12/2025, with the changes of 09/02/2026.

const isSimples = ({ prestador }: Dps) => prestador.opSimpNac === 3

export const identityRules: readonly DpsRule[] = [
  {
    code: 'serie_out_of_range',
    official: 'E0010',
    message: 'A série de uma aplicação própria vai de 1 a 49999. Escolha uma série numérica dessa faixa.',
    brokenAt: dps => at('/serie', !isOwnSerie(dps.serie)),
  },
  {
    code: 'number_out_of_range',
    official: SCHEMA,
    message: 'O número da DPS vai de 1 a 999999999999999.',
    brokenAt: ({ number }) => at('/number', !Number.isSafeInteger(number) || number < 1 || number > LAST_DPS_NUMBER),
  },
  {
    code: 'competence_after_issue',
    official: 'E0015',
    message: 'A competência não pode ser posterior à emissão. Emita no dia da competência ou depois, ou corrija a competência.',
    brokenAt: dps => at('/competence', dps.competence > dayInZone(dps.issuedAt, dps.timeZone)),
  },
  {
    code: 'competence_before_convention',
    official: 'E0016',
    message:
      'A competência é anterior à adesão do município ao padrão nacional. Emita pelo sistema que a prefeitura usava então.',
    brokenAt: ({ competence, prestador }, { cityActiveSince }) =>
      at('/competence', prestador.opSimpNac !== 2 && cityActiveSince !== null && competence < cityActiveSince),
  },
  {
    code: 'year_out_of_layout',
    official: SCHEMA,
    message: 'O leiaute só aceita datas de 2000 a 2099. Corrija a data.',
    brokenAt: dps => datesOf(dps).flatMap(([path, date]) => at(path, !date.startsWith('20'))),
  },
  {
    code: 'unknown_city_of_issue',
    official: 'E0037',
    message: 'O município emissor não existe na tabela do IBGE. Corrija o município do endereço da empresa.',
    brokenAt: dps => at('/municipio', municipioOf(dps.municipio) === null),
  },
  {
    code: 'invalid_substituted_key',
    official: 'E0042',
    message:
      'A chave da nota a substituir não é de uma nota deste município e deste prestador, ou tem dígito errado. Confira a chave.',
    brokenAt: dps => at('/substitutes/key', dps.substitutes !== null && !isKeyOf(dps, dps.substitutes.key)),
  },
  {
    code: 'key_refused_by_schema',
    official: SCHEMA,
    message:
      'O esquema oficial recusa chaves de CNPJ com letra na 12ª posição (defeito do governo): nenhuma nota pode citá-la. Use o portal nacional.',
    brokenAt: dps => keysOf(dps).flatMap(([path, key]) => at(path, readNfseKey(key) !== null && !canBeReferred(key))),
  },
  {
    code: 'substitution_without_text',
    official: 'E0078',
    message: 'Com o motivo 99 - Outros, descreva por que a nota é substituída.',
    brokenAt: ({ substitutes }) =>
      at('/substitutes/text', substitutes?.reason === '99' && (substitutes.text ?? '').trim() === ''),
  },
  {
    code: 'invalid_prestador_tax_id',
    official: 'E0080',
    message: 'O CNPJ do prestador tem dígito verificador errado. Corrija o cadastro da empresa.',
    brokenAt: ({ prestador }) => at('/prestador/taxId', prestador.taxId.kind === 'company' && !hasRightDigits(prestador.taxId)),
  },
  {
    code: 'invalid_prestador_tax_id',
    official: 'E0096',
    message: 'O CPF do prestador tem dígito verificador errado. Corrija o cadastro.',
    brokenAt: ({ prestador }) => at('/prestador/taxId', prestador.taxId.kind === 'person' && !hasRightDigits(prestador.taxId)),
  },
  {
    code: 'municipal_registration_missing',
    official: 'E0116',
    message: 'O município tem cadastro complementar do prestador: informe a inscrição municipal.',
    brokenAt: ({ prestador }, { prestadorHasCncRecord }) =>
      at(
        '/prestador/municipalRegistration',
        prestadorHasCncRecord === true && prestador.municipalRegistration === null && prestador.opSimpNac !== 2,
      ),
  },
  {
    code: 'municipal_registration_forbidden',
    official: 'E0120',
    message: 'O município não tem cadastro complementar do prestador: não informe a inscrição municipal.',
    brokenAt: ({ prestador }, { prestadorHasCncRecord }) =>
      at('/prestador/municipalRegistration', prestadorHasCncRecord === false && prestador.municipalRegistration !== null),
  },
  {
    code: 'simples_regime_forbidden',
    official: 'E0162',
    message: 'O regime de apuração do Simples só é informado por ME/EPP: retire-o.',
    brokenAt: dps => at('/prestador/regApTribSN', !isSimples(dps) && dps.prestador.regApTribSN !== null),
  },
  {
    code: 'simples_regime_missing',
    official: 'E0166',
    message: 'ME/EPP do Simples informa o regime de apuração dos tributos (1, 2 ou 3).',
    brokenAt: dps => at('/prestador/regApTribSN', isSimples(dps) && dps.prestador.regApTribSN === null),
  },
  {
    code: 'special_regime_not_taxable',
    official: 'E0172',
    message: 'Em imunidade, exportação ou não incidência o regime especial de tributação é 0 - Nenhum.',
    brokenAt: dps => at('/prestador/regEspTrib', dps.prestador.regEspTrib !== 0 && dps.municipalTax.tribISSQN !== 1),
  },
  {
    code: 'special_regime_of_mei',
    official: 'E0174',
    message: 'O regime especial de tributação de MEI é 0 - Nenhum.',
    brokenAt: ({ prestador }) => at('/prestador/regEspTrib', prestador.regEspTrib !== 0 && prestador.opSimpNac === 2),
  },
  {
    code: 'special_regime_of_simples',
    official: 'E0175',
    message: 'Quem apura os tributos pelo Simples tem regime especial de tributação 0 - Nenhum.',
    brokenAt: dps =>
      at('/prestador/regEspTrib', dps.prestador.regEspTrib !== 0 && isSimples(dps) && dps.prestador.regApTribSN === 1),
  },
  {
    code: 'special_regime_elsewhere',
    official: 'E0176',
    message: 'Com o ISS devido em outro município, o regime especial de tributação é 0 - Nenhum ou 5 - Profissional Autônomo.',
    brokenAt: (dps, { lists }) => {
      const city = cityOfIncidence(dps, lists)
      const isLocal = ![0, 5].includes(dps.prestador.regEspTrib)
      return at('/prestador/regEspTrib', isLocal && city !== null && city !== dps.municipio)
    },
  },
]

/** Where the ISS is due; null where nobody knows, or it is abroad. */
function cityOfIncidence({ municipio, service, tomador }: Dps, lists: OfficialLists | null): string | null {
  const incidence = lists?.services.get(service.cTribNac)?.incidence ?? null
  if (incidence === 'EP') return municipio
  const place = incidence === 'LP' ? service.place : incidence === 'ET' ? tomador?.address?.place : undefined
  return place?.kind === 'national' ? place.municipio : null
}

/** A key whose city, inscription and digit are right. */
function isKeyOf(dps: Dps, key: string): boolean {
  const said = readNfseKey(key)
  return said !== null && said.municipio === dps.municipio && said.issuer.taxId === dps.prestador.taxId.taxId
}

/** A text with the path where it stands. */
type Said = readonly [path: string, text: string]

/** Every date that has a type of years 2000 to 2099. */
function datesOf({ competence, issuedAt, timeZone, service, ibsCbs }: Dps): Said[] {
  const { event } = service
  return [
    ['/competence', competence],
    ['/issuedAt', dayInZone(issuedAt, timeZone)],
    ...(event === null
      ? []
      : ([
          ['/service/event/from', event.from],
          ['/service/event/until', event.until],
        ] as const)),
    ...(ibsCbs?.reimbursements ?? []).flatMap(({ issuedOn, competence }, i): Said[] => [
      [`/ibsCbs/reimbursements/${i}/issuedOn`, issuedOn],
      [`/ibsCbs/reimbursements/${i}/competence`, competence],
    ]),
  ]
}

/** Every key of another note. */
function keysOf({ substitutes, amounts: { deduction }, ibsCbs }: Dps): Said[] {
  const documents = deduction?.kind === 'documents' ? deduction.documents : []
  return [
    ...(substitutes === null ? [] : ([['/substitutes/key', substitutes.key]] as const)),
    ...documents.flatMap(({ document }, i): Said[] =>
      document.kind === 'chNFSe' ? [[`/amounts/deduction/documents/${i}/document/key`, document.key]] : [],
    ),
    ...(ibsCbs?.references ?? []).map((key, i): [string, string] => [`/ibsCbs/references/${i}`, key]),
  ]
}
