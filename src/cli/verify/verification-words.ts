import type { Verification } from '../answers.ts'
import { counted } from '../words.ts'
import { billingLines } from './bill-words.ts'
import { dueWords } from './due-words.ts'

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

/** Everything that was found, what is due with its reason and the command that bills it, and the head to note down. */
export function verificationWords(verification: Verification, command: (args: string) => string): string {
  const { result } = verification
  if (result === null) return `Verificação ${verification.id}: ainda em andamento.`
  const { information, head } = result
  const notable = information.filter(({ code }) => code !== 'due' && code !== 'unbilled')
  return [
    `Verificação ${verification.id}: ${verificationSentence(verification)}.`,
    ...wrongWords(result),
    ...passedOverLines(result, command),
    ...listed(
      'Para saber',
      notable.map(({ sentence }) => sentence),
      notable.length,
    ),
    ...notable
      .filter(({ code }) => code === 'event_unused')
      .slice(0, mostListed)
      .map(({ subject }) => `    ${command(`events cancel ${subject}`)}`),
    ...dueWords(result, command),
    ...(head === null ? [] : ['', `Ponto do histórico, para anotar e conferir depois com --since:\n  ${head}`]),
  ].join('\n')
}

/** What a run left unlisted is billed by another one. */
function passedOverLines({ findings, found }: Result, command: (args: string) => string): string[] {
  const passedOver = findings.filter(({ code }) => code === 'passed_over')
  if (passedOver.length === 0) return []
  const lines = billingLines(passedOver, (found.passed_over ?? 0) > passedOver.length, true, command)
  return ['  O que uma execução deixou de listar, outra fatura.', ...lines.map(line => `    ${line}`)]
}

function wrongWords(result: Result): string[] {
  const sentences = result.findings.map(({ code, sentence }) => `${sentence} (${code})`)
  const lines = listed('Está errado', sentences, foundIn(result))
  if (lines.length === 0) return lines
  return [...lines, '  Guarde uma cópia do banco antes de corrigir; o que fazer de cada código está em src/verify/README.md.']
}

function listed(title: string, sentences: readonly string[], count: number): string[] {
  if (count === 0) return []
  const shown = sentences.slice(0, mostListed)
  const rest = count - shown.length
  // The answer holds the first hundred of a code, and counts the others.
  const where =
    sentences.length >= count
      ? '(veja --json)'
      : `(em --json, ${sentences.length} de ${count}; os outros, ao verificar de novo sem estes)`
  return ['', `${title}:`, ...shown.map(sentence => `  ${sentence}`), ...(rest > 0 ? [`  … e mais ${rest} ${where}.`] : [])]
}
