/**
 * Why a period that is due is not billed, read after "não foi faturado, porque". The codes are those that runs record, and what the
 * rows alone say where no run has looked yet.
 */
export const dueReasons = {
  on_request: 'a regra só fatura quando alguém pede, e ninguém pediu ainda',
  invoice_cancelled: 'a fatura dele foi cancelada e ele continua fechado: libere a fatura para faturá-lo de novo, ou dispense-o',
  released: 'a fatura dele foi liberada e ele espera ser faturado de novo',
  valid_again: 'foi fechado sem cobrança e voltou a valer: fature-o agora, ou espere a próxima execução',
  needs_catch_up: 'é um período anterior que ficou em aberto: escolha entre faturar e dispensar',
  contract_suspended: 'o contrato está suspenso nesse dia: a próxima execução fecha o período sem cobrar',
  outside_validity: 'está fora da vigência: a próxima execução fecha o período sem cobrar',
  index_missing: 'falta um mês do índice do reajuste: espere a publicação, ou informe o valor com a fonte',
  readjustment_unapproved: 'o reajuste do período espera a aprovação: aprove-o ou dispense-o',
  readjustment_pending: 'o reajuste do período ainda não foi aplicado: ele é aplicado sozinho na sua data',
  readjusted: 'esperava um reajuste, que já foi resolvido: fature-o agora, ou espere a próxima execução',
  changed_since_preview: 'algo mudou depois da prévia: confira o valor e fature',
  above_safety_bound: 'o valor passa do limite de segurança da regra: confira e libere o item',
  invalid_tax_id: 'o cliente está sem CPF ou CNPJ válido: corrija o cadastro e tente de novo',
  run_cancelled: 'a execução foi cancelada antes de chegar nele',
  failed: 'houve um erro ao gravar: veja o detalhe do item, corrija e tente de novo',
} as const satisfies Record<string, string>

export type DueReason = keyof typeof dueReasons

/** Suspended, and to be charged afterwards: no run closes it, and none bills it before the contract is resumed. */
const heldUntilResumed = 'o contrato está suspenso e o período será cobrado depois: retome o contrato'

/** A code of a newer server, or of rows written by hand, is shown as it is. */
export function dueReasonSentence(reason: unknown, isHeld: unknown, readjustment?: unknown): string {
  if (isHeld === true) return heldUntilResumed
  const about = readjustmentPhrase(readjustment)
  if (about !== null) return `${new Map<unknown, string>(Object.entries(dueReasons)).get(reason) ?? String(reason)} (${about})`
  return new Map<unknown, string>(Object.entries(dueReasons)).get(reason) ?? `o motivo gravado é "${String(reason)}"`
}

/** 'IGP-M de 09/2025, reajuste de 01/10/2025': what a readjustment that holds a period waits for. */
function readjustmentPhrase(readjustment: unknown): string | null {
  if (typeof readjustment !== 'object' || readjustment === null) return null
  const { index, month, date } = readjustment as { index?: unknown; month?: unknown; date?: unknown }
  const name = indexName(index)
  const missing = typeof month === 'string' ? `${name} de ${month.slice(5, 7)}/${month.slice(0, 4)}` : name
  return `${missing}, reajuste de ${String(date).slice(8, 10)}/${String(date).slice(5, 7)}/${String(date).slice(0, 4)}`
}

export function indexName(index: unknown): string {
  return indexNames.get(index) ?? String(index)
}

const indexNames: ReadonlyMap<unknown, string> = new Map([
  ['igpm', 'IGP-M'],
  ['ipca', 'IPCA'],
  ['igpdi', 'IGP-DI'],
  ['inpc', 'INPC'],
  ['ipcfipe', 'IPC-Fipe'],
])
