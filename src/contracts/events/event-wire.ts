import { type StaticDecode, Type } from 'typebox'
import { showId } from '../../core/ids.ts'
import { Fields, Flag, IdOf, Judged, Month, mostCents, OneOf, OrNull, Text } from '../../platform/http/fields.ts'
import { NamedContractAnswer, NamedCustomerAnswer, showNamedContract, showNamedCustomer } from '../parties-wire.ts'
import { type EventInput, eventKinds } from './billing-event.ts'
import type { PartRecord } from './event-store.ts'
import type { EventDetail } from './read-event.ts'

export const AtEvent = Fields({ id: IdOf('billing_event') })

const mostLines = 1_000_000_000

export const NewEvent = Fields(
  {
    kind: OneOf(eventKinds, { description: 'surcharge: acréscimo; discount: desconto.' }),
    description: Text(1000),
    amountCents: Judged(1, mostCents, 'O total, dividido pelas parcelas.'),
    parts: Type.Optional(Judged(1, 120, 'Em quantas parcelas, de 1 a 120; 1 se não informado.')),
    firstMonth: Type.Optional(
      OrNull(Month({ description: 'O mês do faturamento da primeira parcela; o próximo faturamento se não informado.' })),
    ),
    serviceItemId: Type.Optional(
      OrNull(IdOf('service_item', { description: 'O serviço com que sai na fatura; o da linha, se esta for informada.' })),
    ),
    lineNumber: Type.Optional(
      OrNull(Judged(1, mostLines, 'De qual serviço da regra é: o number da linha, o mesmo em todas as versões.')),
    ),
    serviceTypeId: Type.Optional(OrNull(IdOf('service_type', { description: 'O tipo de serviço, que o classifica.' }))),
    isReimbursement: Type.Optional(
      Flag({ description: 'Um acréscimo que reembolsa uma despesa: não é receita, e nada é retido dele.' }),
    ),
  },
  { title: 'NewBillingEvent' },
)

export const asEventInput = (body: StaticDecode<typeof NewEvent>): EventInput => body

const partStates = ['open', 'unused', 'consumed', 'cancelled'] as const

export const EventAnswer = Type.Object(
  {
    id: Type.String(),
    ruleId: Type.String(),
    customer: NamedCustomerAnswer,
    contract: NamedContractAnswer,
    kind: OneOf(eventKinds),
    description: Type.String(),
    amountCents: Type.Integer(),
    firstMonth: OrNull(Type.String()),
    serviceItemId: OrNull(Type.String()),
    lineNumber: OrNull(Type.Integer()),
    serviceTypeId: OrNull(Type.String()),
    isReimbursement: Type.Boolean(),
    parts: Type.Array(
      Type.Object(
        {
          id: Type.String(),
          number: Type.Integer(),
          amountCents: Type.Integer(),
          earliestMonth: OrNull(Type.String()),
          origin: OneOf(['event', 'carried', 'given_back', 'reduced'], {
            description:
              'carried: o que um desconto não pôde usar; given_back: o que uma fatura cancelada devolveu; reduced: o que ficou de uma parcela cancelada em parte.',
          }),
          originPartId: OrNull(Type.String()),
          state: OneOf(partStates, { description: 'unused: em aberto, mas a regra não tem mais o que faturar.' }),
          invoiceId: OrNull(Type.String()),
          usedCents: OrNull(Type.Integer()),
          givenBackAt: OrNull(Type.String()),
        },
        { title: 'BillingEventPart' },
      ),
    ),
    openCents: Type.Integer({ description: 'O que ainda não foi faturado.' }),
    version: Type.Integer(),
    createdAt: Type.String(),
    cancelledAt: OrNull(Type.String()),
  },
  { title: 'BillingEvent' },
)

export function showEvent({ partRecords, isUnused, ...event }: EventDetail) {
  const open = partRecords.filter(part => part.state === 'open')
  return {
    ...event,
    id: showId('billing_event', event.id),
    ruleId: showId('invoice_rule', event.ruleId),
    customer: showNamedCustomer(event.customer),
    contract: showNamedContract(event.contract),
    serviceItemId: event.serviceItemId === null ? null : showId('service_item', event.serviceItemId),
    serviceTypeId: event.serviceTypeId === null ? null : showId('service_type', event.serviceTypeId),
    parts: partRecords.map(part => showPart(part, isUnused)),
    openCents: open.reduce((total, part) => total + part.amountCents, 0),
  }
}

function showPart(part: PartRecord, isUnused: boolean) {
  return {
    ...part,
    id: showId('billing_event_part', part.id),
    originPartId: part.originPartId === null ? null : showId('billing_event_part', part.originPartId),
    state: part.state === 'open' && isUnused ? ('unused' as const) : part.state,
    invoiceId: part.invoiceId === null ? null : showId('invoice', part.invoiceId),
  }
}
