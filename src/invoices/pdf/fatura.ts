// What the document of an invoice says, before anybody draws it: sections, rows and words, all of it text that the font can draw.

import type { Contract } from '../../contracts/contract.ts'
import { formatCnpj, parseCnpj } from '../../core/brazil/cnpj.ts'
import { formatCpf, parseCpf } from '../../core/brazil/cpf.ts'
import { dayInZone, formatDate, type Instant, maxDate, minDate } from '../../core/dates.ts'
import { showId } from '../../core/ids.ts'
import { cents, sum } from '../../core/money.ts'
import type { Customer } from '../../customers/customer.ts'
import type { Organization } from '../../organizations/organization.ts'
import { isStanding, type Receipt } from '../../receivables/receipt.ts'
import { type Receivable, stillOwedOf } from '../../receivables/receivable.ts'
import type { Invoice } from '../invoice.ts'
import type { PlacedLine } from '../line-store.ts'
import type { Adjustment } from '../note-store.ts'
import { isAsked, type Withholding } from '../withholding.ts'
import {
  addressLines,
  amountWords,
  brlWords,
  monthWords,
  NONE,
  paymentMethodWords,
  periodWords,
  priceWords,
  quantityWords,
  rateWords,
  receiptWords,
  receivableWords,
  taxWords,
} from './fatura-words.ts'
import { printable, printableParagraphs } from './printable.ts'

/** All that was read for it. Comments are not: they are the issuer's own. */
export interface FaturaFacts {
  readonly invoice: Invoice
  readonly organization: Organization
  readonly customer: Customer
  readonly contract: Contract
  /** Names of the services that the lines name. */
  readonly services: ReadonlyMap<number, string>
  readonly lines: readonly PlacedLine[]
  readonly withholdings: readonly Withholding[]
  readonly adjustments: readonly Adjustment[]
  readonly receivables: readonly (Receivable & { readonly receipts: readonly Receipt[] })[]
  /** What made a line's price another one, as a sentence. */
  readonly readjustments: readonly { readonly linePosition: number; readonly text: string }[]
}

export type Tone = 'neutral' | 'good' | 'warning' | 'bad'

export interface Fatura {
  /** Of the file: 'Fatura nº 123 – Horizonte Telecom'. */
  readonly title: string
  readonly filename: string
  readonly createdAt: Instant
  /** 'nº 123', or that it has none. */
  readonly number: string
  readonly state: { readonly word: string; readonly tone: Tone }
  /** What must not be overlooked: not issued, blocked, cancelled. */
  readonly notice: { readonly title: string; readonly text: string; readonly tone: Tone } | null
  readonly issuer: Party
  readonly customer: Party
  readonly highlights: readonly Highlight[]
  readonly facts: readonly { readonly label: string; readonly value: string }[]
  readonly description: readonly string[]
  readonly lines: readonly LineRow[]
  /** Whether any line has one: the column is drawn then. */
  readonly hasDiscounts: boolean
  readonly totals: readonly { readonly label: string; readonly value: string; readonly isResult: boolean }[]
  readonly installments: Installments
  readonly disclaimer: string
}

export interface Party {
  readonly name: string
  readonly details: readonly string[]
}

export interface Highlight {
  readonly label: string
  readonly value: string
  readonly aside: string | null
}

export interface LineRow {
  readonly title: string
  readonly details: readonly string[]
  readonly quantity: string
  readonly unitPrice: string
  readonly discount: string
  readonly amount: string
}

export interface Installments {
  readonly title: string
  /** Before that nothing can be received: it is all planned. */
  readonly isIssued: boolean
  readonly rows: readonly InstallmentRow[]
  /** Of several; null of one, which says it already. */
  readonly total: { readonly amount: string; readonly received: string; readonly open: string } | null
}

export interface InstallmentRow {
  readonly part: string
  readonly dueOn: string
  readonly amount: string
  readonly received: string
  readonly open: string
  readonly state: string
  readonly details: readonly string[]
}

export function faturaOf(facts: FaturaFacts): Fatura {
  const { invoice, organization, customer } = facts
  const number = invoice.number === null ? 'sem número' : `nº\u00a0${invoice.number}`
  const lines = facts.lines.map(line => lineRow(line, facts))
  return {
    title: `Fatura ${number} – ${nameWords(organization.legalName)}`,
    filename: `fatura-${invoice.number ?? showId('invoice', invoice.id)}.pdf`,
    createdAt: invoice.createdAt,
    number,
    state: stateOf(invoice),
    notice: noticeOf(invoice, organization.timeZone),
    issuer: issuerOf(organization),
    customer: customerOf(customer),
    highlights: highlightsOf(facts),
    facts: factsOf(facts),
    description: invoice.description === null ? [] : printableParagraphs(invoice.description),
    lines,
    hasDiscounts: facts.lines.some(line => line.discountCents > 0),
    totals: totalsOf(facts),
    installments: installmentsOf(facts),
    disclaimer: 'Esta fatura é um documento de cobrança: não é nota fiscal de serviço (NFS-e) nem recibo de pagamento.',
  }
}

