import { type Cents, cents, sum } from '../../core/money.ts'
import type { Customer } from '../../customers/customer.ts'
import type { LateUntil } from '../../organizations/calendar.ts'
import type { Organization } from '../../organizations/organization.ts'
import { isLate, outstandingOf, type Receivable } from '../../receivables/receivable.ts'
import { type Renegotiation, stateOf } from '../../renegotiation/renegotiation.ts'
import { showCompany } from './receivable-view.ts'
import type { RenegotiationStatus } from './renegotiation-search-store.ts'
import { asMoment, asNumber, asText } from './values.ts'

/** All that is told of a renegotiation. */
export interface RenegotiationFacts {
  renegotiation: Renegotiation
  organization: Organization
  customer: Customer
  /** What it replaced, with what was outstanding of it then. */
  replaced: readonly { receivable: Receivable; outstandingCents: Cents }[]
  /** What it made. */
  receivables: readonly Receivable[]
}

/** Keys in the order of their collection; after them, what was replaced and what was made. */
export function showRenegotiation(it: RenegotiationFacts, lateUntil: LateUntil) {
  const { renegotiation, organization, customer, receivables, replaced } = it
  const { interestCents, fineCents, feeCents } = renegotiation
  const open = receivables.filter(({ state }) => state === 'to_receive')
  const until = lateUntil.get(organization.id)
  const late = open.filter(receivable => until !== undefined && isLate(receivable, until))
  return {
    id_renegociacao: renegotiation.id,
    codigo: String(renegotiation.id),
    tipo: receivables.length === 1 ? 'avista' : 'parcelado',
    parcelas: receivables.length,
    valor_total: asText(renegotiation.replacedCents),
    valor_descontos: asText(renegotiation.discountCents),
    valor_encargos: asText(cents(interestCents + fineCents + feeCents)),
    valor_final: asText(renegotiation.totalCents),
    status: statusOf(it, late.length > 0),
    valor_pago: asNumber(sum(receivables.map(({ receivedCents }) => receivedCents))),
    valor_vencido: asNumber(outstanding(late)),
    valor_aguardando: asNumber(outstanding(open.filter(receivable => !late.includes(receivable)))),
    data_cadastro: asMoment(renegotiation.createdAt, organization.timeZone),
    observacao: renegotiation.note,
    empresa: { id_empresa: organization.id, ...showCompany(organization) },
    usuario: null,
    cliente: {
      id_cliente: customer.id,
      uuid_cliente: null,
      codigo_cliente: customer.id,
      nome_razaosocial: customer.name,
      tipo_pessoa: customer.kind === 'company' ? 'pj' : 'pf',
      documento: customer.taxId,
    },
    faturas_renegociadas: replaced.map(({ receivable, outstandingCents }) => ({
      id_fatura: receivable.id,
      valor: asNumber(outstandingCents),
      data_vencimento: receivable.dueOn,
    })),
    faturas_geradas: receivables.map(({ id, amountCents, dueOn, receivedOn }) => ({
      id_fatura: id,
      valor: asNumber(amountCents),
      data_vencimento: dueOn,
      data_pagamento: receivedOn,
    })),
  }
}

function outstanding(receivables: readonly Receivable[]): Cents {
  return sum(receivables.map(outstandingOf))
}

function statusOf({ renegotiation, receivables }: RenegotiationFacts, isLate: boolean): RenegotiationStatus {
  const state = stateOf(renegotiation, receivables)
  if (state === 'undone') return 'cancelado'
  if (state === 'settled') return 'pago'
  return isLate ? 'vencido' : 'aguardando'
}
