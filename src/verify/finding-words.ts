// How findings say what they hold: days, amounts, fields, causes.

import { type CivilDate, formatDate } from '../core/dates.ts'
import { showId } from '../core/ids.ts'
import { cents, formatBrl } from '../core/money.ts'
import type { Details } from './findings.ts'
import { toldAndStored } from './told/told-words.ts'

/** Of which ids it is not known which one cannot be read. */
export function spanWords({ of, from, to }: Details): string {
  if (of === undefined) return ''
  return typeof to === 'number' && to < Number.MAX_SAFE_INTEGER
    ? ` (${of}, de ${from} a ${to})`
    : ` (${of}, de ${from} em diante)`
}

/** Of a change of plan, either side of which may be gone. */
export function changeWords(d: Details): string {
  if (d.isStored === false) return 'falta a linha que foi registrada'
  return d.isTold === false ? 'nenhum registro fala dela' : toldAndStored(d)
}

export function day(value: unknown): string {
  // Dates within jsonb come as text in the form of a CivilDate.
  return typeof value === 'string' ? formatDate(value as CivilDate) : 'nunca'
}

/** What happens by itself, by its kind of due work. */
const workWords: ReadonlyMap<unknown, string> = new Map([
  ['daily_billing', 'o faturamento diário da organização'],
  ['settle_contract', 'o dia em que o contrato termina, é suspenso ou volta'],
  ['billing_run', 'o andamento da execução'],
  ['extend_schedule', 'a criação das próximas ocorrências do agendamento'],
  ['apply_readjustment', 'o reajuste dos preços pelo índice'],
  ['expire_preview', 'o vencimento da prévia'],
  ['verify', 'o andamento da verificação'],
])

export function readjustmentFaults(d: Details): string {
  const words = { factor: 'fator', months: 'meses', values: 'valores do índice', prices: 'preços' }
  return Object.entries(words)
    .flatMap(([key, word]) => (d[key] === true ? [word] : []))
    .join(', ')
}

export function workWord(kind: unknown): string {
  return workWords.get(kind) ?? String(kind)
}

/** How a period ended, in the words of the ledger. */
const dispositionWords: ReadonlyMap<unknown, string> = new Map([
  ['seed', 'começo da cobertura'],
  ['open', 'em aberto'],
  ['billed', 'faturado'],
  ['billed_elsewhere', 'faturado em outro sistema'],
  ['waived', 'dispensado'],
  ['uncharged', 'fechado sem cobrança'],
])

export function dispositionWord(disposition: unknown): string {
  return dispositionWords.get(disposition) ?? String(disposition)
}

/** What the history tells of invoices and customers; a field that has no word here is shown as `details` names it. */
const fieldWords: ReadonlyMap<string, string> = new Map([
  ['organizationId', 'organização'],
  ['customerId', 'cliente'],
  ['contractId', 'contrato'],
  ['ruleId', 'regra'],
  ['termsVersion', 'versão da regra'],
  ['state', 'situação'],
  ['approval', 'aprovação'],
  ['management', 'emissão'],
  ['emitWanted', 'emissão pedida por uma execução'],
  ['heldBy', 'espera pelo cliente em atraso'],
  ['number', 'número'],
  ['scheduledOn', 'data do faturamento'],
  ['competence', 'competência'],
  ['estimatedIssueOn', 'previsão de emissão'],
  ['issueOn', 'data de emissão'],
  ['grossCents', 'bruto'],
  ['discountCents', 'descontos'],
  ['withheldCents', 'retenções'],
  ['netCents', 'líquido'],
  ['paymentMethod', 'forma de pagamento'],
  ['description', 'descrição'],
  ['cancelReason', 'motivo do cancelamento'],
  ['kind', 'tipo'],
  ['name', 'nome'],
  ['tradeName', 'nome fantasia'],
  ['taxId', 'CPF ou CNPJ'],
  ['municipalRegistration', 'inscrição municipal'],
  ['billingEmails', 'e-mails de cobrança'],
  ['version', 'versão'],
])

export function changed({ differs }: Details): string {
  if (typeof differs !== 'object' || differs === null) return 'sem registro'
  return Object.keys(differs)
    .map(field => fieldWords.get(field) ?? field)
    .sort()
    .join(', ')
}

/** Billed once, and owed by nobody since. */
export function cancelledSentence({ invoice, netCents, isRuleArchived }: Details): string {
  const which = typeof invoice === 'number' ? showId('invoice', invoice) : String(invoice)
  return `a fatura dele (${which}, ${amount(netCents)}) foi cancelada e ele continua fechado, sem cobrança: ${isRuleArchived === true ? 'a regra foi excluída, dispense-o' : 'libere a fatura para faturá-lo de novo, ou dispense-o'}`
}

export function endOf({ isArchived }: Details): string {
  return isArchived === true ? 'a regra foi arquivada' : 'a regra não tem mais o que faturar'
}

export function amount(value: unknown): string {
  return typeof value === 'number' ? formatBrl(cents(value)) : 'sem valor'
}

export function derivedAndStored({ derived, stored }: Details): string {
  const [due, is] = [new Map(Object.entries(derived ?? {})), Object.entries(stored ?? {})]
  return is
    .filter(([field, value]) => due.get(field) !== value)
    .map(
      ([field, value]) =>
        `${fieldWords.get(field) ?? field}: deveria ser ${emissionWord(due.get(field))}, está ${emissionWord(value)}`,
    )
    .join('; ')
}

/** Who decides when an invoice goes out, in words. */
const emissionWords: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  ['approved', 'aprovada'],
  ['blocked', 'bloqueada'],
  ['automatic', 'automática'],
  ['draft', 'rascunho'],
  ['on_request', 'a pedido'],
  [true, 'sim'],
  [false, 'não'],
])

function emissionWord(value: unknown): string {
  return emissionWords.get(value) ?? String(value)
}

export function adjustmentWord(kind: unknown): string {
  return kind === 'discount' ? 'desconto' : 'acréscimo'
}

export function nextAfter(id: unknown): string {
  return typeof id === 'number' ? String(id + 1) : 'o seguinte'
}

export function money(details: Details, key: string): string {
  const amounts = details[key]
  const net = typeof amounts === 'object' && amounts !== null && 'netCents' in amounts ? amounts.netCents : null
  return amount(net)
}
