import { Type } from 'typebox'
import { showId } from '../core/ids.ts'
import { Anything, Fields, Flag, IdOf, OneOf, OrNull } from '../platform/http/fields.ts'
import type { Finding } from './findings.ts'
import type { Names } from './names.ts'
import type { Verification } from './verification-store.ts'

export const AtVerification = Fields({ id: IdOf('verification') })

export const NewVerification = Fields(
  {
    full: Type.Optional(Flag({ description: 'Verifica tudo de novo, e não só o que mudou desde a última verificação limpa.' })),
    since: Type.Optional(
      Type.String({
        pattern: '^[0-9a-f]{64}$',
        description: 'Um head anotado antes: prova que o histórico até ali é o mesmo e verifica o que veio depois.',
      }),
    ),
  },
  { title: 'NewVerification' },
)

const Count = Type.Integer()
const FindingAnswer = Type.Object(
  {
    code: Type.String(),
    subject: Type.String(),
    contract: OrNull(
      Type.Object({ id: Type.String(), code: OrNull(Type.String()), number: OrNull(Type.String()), name: Type.String() }),
    ),
    customer: OrNull(Type.Object({ id: Type.String(), name: Type.String() })),
    period: OrNull(Type.Object({ startsOn: Type.String(), endsOn: Type.String() })),
    sentence: Type.String(),
    details: Type.Record(Type.String(), Anything()),
  },
  { title: 'Finding' },
)

export const VerificationAnswer = Type.Object(
  {
    id: Type.String(),
    state: OneOf(['waiting', 'running', 'done']),
    full: Type.Boolean(),
    since: OrNull(Type.String()),
    createdAt: Type.String(),
    finishedAt: OrNull(Type.String()),
    result: OrNull(
      Type.Object({
        mode: OneOf(['full', 'incremental', 'since']),
        clean: Type.Boolean(),
        head: OrNull(Type.String({ description: 'Anote: com ele, uma verificação futura prova que nada disto mudou.' })),
        checked: Type.Object({
          contracts: Count,
          rules: Count,
          periods: Count,
          invoices: Count,
          receivables: Count,
          schedules: Count,
          occurrences: Count,
          events: Count,
          customers: Count,
          credits: Count,
          runs: Count,
          entries: Count,
          seals: Count,
        }),
        found: Type.Record(Type.String(), Count, {
          description: 'Quantas vezes cada código; as 100 primeiras de cada um estão em findings.',
        }),
        findings: Type.Array(FindingAnswer),
        due: Type.Record(Type.String(), Count, { description: 'Períodos vencidos e não faturados, por motivo. Não é erro.' }),
        information: Type.Array(FindingAnswer),
      }),
    ),
  },
  { title: 'Verification' },
)

const nothingChecked = {
  contracts: 0,
  rules: 0,
  periods: 0,
  invoices: 0,
  receivables: 0,
  schedules: 0,
  occurrences: 0,
  events: 0,
  customers: 0,
  credits: 0,
  runs: 0,
  entries: 0,
  seals: 0,
}

export function showVerification(
  { id, asked, result, state, createdAt, finishedAt }: Verification,
  names: ReadonlyMap<string, Names>,
) {
  const shown = (finding: Finding) => showFinding(finding, names.get(finding.subject))
  return {
    id: showId('verification', id),
    state,
    ...asked,
    createdAt,
    finishedAt,
    result: result && {
      ...result,
      checked: { ...nothingChecked, ...result.checked },
      findings: result.findings.map(shown),
      information: result.information.map(shown),
    },
  }
}

function showFinding({ code, subject, period, sentence, details }: Finding, names: Names | undefined) {
  const { contract = null, customer = null, event = null } = names ?? {}
  const named = withNames(sentence, subject, { contract, customer, event })
  return { code, subject, contract, customer, period, sentence: named, details }
}

/** 'rul_7 (contrato C-0042, Padaria São João), período de …', 'evt_3 ("Visita", contrato …)': what is kept of a finding begins with its subject. */
function withNames(sentence: string, subject: string, { contract, customer, event }: Names): string {
  const known = [
    ...(event === null ? [] : [`"${event}"`]),
    ...(contract === null ? [] : [`contrato ${contract.code ?? contract.id}`]),
    ...(customer === null ? [] : [customer.name]),
  ]
  if (known.length === 0 || !sentence.startsWith(subject)) return sentence
  return `${subject} (${known.join(', ')})${sentence.slice(subject.length)}`
}
