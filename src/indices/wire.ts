import { type Static, Type } from 'typebox'
import { DecimalText, Fields, Month, OneOf, OrNull, Text } from '../platform/http/fields.ts'
import type { EnteredValue, KnownMonth } from './index-store.ts'
import { indexFacts, type PriceIndex, priceIndices, type Span, valueKinds } from './price-index.ts'
import type { IndexSummary, MonthDetail } from './read-index.ts'

const index = OneOf(priceIndices, { description: 'igpm, ipca, igpdi, inpc ou ipcfipe.' })
export const AtIndex = Fields({ index })
export const AtMonth = Fields({ index, month: Month() })

const spans = ['month', 'twelve_months'] as const
export const SpanField = OneOf(spans, {
  description: 'month: a variação do próprio mês, se não informado; twelve_months: a acumulada em 12 meses, como foi publicada.',
})

export const spanOf = (span: (typeof spans)[number] | undefined): Span => (span === 'twelve_months' ? 12 : 1)
const shownSpan = (months: Span) => (months === 12 ? 'twelve_months' : 'month')

export const NewValue = Fields(
  {
    percent: DecimalText({ description: 'Em por cento, como "0.58" ou "-0.32".' }),
    source: Text(500, { description: 'De onde veio o valor: um endereço, uma publicação.' }),
    span: Type.Optional(SpanField),
  },
  { title: 'NewIndexValue' },
)

export const IndexAnswer = Type.Object(
  {
    index,
    name: Type.String(),
    institute: Type.String(),
    usualLagMonths: Type.Integer(),
    latest: OrNull(Type.Object({ month: Type.String(), percent: Type.String() })),
  },
  { title: 'PriceIndex' },
)

const entered = Type.Object(
  {
    percent: OrNull(Type.String({ description: 'null: retirado.' })),
    kind: OneOf(['by_hand', 'simulated']),
    source: Type.String(),
    knownAt: Type.String(),
    madeBy: Type.String(),
    version: Type.Integer(),
  },
  { title: 'EnteredIndexValue' },
)

const shownMonth = {
  index,
  month: Type.String(),
  span: OneOf(spans),
  percent: Type.String(),
  kind: OneOf(valueKinds, {
    description: 'official: publicado; by_hand: informado à mão; simulated: informado numa conta de teste.',
  }),
  source: Type.String(),
  knownAt: Type.String(),
  replaced: OrNull(entered),
}

export const MonthAnswer = Type.Object(shownMonth, { title: 'IndexValue' })

export const MonthDetailAnswer = Type.Object(
  {
    ...shownMonth,
    published: Type.Array(Type.Object({ percent: Type.String(), source: Type.String(), knownAt: Type.String() })),
  },
  { title: 'IndexValueDetail' },
)

export const EnteredAnswer = Type.Object(
  { index, month: Type.String(), span: OneOf(spans), ...entered.properties },
  { title: 'EnteredIndexMonth' },
)

export const RefreshAnswer = Type.Object({
  data: Type.Array(
    Type.Object({
      index,
      changed: Type.Integer({ description: 'Meses novos ou revistos.' }),
      error: OrNull(Type.String()),
    }),
  ),
})

export function showIndex({ index, latest }: IndexSummary): Static<typeof IndexAnswer> {
  const { name, institute, usualLagMonths } = indexFacts[index]
  return { index, name, institute, usualLagMonths, latest }
}

export function showMonth({ value, entered }: KnownMonth) {
  const { index, month, months, percent, kind, source, knownAt } = value
  const replaced = kind === 'official' && entered !== null ? showFields(entered) : null
  return { index, month, span: shownSpan(months), percent, kind, source, knownAt, replaced } as const
}

export function showMonthDetail(detail: MonthDetail) {
  return { ...showMonth(detail), published: detail.published }
}

function showFields({ percent, kind, source, knownAt, madeBy, version }: EnteredValue) {
  return { percent, kind, source, knownAt, madeBy, version }
}

export function showEntered(value: EnteredValue) {
  return { index: value.index, month: value.month, span: shownSpan(value.months), ...showFields(value) } as const
}

/** The path of a month. */
export function pathOfMonth(index: PriceIndex, month: string): string {
  return `/v1/indices/${index}/${month}`
}
