import type { Verification } from '../answers.ts'
import { counted } from '../words.ts'

type Result = NonNullable<Verification['result']>

const mostListed = 50

const modeWords: Record<Result['mode'], string> = {
  full: 'tudo conferido de novo',
  incremental: 'conferido o que mudou desde a última verificação limpa',
  since: 'conferido o que mudou desde o ponto dado',
}

/** 'limpo: 199 faturas, 200 períodos e 200 regras, conferidos por outro caminho' */
export function verificationSentence({ result }: Verification): string {
  if (result === null) return 'ainda em andamento'
  const { checked } = result
  const parts = [
    counted(checked.invoices, 'fatura', 'faturas'),
    counted(checked.periods, 'período', 'períodos'),
    counted(checked.receivables, 'parcela', 'parcelas'),
    counted(checked.entries, 'registro do histórico', 'registros do histórico'),
  ]
  const verdict = result.clean ? 'limpo' : counted(foundIn(result), 'achado', 'achados')
  return `${verdict}: ${parts.slice(0, -1).join(', ')} e ${parts.at(-1)}; ${modeWords[result.mode]}`
}

function foundIn({ found }: Result): number {
  return Object.values(found).reduce((total, n) => total + n, 0)
}

/** Everything that was found, what is due with its reason, and the head to note down. */
export function verificationWords(verification: Verification): string {
  const { result } = verification
  if (result === null) return `Verificação ${verification.id}: ainda em andamento.`
  const { findings, information, due, head } = result
  return [
    `Verificação ${verification.id}: ${verificationSentence(verification)}.`,
    ...listed('Está errado', findings, foundIn(result)),
    ...listed('Para saber', information, information.length),
    ...dueWords(due),
    ...(head === null ? [] : ['', `Ponto do histórico, para anotar e conferir depois com --since:\n  ${head}`]),
  ].join('\n')
}

function listed(title: string, findings: Result['findings'], count: number): string[] {
  if (count === 0) return []
  const shown = findings.slice(0, mostListed)
  const rest = count - shown.length
  return [
    '',
    `${title}:`,
    ...shown.map(({ code, sentence }) => `  ${sentence} (${code})`),
    ...(rest > 0 ? [`  … e mais ${rest} (veja --json).`] : []),
  ]
}

function dueWords(due: Result['due']): string[] {
  const reasons = Object.entries(due)
  if (reasons.length === 0) return []
  return ['', `Vencido e não faturado, com o motivo: ${reasons.map(([reason, n]) => `${reason} ${n}`).join(', ')}.`]
}
