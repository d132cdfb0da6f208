import { formatCnpj, parseCnpj } from '../../core/brazil/cnpj.ts'
import { formatTaxId, parseTaxId } from '../../core/brazil/tax-id.ts'
import { addDays, type CivilDate, formatDate, formatMonth, monthOf } from '../../core/dates.ts'
import { showId } from '../../core/ids.ts'
import { cents, formatAmount } from '../../core/money.ts'
import type { InvoiceState } from '../../invoices/invoice.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { ReceivableState } from '../../receivables/receivable.ts'
import { BYTE_ORDER_MARK, guard, showRecord } from '../file/csv.ts'
import { paymentMethod } from '../file/words.ts'
import {
  type ExportedInvoice,
  type ExportedReceivable,
  exportedInvoices,
  exportedReceivables,
  type InvoiceFilter,
  type ReceivableFilter,
} from './export-store.ts'

// Invoices and receivables as files for spreadsheets: amounts and dates as Brazilians write them.

const PAGE = 1_000

/** A column: its heading and what it shows of a row. */
type Column<R> = readonly [heading: string, show: (row: R) => string]

export function exportInvoices(ctx: Ctx, filter: InvoiceFilter): AsyncGenerator<string> {
  return exportRows(ctx, invoiceColumns, (tx, after) => exportedInvoices(tx, filter, after, PAGE))
}

export function exportReceivables(ctx: Ctx, filter: ReceivableFilter): AsyncGenerator<string> {
  return exportRows(ctx, receivableColumns, (tx, after) => exportedReceivables(tx, filter, after, PAGE))
}

async function* exportRows<R extends { id: number }>(
  ctx: Ctx,
  columns: readonly Column<R>[],
  read: (tx: Reader, after: number) => Promise<R[]>,
): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK + showRecord(columns.map(([heading]) => heading))
  for (let after = 0; ; ) {
    const rows = await ctx.transact(tx => read(tx, after))
    const last = rows.at(-1)
    if (last === undefined) return
    yield rows.map(row => showRecord(columns.map(([, show]) => show(row)))).join('')
    after = last.id
  }
}

const day = (date: CivilDate | null): string => (date === null ? '' : formatDate(date))
const free = (text: string | null): string => guard(text ?? '')

function shownTaxId(text: string | null): string {
  const taxId = text === null ? null : parseTaxId(text)
  return taxId === null ? (text ?? '') : formatTaxId(taxId)
}

function shownCnpj(text: string): string {
  const cnpj = parseCnpj(text)
  return cnpj === null ? text : formatCnpj(cnpj)
}

const invoiceStates: Record<InvoiceState, string> = {
  to_emit: 'a emitir',
  to_receive: 'a receber',
  received: 'recebida',
  cancelled: 'cancelada',
}

const invoiceColumns: readonly Column<ExportedInvoice>[] = [
  ['id', row => showId('invoice', row.id)],
  ['numero', row => String(row.number ?? '')],
  ['situacao', row => invoiceStates[row.state]],
  ['empresa_cnpj', row => shownCnpj(row.organizationCnpj)],
  ['cliente', row => free(row.customerName)],
  ['cpf_cnpj', row => shownTaxId(row.taxId)],
  ['codigo', row => free(row.contractCode)],
  ['contrato', row => free(row.contractName)],
  ['competencia', row => formatMonth(monthOf(row.competence))],
  ['periodo_inicio', row => day(row.periodStart)],
  // Its last day: the column holds the first one after it.
  ['periodo_fim', row => day(row.periodEnd && addDays(row.periodEnd, -1))],
  ['data_faturamento', row => day(row.scheduledOn)],
  ['emissao', row => day(row.issueOn)],
  ['ultimo_vencimento', row => day(row.lastDueOn)],
  ['valor_bruto', row => formatAmount(row.grossCents)],
  ['descontos', row => formatAmount(row.discountCents)],
  ['retido', row => formatAmount(row.withheldCents)],
  ['valor_liquido', row => formatAmount(row.netCents)],
  ['recebido', row => formatAmount(row.receivedCents)],
  ['forma_pagamento', row => paymentMethod.format(row.paymentMethod)],
  ['descricao', row => free(row.description)],
]

const receivableStates: Record<ReceivableState, string> = {
  to_emit: 'a emitir',
  to_receive: 'a receber',
  received: 'recebido',
  cancelled: 'cancelado',
  renegotiated: 'renegociado',
}

const receivableColumns: readonly Column<ExportedReceivable>[] = [
  ['id', row => showId('receivable', row.id)],
  ['fatura', row => (row.invoiceId === null ? '' : showId('invoice', row.invoiceId))],
  ['numero', row => String(row.invoiceNumber ?? '')],
  ['situacao', row => receivableStates[row.state]],
  ['empresa_cnpj', row => shownCnpj(row.organizationCnpj)],
  ['cliente', row => free(row.customerName)],
  ['cpf_cnpj', row => shownTaxId(row.taxId)],
  ['codigo', row => free(row.contractCode)],
  ['contrato', row => free(row.contractName)],
  // Not '1/3', which a spreadsheet takes for a day of March.
  ['parcela', row => `${row.installment} de ${row.installments}`],
  ['vencimento', row => day(row.dueOn)],
  ['valor', row => formatAmount(row.amountCents)],
  ['recebido', row => formatAmount(row.receivedCents)],
  ['abatido', row => formatAmount(row.abatedCents)],
  ['em_aberto', row => formatAmount(cents(isOpen(row) ? row.amountCents - row.receivedCents - row.abatedCents : 0))],
  ['recebido_em', row => day(row.receivedOn)],
  ['agendamento', row => (row.scheduleId === null ? '' : showId('schedule', row.scheduleId))],
]

function isOpen({ state }: ExportedReceivable): boolean {
  return state === 'to_emit' || state === 'to_receive'
}
