import { ownAccount } from '../../../accounts/account-store.ts'
import type { Contract } from '../../../contracts/contract.ts'
import { contractsOf } from '../../../contracts/contract-store.ts'
import { daysBetween, formatDate, type Instant } from '../../../core/dates.ts'
import type { Noun } from '../../../core/ids.ts'
import { type Cents, cents, decimalOf, splitByWeights } from '../../../core/money.ts'
import { chargedBy, type Invoice } from '../../../invoices/invoice.ts'
import { invoicesOf } from '../../../invoices/invoice-store.ts'
import { linesOfInvoices, type PlacedLine } from '../../../invoices/line-store.ts'
import { organizationsOf } from '../../../organizations/organization-store.ts'
import type { Reader } from '../../../platform/db/db.ts'
import { externalIdsOf } from '../../../platform/external-ids.ts'
import type { Receivable } from '../../../receivables/receivable.ts'
import { receivablesOfInvoices } from '../../../receivables/receivable-store.ts'
import { lastChangesOf } from '../changes-store.ts'
import { contractNumber } from '../contract-number.ts'
import { fieldsOf } from '../fields.ts'
import { shownAs } from '../kept.ts'
import { dayAndHour } from '../moments.ts'

const { types } = fieldsOf('servicos/os')

/** All that is told of an order. */
export interface OrderFacts {
  invoice: Invoice
  contract: Contract | undefined
  lines: readonly PlacedLine[]
  receivables: readonly Receivable[]
  timeZone: string
  changedAt: Instant
  isSandbox: boolean
  codeOf(noun: 'invoice' | 'customer' | 'service_item', id: number): string
}

/** Of many, in the order of the ids, with a handful of statements. */
export async function orderFacts(tx: Reader, ids: readonly number[]): Promise<OrderFacts[]> {
  const invoices = new Map((await invoicesOf(tx, ids)).map(invoice => [invoice.id, invoice]))
  const all = ids.flatMap(id => invoices.get(id) ?? [])
  const contracts = await contractsOf(tx, [...new Set(all.map(({ contractId }) => contractId))])
  const organizations = await organizationsOf(tx, [...new Set(all.map(({ organizationId }) => organizationId))])
  const lines = await linesOfInvoices(tx, ids)
  const receivables = await receivablesOfInvoices(tx, ids)
  const changed = await lastChangesOf(tx, 'invoice', ids)
  const services = [...lines.values()].flatMap(list => list.flatMap(({ serviceItemId }) => serviceItemId ?? []))
  const codes = {
    invoice: await codesOf(tx, 'invoice', ids),
    customer: await codesOf(tx, 'customer', [...new Set(all.map(({ customerId }) => customerId))]),
    service_item: await codesOf(tx, 'service_item', [...new Set(services)]),
  }
  const isSandbox = (await ownAccount(tx))?.mode === 'sandbox'
  return all.map(invoice => {
    const organization = organizations.get(invoice.organizationId)
    if (organization === undefined) throw new Error(`invoice ${invoice.id} has no organization`)
    return {
      invoice,
      contract: contracts.get(invoice.contractId),
      lines: lines.get(invoice.id) ?? [],
      receivables: receivables.get(invoice.id) ?? [],
      timeZone: organization.timeZone,
      changedAt: changed.get(invoice.id) ?? invoice.createdAt,
      isSandbox,
      codeOf: (noun, id) => codes[noun](id),
    }
  })
}

async function codesOf(tx: Reader, noun: Noun, ids: readonly number[]): Promise<(id: number) => string> {
  const codes = await externalIdsOf(tx, noun, ids)
  return id => codes.get(id)?.find(({ system }) => system === 'omie')?.id ?? ''
}

/** 50 is to be billed, 60 is billed; what was cancelled stays where it was. */
function stageOf({ issueOn }: Invoice): string {
  return issueOn === null ? '50' : '60'
}

const numberOf = ({ number }: Invoice) => (number === null ? '' : String(number))

