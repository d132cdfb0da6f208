import { millisOf, parseInstant } from '../../../core/dates.ts'
import { annexDps, type DpsCase, type RuleSheet } from './rule.ts'

/** The 45 characters that the fields of a DPS make. */
function idOf({ dps }: DpsCase): string {
  const party = dps.party(dps.emitter)
  const kind = party?.kind === 'CPF' ? '1' : '2'
  const series = (dps.text('serie') ?? '').padStart(5, '0')
  return `DPS${dps.text('cLocEmi')}${kind}${(party?.text ?? '').padStart(14, '0')}${series}${(dps.text('nDPS') ?? '').padStart(15, '0')}`
}

const emitterCity = ({ dps, hall }: DpsCase) => hall.city(dps.text('cLocEmi'))
const emitter = ({ dps, hall }: DpsCase) => hall.taxpayer(dps.emitterTaxId)

/** The first layout of IBS and CBS, and the one before it, which the schemas still let pass. */
const layouts = ['1.00', '1.01']

export const identityRules: RuleSheet<DpsCase> = {
  stage: 'identity',
  source: annexDps,
  rules: [
    {
      code: 'E0001',
      level: 1,
      field: 'versao',
      says: 'Esta versão do leiaute da DPS já não é aceita.',
      refuses: ({ dps }) => !layouts.includes(dps.layout),
    },
    {
      code: 'E0004',
      level: 1,
      field: 'Id',
      says: 'O Id da DPS não é o que município, inscrição do emitente, série e número formam.',
      refuses: asked => asked.dps.id !== idOf(asked),
    },
    {
      code: 'E0006',
      level: 1,
      field: 'tpAmb',
      says: 'A DPS diz ser de outro ambiente que não este.',
      refuses: ({ dps, hall }) => !dps.says('tpAmb', hall.environment),
    },
    {
      code: 'E0008',
      level: 1,
      field: 'dhEmi',
      says: 'A DPS diz ter sido emitida depois da hora em que chegou.',
      refuses: ({ dps, hall }) => {
        const emitted = parseInstant(dps.text('dhEmi') ?? '')
        return emitted === null || millisOf(emitted) > millisOf(hall.now)
      },
    },
    {
      code: 'E0010',
      level: 1,
      field: 'serie',
      says: 'A série não é das que um aplicativo próprio usa: de 1 a 49999.',
      refuses: ({ dps }) => {
        const series = Number(dps.text('serie'))
        return series < 1 || series > 49_999
      },
    },
    {
      code: 'E0014',
      level: 1,
      field: 'serie',
      says: 'Esta série e este número do emitente neste município já geraram uma NFS-e.',
      refuses: ({ dps, hall }) => hall.noteOfDps(dps.id) !== null,
    },
    {
      code: 'E0015',
      level: 1,
      field: 'dCompet',
      says: 'A competência é posterior à emissão da DPS.',
      refuses: ({ dps }) => dps.competence > (dps.text('dhEmi') ?? '').slice(0, 10),
    },
    {
      code: 'E0016',
      level: 1,
      field: 'dCompet',
      says: 'A competência é anterior ao convênio do município emissor.',
      refuses: asked => !asked.dps.isMei && asked.dps.competence < (emitterCity(asked)?.since ?? ''),
    },
    {
      code: 'E0018',
      level: 1,
      field: 'dCompet',
      says: 'A competência é anterior à inscrição do CNPJ do emitente.',
      refuses: asked => asked.dps.has('prest/CNPJ') && asked.dps.competence < (emitter(asked)?.since ?? ''),
    },
    {
      code: 'E0020',
      level: 1,
      field: 'dCompet',
      says: 'A competência é anterior à inscrição do CPF do emitente.',
      refuses: asked => asked.dps.has('prest/CPF') && asked.dps.competence < (emitter(asked)?.since ?? ''),
    },
    {
      code: 'E0023',
      level: 1,
      field: 'dCompet',
      says: 'A competência é anterior ao registro complementar do emitente no município.',
      refuses: asked => {
        const city = asked.dps.text('cLocEmi')
        const entry = emitter(asked)?.entries.find(
          one => one.city === city && one.isActive && one.municipalNumber === asked.dps.text('prest/IM'),
        )
        return entry !== undefined && asked.dps.competence < entry.since
      },
    },
    {
      code: 'E0029',
      level: 1,
      field: 'cMotivoEmisTI',
      says: 'O prestador que emite não informa motivo de emissão por tomador ou intermediário.',
      refuses: ({ dps }) => dps.emitter === 'prest' && dps.has('cMotivoEmisTI'),
    },
    {
      code: 'E0037',
      level: 1,
      field: 'cLocEmi',
      says: 'O município emissor não tem convênio com o Sistema Nacional NFS-e.',
      refuses: asked => !asked.dps.isMei && emitterCity(asked) === null,
    },
    {
      code: 'E0038',
      level: 1,
      field: 'cLocEmi',
      says: 'O convênio do município emissor não está ativo.',
      refuses: asked => !asked.dps.isMei && emitterCity(asked)?.isActive === false,
    },
    {
      code: 'E0041',
      level: 1,
      field: 'cLocEmi',
      says: 'O MEI emite no município do seu endereço no CNPJ.',
      refuses: asked => {
        const city = emitter(asked)?.city ?? null
        return asked.dps.isMei && city !== null && city !== asked.dps.text('cLocEmi')
      },
    },
    {
      code: 'E9996',
      level: 1,
      field: 'tpEmit',
      says: 'Por enquanto só o prestador emite.',
      refuses: ({ dps }) => dps.emitter !== 'prest',
    },
  ],
}
