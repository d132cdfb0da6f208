import { ownAccount } from '../accounts/account-store.ts'
import { found } from '../core/current.ts'
import { dayInZone, formatDate, formatMonth, type YearMonth } from '../core/dates.ts'
import { type Decimal, micros } from '../core/money.ts'
import { refuse } from '../core/refusal.ts'
import { given } from '../core/text.ts'
import { type Ctx, showActor } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { record } from '../platform/history.ts'
import { takeIds } from '../platform/ids.ts'
import { type EnteredValue, enteredValue, insertEntered, knownValues } from './index-store.ts'
import type { IndexTies } from './index-ties.ts'
import { formatPercent, formatValueName, knownFrom, type PriceIndex, type Span } from './price-index.ts'

export interface MonthAsked {
  index: PriceIndex
  month: YearMonth
  months: Span
}

/** Beyond a hundred per cent a month, or in twelve, it is a slip of the pen: since the real there was none. */
const MOST_PERCENT = 100_000_000n

/**
 * Enters what an index changed in a month that is not published yet, with its source; in a sandbox it is a simulated value. What is
 * published is not to be contradicted; published later, it speaks in place of this. The same value again changes nothing.
 */
export function enterValue(
  ctx: Ctx,
  ties: IndexTies,
  asked: MonthAsked,
  value: { percent: Decimal; source: string },
): Promise<EnteredValue> {
  const source = given(value.source)
  if (source === null) return refuse('invalid_input', 'Informe de onde veio o valor.', { faults: [blankSource] })
  if (micros(value.percent) <= -MOST_PERCENT || micros(value.percent) > MOST_PERCENT) {
    refuse('percent_out_of_range', 'A variação deve ser maior que -100% e até 100%.', { path: '/percent' })
  }
  return ctx.transact(async tx => {
    await refusePublished(tx, asked)
    refuseNotOver(ctx, asked)
    const before = await enteredValue(tx, asked.index, asked.month, asked.months)
    if (before !== null && before.percent === value.percent && before.source === source) return before
    return save(tx, ctx, ties, before, { ...asked, percent: value.percent, source })
  })
}

/** Takes back what was entered: the month is not known any more. Readjustments that went by it stay as they are, until somebody undoes them. */
export function withdrawValue(ctx: Ctx, ties: IndexTies, asked: MonthAsked): Promise<EnteredValue> {
  return ctx.transact(async tx => {
    const before = await enteredValue(tx, asked.index, asked.month, asked.months)
    const standing = found(before?.percent == null ? null : before, 'Nenhum valor foi informado à mão para este mês.')
    return save(tx, ctx, ties, standing, { ...asked, percent: null, source: standing.source })
  })
}

async function save(
  tx: Tx,
  ctx: Ctx,
  ties: IndexTies,
  before: EnteredValue | null,
  data: MonthAsked & Pick<EnteredValue, 'percent' | 'source'>,
): Promise<EnteredValue> {
  const now = ctx.clock.now()
  const after: EnteredValue = {
    ...data,
    id: before?.id ?? (await takeIds(tx, 'index_value')),
    version: (before?.version ?? 0) + 1,
    kind: (await ownAccount(tx))?.mode === 'sandbox' ? 'simulated' : 'by_hand',
    knownAt: now,
    madeBy: showActor(ctx.actor),
  }
  if (!(await insertEntered(tx, after))) {
    refuse('stale_version', 'Outra pessoa informou este mês agora mesmo; confira o valor e repita.', { status: 412 })
  }
  await ties.valueChanged(tx, data.index, now)
  const action = data.percent === null ? 'withdraw' : before === null ? 'create' : 'update'
  await record(tx, ctx, [{ action, subject: { noun: 'index_value', id: after.id, version: after.version }, before, after }])
  return after
}

async function refusePublished(tx: Tx, { index, month, months }: MonthAsked): Promise<void> {
  const [known] = await knownValues(tx, { indices: [index], months, from: month, to: month })
  if (known?.kind !== 'official') return
  refuse(
    'index_published',
    `O ${formatValueName(index, month, months)} já foi publicado: ${formatPercent(known.percent)}. Só se informa à mão um mês que ainda não foi.`,
    { status: 409, details: { month, percent: known.percent, shown: formatMonth(month) } },
  )
}

/** Where the institutes are. */
const ZONE = 'America/Sao_Paulo'

/** A value of a month whose prices nobody has collected yet is a guess, and would be billed like a fact. */
function refuseNotOver(ctx: Ctx, { index, month, months }: MonthAsked): void {
  const from = knownFrom(index, month)
  if (dayInZone(ctx.clock.now(), ZONE) >= from) return
  refuse(
    'month_not_over',
    `O ${formatValueName(index, month, months)} ainda não existe: os preços deste mês só estão todos coletados em ${formatDate(from)}. Informe o valor a partir deste dia, no relógio da conta.`,
    { path: '/month', details: { month, knownFrom: from } },
  )
}

const blankSource = { path: '/source', code: 'blank', message: 'Informe de onde veio o valor.' }
