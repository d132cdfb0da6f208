import { municipioOf } from '../../core/brazil/municipio.ts'
import type { Dps, ForeignTrade, SiteAddress } from './dps.ts'
import { at, type DpsRule } from './rule.ts'
import { isForeignCountry } from './rules-parties.ts'

// Place, codes and groups of the service. Annex I of 30/12/2025.

/** Outside of ISS and ICMS: any group may come along. */
const WITHOUT_INCIDENCE = '990101'

/** Of Brazilian waters (*águas marítimas*): no city's, and a place of service all the same. */
const AT_SEA = '0000000'

/** Services on works: 07.02, 07.04, 07.05, 07.06, 07.07, 07.08, 07.17, 07.19, as E0370 lists them. */
const onWorks = new Set([
  '070201',
  '070202',
  '070401',
  '070501',
  '070502',
  '070601',
  '070602',
  '070701',
  '070801',
  '071701',
  '071901',
])

export const isOnWorks = (cTribNac: string) => onWorks.has(cTribNac)
const isOfEvents = (cTribNac: string) => cTribNac.startsWith('12')
const isExport = ({ municipalTax }: Dps) => municipalTax.tribISSQN === 3
/** Tomador, intermediario or place: one of them abroad makes it foreign trade, whatever its ISS. */
const hasForeignSide = (dps: Dps) =>
  dps.tomador?.address?.place.kind === 'abroad' || dps.intermediario?.address?.place.kind === 'abroad' || isAbroad(dps)
const isAbroad = ({ service }: Dps) => service.place.kind === 'abroad'

const tradeRule = (
  code: string,
  official: string,
  field: keyof ForeignTrade,
  message: string,
  isBroken: (it: ForeignTrade) => boolean,
) =>
  ({
    code,
    official,
    message,
    brokenAt: ({ service }: Dps) =>
      at(`/service/foreignTrade/${field}`, service.foreignTrade !== null && isBroken(service.foreignTrade)),
  }) satisfies DpsRule