function momentsOf({ invoice, timeZone, changedAt, isSandbox }: OrderFacts) {
  const [dDtInc, cHrInc] = dayAndHour(invoice.createdAt, timeZone)
  const [dDtAlt, cHrAlt] = dayAndHour(changedAt, timeZone)
  const [dDtFat, cHrFat] = dayAndHour(invoice.issueOn === null ? null : invoice.emittedAt, timeZone)
  const [dDtCanc, cHrCanc] = dayAndHour(invoice.state === 'cancelled' ? invoice.cancelledAt : null, timeZone)
  return {
    cCancelada: invoice.state === 'cancelled' ? 'S' : 'N',
    cFaturada: invoice.issueOn !== null ? 'S' : 'N',
    // Homologação, produção.
    cAmbiente: isSandbox ? 'H' : 'P',
    ...{ dDtInc, cHrInc, dDtAlt, cHrAlt, dDtFat, cHrFat, dDtCanc, cHrCanc },
  }
}

/** Of the whole, which they sum to. */
function percentsOf(amounts: readonly Cents[]): number[] {
  if (amounts.length === 0) return []
  // Of nothing each is the same part.
  const weights = amounts.some(amount => amount !== 0) ? amounts : amounts.map(() => 1)
  return splitByWeights(cents(100_00), weights).map(hundredths => Number(decimalOf(hundredths)))
}

export function showOrder(it: OrderFacts, filled: boolean): object {
  const { invoice, contract } = it
  const percents = percentsOf(it.receivables.map(({ amountCents }) => amountCents))
  const ours = {
    Cabecalho: {
      cCodIntOS: it.codeOf('invoice', invoice.id),
      nCodOS: invoice.id,
      cNumOS: numberOf(invoice),
      cCodIntCli: it.codeOf('customer', invoice.customerId),
      nCodCli: invoice.customerId,
      dDtPrevisao: formatDate(invoice.estimatedIssueOn),
      cEtapa: stageOf(invoice),
      nQtdeParc: it.receivables.length,
      nValorTotal: Number(decimalOf(chargedBy(invoice))),
      nValorTotalImpRet: Number(decimalOf(invoice.withheldCents)),
      nCodCtr: invoice.contractId,
    },
    InformacoesAdicionais: { cNumContrato: contractNumber(contract) },
    ServicosPrestados: it.lines.map(line => ({
      nCodServico: line.serviceItemId ?? undefined,
      cCodIntServico: line.serviceItemId === null ? '' : it.codeOf('service_item', line.serviceItemId),
      nQtde: Number(line.quantity),
      nValUnit: Number(line.unitPrice),
      ...(line.discountCents !== 0 && { cTpDesconto: 'V', nValorDesconto: Number(decimalOf(line.discountCents)) }),
      cDescServ: line.description,
      nSeqItem: line.position,
    })),
    Parcelas: it.receivables.map(({ installment, dueOn, amountCents }, i) => ({
      nParcela: installment,
      dDtVenc: formatDate(dueOn),
      nValor: Number(decimalOf(amountCents)),
      nPercentual: percents[i],
      nDias: daysBetween(invoice.issueOn ?? invoice.estimatedIssueOn, dueOn),
    })),
    Observacoes: { cObsOS: invoice.description ?? '' },
    InfoCadastro: momentsOf(it),
  }
  return shownAs(types, 'osCadastro', ours, {}, filled)
}

/** Whether it was billed. There are no notes yet: the list of them is empty. */
export function showOrderStatus(it: OrderFacts, pdf: string) {
  const { invoice, contract } = it
  const { cCancelada, cFaturada, cAmbiente, ...moments } = momentsOf(it)
  return {
    cCodIntOS: it.codeOf('invoice', invoice.id),
    nCodOS: invoice.id,
    cNumOS: numberOf(invoice),
    cNumContrato: contractNumber(contract),
    cNumRecibo: '',
    cNumPedido: '',
    cEtapa: stageOf(invoice),
    cCancelada,
    cFaturada,
    cAmbiente,
    ...moments,
    nValorTot: Number(decimalOf(chargedBy(invoice))),
    cUrlPdfRecibo: pdf,
    ListaRpsNfse: [],
  }
}
