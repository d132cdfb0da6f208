import { Type } from 'typebox'
import { NamedCustomerAnswer, showNamedCustomer } from '../contracts/parties-wire.ts'
import { showId } from '../core/ids.ts'
import { PlannedActionAnswer } from '../invoices/planned-routes.ts'
import { CommentAnswer, showComment } from '../invoices/wire.ts'
import { Day, Fields, Flag, IdOf, List, Money, OneOf, OrNull, Text, Whole } from '../platform/http/fields.ts'
import { stillOwedOf } from '../receivables/receivable.ts'
import { ReceiptAnswer, showReceipt } from '../receivables/wire.ts'
import { chargeDeliveries, chargeTimes, nfseTimes } from './automation.ts'
import { editScopes } from './edit.ts'
import { occurrenceStates } from './occurrence-store.ts'
import type { KnownOccurrence, KnownSchedule } from './read-schedule.ts'
import { MOST_INSTALLMENTS, recurrenceEnds } from './said-schedule.ts'
import { allScheduleStates, scheduleKinds } from './schedule.ts'
import { shareFields } from './shares-wire.ts'
import { recurrenceUnits, type Terms } from './terms.ts'

export const AtSchedule = Fields({ id: IdOf('schedule') })

/** The last number that a column holds. */
const MOST_OCCURRENCES = 2_147_483_647

export const AtOccurrence = Fields({
  id: IdOf('schedule'),
  number: Whole(1, MOST_OCCURRENCES, { description: 'A ocorrência, contada de 1.' }),
})

const amount = Money({ minimum: 1, description: 'Valor em centavos; sem ele, a soma dos valores das categorias.' })
const daysBefore = Whole(0, 365, { description: 'Dias corridos antes do vencimento; 0, ou um dia que já passou, é na hora.' })

const Charge = Fields(
  {
    when: OneOf(chargeTimes),
    daysBeforeDue: Type.Optional(OrNull(daysBefore)),
    delivery: Type.Optional(
      OneOf(chargeDeliveries, { description: 'email (padrão): ao cliente; accountant: à integração do contador.' }),
    ),
  },
  { title: 'ScheduledCharge', description: 'O boleto de cada ocorrência. Passa a valer quando houver cobranças.' },
)

const Nfse = Fields(
  { when: OneOf(nfseTimes), daysBeforeDue: Type.Optional(OrNull(daysBefore)) },
  { title: 'ScheduledNfse', description: 'A nota de cada ocorrência. Passa a valer quando houver NFS-e.' },
)

const Recurrence = Fields(
  {
    unit: OneOf(recurrenceUnits),
    every: Type.Optional(Whole(1, 3650, { description: 'A cada quantas unidades; 1 se não informado.' })),
    ends: Type.Optional(
      OneOf(recurrenceEnds, { description: 'never (padrão), after: depois de maxOccurrences, until: no dia until.' }),
    ),
    maxOccurrences: Type.Optional(OrNull(Whole(1, MOST_OCCURRENCES, { description: 'De todas, contada a primeira.' }))),
    until: Type.Optional(OrNull(Day({ description: 'O último dia em que uma ocorrência pode vencer, contado.' }))),
  },
  { title: 'ScheduleRecurrence' },
)

const own = {
  description: Type.Optional(OrNull(Text(1000))),
  reference: Type.Optional(OrNull(Text(200))),
  scheduledOn: Type.Optional(OrNull(Day({ description: 'Previsão de recebimento; o vencimento se não informado.' }))),
  accrualOn: Type.Optional(OrNull(Day({ description: 'Competência; o vencimento se não informado.' }))),
}

