import { dayInZone, daysBetween } from '../../../core/dates.ts'
import { blockedEvents, blockNamed, isUnderAnalysis, nameOf } from '../notes.ts'
import type { Window } from '../register/city.ts'
import { eventKinds, manifestations, rejections } from './event-kinds.ts'
import { rootOf } from './marks.ts'
import { annexEvents, type EventCase, type Rule, type RuleSheet } from './rule.ts'
import { timeZone } from './substitution.ts'

const kindOf = ({ event }: EventCase) => eventKinds[event.code]

/** What the city allows to be cancelled; only a request to cancel asks. */
function cancelling({ event, city }: EventCase): Window | null {
  return event.code === '101101' ? (city?.cancelling ?? null) : null
}

/**
 * What stands against an event, by the matrix. Its doubtful answers are two: a manifestation stands against another only of the same
 * party (E1833 says so), and a block only until it is lifted; blocks and their lifting are asked by rules of their own.
 */
function opposing({ event, before, note }: EventCase, eventOn: (existing: string, event: string) => string): boolean {
  if (note === null) return false
  if (blockedEvents(note).has(event.code)) return true
  const column = event.about === '' ? event.code : `${event.code}:${event.about}`
  return before
    .filter(({ code }) => code !== '305102' && code !== '305103')
    .some(existing => eventOn(existing.code, event.code === '305103' ? '305102:101101' : column) === 'X')
}

const isOnly = (event: EventCase['event'], ...codes: readonly string[]) => codes.includes(event.code)

/** One row for each kind of event: what the note has already stands against it. */
const matrixRules: Rule<EventCase>[] = Object.entries(eventKinds).map(([code, { against, says }]) => ({
  code: against,
  level: 1,
  field: `e${code}`,
  says: `Os eventos que a nota já tem não admitem este: ${says}.`,
  refuses: asked => {
    if (asked.event.code !== code) return false
    const { eventOn } = asked.hall.tables
    const isFirst = asked.before.length === 0
    // Rules of their own say what is missing: a request to be answered, a rejection to be annulled, a block to be lifted.
    if (isFirst) return !isOnly(asked.event, '105104', '105105', '305103') && eventOn('none', columnOf(asked)) === 'X'
    return opposing(asked, eventOn)
  },
}))

const columnOf = ({ event }: EventCase) => (event.about === '' ? event.code : `${event.code}:${event.about}`)

const rejectionReasons: readonly (readonly [code: string, event: string])[] = [
  ['E1944', '202205'],
  ['E1949', '203206'],
  ['E1954', '204207'],
]