// --- Where it stands ---

function stateOf({ state, approval }: Invoice): Fatura['state'] {
  switch (state) {
    case 'to_emit':
      return approval === 'blocked' ? { word: 'Bloqueada', tone: 'warning' } : { word: 'Ainda não emitida', tone: 'warning' }
    case 'to_receive':
      return { word: 'A receber', tone: 'neutral' }
    case 'received':
      return { word: 'Recebida', tone: 'good' }
    case 'cancelled':
      return { word: 'Cancelada', tone: 'bad' }
  }
}

function noticeOf(invoice: Invoice, timeZone: string): Fatura['notice'] {
  if (invoice.state === 'to_emit') {
    const planned = `Emissão prevista para ${formatDate(invoice.estimatedIssueOn)}; até lá, valores e vencimentos podem mudar.`
    return invoice.approval === 'blocked'
      ? { title: 'Fatura bloqueada', text: 'Aguarda aprovação e ainda não foi emitida: não deve ser paga.', tone: 'warning' }
      : { title: 'Fatura ainda não emitida', text: `Para conferência: não deve ser paga. ${planned}`, tone: 'warning' }
  }
  if (invoice.state !== 'cancelled') return null
  const on = invoice.cancelledAt === null ? '' : ` em ${formatDate(dayInZone(invoice.cancelledAt, timeZone))}`
  return { title: `Fatura cancelada${on}`, text: 'Não deve ser paga.', tone: 'bad' }
}

// --- Who ---

function issuerOf({ legalName, tradeName, cnpj, municipalRegistration, address }: Organization): Party {
  return {
    name: nameWords(legalName),
    details: texts([
      tradeName,
      `CNPJ ${formatCnpj(cnpj)}`,
      municipalRegistration === null ? null : `Inscrição municipal ${municipalRegistration}`,
      ...(address === null ? [] : addressLines(address)),
    ]),
  }
}

/** Bills go to the address for them, else to the main one. */
function customerOf({ name, tradeName, taxId, municipalRegistration, addresses }: Customer): Party {
  const address =
    addresses.find(({ purpose }) => purpose === 'billing') ?? addresses.find(({ purpose }) => purpose === 'main') ?? addresses[0]
  return {
    name: nameWords(name),
    details: texts([
      tradeName,
      taxId === null ? null : taxIdWords(taxId),
      municipalRegistration === null ? null : `Inscrição municipal ${municipalRegistration}`,
      ...(address === undefined ? [] : addressLines(address)),
    ]),
  }
}

/** A name of pictures alone leaves nothing to draw. */
function nameWords(name: string): string {
  const drawn = printable(name)
  return drawn === '' ? NONE : drawn
}

function taxIdWords(taxId: string): string {
  const cnpj = parseCnpj(taxId)
  if (cnpj !== null) return `CNPJ ${formatCnpj(cnpj)}`
  const cpf = parseCpf(taxId)
  return cpf === null ? taxId : `CPF ${formatCpf(cpf)}`
}

function texts(lines: readonly (string | null)[]): string[] {
  return lines.map(line => (line === null ? '' : printable(line))).filter(line => line !== '')
}

// --- What is most looked for ---

function highlightsOf({ invoice, receivables }: FaturaFacts): Highlight[] {
  const planned = `prevista para ${formatDate(invoice.estimatedIssueOn)}`
  return [
    invoice.issueOn === null
      ? { label: 'Emissão', value: 'não emitida', aside: invoice.state === 'cancelled' ? null : planned }
      : { label: 'Emissão', value: formatDate(invoice.issueOn), aside: null },
    dueHighlight(receivables, invoice.issueOn === null),
    { label: 'Competência', value: monthWords(invoice.competence), aside: null },
    { label: 'Valor líquido', value: brlWords(invoice.netCents), aside: openAside(invoice, receivables) },
  ]
}

function dueHighlight(receivables: readonly Receivable[], isPlanned: boolean): Highlight {
  const label = isPlanned ? 'Vencimento previsto' : 'Vencimento'
  const [first, ...others] = receivables.map(({ dueOn }) => dueOn)
  if (first === undefined) return { label, value: NONE, aside: null }
  const from = formatDate(minDate(first, ...others))
  const until = formatDate(maxDate(first, ...others))
  if (others.length === 0) return { label, value: from, aside: null }
  return { label, value: `${receivables.length} parcelas`, aside: from === until ? from : `${from} a ${until}` }
}

function openAside(invoice: Invoice, receivables: readonly Receivable[]): string | null {
  if (invoice.state !== 'to_receive') return null
  const open = sum(receivables.map(stillOwedOf))
  const isElsewhere = receivables.some(({ renegotiatedBy, settledOn }) => renegotiatedBy !== null && settledOn === null)
  if (isElsewhere) return open === 0 ? 'renegociado' : `em aberto aqui: ${amountWords(open)}; o resto, renegociado`
  return open === invoice.netCents ? null : `em aberto: ${amountWords(open)}`
}