const said = {
  ...own,
  amountCents: Type.Optional(amount),
  dueOn: Type.Optional(Day({ description: 'O vencimento da primeira ocorrência, de que se contam as outras.' })),
  isFlagged: Type.Optional(Flag({ description: 'Marcado, para quem acompanha.' })),
  categories: shareFields.categories.sent,
  costCentres: shareFields.costCentres.sent,
  charge: Type.Optional(OrNull(Charge)),
  nfse: Type.Optional(OrNull(Nfse)),
  nfseTemplateId: Type.Optional(OrNull(IdOf('nfse_template', { description: 'O perfil de serviço da nota.' }))),
  nfseRemarks: Type.Optional(OrNull(Text(5000, { description: 'Informações complementares da nota.' }))),
  nfseDescription: Type.Optional(OrNull(Text(5000, { description: 'Discriminação do serviço na nota.' }))),
  serviceState: Type.Optional(OrNull(Text(2, { description: 'A UF em que o serviço é prestado, se em outro município.' }))),
  serviceCity: Type.Optional(OrNull(Text(200))),
}

export const NewSchedule = Fields(
  {
    organizationId: IdOf('organization'),
    customerId: IdOf('customer'),
    ...said,
    installments: Type.Optional(
      List(
        Fields({ ...own, amountCents: Money({ minimum: 1 }), dueOn: Day() }, { title: 'ScheduleInstallment' }),
        MOST_INSTALLMENTS,
        {
          description:
            'As parcelas dizem valor e datas; as categorias ficam com as suas proporções. Ou parcelas, ou recorrência.',
        },
      ),
    ),
    recurrence: Type.Optional(OrNull(Recurrence)),
  },
  { title: 'NewSchedule' },
)

const scope = OneOf(editScopes, { description: 'one (padrão): só esta; following: esta e as seguintes.' })

export const OccurrenceChange = Fields(
  { ...said, scope: Type.Optional(scope), recurrence: Type.Optional(Recurrence) },
  { title: 'OccurrenceChange' },
)
export const ScheduleChange = Fields({ ...said, recurrence: Type.Optional(Recurrence) }, { title: 'ScheduleChange' })
export const WithScope = Fields({ scope: Type.Optional(scope) })

// --- Answers ---

const ChargeAnswer = Type.Object(
  { when: OneOf(chargeTimes), daysBeforeDue: OrNull(Type.Integer()), delivery: OneOf(chargeDeliveries) },
  { title: 'ScheduledChargeSaid' },
)
const NfseAnswer = Type.Object({ when: OneOf(nfseTimes), daysBeforeDue: OrNull(Type.Integer()) }, { title: 'ScheduledNfseSaid' })

const saidAnswer = {
  description: OrNull(Type.String()),
  reference: OrNull(Type.String()),
  isFlagged: Type.Boolean(),
  categories: shareFields.categories.shown,
  costCentres: shareFields.costCentres.shown,
  charge: OrNull(ChargeAnswer),
  nfse: OrNull(NfseAnswer),
  nfseTemplateId: OrNull(Type.String()),
  nfseRemarks: OrNull(Type.String()),
  nfseDescription: OrNull(Type.String()),
  serviceState: OrNull(Type.String()),
  serviceCity: OrNull(Type.String()),
}

export const ScheduleAnswer = Type.Object(
  {
    id: Type.String(),
    organizationId: Type.String(),
    customerId: Type.String(),
    customer: NamedCustomerAnswer,
    kind: OneOf(scheduleKinds),
    state: OneOf(allScheduleStates, {
      description: 'active: ainda há ocorrências a criar; complete: todas estão aí; cancelled: foi excluído.',
    }),
    recurrence: OrNull(Type.Object({ unit: OneOf(recurrenceUnits), every: Type.Integer() }, { title: 'ScheduleInterval' })),
    lastNumber: OrNull(Type.Integer({ description: 'A última ocorrência, quando se sabe qual é.' })),
    endsOn: OrNull(Type.String({ description: 'O último dia em que uma ocorrência pode vencer.' })),
    madeUntil: Type.Integer({ description: 'Até que ocorrência foram criadas; as outras se criam doze meses antes de vencer.' }),
    nextDueOn: OrNull(
      Type.String({
        description:
          'O vencimento da próxima ocorrência a criar. O que foi excluído não volta: uma recorrência reaberta segue depois disso.',
      }),
    ),
    totalCents: OrNull(Type.Integer({ description: 'A soma de tudo o que se pede; de uma recorrência, nenhuma.' })),
    amountCents: Type.Integer({ description: 'O de cada ocorrência por vir; das parcelas, o da última.' }),
    ...saidAnswer,
    version: Type.Integer(),
    createdAt: Type.String(),
    cancelledAt: OrNull(Type.String()),
  },
  { title: 'Schedule' },
)

