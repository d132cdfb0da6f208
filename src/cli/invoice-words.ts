import { formatMonth, yearMonth } from '../core/dates.ts'
import type { Invoice, InvoiceDetail } from './answers.ts'
import { aboutReceipt, howReceived } from './receipt-words.ts'
import { renderTable } from './table.ts'
import {
  brl,
  contractWord,
  dayWords,
  figure,
  invoiceStateWords,
  periodWords,
  priceWords,
  quantityWords,
  receivableStateWords,
} from './words.ts'

type Line = InvoiceDetail['lines'][number]

const lineColumns = [
  { head: 'Serviço', of: (line: Line) => line.description, least: 20 },
  { head: 'Quantidade', of: (line: Line) => quantityWords(line.quantity), right: true },
  { head: 'Preço', of: (line: Line) => priceWords(line.unitPrice), right: true },
  { head: 'Desconto', of: (line: Line) => figure(line.discountCents), right: true },
  { head: 'Valor (R$)', of: (line: Line) => figure(line.grossCents - line.discountCents), right: true },
]

type Installment = InvoiceDetail['receivables'][number]

const receivableColumns = [
  { head: 'Parcela', of: (it: Installment) => it.id },
  { head: 'Nº', of: (it: Installment) => `${it.installment} de ${it.installments}` },
  { head: 'Vencimento', of: (it: Installment) => dayWords(it.dueOn) },
  { head: 'Valor (R$)', of: (it: Installment) => figure(it.amountCents), right: true },
  { head: 'Em aberto (R$)', of: (it: Installment) => figure(it.state === 'to_emit' ? 0 : it.outstandingCents), right: true },
  { head: 'Situação', of: installmentState },
]

function installmentState({ isLate, state, renegotiatedBy, settledOn }: Installment): string {
  if (renegotiatedBy === null) return isLate ? 'vencida' : receivableStateWords[state]
  return `${receivableStateWords[state]} (${renegotiatedBy})${settledOn === null ? '' : `, recebida em ${dayWords(settledOn)}`}`
}

type ReceiptRow = { installment: Installment; receipt: Installment['receipts'][number] }

const receiptColumns = [
  { head: 'Baixa', of: ({ receipt }: ReceiptRow) => receipt.id },
  { head: 'Parcela', of: ({ installment }: ReceiptRow) => installment.id },
  { head: 'Dia', of: ({ receipt }: ReceiptRow) => dayWords(receipt.receivedOn) },
  { head: 'Valor (R$)', of: ({ receipt }: ReceiptRow) => figure(receipt.amountCents), right: true },
  { head: 'Como', of: ({ receipt }: ReceiptRow) => howReceived(receipt) },
  { head: 'Observação', of: ({ receipt }: ReceiptRow) => aboutReceipt(receipt) },
]

function receiptLines(installments: readonly Installment[], columns: number): string[] {
  const rows = installments.flatMap(installment => installment.receipts.map(receipt => ({ installment, receipt })))
  return rows.length === 0 ? [] : ['', renderTable(receiptColumns, rows, { columns })]
}

/** An invoice whole, and what is to know of it with the command that goes on from there. */
export function invoiceWords(invoice: InvoiceDetail, columns: number, command: (args: string) => string): string {
  const { id, number, period, grossCents, discountCents, withholdings, netCents, lines, receivables } = invoice
  const amounts = [
    `Bruto ${brl(grossCents)}`,
    `descontos ${brl(discountCents)}`,
    ...withholdings
      .filter(({ baseCents, leastBaseCents }) => baseCents >= (leastBaseCents ?? 0))
      .map(
        ({ tax, amountCents }) =>
          `${tax === 'other' ? 'outras retenções' : `retenção de ${tax.toUpperCase()}`} ${brl(amountCents)}`,
      ),
    `líquido ${brl(netCents)}`,
  ]
  return [
    `Fatura ${id}${number === null ? '' : `, número ${number}`}: ${invoiceStateOf(invoice)}`,
    `Cliente   ${invoice.customer.name} (${invoice.customer.id})`,
    `Contrato  ${contractTitle(invoice)} (${invoice.contract.id})`,
    ...(period === null ? [] : [`Período   ${periodWords(period.startsOn, period.endsOn)}`]),
    `Emissão   ${issueWords(invoice)}`,
    ...(invoice.cancelReason === null ? [] : [`Cancelada  ${invoice.cancelReason}`]),
    `${amounts.join('; ')}.`,
    '',
    renderTable(lineColumns, lines, { columns }),
    ...readjustmentLines(lines),
    '',
    renderTable(receivableColumns, receivables, { columns }),
    ...receiptLines(receivables, columns),
    ...noteLines(invoice, command),
  ].join('\n')
}

/** Which readjustment made a price, as the customer reads it on the document. */
function readjustmentLines(lines: readonly Line[]): string[] {
  const notes = lines.flatMap(({ description, readjustment }) =>
    readjustment === null ? [] : [`${description}: ${readjustment.sentence}`],
  )
  return notes.length === 0 ? [] : ['', ...notes]
}

/** What a cancelled one keeps closed, and what opens it again. */
function noteLines({ id, notes, isRuleArchived }: InvoiceDetail, command: (args: string) => string): string[] {
  if (notes.length === 0) return []
  const remedies = [
    ...(isRuleArchived ? [] : ['Para faturá-lo de novo:', `  ${command(`invoices release ${id}`)}`]),
    'Para dispensá-lo de vez:',
    `  ${command(`invoices release ${id} --waive --reason "motivo"`)}`,
  ]
  return ['', ...notes, ...remedies]
}

/** 'HZ-0001, Link dedicado' */
function contractTitle({ contract }: Invoice): string {
  const word = contractWord(contract)
  return word === contract.name ? word : `${word}, ${contract.name}`
}

function issueWords({ issueOn, estimatedIssueOn, competence }: Invoice): string {
  const day = issueOn === null ? `prevista para ${dayWords(estimatedIssueOn)}` : dayWords(issueOn)
  return `${day}, competência ${formatMonth(yearMonth(competence))}`
}

/** How it stands, in words: what it waits for, and that it is late. */
export function invoiceStateOf({ state, approval, isLate, heldBy }: Invoice): string {
  if (state === 'to_emit' && approval === 'blocked') return 'aguarda aprovação'
  if (state === 'to_emit' && heldBy === 'customer_overdue') return 'a emitir, cliente em atraso'
  return isLate ? 'vencida' : invoiceStateWords[state]
}
