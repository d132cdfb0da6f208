import { Type } from 'typebox'
import { showId } from '../core/ids.ts'
import { Anything, Fields, Flag, IdOf, List, Moment, OneOf, OrNull, Text, Whole } from '../platform/http/fields.ts'
import type { DrawnEndpoint } from './create-endpoint.ts'
import { attemptOutcomes, type Delivery, deliveryStates } from './delivery.ts'
import { typeOf } from './event-types.ts'
import type { DeliveryDetail, WatchedEndpoint } from './read-webhooks.ts'

// --- Endpoints ---

export const AtEndpoint = Fields({ id: IdOf('webhook_endpoint') })

const address = Text(2000, { description: 'https, público. Numa conta de testes também http para esta máquina.' })
const events = List(Text(80), 100, {
  minItems: 1,
  description: 'Do que avisar: "invoice.emit", "invoice.*" ou "*".',
  examples: [['invoice.*']],
})
const description = Type.Optional(OrNull(Text(500)))
const secret = Type.Optional(
  Text(200, { description: 'O segredo com que cada aviso é assinado; sem ele, é sorteado e mostrado agora.' }),
)

/** `forms` are the names of the formats. */
export function newEndpointOf(forms: readonly string[]) {
  return Fields(
    {
      address,
      events,
      form: OneOf(forms, {
        description: 'O formato: standard é Standard Webhooks; os outros são os de quem o Bordero substitui.',
      }),
      secret,
      description,
    },
    { title: 'NewWebhookEndpoint' },
  )
}

export const EndpointChange = Fields({ address: Type.Optional(address), events: Type.Optional(events), description })

export const Enabling = Fields({
  waiting: Type.Optional(
    OneOf(['send', 'drop'], { description: 'O que esperava: send (o usual) envia agora, em ordem; drop deixa para lá.' }),
  ),
})

export const NewSecret = Fields({
  secret,
  overlapHours: Type.Optional(
    Whole(0, 720, {
      description: 'Por quantas horas o segredo anterior assina também, onde o formato leva dois; 24 se não informado.',
    }),
  ),
})

export const EndpointAnswer = Type.Object(
  {
    id: Type.String(),
    address: Type.String(),
    description: OrNull(Type.String()),
    form: Type.String(),
    events: List(Type.String(), 100),
    state: OneOf(['enabled', 'disabled']),
    disabledReason: OrNull(OneOf(['person', 'failing', 'gone'])),
    disabledAt: OrNull(Type.String()),
    reachable: OrNull(Type.Boolean()),
    failingSince: OrNull(Type.String({ description: 'A primeira falha desde a qual nada passou.' })),
    failuresInARow: Type.Integer({ description: 'Quantas tentativas falharam desde a última que passou.' }),
    pausedUntil: OrNull(
      Type.String({
        description:
          'Falhou várias vezes seguidas: até então os avisos esperam sem gastar tentativas; depois, um só vê se voltou. Um teste vai mesmo assim, e se passar acaba com a pausa.',
      }),
    ),
    previousSecretUntil: OrNull(Type.String()),
    waiting: Type.Integer({ description: 'Quantos avisos esperam por ele.' }),
    version: Type.Integer(),
    createdAt: Type.String(),
  },
  { title: 'WebhookEndpoint' },
)

export const DrawnEndpointAnswer = Type.Object(
  { ...EndpointAnswer.properties, secret: OrNull(Type.String({ description: 'Só é mostrado agora; null se você o informou.' })) },
  { title: 'WebhookEndpointWithSecret' },
)

export function showEndpoint({ previousUntil, isFailingTold: _, id, ...endpoint }: WatchedEndpoint) {
  return { ...endpoint, id: showId('webhook_endpoint', id), events: [...endpoint.events], previousSecretUntil: previousUntil }
}

export function showDrawn({ secret, ...endpoint }: DrawnEndpoint, waiting: number) {
  return { ...showEndpoint({ ...endpoint, waiting }), secret }
}

// --- Deliveries ---

export const AtDelivery = Fields({ id: IdOf('webhook_delivery') })

export const deliveryFilter = {
  endpointId: Type.Optional(IdOf('webhook_endpoint')),
  state: Type.Optional(OneOf(deliveryStates)),
  event: Type.Optional(Text(80, { description: 'invoice.emit, por exemplo.' })),
  subjectId: Type.Optional(Text(40, { description: 'Do que se avisa: inv_12, por exemplo.' })),
  from: Type.Optional(Moment({ description: 'O que aconteceu a partir deste instante.' })),
  until: Type.Optional(Moment({ description: 'O que aconteceu antes deste instante.' })),
}

export const ReplayWindow = Fields({
  endpointId: Type.Optional(IdOf('webhook_endpoint')),
  from: Moment(),
  until: Moment(),
  state: Type.Optional(
    OneOf(['given_up', 'delivered', 'dropped', 'all'], { description: 'Como terminaram; given_up se não informado.' }),
  ),
})

export const DeliveryAnswer = Type.Object(
  {
    id: Type.String(),
    endpointId: Type.String(),
    messageId: Type.String({ description: 'Como quem recebe o conhece; o mesmo em todas as tentativas.' }),
    event: Type.String(),
    subjectId: Type.String(),
    subjectVersion: Type.Integer(),
    isTest: Flag(),
    state: OneOf(deliveryStates),
    attempts: Type.Integer(),
    failures: Type.Integer(),
    dueAt: OrNull(Type.String({ description: 'Quando será tentado; null depois de terminado.' })),
    createdAt: Type.String(),
    endedAt: OrNull(Type.String()),
  },
  { title: 'WebhookDelivery' },
)

export const DeliveryDetailAnswer = Type.Object(
  {
    ...DeliveryAnswer.properties,
    body: Type.String({ description: 'Os bytes enviados, exatos.' }),
    tries: List(
      Type.Object({
        number: Type.Integer(),
        at: Type.String(),
        outcome: OrNull(OneOf(attemptOutcomes)),
        status: OrNull(Type.Integer()),
        headers: Anything(),
        answer: OrNull(Type.String()),
        detail: OrNull(Type.String()),
        durationMs: OrNull(Type.Integer()),
      }),
      1000,
    ),
  },
  { title: 'WebhookDeliveryDetail' },
)

export function showDelivery(it: Delivery) {
  return {
    id: showId('webhook_delivery', it.id),
    endpointId: showId('webhook_endpoint', it.endpointId),
    messageId: it.messageId,
    event: typeOf(it),
    subjectId: showId(it.noun, it.subjectId),
    subjectVersion: it.version,
    isTest: it.isTest,
    state: it.state,
    attempts: it.attempts,
    failures: it.failures,
    dueAt: it.state === 'waiting' ? it.dueAt : null,
    createdAt: it.createdAt,
    endedAt: it.endedAt,
  }
}

export function showDeliveryDetail(it: DeliveryDetail) {
  return { ...showDelivery(it), body: it.body, tries: it.tries }
}
