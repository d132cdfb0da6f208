import { Type } from 'typebox'
import { showId } from '../core/ids.ts'
import { addressAnswer, addressFields } from '../platform/http/address-fields.ts'
import { ExternalIds, ExternalIdsAnswer } from '../platform/http/external-id-fields.ts'
import {
  CnpjText,
  Day,
  Fields,
  Flag,
  IdOf,
  Money,
  mostCents,
  OneOf,
  OrNull,
  Text,
  TimeZone,
  Whole,
} from '../platform/http/fields.ts'
import { type Holiday, holidayScopes } from './holiday.ts'
import { taxRegimes } from './organization.ts'
import type { KnownOrganization } from './read-organization.ts'

export const AtOrganization = Fields({ id: IdOf('organization') })
export const AtHoliday = Fields({ id: IdOf('organization'), date: Day() })

export const NewOrganization = Fields(
  {
    legalName: Text(200, { description: 'Razão social.' }),
    tradeName: Type.Optional(OrNull(Text(200))),
    cnpj: CnpjText(),
    municipalRegistration: Type.Optional(OrNull(Text(30, { description: 'Inscrição municipal.' }))),
    taxRegime: OneOf(taxRegimes),
    timeZone: Type.Optional(TimeZone({ description: 'Fuso horário IANA; America/Sao_Paulo se não informado.' })),
    address: Type.Optional(OrNull(Fields(addressFields))),
    billingHour: Type.Optional(Whole(0, 23, { description: 'Hora local do faturamento automático; 6 se não informada.' })),
    runMaxInvoices: Type.Optional(
      OrNull(Whole(1, 10_000_000, { description: 'Um faturamento com mais faturas pausa antes de começar.' })),
    ),
    runMaxTotalCents: Type.Optional(OrNull(Money({ minimum: 1, maximum: mostCents }))),
    apportionmentEnabled: Type.Optional(
      Flag({
        description:
          'Rateio habilitado: um valor se divide entre vários centros de custo ou departamentos; false se não informado.',
      }),
    ),
    externalIds: Type.Optional(ExternalIds),
  },
  { title: 'NewOrganization' },
)

export const OrganizationAnswer = Type.Object(
  {
    id: Type.String(),
    legalName: Type.String(),
    tradeName: OrNull(Type.String()),
    cnpj: Type.String(),
    municipalRegistration: OrNull(Type.String()),
    taxRegime: OneOf(taxRegimes),
    timeZone: Type.String(),
    address: OrNull(Type.Object(addressAnswer)),
    billingHour: Type.Integer(),
    runMaxInvoices: OrNull(Type.Integer()),
    runMaxTotalCents: OrNull(Type.Integer()),
    apportionmentEnabled: Type.Boolean(),
    externalIds: ExternalIdsAnswer,
    version: Type.Integer(),
    createdAt: Type.String(),
    archivedAt: OrNull(Type.String()),
  },
  { title: 'Organization' },
)

export function showOrganization(organization: KnownOrganization) {
  return { ...organization, id: showId('organization', organization.id) }
}

export const NewHoliday = Fields({ date: Day(), name: Text(100), scope: OneOf(holidayScopes) }, { title: 'NewHoliday' })

export const HolidayAnswer = Type.Object(
  { date: Type.String(), name: Type.String(), scope: OneOf(holidayScopes), knownAt: Type.String() },
  { title: 'Holiday' },
)

export function showHoliday(holiday: Holiday) {
  return { ...holiday }
}
