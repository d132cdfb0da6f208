import { type CivilDate, formatDate } from '../../core/dates.ts'
import { type Cents, cents, sum, zeroCents } from '../../core/money.ts'
import type { Organization } from '../../organizations/organization.ts'
import type { Receivable } from '../../receivables/receivable.ts'
import { showPerson } from './client-view.ts'
import type { ReceivableFacts } from './receivable-facts.ts'
import { asNumber, asStamp, asText, withDot } from './values.ts'

export const resultKinds = ['simplificado', 'detalhado', 'completo'] as const
export type ResultKind = (typeof resultKinds)[number]

const chargeKinds = {
  boleto: 'boleto_bancario',
  pix: 'pix',
  card: 'cartao_credito',
  transfer: 'transferencia_bancaria',
  other: 'outros',
} as const

/** Keys in the order of their collection. There is no boleto yet: what a bank gives one is null. */
export function showReceivable(it: ReceivableFacts, kind: ResultKind, withPix: boolean) {
  const shown = kind === 'simplificado' ? showSimply(it) : showInDetail(it)
  return {
    ...shown,
    ...(withPix && { pix_copia_cola: null }),
    ...(kind === 'completo' && {
      status: stateOf(it.receivable),
      itens: it.lines.map(({ position, description, grossCents, discountCents }) => ({
        item: position,
        descricao: description,
        valor: asNumber(cents(grossCents - discountCents)),
      })),
      recibos: it.receipts
        .filter(({ kind }) => kind === 'payment')
        .map(({ id, receivedOn, amountCents }) => ({
          id_recibo: id,
          numero_recibo: String(id),
          data_pagamento: receivedOn,
          valor_pago: asNumber(amountCents),
        })),
      nota_fiscal: [],
    }),
  }
}

/** Amounts are texts here, but for the discount. */
function showSimply(it: ReceivableFacts) {
  const { receivable, link, organization } = it
  return {
    id_fatura: receivable.id,
    nosso_numero: null,
    data_vencimento: receivable.dueOn,
    data_pagamento: receivable.receivedOn,
    data_credito: receivable.receivedOn,
    data_cadastro: asStamp(receivable.createdAt, organization.timeZone),
    valor: asText(receivable.amountCents),
    valor_pago: receivable.receivedCents === 0 ? null : asText(receivable.receivedCents),
    valor_juros_pago: null,
    valor_desconto: asNumber(receivable.abatedCents),
    linha_digitavel: null,
    codigo_barras: null,
    tipo_cobranca: chargeKindOf(it),
    link,
    empresa: showCompany(organization),
    cliente: showWhom(it),
  }
}

function showInDetail(it: ReceivableFacts) {
  const { receivable, link, organization, clientServiceId } = it
  return {
    id_fatura: receivable.id,
    id_carne: null,
    id_cliente_servico: clientServiceId,
    nosso_numero: null,
    data_vencimento: receivable.dueOn,
    data_pagamento: receivable.receivedOn,
    data_cadastro: asStamp(receivable.createdAt, organization.timeZone),
    data_credito: receivable.receivedOn,
    valor_original: asNumber(receivable.amountCents),
    valor: asNumber(receivable.amountCents),
    valor_pago: asNumber(receivable.receivedCents),
    valor_juros_pago: 0,
    valor_desconto: asNumber(receivable.abatedCents),
    linha_digitavel: null,
    codigo_barras: null,
    tipo_cobranca: chargeKindOf(it),
    link,
    empresa: showCompany(organization),
    cliente: showWhom(it),
  }
}

/** As a client's own list tells them: days as Brazilians write them, and what it was for. */
export function showReceivableOfClient(it: ReceivableFacts) {
  const { receivable } = it
  return {
    id_fatura: receivable.id,
    nosso_numero: null,
    nosso_numero_dv: null,
    linha_digitavel: null,
    tipo_cobranca: chargeKindOf(it),
    valor: asNumber(receivable.amountCents),
    data_vencimento: formatDate(receivable.dueOn),
    data_pagamento: day(receivable.receivedOn),
    detalhamento: showWhatFor(it),
  }
}

/** '(+) Taxa de Instalação (1/12) | R$ 12.50', line by line. */
function showWhatFor({ receivable, lines }: ReceivableFacts) {
  const told = lines.map(({ description, grossCents, discountCents }) => {
    const netCents = cents(grossCents - discountCents)
    return `(${netCents < 0 ? '-' : '+'}) ${description} | ${withDot(cents(Math.abs(netCents)))}`
  })
  const whole = lines.length === 0 ? receivable.amountCents : netOf(lines)
  return { descricao: told.length === 0 ? 'Cobrança avulsa' : told.join('\n'), valor: asNumber(whole) }
}

function netOf(lines: ReceivableFacts['lines']): Cents {
  return sum(lines.map(({ grossCents, discountCents }) => cents(grossCents - discountCents)))
}

function chargeKindOf({ invoice }: ReceivableFacts): string {
  return chargeKinds[invoice?.paymentMethod ?? 'boleto']
}

function stateOf({ state, amountCents }: Receivable): string {
  if (state === 'received' || amountCents === zeroCents) return 'quitado'
  return state === 'to_receive' ? 'aguardando' : state === 'renegotiated' ? 'renegociado' : 'cancelado'
}

export function showCompany({ cnpj, legalName, tradeName }: Organization) {
  return { documento: cnpj, nome_razaosocial: legalName, nome_fantasia: tradeName }
}

function showWhom({ customer, organization }: ReceivableFacts) {
  const { telefone_primario, telefone_secundario, telefone_terciario, email_principal, email_secundario, ...who } =
    showPerson(customer)
  return {
    ...who,
    data_nascimento: null,
    telefone_primario,
    telefone_secundario,
    telefone_terciario,
    email_principal,
    email_secundario,
    data_cadastro: asStamp(customer.createdAt, organization.timeZone),
    ativo: customer.archivedAt === null,
  }
}

function day(date: CivilDate | null): string | null {
  return date === null ? null : formatDate(date)
}