function factsOf({ invoice, contract }: FaturaFacts): Fatura['facts'] {
  const { period, proration } = invoice
  const code = contract.code ?? contract.number
  const number = contract.code !== null && contract.number !== null ? `nº ${contract.number}` : null
  const part = proration === null ? '' : `, proporcional a ${proration.days} de ${proration.of} dias`
  return [
    { label: 'Contrato', value: texts([code, number, contract.name]).join(' – ') },
    ...(period === null ? [] : [{ label: 'Período', value: `${periodWords(period.startsOn, period.endsOn)}${part}` }]),
    { label: 'Forma de pagamento', value: paymentMethodWords[invoice.paymentMethod] },
  ]
}

// --- What is asked for ---

function lineRow(line: PlacedLine, { services, adjustments, readjustments }: FaturaFacts): LineRow {
  const description = printable(line.description)
  const service = line.serviceItemId === null ? '' : printable(services.get(line.serviceItemId) ?? '')
  // 'Link dedicado 500 Mbps' need not be told that it is 'Link dedicado'.
  const title = service === '' || description.startsWith(service) ? description : service
  const isBareDiscount = line.grossCents === 0 && line.discountCents > 0
  return {
    title: title === '' ? NONE : title,
    details: [
      ...(description === title ? [] : [description]),
      ...originOf(line, description, adjustments, isBareDiscount),
      ...readjustments.filter(note => note.linePosition === line.position).map(note => printable(note.text)),
    ],
    quantity: isBareDiscount ? NONE : quantityWords(line.quantity),
    unitPrice: isBareDiscount ? NONE : priceWords(line.unitPrice),
    discount: line.discountCents === 0 ? NONE : amountWords(line.discountCents),
    amount: amountWords(cents(line.grossCents - line.discountCents)),
  }
}

/** What did not come of the contract's own lines says what it is, and an adjustment why. */
function originOf(
  line: PlacedLine,
  description: string,
  adjustments: readonly Adjustment[],
  isDiscount: boolean,
): readonly string[] {
  const word = isDiscount ? 'Desconto' : 'Acréscimo'
  if (line.source === 'event') return [word]
  if (line.source !== 'adjustment') return []
  const reason = printable(adjustments.find(({ linePosition }) => linePosition === line.position)?.reason ?? '')
  return [reason === '' || reason === description ? `${word} por ajuste` : `${word} por ajuste: ${reason}`]
}

function totalsOf({ invoice, withholdings: all }: FaturaFacts): Fatura['totals'] {
  const withholdings = all.filter(isAsked)
  const row = (label: string, amount: number, isResult = false) => ({ label, value: amountWords(cents(amount)), isResult })
  return [
    row('Valor bruto', invoice.grossCents),
    ...(invoice.discountCents === 0 ? [] : [row('Descontos', -invoice.discountCents)]),
    ...withholdings.map(({ tax, rateMicros, baseCents, amountCents }) =>
      tax === 'other'
        ? row('Outras retenções', -amountCents)
        : row(`${taxWords[tax]} retido na fonte (${rateWords(rateMicros)} de ${amountWords(baseCents)})`, -amountCents),
    ),
    ...(withholdings.length > 1 ? [row('Total retido na fonte', -invoice.withheldCents)] : []),
    { label: 'Valor líquido', value: brlWords(invoice.netCents), isResult: true },
  ]
}

// --- What is owed ---

function installmentsOf({ invoice, receivables }: FaturaFacts): Installments {
  const isIssued = invoice.issueOn !== null
  const rows = receivables.map((receivable): InstallmentRow => {
    const isAsked = receivable.state === 'to_receive' || receivable.state === 'received'
    // What was received before it was renegotiated stays its own.
    const isReckoned = isAsked || receivable.state === 'renegotiated'
    return {
      part: receivable.installments === 1 ? 'única' : `${receivable.installment} de ${receivable.installments}`,
      dueOn: formatDate(receivable.dueOn),
      amount: amountWords(receivable.amountCents),
      received: isReckoned ? amountWords(receivable.receivedCents) : NONE,
      open: isAsked ? amountWords(stillOwedOf(receivable)) : NONE,
      state: receivableWords(receivable),
      details: receivable.receipts.filter(isStanding).map(receiptWords),
    }
  })
  const total = {
    amount: amountWords(sum(receivables.map(({ amountCents }) => amountCents))),
    received: amountWords(sum(receivables.map(({ receivedCents }) => receivedCents))),
    open: amountWords(sum(receivables.map(stillOwedOf))),
  }
  return {
    title: isIssued ? 'Parcelas' : 'Parcelas previstas',
    isIssued,
    rows,
    total: rows.length > 1 ? total : null,
  }
}
