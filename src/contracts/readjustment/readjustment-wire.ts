import { type Static, Type } from 'typebox'
import { showId } from '../../core/ids.ts'
import { factorMethods, factorText, priceIndices, readFactor, shownFactor, valueKinds } from '../../indices/price-index.ts'
import { Day, Fields, Flag, IdOf, Judged, List, OneOf, OrNull, Partly, Text } from '../../platform/http/fields.ts'
import { NamedContractAnswer, NamedCustomerAnswer, showNamedContract, showNamedCustomer } from '../parties-wire.ts'
import { MOST_APPROVED } from './approve-readjustments.ts'
import { MOST_LAG_MONTHS, MOST_NOTICE_DAYS } from './read-readjustment.ts'
import type { KnownApplication, PreviewedReadjustment, ReadjustmentDetail } from './read-readjustments.ts'
import type { PriceStep, Readjustment, ReadjustmentPlan } from './readjustment.ts'
import { holdReason, holdReasons, MOST_EVERY_MONTHS, remindOn } from './readjustment.ts'
import type { UsedValue } from './readjustment-store.ts'
import { clauseSentence, noteSentence, type PriceNote, warningsOf } from './readjustment-words.ts'

export const AtReadjustment = Fields({ id: IdOf('readjustment') })

const fields = {
  serviceItemId: Type.Optional(
    OrNull(
      IdOf('service_item', { description: 'O serviço reajustado; sem ele, todos os da regra que não têm um reajuste próprio.' }),
    ),
  ),
  index: OneOf(priceIndices),
  startsOn: Day({ description: 'A data do primeiro reajuste; as seguintes contam dela.' }),
  everyMonths: Type.Optional(Judged(1, MOST_EVERY_MONTHS, 'De quantos em quantos meses; 12 se não informado.')),
  method: Type.Optional(
    OneOf(factorMethods, {
      description: 'monthly_product: o produto das variações mensais; published_12m: o acumulado de 12 meses como foi publicado.',
    }),
  ),
  lagMonths: Type.Optional(
    Judged(
      0,
      MOST_LAG_MONTHS,
      'Quantos meses antes do da data termina a série; 1 para o IGP-M e 2 para os outros se não informado.',
    ),
  ),
  noticeDays: Type.Optional(OrNull(Judged(0, MOST_NOTICE_DAYS, 'Dias corridos de aviso antes da data.'))),
  allowsNegative: Type.Optional(Flag({ description: 'Um índice negativo baixa o preço; senão ele fica como está.' })),
  approvalWanted: Type.Optional(Flag({ description: 'Cada reajuste espera alguém aprovar.' })),
}

export const NewReadjustment = Fields(fields, { title: 'NewReadjustment' })
export const ReadjustmentPatch = Partly(NewReadjustment, { title: 'ReadjustmentPatch' })

const reason = Type.Optional(OrNull(Text(500, { description: 'O motivo, para o histórico.' })))
export const WithReason = Fields({ reason })

export const NewApproval = Fields(
  {
    ids: Type.Optional(List(IdOf('readjustment'), MOST_APPROVED, { minItems: 1 })),
    from: Type.Optional(
      Day({
        description:
          'Com to: todos os que vencem entre as duas datas, contadas, e querem aprovação; com ids, só os informados que vencem entre elas.',
      }),
    ),
    to: Type.Optional(Day()),
  },
  { title: 'ReadjustmentApproval' },
)

const step = {
  validFrom: Type.String(),
  position: Type.Integer(),
  serviceItemId: Type.String(),
  description: Type.String(),
  oldUnitPrice: Type.String(),
  newUnitPrice: Type.String(),
}

const used = Type.Object({
  month: Type.String(),
  percent: Type.String(),
  kind: OneOf(valueKinds),
  source: Type.String(),
  knownAt: Type.String(),
})

const outcomes = ['applied', 'held_at_zero', 'skipped'] as const

