import type { DueReason } from '../../verify/due-reasons.ts'
import type { Verification } from '../answers.ts'
import { brl, counted } from '../words.ts'
import { billingLines } from './bill-words.ts'

// What is due and not billed: counted by its reason, told one by one, and with the command that goes on from there.

type Result = NonNullable<Verification['result']>
type Information = Result['information'][number]

const mostListed = 10

const reasonWords: Record<DueReason | 'unbilled', string> = {
  on_request: 'a regra só fatura quando alguém pede',
  invoice_cancelled: 'fatura cancelada, período fechado sem cobrança',
  released: 'fatura liberada, a faturar de novo',
  valid_again: 'voltou a valer, a faturar',
  needs_catch_up: 'período anterior em aberto',
  contract_suspended: 'contrato suspenso',
  outside_validity: 'fora da vigência',
  index_missing: 'falta um mês do índice do reajuste',
  readjustment_unapproved: 'reajuste espera a aprovação',
  readjustment_pending: 'reajuste ainda não aplicado',
  readjusted: 'reajuste resolvido, a faturar',
  changed_since_preview: 'mudou depois da prévia',
  above_safety_bound: 'acima do limite de segurança',
  invalid_tax_id: 'cliente sem CPF ou CNPJ válido',
  run_cancelled: 'execução cancelada',
  failed: 'erro ao gravar',
  unbilled: 'nenhuma execução passou por ele ainda',
}

/** Of each reason how many, the first of them, and what to type. */
export function dueWords({ due, information }: Result, command: (args: string) => string): string[] {
  const reasons = Object.entries(due)
  if (reasons.length === 0) return []
  const told = information.filter(({ code }) => code === 'due' || code === 'unbilled')
  return [
    '',
    'Venceu e não foi faturado (não é erro):',
    ...reasons.flatMap(([reason, n]) =>
      reasonOf(
        reason,
        n,
        told.filter(one => reasonIn(one) === reason),
        command,
      ),
    ),
  ]
}

function reasonOf(reason: string, n: number, told: readonly Information[], command: (args: string) => string): string[] {
  const word = new Map<string, string>(Object.entries(reasonWords)).get(reason) ?? reason
  const shown = told.slice(0, mostListed)
  const rest = n - shown.length
  return [
    `  ${counted(n, 'período', 'períodos')}: ${word}${sumOf(reason, told, n > told.length)}`,
    ...shown.map(({ sentence }) => `    ${sentence}`),
    ...(rest > 0 ? [`    … e mais ${rest} ${whereTheRest(told.length, n, command)}.`] : []),
    ...remediesOf(reason, told, n > told.length, command).map(line => `    ${line}`),
  ]
}

/** The answer holds the first hundred of a code; a preview lists whatever is due. */
function whereTheRest(held: number, n: number, command: (args: string) => string): string {
  return held >= n ? '(veja --json)' : `(em --json, ${held} de ${n}; todos, em ${command('preview --catch-up')})`
}

/** What was cancelled is known to the cent; of what was never billed the next run says how much it is. */
function sumOf(reason: string, told: readonly Information[], isMore: boolean): string {
  if (reason !== 'invoice_cancelled') return ''
  const cents = new Map(told.map(({ details }) => [details.invoice, typeof details.netCents === 'number' ? details.netCents : 0]))
  return `, ${isMore ? 'mais de ' : ''}${brl([...cents.values()].reduce((sum, one) => sum + one, 0))}`
}

/** What a person would type next. `isMore`: there are others of this reason that are not listed. */
function remediesOf(reason: string, told: readonly Information[], isMore: boolean, command: (args: string) => string): string[] {
  switch (reason) {
    case 'above_safety_bound':
      return distinct(told.map(({ details }) => command(`run allow ${String(details.run)} ${String(details.item)}`))).slice(
        0,
        mostListed,
      )
    case 'invoice_cancelled':
      return releasing(told, command)
    case 'invalid_tax_id':
    case 'failed':
      return distinct(told.map(({ details }) => command(`run retry ${String(details.run)}`)))
    case 'index_missing':
      return ['Se já foi publicado, informe-o; depois fature:', ...monthsToEnter(told, command)]
    case 'readjustment_unapproved':
      return [command('readjustments due --waits aprovação')]
    case 'readjustment_pending':
      return []
    default: {
      // What is to be charged after a suspension waits for the contract, not for a run.
      const billable = told.filter(({ details }) => details.isHeld !== true)
      const isOlder = billable.some(({ details }) => details.isOlder === true || details.reason === 'needs_catch_up')
      return billable.length === 0 ? resuming(told, command) : billingLines(billable, isMore, isOlder, command)
    }
  }
}

/** A period of a rule that is gone is not opened again: all that is left is to waive it. */
function releasing(told: readonly Information[], command: (args: string) => string): string[] {
  const release = (of: readonly Information[], more: string) =>
    distinct(of.map(({ details }) => `  ${command(`invoices release ${String(details.invoice)}${more}`)}`)).slice(0, mostListed)
  const gone = told.filter(({ details }) => details.isRuleArchived === true)
  const standing = told.filter(({ details }) => details.isRuleArchived !== true)
  return [
    ...(standing.length === 0
      ? []
      : ['Para faturar de novo, ou para dar por dispensado (há --waive em "invoices release"):', ...release(standing, '')]),
    ...(gone.length === 0
      ? []
      : ['A regra foi excluída, e o período só pode ser dispensado:', ...release(gone, ' --waive --reason "motivo"')]),
  ]
}

/** Each month that is missing once, of however many contracts. */
function monthsToEnter(told: readonly Information[], command: (args: string) => string): string[] {
  const commands = told.flatMap(({ details: { readjustment } }) => {
    if (typeof readjustment !== 'object' || readjustment === null) return []
    const { index, month, method } = readjustment as { index?: unknown; month?: unknown; method?: unknown }
    if (typeof month !== 'string') return []
    const span = method === 'published_12m' ? ' --twelve-months' : ''
    return `  ${command(`indices set ${String(index)} ${month.slice(0, 7)} --value <percentual> --source <fonte>${span}`)}`
  })
  return distinct(commands).slice(0, mostListed)
}

function resuming(told: readonly Information[], command: (args: string) => string): string[] {
  return distinct(told.flatMap(({ contract }) => (contract === null ? [] : [command(`contracts resume ${contract.id}`)]))).slice(
    0,
    mostListed,
  )
}

function reasonIn({ code, details }: Information): string {
  return typeof details.reason === 'string' ? details.reason : code
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)]
}
