// What `explain` says of events and of a period that is closed, in whole sentences.

import type { EventPart } from '../../contracts/events/billing-event.ts'
import type { Disposition } from '../../contracts/ledger/coverage.ts'
import type { LedgerPage } from '../../contracts/ledger/coverage-store.ts'
import { addDays, type CivilDate, dayInZone, formatDate, formatMonth } from '../../core/dates.ts'
import { showId } from '../../core/ids.ts'
import { formatBrl } from '../../core/money.ts'
import type { Invoice } from '../../invoices/invoice.ts'
import type { InvoicePlan } from './plan-invoice.ts'

/** 'Inclui o acréscimo "Visita", R$ 50,00; o desconto "Bônus", R$ 30,00 (sobram R$ 20,00 para a fatura seguinte).' */
export function eventsSentence({ events }: InvoicePlan): string {
  if (events.length === 0) return ''
  const each = events.map(({ part, usedCents }) => {
    const rest = part.amountCents - usedCents
    const left = rest > 0 ? ` (sobram ${formatBrl(rest as typeof usedCents)} para a fatura seguinte)` : ''
    return `o ${kindWords[part.kind]} "${part.description}"${partPhrase(part)}, ${formatBrl(usedCents)}${left}`
  })
  return ` Inclui ${each.join('; ')}.`
}

const kindWords = { surcharge: 'acréscimo', discount: 'desconto' } as const

/** ', 2ª de 3 partes' */
function partPhrase({ number, parts }: EventPart): string {
  return parts === 1 ? '' : `, ${number}ª de ${parts} partes`
}

/**
 * What of events waits: of one event never two numbers are on one invoice, so each part waits for the one before it.
 *
 * @param parts those that nothing has billed yet
 */
export function waitingSentences(parts: readonly EventPart[]): string[] {
  return [...Map.groupBy(parts, part => part.eventId).values()].map(waiting => {
    const [first, ...others] = waiting.toSorted((a, b) => a.number - b.number || a.id - b.id)
    // A group has at least one.
    if (first === undefined) return ''
    if (first.parts === 1 && others.length === 0) {
      return `Espera a próxima fatura${monthPhrase(first)}: ${kindWords[first.kind]} de ${formatBrl(first.amountCents)} (${first.description}).`
    }
    const numbers = [...new Set(waiting.map(({ number }) => number))].sort((a, b) => a - b)
    const each = [first, ...others].map(part => {
      const turn = turnWords[numbers.indexOf(part.number)] ?? 'noutra depois dessas'
      const which = part.parts === 1 ? '' : `${part.number}ª parte, `
      return `${which}${formatBrl(part.amountCents)} ${turn}${monthPhrase(part)}`
    })
    return `O ${kindWords[first.kind]} "${first.description}" espera: ${each.join('; ')}.`
  })
}

const turnWords = ['na próxima fatura', 'na seguinte', 'na terceira a contar de agora']

function monthPhrase({ earliestMonth }: EventPart): string {
  return earliestMonth === null ? '' : `, de ${formatMonth(earliestMonth)} em diante`
}

/** What became of a period of the ledger, by whom and why; `invoice` is the one that closed it. */
export function becameSentence(row: LedgerPage, invoice: Invoice | null, timeZone: string | undefined): string {
  const { startsOn, endsOn, disposition, reason } = row
  if (startsOn === null) return `A cobrança desta regra começa em ${formatDate(endsOn)}; o que vem antes não é cobrado.`
  const period = `O período deste dia, de ${formatDate(startsOn)} a ${formatDate(lastDayOf(endsOn))},`
  if (invoice !== null) return `${period} já foi faturado (${invoicePhrase(invoice)})${cancelledPhrase(invoice, timeZone)}.`
  const why = disposition === 'waived' && reason !== null ? `: ${waiverWords.get(reason) ?? reason}` : ''
  return `${period} ${dispositionPhrase[disposition]}${why}.`
}

/** 'inv_54, emitida em 15/02/2027, líquido R$ 1.180,50' */
function invoicePhrase({ id, issueOn, netCents }: Invoice): string {
  const issued = issueOn === null ? 'ainda não emitida' : `emitida em ${formatDate(issueOn)}`
  return `${showId('invoice', id)}, ${issued}, líquido ${formatBrl(netCents)}`
}

function cancelledPhrase({ state, cancelledAt, cancelReason }: Invoice, timeZone: string | undefined): string {
  if (state !== 'cancelled') return ''
  const on = cancelledAt === null ? '' : ` em ${formatDate(dayInZone(cancelledAt, timeZone ?? 'America/Sao_Paulo'))}`
  const why = cancelReason === null ? '' : ` (${cancelReason})`
  return `, e a fatura foi cancelada${on}${why}: ele continua fechado e só é faturado de novo se ela for liberada`
}

const dispositionPhrase: Record<Disposition, string> = {
  seed: 'ainda não existe',
  open: 'está em aberto',
  billed: 'já foi faturado',
  billed_elsewhere: 'consta como faturado em outro sistema',
  waived: 'foi dispensado',
  uncharged: 'foi fechado sem cobrança',
}

/** What stands for a reason where nobody said one. */
const waiverWords: ReadonlyMap<string, string> = new Map([
  ['rule_deleted', 'a regra foi arquivada'],
  ['contract_deleted', 'o contrato foi arquivado'],
  ['rule_replaced', 'a regra foi substituída'],
  ['invoice_deleted', 'a fatura dele foi excluída antes da emissão'],
])

function lastDayOf(endsOn: CivilDate): CivilDate {
  return addDays(endsOn, -1)
}
