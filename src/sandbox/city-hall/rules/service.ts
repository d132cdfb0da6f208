import { isForeignCountry, isMunicipio } from './marks.ts'
import { annexDps, type DpsCase, type RuleSheet } from './rule.ts'

const entry = ({ dps, hall }: DpsCase) => hall.tables.services.get(dps.service)

/** May bring the group of any service. */
const withoutTax = '990101'

export const serviceRules: RuleSheet<DpsCase> = {
  stage: 'service',
  source: annexDps,
  rules: [
    {
      code: 'E0302',
      level: 1,
      field: 'serv/locPrest/cLocPrestacao',
      says: 'O município da prestação não existe.',
      refuses: ({ dps }) => {
        const place = dps.text('serv/locPrest/cLocPrestacao')
        return place !== '0000000' && !isMunicipio(place)
      },
    },
    {
      code: 'E0304',
      level: 1,
      field: 'serv/locPrest/cPaisPrestacao',
      says: 'O país da prestação não existe ou é o Brasil.',
      refuses: ({ dps, hall }) => !isForeignCountry(hall, dps.text('serv/locPrest/cPaisPrestacao')),
    },
    {
      code: 'E0310',
      level: 2,
      field: 'serv/cServ/cTribNac',
      says: 'O serviço não está na lista nacional, ou o município de incidência não o administra.',
      refuses: asked => entry(asked) === undefined || (asked.taxing?.notAdministered.includes(asked.dps.service) ?? false),
    },
    {
      code: 'E0314',
      level: 3,
      field: 'serv/cServ/cTribMun',
      says: 'O município de incidência não tem este código de tributação municipal.',
      refuses: asked => {
        const code = asked.dps.text('serv/cServ/cTribMun')
        if (code === undefined || asked.taxing === null) return false
        return !(asked.taxing.services[asked.dps.service]?.municipalCodes ?? []).includes(code)
      },
    },
    {
      code: 'E0316',
      level: 2,
      field: 'serv/cServ/cNBS',
      says: 'O código não está na NBS.',
      refuses: ({ dps, hall }) => {
        const nbs = dps.text('serv/cServ/cNBS')
        return nbs !== undefined && !hall.tables.nbs.has(nbs)
      },
    },
    {
      code: 'E0318',
      level: 2,
      field: 'serv/cServ/cNBS',
      says: 'Serviço com tomador, intermediário ou prestação no exterior precisa do código da NBS.',
      refuses: ({ dps }) => dps.hasForeignSide && !dps.has('serv/cServ/cNBS'),
    },
    {
      code: 'E0330',
      level: 1,
      field: 'serv/comExt',
      says: 'Exportação, ou tomador, intermediário ou prestação no exterior, precisa do grupo de comércio exterior.',
      refuses: ({ dps }) => (dps.hasForeignSide || dps.isExport) && !dps.has('serv/comExt'),
    },
    {
      code: 'E0333',
      level: 2,
      field: 'serv/comExt/mdPrestacao',
      says: 'O modo de prestação 0 não é aceito.',
      refuses: ({ dps }) => dps.says('serv/comExt/mdPrestacao', '0'),
    },
    {
      code: 'E0341',
      level: 2,
      field: 'serv/comExt/mecAFComexP',
      says: 'O mecanismo de apoio 00 do prestador não é aceito.',
      refuses: ({ dps }) => Number(dps.text('serv/comExt/mecAFComexP') ?? '1') === 0,
    },
    {
      code: 'E0343',
      level: 2,
      field: 'serv/comExt/mecAFComexT',
      says: 'O mecanismo de apoio 00 do tomador não é aceito.',
      refuses: ({ dps }) => Number(dps.text('serv/comExt/mecAFComexT') ?? '1') === 0,
    },
    {
      code: 'E0345',
      level: 2,
      field: 'serv/comExt/movTempBens',
      says: 'A movimentação temporária de bens 0 não é aceita.',
      refuses: ({ dps }) => dps.says('serv/comExt/movTempBens', '0'),
    },
    {
      code: 'E0352',
      level: 2,
      field: 'serv/comExt/nDI',
      says: 'A movimentação vinculada a importação precisa do número da declaração.',
      refuses: ({ dps }) => dps.says('serv/comExt/movTempBens', '2') && !dps.has('serv/comExt/nDI'),
    },
    {
      code: 'E0354',
      level: 2,
      field: 'serv/comExt/nDI',
      says: 'Sem movimentação de bens não há declaração de importação nem registro de exportação.',
      refuses: ({ dps }) => dps.says('serv/comExt/movTempBens', '1') && dps.hasAny('serv/comExt/nDI', 'serv/comExt/nRE'),
    },
    {
      code: 'E0356',
      level: 2,
      field: 'serv/comExt/nRE',
      says: 'A movimentação vinculada a exportação precisa do número do registro.',
      refuses: ({ dps }) => dps.says('serv/comExt/movTempBens', '3') && !dps.has('serv/comExt/nRE'),
    },
    {
      code: 'E0370',
      level: 1,
      field: 'serv/obra',
      says: 'Este serviço precisa do grupo de obra.',
      refuses: asked => entry(asked)?.group === 'obra' && !asked.dps.has('serv/obra'),
    },
    {
      code: 'E0372',
      level: 1,
      field: 'serv/obra',
      says: 'Este serviço não admite o grupo de obra.',
      refuses: asked => asked.dps.has('serv/obra') && entry(asked)?.group !== 'obra' && asked.dps.service !== withoutTax,
    },
    {
      code: 'E0382',
      level: 1,
      field: 'serv/obra/end/CEP',
      says: 'Obra no exterior não tem CEP.',
      refuses: ({ dps }) => dps.isDoneAbroad && dps.has('serv/obra/end/CEP'),
    },
    {
      code: 'E0384',
      level: 1,
      field: 'serv/obra/end/endExt',
      says: 'Obra no exterior precisa do endereço no exterior.',
      refuses: ({ dps }) => dps.isDoneAbroad && dps.has('serv/obra/end') && !dps.has('serv/obra/end/endExt'),
    },
    {
      code: 'E0386',
      level: 1,
      field: 'serv/obra/end/endExt',
      says: 'Obra no Brasil não tem endereço no exterior.',
      refuses: ({ dps }) => !dps.isDoneAbroad && dps.has('serv/obra/end/endExt'),
    },
    {
      code: 'E0390',
      level: 1,
      field: 'serv/atvEvento',
      says: 'Os serviços do item 12 precisam do grupo de evento.',
      refuses: asked => entry(asked)?.group === 'atvEvento' && !asked.dps.has('serv/atvEvento'),
    },
    {
      code: 'E0392',
      level: 1,
      field: 'serv/atvEvento',
      says: 'Só os serviços do item 12 admitem o grupo de evento.',
      refuses: asked =>
        asked.dps.has('serv/atvEvento') && entry(asked)?.group !== 'atvEvento' && asked.dps.service !== withoutTax,
    },
    {
      code: 'E0398',
      level: 1,
      field: 'serv/atvEvento/end/CEP',
      says: 'Evento no Brasil precisa do CEP do lugar.',
      refuses: ({ dps }) => !dps.isDoneAbroad && dps.has('serv/atvEvento/end') && !dps.has('serv/atvEvento/end/CEP'),
    },
    {
      code: 'E0400',
      level: 1,
      field: 'serv/atvEvento/end/CEP',
      says: 'Evento no exterior não tem CEP.',
      refuses: ({ dps }) => dps.isDoneAbroad && dps.has('serv/atvEvento/end/CEP'),
    },
    {
      code: 'E0402',
      level: 1,
      field: 'serv/atvEvento/end/endExt',
      says: 'Evento no exterior precisa do endereço no exterior.',
      refuses: ({ dps }) => dps.isDoneAbroad && dps.has('serv/atvEvento/end') && !dps.has('serv/atvEvento/end/endExt'),
    },
    {
      code: 'E0404',
      level: 1,
      field: 'serv/atvEvento/end/endExt',
      says: 'Evento no Brasil não tem endereço no exterior.',
      refuses: ({ dps }) => !dps.isDoneAbroad && dps.has('serv/atvEvento/end/endExt'),
    },
  ],
}
