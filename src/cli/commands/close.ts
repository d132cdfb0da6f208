import type { Command } from 'commander'
import {
  addDays,
  addToMonth,
  type CivilDate,
  dayInZone,
  firstDayOfMonth,
  formatDate,
  formatMonth,
  instant,
  type YearMonth,
} from '../../core/dates.ts'
import type { Invoice, KnownReceipt, Occurrence, Receivable } from '../answers.ts'
import { type Cli, onServer } from '../cli.ts'
import type { Client } from '../client.ts'
import { CliError, exitCodes } from '../exit-codes.ts'
import { missingIn, missingLines } from '../month-missing.ts'
import { nextCommand } from '../next-command.ts'
import { moneyOf } from '../receipt-words.ts'
import { startedAs } from '../started-as.ts'
import { renderTable } from '../table.ts'
import { month } from '../values.ts'
import { figure, summed } from '../words.ts'

interface Row {
  customer: string
  billedCents: number
  /** Of schedules, what belongs to the month. */
  scheduledCents: number
  receivedCents: number
  openCents: number
  lateCents: number
}

const columns = [
  { head: 'Cliente', of: (row: Row) => row.customer, least: 16 },
  { head: 'Emitido (R$)', of: (row: Row) => figure(row.billedCents), right: true },
  { head: 'Agendado (R$)', of: (row: Row) => figure(row.scheduledCents), right: true },
  { head: 'Recebido (R$)', of: (row: Row) => figure(row.receivedCents), right: true },
  { head: 'Em aberto hoje (R$)', of: (row: Row) => figure(row.openCents), right: true },
  { head: 'Vencido hoje (R$)', of: (row: Row) => figure(row.lateCents), right: true },
]

export function addClose(program: Command, cli: Cli): void {
  program
    .command('close')
    .description('relatório de um mês: o que foi emitido e recebido nele, o que falta, e o que está em aberto hoje, por cliente')
    .argument('<mês>', '03/2027, por exemplo', month)
    .addHelpText(
      'after',
      `
É um relatório e não fecha nada: o de um mês que passou muda quando alguém desfaz uma baixa ou cancela uma fatura dele depois.
Emitido é o líquido do que foi emitido no mês e não foi cancelado; agendado, o que agendamentos têm com a competência do mês; recebido é o dinheiro que entrou no mês, sem crédito usado nem
abatimento. Em aberto e vencido são de hoje, e contam todos os meses: de agendamentos que se repetem, até doze meses à frente; do que
foi renegociado, as parcelas novas.

Exemplo:
  ${startedAs} close 03/2027`,
    )
    .action(
      onServer<object, [YearMonth]>(cli, async ({ client, operands: [of], terminal, show }) => {
        const from = firstDayOfMonth(of)
        const until = addDays(firstDayOfMonth(addToMonth(of, 1)), -1)
        const invoices = await client.all<Invoice>('/v1/invoices', { issueFrom: from, issueUntil: until })
        const receipts = await client.all<KnownReceipt>('/v1/receipts', {
          receivedFrom: from,
          receivedUntil: until,
          kind: 'payment',
        })
        const open = await client.all<Receivable>('/v1/receivables', { state: 'to_receive' })
        const month = { accrualFrom: from, accrualUntil: until }
        const scheduled = await client.all<Occurrence>('/v1/schedules/occurrences', month)
        const billed = invoices.filter(({ state, issueOn }) => state !== 'cancelled' && issueOn !== null)
        const rows = rowsOf(billed, scheduled, receipts, open)
        const missing = await missingIn(client, until)
        const total = totalOf(rows)
        const today = await todayOf(client)
        show({ month: of, customers: rows, total, missing }, () =>
          [
            ...headingLines(of, total, { from, until, today }),
            ...(rows.length === 0 ? [] : ['', renderTable(columns, rows, { columns: terminal.columns, footer: total })]),
            ...missingLines(missing, until, nextCommand(client.target)),
          ].join('\n'),
        )
      }),
    )
}

/** What is shown, and how far it holds: nothing of a month is final, least of all of one that is not over. */
function headingLines(
  of: YearMonth,
  { billedCents, scheduledCents, receivedCents, openCents }: Row,
  { from, until, today }: { from: CivilDate; until: CivilDate; today: CivilDate | null },
): string[] {
  const name = formatMonth(of)
  const open = openCents === 0 ? 'nada está em aberto hoje' : 'o que está em aberto é de hoje, de todos os meses'
  if (today !== null && from > today) return [`${name} ainda não começou: nada foi emitido nem recebido nele, e ${open}.`]
  if (billedCents === 0 && scheduledCents === 0 && receivedCents === 0)
    return [`Nada foi emitido nem recebido em ${name}; ${open}.`]
  const soFar = today !== null && until >= today ? `, até hoje, ${formatDate(today)}: o mês não terminou` : ''
  return [
    `Relatório de ${name}${soFar}`,
    'Nada fica fechado: muda se uma baixa dele for desfeita ou uma fatura dele cancelada depois.',
  ]
}

/** The account's day: a sandbox has a clock of its own. Null: nobody says. */
async function todayOf(client: Client): Promise<CivilDate | null> {
  const zone = 'America/Sao_Paulo'
  try {
    const { now } = await client.get<{ now: string }>('/v1/sandbox/clock')
    return dayInZone(instant(now), zone)
  } catch (error) {
    if (error instanceof CliError && (error.exitCode === exitCodes.findings || error.exitCode === exitCodes.denied)) {
      return client.serverTime === null ? null : dayInZone(client.serverTime, zone)
    }
    throw error
  }
}

function rowsOf(
  invoices: readonly Invoice[],
  scheduled: readonly Occurrence[],
  receipts: readonly KnownReceipt[],
  open: readonly Receivable[],
): Row[] {
  const names = new Map([...invoices, ...scheduled, ...receipts, ...open].map(({ customer }) => [customer.id, customer.name]))
  const own = <It extends { customer: { id: string } }>(rows: readonly It[], id: string) =>
    rows.filter(it => it.customer.id === id)
  const sum = (rows: readonly Receivable[]) => summed(rows.map(({ outstandingCents }) => outstandingCents))
  return [...names]
    .map(([id, customer]) => ({
      customer,
      billedCents: summed(own(invoices, id).map(({ netCents }) => netCents)),
      scheduledCents: summed(own(scheduled, id).map(({ amountCents }) => amountCents)),
      receivedCents: moneyOf(own(receipts, id)),
      openCents: sum(own(open, id)),
      lateCents: sum(own(open, id).filter(({ isLate }) => isLate)),
    }))
    .sort((a, b) => a.customer.localeCompare(b.customer, 'pt-BR'))
}

function totalOf(rows: readonly Row[]): Row {
  const sum = (of: (row: Row) => number) => summed(rows.map(of))
  return {
    customer: 'Total',
    billedCents: sum(row => row.billedCents),
    scheduledCents: sum(row => row.scheduledCents),
    receivedCents: sum(row => row.receivedCents),
    openCents: sum(row => row.openCents),
    lateCents: sum(row => row.lateCents),
  }
}
