import { type CivilDate, formatDate } from '../core/dates.ts'
import { cents, formatAmount } from '../core/money.ts'
import type { RenegotiationState } from '../renegotiation/renegotiation.ts'
import type { PerformedRenegotiation, Receivable, RenegotiationDetail, RenegotiationPreview } from './answers.ts'
import { renderTable } from './table.ts'
import { brl, counted, dayWords, figure, receivableStateWords } from './words.ts'

export const renegotiationStateWords: Record<RenegotiationState, string> = {
  open: 'a receber',
  settled: 'recebida',
  undone: 'desfeita',
}

/** What a renegotiation was, or would be, asked for. */
export interface RenegotiationBody {
  receivables: string[]
  interestCents?: number
  fineCents?: number
  feeCents?: number
  discountCents?: number
  discountReason?: string
  downPayment?: { amountCents: number; dueOn?: CivilDate }
  installments?: { count: number; firstDueOn: CivilDate }
  parts?: { dueOn: CivilDate; amountCents: number }[]
  outstandingCents?: number
  note?: string
}

type Sums = Pick<
  RenegotiationPreview,
  'replacedCents' | 'interestCents' | 'fineCents' | 'feeCents' | 'discountCents' | 'discountReason' | 'totalCents'
>

/** What it would make, and the command that makes it of what was seen. */
export function previewWords(
  { replaced, parts, downPaymentCents, warnings, ...sums }: RenegotiationPreview,
  body: RenegotiationBody,
  columns: number,
  command: (args: string) => string,
): string {
  const rows = parts.map((part, i) => ({ ...part, name: partName(i, parts.length, downPaymentCents > 0) }))
  return [
    `Substituiria ${counted(replaced.length, 'parcela', 'parcelas')}:`,
    ...sumLines(sums),
    '',
    renderTable(partColumns, rows, { columns }),
    ...warningLines(warnings),
    '',
    'Nada foi gravado. Para efetivar:',
    `  ${command(`renegotiations perform ${typedAs({ ...body, outstandingCents: sums.replacedCents })}`)}`,
  ].join('\n')
}

interface PartRow {
  name: string
  dueOn: string
  amountCents: number
}

const partColumns = [
  { head: 'Parcela', of: (row: PartRow) => row.name },
  { head: 'Vencimento', of: (row: PartRow) => dayWords(row.dueOn) },
  { head: 'Valor (R$)', of: (row: PartRow) => figure(row.amountCents), right: true },
]

function partName(i: number, count: number, hasDownPayment: boolean): string {
  return hasDownPayment && i === 0 ? 'entrada' : `${i + 1} de ${count}`
}

/** A renegotiation whole: what it replaced, what it added and let off, what it made. */
export function renegotiationWords(it: RenegotiationDetail | PerformedRenegotiation, columns: number): string {
  const hasDownPayment = it.downPaymentCents > 0
  const made = it.receivables.map(one => ({ one, name: partName(one.installment - 1, one.installments, hasDownPayment) }))
  return [
    `Renegociação ${it.id}, de ${dayWords(it.agreedOn)}: ${renegotiationStateWords[it.state]}`,
    `Cliente   ${it.customer.name} (${it.customerId})`,
    ...(it.note === null ? [] : [`Nota      ${it.note}`]),
    ...(it.undoneAt === null ? [] : [`Desfeita${it.undoReason === null ? '' : `  ${it.undoReason}`}`]),
    ...sumLines(it),
    '',
    'O que ela substituiu:',
    renderTable(replacedColumns, it.replaced, { columns }),
    '',
    'O que se deve no lugar:',
    renderTable(madeColumns, made, { columns }),
    ...('warnings' in it ? warningLines(it.warnings) : []),
  ].join('\n')
}

type ReplacedRow = RenegotiationDetail['replaced'][number]

const replacedColumns = [
  { head: 'Parcela', of: ({ receivable }: ReplacedRow) => receivable.id },
  { head: 'Fatura', of: ({ receivable }: ReplacedRow) => receivable.invoiceId ?? '' },
  { head: 'Vencimento', of: ({ receivable }: ReplacedRow) => dayWords(receivable.dueOn) },
  { head: 'Valor (R$)', of: ({ receivable }: ReplacedRow) => figure(receivable.amountCents), right: true },
  { head: 'Em aberto então (R$)', of: ({ outstandingCents }: ReplacedRow) => figure(outstandingCents), right: true },
]

interface MadeRow {
  one: Receivable
  name: string
}

const madeColumns = [
  { head: 'Parcela', of: ({ one }: MadeRow) => one.id },
  { head: 'Nº', of: ({ name }: MadeRow) => name },
  { head: 'Vencimento', of: ({ one }: MadeRow) => dayWords(one.dueOn) },
  { head: 'Valor (R$)', of: ({ one }: MadeRow) => figure(one.amountCents), right: true },
  { head: 'Em aberto (R$)', of: ({ one }: MadeRow) => figure(one.outstandingCents), right: true },
  { head: 'Situação', of: ({ one }: MadeRow) => (one.isLate ? 'vencida' : receivableStateWords[one.state]) },
]

function sumLines({
  replacedCents,
  interestCents,
  fineCents,
  feeCents,
  discountCents,
  discountReason,
  totalCents,
}: Sums): string[] {
  const added = [
    ['juros', interestCents],
    ['multa', fineCents],
    ['taxa', feeCents],
  ] as const
  const discount = discountCents === 0 ? [] : [`menos desconto ${brl(discountCents)} (${discountReason ?? ''})`]
  const parts = [
    `Em aberto ${brl(replacedCents)}`,
    ...added.flatMap(([name, amount]) => (amount === 0 ? [] : [`mais ${name} ${brl(amount)}`])),
    ...discount,
  ]
  return [`${parts.join(', ')}: ${brl(totalCents)}.`]
}

function warningLines(warnings: readonly { message: string }[]): string[] {
  return warnings.length === 0 ? [] : ['', ...warnings.map(({ message }) => `Atenção: ${message}`)]
}

/** As it is typed. */
function typedAs(body: RenegotiationBody): string {
  const money = (option: string, amount: number | undefined) =>
    amount === undefined ? [] : [`--${option} ${typedAmount(amount)}`]
  const text = (option: string, said: string | undefined) => (said === undefined ? [] : [`--${option} ${quoted(said)}`])
  const { downPayment, installments, parts = [] } = body
  return [
    ...body.receivables,
    ...money('interest', body.interestCents),
    ...money('fine', body.fineCents),
    ...money('fee', body.feeCents),
    ...money('discount', body.discountCents),
    ...text('discount-reason', body.discountReason),
    ...money('down', downPayment?.amountCents),
    ...(downPayment?.dueOn === undefined ? [] : [`--down-due ${formatDate(downPayment.dueOn)}`]),
    ...(installments === undefined
      ? []
      : [`--installments ${installments.count} --first-due ${formatDate(installments.firstDueOn)}`]),
    ...parts.map(({ dueOn, amountCents }) => `--part ${formatDate(dueOn)}=${typedAmount(amountCents)}`),
    ...text('note', body.note),
    ...money('outstanding', body.outstandingCents),
  ].join(' ')
}

function typedAmount(amount: number): string {
  return formatAmount(cents(amount))
}

/** In one piece for a shell, whatever stands in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
