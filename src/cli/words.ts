import type { RunState } from '../billing-run/billing-run.ts'
import type { ItemKind, OutcomeClass, OutcomeCode } from '../billing-run/plan/outcomes.ts'
import type { ContractState } from '../contracts/contract.ts'
import type { EventKind } from '../contracts/events/billing-event.ts'
import { addDays, civilDate, formatDate, formatMoment, instant } from '../core/dates.ts'
import { cents, decimal, formatAmount, formatBrl, formatDecimal } from '../core/money.ts'
import type { InvoiceState } from '../invoices/invoice.ts'
import type { PaymentChannel } from '../receivables/receipt.ts'
import type { ReceivableState } from '../receivables/receivable.ts'
import { CliError, exitCodes } from './exit-codes.ts'
import { startedAs } from './started-as.ts'

// What the command line says of codes, dates and amounts.

export const runStateWords: Record<RunState, string> = {
  previewing: 'calculando a prévia',
  previewed: 'prévia pronta',
  preparing: 'preparando',
  running: 'faturando',
  paused: 'pausada',
  done: 'concluída',
  error: 'parou com erro',
  expired: 'prévia vencida',
  cancelled: 'cancelada',
}

const outcomeWords: Record<OutcomeCode, string> = {
  billed: 'faturado, em rascunho',
  emitted: 'faturado e emitido',
  awaiting_approval: 'faturado, aguarda aprovação',
  customer_overdue: 'faturado, cliente em atraso',
  not_yet_due: 'ainda não vence',
  already_billed: 'já faturado',
  needs_catch_up: 'período anterior em aberto',
  contract_suspended: 'contrato suspenso',
  outside_validity: 'fora da vigência',
  index_missing: 'falta um mês do índice do reajuste',
  readjustment_unapproved: 'reajuste espera a aprovação',
  readjustment_pending: 'reajuste ainda não aplicado',
  changed_since_preview: 'mudou depois da prévia',
  above_safety_bound: 'acima do limite de segurança',
  invalid_tax_id: 'CPF ou CNPJ inválido',
  run_cancelled: 'execução cancelada',
  failed: 'erro ao gravar',
}

/** A code of a newer server is shown as it is. */
export function outcomeWord(code: string): string {
  return new Map<string, string>(Object.entries(outcomeWords)).get(code) ?? code
}

export const invoiceStateWords: Record<InvoiceState, string> = {
  to_emit: 'a emitir',
  to_receive: 'a receber',
  received: 'recebida',
  cancelled: 'cancelada',
}

export const receivableStateWords: Record<ReceivableState, string> = {
  to_emit: 'a emitir',
  to_receive: 'a receber',
  received: 'recebida',
  cancelled: 'cancelada',
  renegotiated: 'renegociada',
}

export const contractStateWords: Record<ContractState, string> = {
  draft: 'rascunho',
  active: 'vigente',
  suspended: 'suspenso',
  ended: 'encerrado',
  cancelled: 'cancelado',
}

export const itemClassWords: Record<OutcomeClass, string> = {
  pending: 'por fazer',
  billed: 'faturado',
  not_billed: 'não faturado',
  parked: 'com erro',
}

export const itemKindWords: Record<ItemKind, string> = { bill: 'período', emit: 'fatura' }

export const eventKindWords: Record<EventKind, string> = { surcharge: 'acréscimo', discount: 'desconto' }

export const paymentChannelWords: Record<PaymentChannel, string> = {
  boleto: 'boleto',
  pix: 'pix',
  card: 'cartão',
  transfer: 'transferência',
  cash: 'dinheiro',
  other: 'outro',
}

/** Several may have one name, and are told apart by their title then: 'Assinatura (Plano Fibra)' */
export function contractName({ name, title }: { name: string; title: string | null }): string {
  return !title || title === name ? name : `${name} (${title})`
}

/** What people call a contract: its code, else its number, else its name. */
export function contractWord({ code, number, name }: { code: string | null; number: string | null; name: string }): string {
  return code ?? number ?? name
}

export const brl = (amountCents: number): string => formatBrl(cents(amountCents))
/** Throws what says so where a sum can no longer be told to the cent. */
export function summed(amounts: readonly number[]): number {
  const total = amounts.reduce((all, amount) => all + BigInt(amount), 0n)
  if (total <= BigInt(Number.MAX_SAFE_INTEGER) && total >= BigInt(Number.MIN_SAFE_INTEGER)) return Number(total)
  const told = `A soma, ${total / 100n} reais, passa do que se conta até o centavo: alguma parcela tem um valor errado; "${startedAs} verify" diz qual.`
  throw new CliError(exitCodes.findings, told)
}

export const figure = (amountCents: number): string => formatAmount(cents(amountCents))
/** '1', '2,5' */
export const quantityWords = (quantity: string): string => formatDecimal(decimal(quantity))

/** '100,00', '0,0375': at least two digits after the comma. */
export function priceWords(price: string): string {
  const [whole = '', fraction = ''] = formatDecimal(decimal(price)).split(',')
  return `${whole},${fraction.padEnd(2, '0')}`
}

export const dayWords = (date: string): string => formatDate(civilDate(date))

/** '31/01/2027, 12:00', in Brasília. */
export const momentWords = (at: string): string => formatMoment(instant(at), 'America/Sao_Paulo')

/** '01/01/2027 a 31/01/2027': the API ends a period on the first day after it. */
export function periodWords(startsOn: string, endsOn: string): string {
  return `${dayWords(startsOn)} a ${formatDate(addDays(civilDate(endsOn), -1))}`
}

/** '1 fatura', '2 faturas' */
export function counted(n: number, one: string, many: string): string {
  return `${n.toLocaleString('pt-BR')} ${n === 1 ? one : many}`
}