export const serviceRules: readonly DpsRule[] = [
  {
    code: 'unknown_city_of_service',
    official: 'E0302',
    message: 'O município da prestação não existe na tabela do IBGE. Corrija o local da prestação.',
    brokenAt: ({ service: { place } }) =>
      at(
        '/service/place/municipio',
        place.kind === 'national' && place.municipio !== AT_SEA && municipioOf(place.municipio) === null,
      ),
  },
  {
    code: 'unknown_country_of_service',
    official: 'E0304',
    message: 'O país da prestação não existe na tabela ISO, ou é o Brasil. Corrija o local da prestação.',
    brokenAt: ({ service: { place } }, { lists }) =>
      at('/service/place/country', place.kind === 'abroad' && !isForeignCountry(place.country, lists)),
  },
  {
    code: 'unknown_service_code',
    official: 'E0310',
    message:
      'O código de tributação nacional não está na lista de serviços. Escolha um código de seis dígitos da lista nacional.',
    brokenAt: ({ service }, { lists }) => at('/service/cTribNac', lists !== null && !lists.services.has(service.cTribNac)),
  },
  {
    code: 'unknown_nbs',
    official: 'E0316',
    message: 'O código NBS não está na tabela NBS 2.0. Escolha um código de nove dígitos da tabela.',
    brokenAt: ({ service }, { lists }) =>
      at('/service/cNBS', lists !== null && service.cNBS !== null && !lists.nbs.has(service.cNBS)),
  },
  {
    code: 'foreign_side_without_nbs',
    official: 'E0318',
    message: 'Com tomador, intermediário ou prestação no exterior é preciso o código NBS: informe-o no serviço.',
    brokenAt: dps => at('/service/cNBS', hasForeignSide(dps) && dps.service.cNBS === null),
  },
  {
    code: 'foreign_trade_missing',
    official: 'E0330',
    message: 'Na exportação, e com tomador, intermediário ou prestação no exterior, informe os dados de comércio exterior.',
    brokenAt: dps => at('/service/foreignTrade', (isExport(dps) || hasForeignSide(dps)) && dps.service.foreignTrade === null),
  },
  tradeRule(
    'mode_of_origin',
    'E0333',
    'mdPrestacao',
    'Escolha o modo de prestação: o valor 0 não é aceito.',
    it => it.mdPrestacao === 0,
  ),
  tradeRule(
    'support_of_prestador_of_origin',
    'E0341',
    'mecAFComexP',
    'Escolha o mecanismo de apoio ao prestador (01 - nenhum): o valor 00 não é aceito.',
    it => it.mecAFComexP === '00',
  ),
  tradeRule(
    'support_of_tomador_of_origin',
    'E0343',
    'mecAFComexT',
    'Escolha o mecanismo de apoio ao tomador (01 - nenhum): o valor 00 não é aceito.',
    it => it.mecAFComexT === '00',
  ),
  tradeRule(
    'movement_of_origin',
    'E0345',
    'movTempBens',
    'Diga se há movimentação temporária de bens (1 - não): o valor 0 não é aceito.',
    it => it.movTempBens === 0,
  ),
  tradeRule(
    'import_declaration_missing',
    'E0352',
    'nDI',
    'Com movimentação temporária de importação (2), informe o número da DI.',
    it => it.movTempBens === 2 && it.nDI === null,
  ),
  tradeRule(
    'declaration_without_movement',
    'E0354',
    'movTempBens',
    'Sem movimentação temporária de bens (1), retire os números de DI e RE.',
    it => it.movTempBens === 1 && (it.nDI !== null || it.nRE !== null),
  ),
  tradeRule(
    'export_registration_missing',
    'E0356',
    'nRE',
    'Com movimentação temporária de exportação (3), informe o número do RE.',
    it => it.movTempBens === 3 && it.nRE === null,
  ),
  {
    code: 'works_missing',
    official: 'E0370',
    message: 'Este serviço é de obra: informe o código da obra, o CIB ou o endereço dela.',
    brokenAt: ({ service }) => at('/service/works', isOnWorks(service.cTribNac) && service.works === null),
  },
  {
    code: 'works_forbidden',
    official: 'E0372',
    message: 'Este serviço não é de obra: retire os dados da obra.',
    brokenAt: ({ service: { cTribNac, works } }) =>
      at('/service/works', works !== null && !isOnWorks(cTribNac) && cTribNac !== WITHOUT_INCIDENCE),
  },
  {
    code: 'event_missing',
    official: 'E0390',
    message: 'Serviço do item 12 é de evento: informe nome, datas e local do evento.',
    brokenAt: ({ service }) => at('/service/event', isOfEvents(service.cTribNac) && service.event === null),
  },
  {
    code: 'event_forbidden',
    official: 'E0392',
    message: 'Este serviço não é do item 12: retire os dados do evento.',
    brokenAt: ({ service: { cTribNac, event } }) =>
      at('/service/event', event !== null && !isOfEvents(cTribNac) && cTribNac !== WITHOUT_INCIDENCE),
  },
  ...siteRules('works', 'da obra', { abroad: 'E0384', national: 'E0386' }),
  ...siteRules('event', 'do evento', { abroad: 'E0402', national: 'E0404' }),
]

/** An address lies where the service is rendered: a CEP in Brazil, a place abroad there (E0382 and E0400 say the same of the CEP). */
function siteRules(field: 'works' | 'event', the: string, codes: { abroad: string; national: string }): DpsRule[] {
  const addressOf = ({ service }: Dps): SiteAddress | null => {
    const site = service[field]?.site
    return site?.kind === 'address' ? site.address : null
  }
  const path = `/service/${field}/site/address/place`
  return [
    {
      code: `${field}_address_not_abroad`,
      official: codes.abroad,
      message: `O serviço é prestado no exterior: informe o endereço ${the} no exterior, sem CEP.`,
      brokenAt: dps => at(path, isAbroad(dps) && addressOf(dps)?.place.kind === 'national'),
    },
    {
      code: `${field}_address_abroad`,
      official: codes.national,
      message: `O serviço é prestado no Brasil: informe o endereço ${the} com CEP.`,
      brokenAt: dps => at(path, !isAbroad(dps) && addressOf(dps)?.place.kind === 'abroad'),
    },
  ]
}
