import { dayInZone, daysBetween } from '../../../core/dates.ts'
import { blockedEvents, isCancelled, isUnderAnalysis } from '../notes.ts'
import type { ReadDps } from '../reading/read-dps.ts'
import { hasRightDigit } from './marks.ts'
import { annexDps, type DpsCase, type Rule, type RuleSheet } from './rule.ts'

const key = ({ dps }: DpsCase) => dps.text('subst/chSubstda') ?? ''
const city = ({ dps, hall }: DpsCase) => hall.city(dps.text('cLocEmi'))

/** A rule about the note that is to be replaced; without one there is nothing to refuse. */
function ofReplaced(
  row: Pick<Rule<DpsCase>, 'code' | 'level' | 'says'>,
  refuses: (before: ReadDps, asked: DpsCase & { replaced: NonNullable<DpsCase['replaced']> }) => boolean,
): Rule<DpsCase> {
  return {
    ...row,
    field: 'subst/chSubstda',
    refuses: asked => {
      const { replaced } = asked
      return replaced !== null && refuses(replaced.dps, { ...asked, replaced })
    },
  }
}

const hasEvent = ({ replaced }: DpsCase, ...codes: readonly string[]) =>
  replaced?.events.some(({ code }) => codes.includes(code)) ?? false

const isSame = (before: ReadDps, now: ReadDps, ...paths: readonly string[]) =>
  paths.every(path => before.text(path) === now.text(path))

const sameParty = (before: ReadDps, now: ReadDps, party: 'toma' | 'interm') =>
  before.party(party)?.text === now.party(party)?.text

/** Brazil's time is that of its notes. */
export const timeZone = 'America/Sao_Paulo'

export const substitutionRules: RuleSheet<DpsCase> = {
  stage: 'substitution',
  source: annexDps,
  rules: [
    {
      code: 'E0042',
      level: 1,
      field: 'subst/chSubstda',
      says: 'A chave da nota a substituir não confere, ou é de outro município ou emitente.',
      refuses: asked => {
        if (!asked.dps.has('subst')) return false
        // City; then kind and number of the issuer, which stand one place later in a key than in the Id of a DPS.
        const isOfIssuer =
          key(asked).slice(0, 7) === asked.dps.id.slice(3, 10) && key(asked).slice(8, 23) === asked.dps.id.slice(10, 25)
        return !hasRightDigit(key(asked)) || !isOfIssuer
      },
    },
    {
      code: 'E0044',
      level: 1,
      field: 'subst/chSubstda',
      says: 'A nota a substituir não existe.',
      refuses: asked => asked.dps.has('subst') && asked.replaced === null,
    },
    ofReplaced({ code: 'E0046', level: 1, says: 'A nota a substituir está cancelada.' }, (_, { replaced }) =>
      isCancelled(replaced),
    ),
    ofReplaced({ code: 'E0050', level: 3, says: 'O prazo do município para substituir a nota passou.' }, (_, asked) => {
      const window = city(asked)?.substituting
      if (window === undefined || asked.dps.says('subst/cMotivo', '01', '02')) return false
      const days = daysBetween(dayInZone(asked.replaced.at, timeZone), dayInZone(asked.hall.now, timeZone))
      return days > window.days
    }),
    ofReplaced(
      { code: 'E0056', level: 3, says: 'O município não deixa substituir nota sem tomador identificado.' },
      (before, asked) => city(asked)?.substituting.needsTaker === true && before.party('toma') === null,
    ),
    ofReplaced(
      { code: 'E0058', level: 3, says: 'O município não deixa trocar o tomador ou o intermediário na substituição.' },
      (before, asked) =>
        city(asked)?.substituting.keepsTaker === true &&
        !(sameParty(before, asked.dps, 'toma') && sameParty(before, asked.dps, 'interm')),
    ),
    ofReplaced(
      {
        code: 'E0060',
        level: 2,
        says: 'Quem não é do Simples Nacional não muda competência, serviço nem lugar na substituição.',
      },
      (before, { dps }) =>
        dps.simples === '1' &&
        !isSame(
          before,
          dps,
          'dCompet',
          'serv/cServ/cTribNac',
          'serv/cServ/cTribMun',
          'serv/locPrest/cLocPrestacao',
          'serv/locPrest/cPaisPrestacao',
        ),
    ),
    ofReplaced(
      { code: 'E0061', level: 2, says: 'MEI, ME e EPP não mudam tomador, competência nem valor na substituição.' },
      (before, { dps }) =>
        dps.simples !== '1' &&
        !(
          isSame(before, dps, 'dCompet') &&
          before.price === dps.price &&
          (before.party('toma') === null || sameParty(before, dps, 'toma'))
        ),
    ),
    {
      code: 'E0065',
      level: 1,
      field: 'subst/chSubstda',
      says: 'A nota a substituir foi gerada por outro ambiente.',
      refuses: asked => asked.dps.has('subst') && key(asked)[7] !== '2',
    },
    ofReplaced(
      { code: 'E0068', level: 1, says: 'A nota a substituir espera a análise fiscal de um cancelamento.' },
      (_, { replaced }) => isUnderAnalysis(replaced),
    ),
    ofReplaced({ code: 'E0070', level: 2, says: 'A nota a substituir foi confirmada.' }, (_, asked) =>
      hasEvent(asked, '202201', '203202', '204203'),
    ),
    ofReplaced({ code: 'E0072', level: 2, says: 'A nota a substituir foi confirmada tacitamente.' }, (_, asked) =>
      hasEvent(asked, '205204'),
    ),
    ofReplaced({ code: 'E0076', level: 1, says: 'O município bloqueou a substituição da nota.' }, (_, { replaced }) =>
      blockedEvents(replaced).has('105102'),
    ),
    {
      code: 'E0078',
      level: 1,
      field: 'subst/xMotivo',
      says: 'O motivo 99 precisa de descrição.',
      refuses: ({ dps }) => dps.says('subst/cMotivo', '99') && !dps.has('subst/xMotivo'),
    },
  ],
}