const ApplicationAnswer = Type.Object(
  {
    id: Type.String(),
    dueOn: Type.String(),
    outcome: OneOf(outcomes, { description: 'held_at_zero: índice negativo, preço mantido; skipped: dispensado.' }),
    index: OneOf(priceIndices),
    method: OneOf(factorMethods),
    firstMonth: Type.String(),
    lastMonth: Type.String(),
    values: Type.Array(used),
    revised: Type.Array(used, {
      description:
        'Os meses que hoje têm outro valor: informados à mão e depois publicados, ou revistos. O preço fica como foi calculado.',
    }),
    factor: OrNull(Type.String({ description: 'Com oito casas; factorExact é o que multiplicou o preço.' })),
    factorExact: OrNull(Type.String()),
    termsVersion: OrNull(Type.Integer()),
    prices: Type.Array(Type.Object(step)),
    reason: OrNull(Type.String()),
    appliedBy: Type.String(),
    appliedAt: Type.String(),
    undone: OrNull(Type.Object({ at: Type.String(), by: Type.String(), reason: OrNull(Type.String()) })),
  },
  { title: 'ReadjustmentApplication' },
)

const PreviewAnswer = Type.Object(
  {
    firstMonth: Type.String(),
    lastMonth: Type.String(),
    missingMonths: Type.Array(Type.String()),
    values: Type.Array(used),
    factor: OrNull(Type.String()),
    outcome: OrNull(OneOf(outcomes)),
    validFrom: OrNull(Type.String()),
    prices: Type.Array(Type.Object(step)),
    isTooLarge: Type.Boolean({ description: 'O novo preço passa do que uma linha pode custar: não é aplicado sozinho.' }),
    oldCents: OrNull(Type.Integer({ description: 'O que um período inteiro custa antes, com os descontos da regra.' })),
    newCents: OrNull(Type.Integer()),
  },
  { title: 'ReadjustmentPreview' },
)

export const WarningsAnswer = Type.Array(Type.Object({ code: OneOf(['under_12_months']), message: Type.String() }), {
  description: 'O que se permite e merece ser conferido.',
})

const shown = {
  id: Type.String(),
  ruleId: Type.String(),
  contractId: Type.String(),
  customer: NamedCustomerAnswer,
  contract: NamedContractAnswer,
  serviceItemId: OrNull(Type.String()),
  index: OneOf(priceIndices),
  everyMonths: Type.Integer(),
  method: OneOf(factorMethods),
  lagMonths: Type.Integer(),
  noticeDays: OrNull(Type.Integer()),
  allowsNegative: Type.Boolean(),
  approvalWanted: Type.Boolean(),
  startsOn: Type.String(),
  nextOn: Type.String(),
  remindOn: OrNull(Type.String()),
  isApproved: Type.Boolean({ description: 'A próxima data já foi aprovada.' }),
  waitsFor: OrNull(OneOf(holdReasons, { description: 'Por que a data que chegou ainda não foi aplicada.' })),
  missingMonth: OrNull(Type.String()),
  sentence: Type.String(),
  warnings: WarningsAnswer,
  isOver: Type.Boolean({
    description: 'O contrato ou a regra termina antes da próxima data, ou já não existe: nada mais é reajustado.',
  }),
  preview: PreviewAnswer,
  version: Type.Integer(),
  createdAt: Type.String(),
  archivedAt: OrNull(Type.String()),
}

export const ReadjustmentAnswer = Type.Object(shown, { title: 'Readjustment' })

export const ReadjustmentDetailAnswer = Type.Object(
  { ...shown, applications: Type.Array(ApplicationAnswer) },
  { title: 'ReadjustmentDetail' },
)

const approved = Type.Object({
  id: Type.String(),
  date: Type.String(),
  factor: OrNull(Type.String({ description: 'O fator aprovado; null: os meses ainda não são todos conhecidos.' })),
})
export const ApprovedAnswer = Type.Object({ data: Type.Array(approved) }, { title: 'ApprovedReadjustments' })

