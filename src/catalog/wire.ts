import { Type } from 'typebox'
import { showId } from '../core/ids.ts'
import { ExternalIds, ExternalIdsAnswer } from '../platform/http/external-id-fields.ts'
import { Fields, IdOf, OrNull, Quantity, Text } from '../platform/http/fields.ts'
import type { KnownServiceItem } from './read-service-item.ts'

export const AtServiceItem = Fields({ id: IdOf('service_item') })

export const NewServiceItem = Fields(
  {
    code: Type.Optional(OrNull(Text(60, { description: 'Seu código, único entre os serviços em uso.' }))),
    name: Text(200),
    description: Type.Optional(OrNull(Text(2000))),
    unitPrice: Type.Optional(OrNull(Quantity({ description: 'Preço sugerido, em reais; cada contrato tem o seu.' }))),
    externalIds: Type.Optional(ExternalIds),
  },
  { title: 'NewServiceItem' },
)

export const ServiceItemAnswer = Type.Object(
  {
    id: Type.String(),
    code: OrNull(Type.String()),
    name: Type.String(),
    description: OrNull(Type.String()),
    unitPrice: OrNull(Type.String()),
    externalIds: ExternalIdsAnswer,
    version: Type.Integer(),
    createdAt: Type.String(),
    archivedAt: OrNull(Type.String()),
  },
  { title: 'ServiceItem' },
)

export function showServiceItem(item: KnownServiceItem) {
  return { ...item, id: showId('service_item', item.id) }
}