export const eventRules: RuleSheet<EventCase> = {
  stage: 'event',
  source: annexEvents,
  rules: [
    {
      code: 'E1825',
      level: 1,
      field: 'versao',
      says: 'Esta versão do leiaute do pedido de evento já não é aceita.',
      refuses: ({ event }) => !['1.00', '1.01'].includes(event.layout),
    },
    {
      code: 'E1827',
      level: 1,
      field: 'Id',
      says: 'O Id do pedido não é PRE, a chave da nota e o código do evento.',
      refuses: ({ event }) => event.id !== `PRE${event.key}${event.code}`,
    },
    {
      code: 'E1845',
      level: 1,
      field: 'tpAmb',
      says: 'O pedido diz ser de outro ambiente que não este.',
      refuses: ({ event, hall }) => !event.says('tpAmb', hall.environment),
    },
    {
      code: 'E0812',
      level: 1,
      field: 'CNPJAutor',
      says: 'O CNPJ do autor não tem a raiz do CNPJ do certificado que assina.',
      refuses: ({ event, hall }) => hall.signer !== '' && event.has('CNPJAutor') && rootOf(event.author) !== rootOf(hall.signer),
    },
    {
      code: 'E0813',
      level: 1,
      field: 'CNPJAutor',
      says: 'Este CNPJ não é de quem pode pedir este evento nesta nota.',
      refuses: asked => asked.event.has('CNPJAutor') && !isRightAuthor(asked),
    },
    {
      code: 'E0815',
      level: 1,
      field: 'CPFAutor',
      says: 'O CPF do autor não é o do certificado que assina.',
      refuses: ({ event, hall }) => hall.signer !== '' && event.has('CPFAutor') && event.author !== hall.signer,
    },
    {
      code: 'E0816',
      level: 1,
      field: 'CPFAutor',
      says: 'Este CPF não é de quem pode pedir este evento nesta nota.',
      refuses: asked => asked.event.has('CPFAutor') && !isRightAuthor(asked),
    },
    {
      code: 'E1831',
      level: 1,
      field: 'chNFSe',
      says: 'A nota indicada no pedido não existe.',
      refuses: ({ note }) => note === null,
    },
    {
      code: 'E0822',
      level: 3,
      field: 'chNFSe',
      says: 'O prazo do município para cancelar a nota passou.',
      refuses: asked => {
        const window = cancelling(asked)
        if (window === null || asked.note === null) return false
        return daysBetween(dayInZone(asked.note.at, timeZone), dayInZone(asked.hall.now, timeZone)) > window.days
      },
    },
    {
      code: 'E0823',
      level: 3,
      field: 'chNFSe',
      says: 'A nota vale mais do que o município deixa cancelar.',
      refuses: asked => {
        const most = cancelling(asked)?.mostCents ?? null
        return most !== null && asked.note !== null && asked.note.dps.price > most
      },
    },
    {
      code: 'E0824',
      level: 3,
      field: 'chNFSe',
      says: 'O município não deixa cancelar nota sem tomador identificado.',
      refuses: asked => cancelling(asked)?.needsTaker === true && asked.note?.dps.party('toma') === null,
    },
    {
      code: 'E0831',
      level: 1,
      field: 'chNFSe',
      says: 'O evento é pedido ao ambiente que gerou a nota.',
      refuses: ({ event }) => event.key[7] !== '2',
    },
    {
      code: 'E1833',
      level: 1,
      field: 'chNFSe',
      says: 'Esta parte já confirmou ou rejeitou a nota.',
      refuses: ({ event, before }) =>
        isOnly(event, ...manifestations) &&
        before.some(existing => manifestations.includes(existing.code) && existing.author === event.author),
    },
    {
      code: 'E1835',
      level: 1,
      field: 'chNFSe',
      says: 'Esta rejeição já foi anulada.',
      refuses: ({ event, before }) =>
        isOnly(event, '205208') &&
        before.some(existing => existing.code === '205208' && existing.about === (event.own('idEvManifRej') ?? '')),
    },
    ...matrixRules,
    {
      code: 'E0853',
      level: 1,
      field: 'e105104',
      says: 'Não há pedido de análise fiscal a deferir.',
      refuses: ({ event, note }) => isOnly(event, '105104') && note !== null && !isUnderAnalysis(note),
    },
    {
      code: 'E0856',
      level: 1,
      field: 'e105105',
      says: 'Não há pedido de análise fiscal a indeferir.',
      refuses: ({ event, note }) => isOnly(event, '105105') && note !== null && !isUnderAnalysis(note),
    },
    ...rejectionReasons.map(
      ([code, event]): Rule<EventCase> => ({
        code,
        level: 1,
        field: `e${event}/xMotivo`,
        says: 'O motivo 9 da rejeição precisa de descrição.',
        refuses: asked =>
          asked.event.code === event && asked.event.own('cMotivo') === '9' && asked.event.own('xMotivo') === undefined,
      }),
    ),
    {
      code: 'E1963',
      level: 1,
      field: 'e205208/idEvManifRej',
      says: 'A rejeição a anular não existe nesta nota.',
      refuses: ({ event, before }) =>
        isOnly(event, '205208') &&
        !before.some(
          existing => rejections.includes(existing.code) && nameOf(event.key, existing.code) === event.own('idEvManifRej'),
        ),
    },
    {
      code: 'E1967',
      level: 1,
      field: 'e305102/codEvento',
      says: 'Este evento já está bloqueado na nota.',
      refuses: ({ event, note }) => isOnly(event, '305102') && note !== null && blockedEvents(note).has(event.about),
    },
    {
      code: 'E1976',
      level: 1,
      field: 'e305103/idBloqOfic',
      says: 'O bloqueio a levantar não existe.',
      refuses: asked => isOnly(asked.event, '305103') && blockOf(asked) === undefined,
    },
    {
      code: 'E1978',
      level: 1,
      field: 'e305103/idBloqOfic',
      says: 'O bloqueio já foi levantado.',
      refuses: asked => {
        const block = isOnly(asked.event, '305103') ? blockOf(asked) : undefined
        return block !== undefined && asked.note !== null && !blockedEvents(asked.note).has(block.about)
      },
    },
  ],
}

const blockOf = ({ event, note }: EventCase) => (note === null ? undefined : blockNamed(note, event.own('idBloqOfic')))

/** A party for what parties ask; whoever signs nothing is the city itself, by its own system. */
function isRightAuthor(asked: EventCase): boolean {
  const author = kindOf(asked)?.author ?? 'system'
  if (asked.note === null) return true
  if (author === 'city') return asked.hall.signer === ''
  if (author === 'system') return false
  const party = asked.note.dps.party(author)
  if (party === null) return false
  return party.kind === 'CNPJ' ? rootOf(party.text) === rootOf(asked.event.author) : party.text === asked.event.author
}