const occurrenceAnswer = {
  scheduleId: Type.String(),
  number: Type.Integer(),
  kind: OneOf(scheduleKinds),
  installments: OrNull(Type.Integer({ description: 'De um parcelamento: quantas são.' })),
  organizationId: Type.String(),
  customerId: Type.String(),
  customer: NamedCustomerAnswer,
  state: OneOf(occurrenceStates),
  isLate: Type.Boolean(),
  dueOn: Type.String(),
  scheduledOn: Type.String(),
  accrualOn: Type.String(),
  amountCents: Type.Integer(),
  receivedCents: Type.Integer(),
  abatedCents: Type.Integer(),
  outstandingCents: Type.Integer(),
  receivedOn: OrNull(Type.String()),
  receivableId: Type.String({ description: 'A parcela: recebe-se, em parte ou no todo, e desfaz-se por ela.' }),
  ...saidAnswer,
  plannedActions: Type.Array(PlannedActionAnswer),
  scheduleVersion: Type.Integer(),
}

export const OccurrenceAnswer = Type.Object(occurrenceAnswer, { title: 'Occurrence' })
export const OccurrenceDetailAnswer = Type.Object(
  { ...occurrenceAnswer, receipts: Type.Array(ReceiptAnswer), comments: Type.Array(CommentAnswer) },
  { title: 'OccurrenceDetail' },
)

export function showSchedule(schedule: KnownSchedule) {
  const { terms, customer, termsVersion: _, ...it } = schedule
  return {
    ...it,
    id: showId('schedule', it.id),
    organizationId: showId('organization', it.organizationId),
    customerId: showId('customer', it.customerId),
    customer: showNamedCustomer(customer),
    recurrence: terms.interval,
    amountCents: terms.amountCents,
    ...showSaid(terms, it.kind === 'installments' ? null : terms.amountCents),
  }
}

function showSaid(terms: Terms, total: Terms['amountCents'] | null) {
  const { description, reference, isFlagged, charge, nfse, nfseRemarks, nfseDescription, serviceState, serviceCity } = terms
  return {
    description,
    reference,
    isFlagged,
    categories: shareFields.categories.show(terms.categories, total),
    costCentres: shareFields.costCentres.show(terms.costCentres, total),
    charge,
    nfse,
    nfseTemplateId: terms.nfseTemplateId === null ? null : showId('nfse_template', terms.nfseTemplateId),
    nfseRemarks,
    nfseDescription,
    serviceState,
    serviceCity,
  }
}

export function showOccurrence({
  occurrence,
  schedule,
  customer,
  terms,
  receivable,
  state,
  isLate,
  plannedActions,
}: KnownOccurrence) {
  const { number, dueOn, scheduledOn, accrualOn } = occurrence
  const { amountCents, receivedCents, abatedCents, receivedOn } = receivable
  return {
    scheduleId: showId('schedule', schedule.id),
    number,
    kind: schedule.kind,
    installments: schedule.kind === 'installments' ? receivable.installments : null,
    organizationId: showId('organization', schedule.organizationId),
    customerId: showId('customer', schedule.customerId),
    customer: showNamedCustomer(customer),
    state,
    isLate,
    dueOn,
    scheduledOn,
    accrualOn,
    amountCents,
    receivedCents,
    abatedCents,
    outstandingCents: stillOwedOf(receivable),
    receivedOn,
    receivableId: showId('receivable', receivable.id),
    ...showSaid(terms, amountCents),
    plannedActions,
    scheduleVersion: schedule.version,
  }
}

export function showOccurrenceDetail(known: KnownOccurrence) {
  return { ...showOccurrence(known), receipts: known.receipts.map(showReceipt), comments: known.comments.map(showComment) }
}