export function showApproved({ id, nextOn, approvedFactor }: Readjustment): Static<typeof approved> {
  const factor = approvedFactor === null ? null : shownFactor(readFactor(approvedFactor))
  return { id: showId('readjustment', id), date: nextOn, factor }
}

export function showReadjustment({
  clause,
  contractId,
  customer,
  contract,
  plan,
  isOver,
}: PreviewedReadjustment): Static<typeof ReadjustmentAnswer> {
  const { firstNumber: _, nextNumber: __, approvedOn, approvedFactor: ___, waitsFor, ...kept } = clause
  return {
    ...kept,
    id: showId('readjustment', clause.id),
    ruleId: showId('invoice_rule', clause.ruleId),
    contractId: showId('contract', contractId),
    customer: showNamedCustomer(customer),
    contract: showNamedContract(contract),
    serviceItemId: clause.serviceItemId === null ? null : showId('service_item', clause.serviceItemId),
    remindOn: remindOn(clause),
    isApproved: approvedOn === clause.nextOn,
    waitsFor: waitsFor === null ? null : holdReason(clause),
    sentence: clauseSentence(clause),
    warnings: warningsOf(clause),
    isOver,
    preview: showPlan(plan),
  }
}

export function showReadjustmentDetail(detail: ReadjustmentDetail): Static<typeof ReadjustmentDetailAnswer> {
  return { ...showReadjustment(detail), applications: detail.applications.map(showApplication) }
}

function showPlan(plan: ReadjustmentPlan): Static<typeof PreviewAnswer> {
  const months = { firstMonth: plan.months[0] ?? '', lastMonth: plan.months.at(-1) ?? '' }
  if (plan.kind === 'missing') {
    const nothing = {
      values: [],
      factor: null,
      outcome: null,
      validFrom: null,
      prices: [],
      isTooLarge: false,
      oldCents: null,
      newCents: null,
    }
    return { ...months, missingMonths: plan.missing, ...nothing }
  }
  const { factor, outcome, validFrom, prices, isTooLarge, oldCents, newCents } = plan
  return {
    ...months,
    missingMonths: [],
    values: plan.used.map(showUsed),
    factor: shownFactor(factor),
    outcome,
    validFrom,
    prices: prices.map(showStep),
    isTooLarge,
    oldCents,
    newCents,
  }
}

function showApplication(it: KnownApplication): Static<typeof ApplicationAnswer> {
  const { outcome, index, method, dueOn, firstMonth, lastMonth, reason, appliedBy, appliedAt, factor } = it
  return {
    id: showId('readjustment_application', it.id),
    ...{ dueOn, outcome, index, method, firstMonth, lastMonth, reason, appliedBy, appliedAt },
    values: it.values.map(showUsed),
    revised: it.revised.map(showUsed),
    factor: factor === null ? null : shownFactor(factor),
    factorExact: factor === null ? null : factorText(factor),
    termsVersion: it.firstVersion,
    prices: it.prices.map(showStep),
    undone: it.undoneAt === null ? null : { at: it.undoneAt, by: it.undoneBy ?? '', reason: it.undoReason },
  }
}

function showUsed({ month, percent, kind, source, knownAt }: UsedValue) {
  return { month, percent, kind, source, knownAt }
}

function showStep({ serviceItemId, ...step }: PriceStep) {
  return { ...step, serviceItemId: showId('service_item', serviceItemId) }
}

// --- What stands on an invoice ---

export const PriceNoteAnswer = Type.Object(
  {
    index: OneOf(priceIndices),
    method: OneOf(factorMethods),
    date: Type.String(),
    firstMonth: Type.String(),
    lastMonth: Type.String(),
    factor: Type.String(),
    oldUnitPrice: Type.String(),
    newUnitPrice: Type.String(),
    sentence: Type.String(),
  },
  { title: 'ReadjustmentNote' },
)

export function showPriceNote(note: PriceNote): Static<typeof PriceNoteAnswer> {
  return { ...note, factor: shownFactor(note.factor), sentence: noteSentence(note) }
}
