import { type Command, Option } from 'commander'
import type { CivilDate } from '../../core/dates.ts'
import type { Invoice, InvoiceDetail, Page, Receivable } from '../answers.ts'
import { type Cli, onServer } from '../cli.ts'
import { contractId } from '../find.ts'
import { listWords } from '../list-words.ts'
import { renderTable } from '../table.ts'
import { day, idOf, oneOf, whole } from '../values.ts'
import {
  brl,
  dayWords,
  figure,
  invoiceStateWords,
  periodWords,
  priceWords,
  quantityWords,
  receivableStateWords,
} from '../words.ts'

interface ListOptions {
  state?: string
  contract?: string
  customer?: string
  run?: string
  issueFrom?: CivilDate
  issueUntil?: CivilDate
  late?: true
  q?: string
  limit: number
  cursor?: string
}

const invoiceArgument = ['<fatura>', 'inv_12, por exemplo', idOf('invoice', 'inv_12')] as const

const invoiceColumns = [
  { head: 'Fatura', of: (it: Invoice) => it.id },
  { head: 'Número', of: (it: Invoice) => (it.number === null ? '' : String(it.number)), right: true },
  { head: 'Contrato', of: (it: Invoice) => it.contractId },
  { head: 'Cliente', of: (it: Invoice) => it.customerId },
  { head: 'Período', of: (it: Invoice) => (it.period === null ? '' : periodWords(it.period.startsOn, it.period.endsOn)) },
  { head: 'Emissão', of: (it: Invoice) => dayWords(it.issueOn ?? it.estimatedIssueOn) },
  { head: 'Líquido (R$)', of: (it: Invoice) => figure(it.netCents), right: true },
  { head: 'Situação', of: stateOf },
]

/** Each with what its help says, and whether it needs a reason; null: it takes none. */
const verbs = [
  ['emit', 'emite hoje; com o cliente em atraso, diga o motivo', false],
  ['approve', 'aprova; a que sai por si e já está no dia é emitida', null],
  ['block', 'bloqueia a emissão até que seja aprovada', false],
  ['cancel', 'cancela, enquanto nada além de crédito foi recebido', true],
  ['release', 'libera o período e os eventos de uma cancelada, para faturar de novo', false],
  ['redraft', 'cancela e libera de uma vez, para faturar de novo com as condições de hoje', true],
  ['undo-emission', 'desfaz a emissão', false],
  ['undo-cancellation', 'desfaz o cancelamento de uma que não foi liberada', false],
] as const

export function addInvoices(program: Command, cli: Cli): void {
  const invoices = program
    .command('invoices')
    .description('lista, mostra, emite, aprova e cancela faturas')
    .addHelpText(
      'after',
      `
Exemplos:
  bordero invoices list --state to_receive --late
  bordero invoices show inv_12
  bordero invoices cancel inv_12 --reason "Cobrado em duplicidade pelo cliente"`,
    )

  invoices
    .command('list')
    .description('lista as faturas, da mais nova à mais antiga')
    .option(
      '--state <situação>',
      'to_emit, to_receive, received ou cancelled',
      oneOf('to_emit', 'to_receive', 'received', 'cancelled'),
    )
    .option('--contract <id ou código>', 'só deste contrato')
    .option('--customer <cliente>', 'só deste cliente: cus_12', idOf('customer', 'cus_12'))
    .option('--run <execução>', 'só desta execução: run_7', idOf('billing_run', 'run_7'))
    .option('--issue-from <dia>', 'emitidas deste dia em diante', day)
    .option('--issue-until <dia>', 'emitidas até este dia', day)
    .option('--late', 'só as que têm parcela vencida e não recebida')
    .option('--q <texto>', 'número, ou parte da descrição, do cliente ou do contrato')
    .option('--limit <n>', 'quantas', whole(1, 200), 50)
    .option('--cursor <cursor>', 'continua uma lista anterior')
    .action(
      onServer<ListOptions>(cli, async ({ client, options, terminal, show }) => {
        const { state, customer, run, issueFrom, issueUntil, late, q, limit, cursor } = options
        const contract = options.contract === undefined ? undefined : await contractId(client, options.contract)
        const page = await client.get<Page<Invoice>>('/v1/invoices', {
          state,
          contract,
          customer,
          run,
          issueFrom,
          issueUntil,
          late,
          q,
          limit,
          cursor,
        })
        show(page, () => listWords(invoiceColumns, page, terminal.columns))
      }),
    )

  invoices
    .command('show')
    .description('mostra uma fatura com tudo o que é dela')
    .argument(...invoiceArgument)
    .action(
      onServer<object, [string]>(cli, async ({ client, operands: [id], terminal, show }) => {
        const invoice = await client.get<InvoiceDetail>(`/v1/invoices/${id}`)
        show(invoice, () => invoiceWords(invoice, terminal.columns))
      }),
    )

  for (const [verb, description, isReasonNeeded] of verbs) {
    const command = invoices
      .command(verb)
      .description(description)
      .argument(...invoiceArgument)
    if (isReasonNeeded !== null)
      command.addOption(new Option('--reason <motivo>', 'o motivo, para o histórico').makeOptionMandatory(isReasonNeeded))
    command.action(
      onServer<{ reason?: string }, [string]>(cli, async ({ client, operands: [id], options: { reason }, terminal, show }) => {
        const invoice = await client.post<InvoiceDetail>(`/v1/invoices/${id}/${verb}`, reason === undefined ? {} : { reason })
        show(invoice, () => invoiceWords(invoice, terminal.columns))
      }),
    )
  }
}

type Line = InvoiceDetail['lines'][number]

const lineColumns = [
  { head: 'Serviço', of: (line: Line) => line.description, least: 20 },
  { head: 'Quantidade', of: (line: Line) => quantityWords(line.quantity), right: true },
  { head: 'Preço', of: (line: Line) => priceWords(line.unitPrice), right: true },
  { head: 'Desconto', of: (line: Line) => figure(line.discountCents), right: true },
  { head: 'Valor (R$)', of: (line: Line) => figure(line.grossCents - line.discountCents), right: true },
]

const receivableColumns = [
  { head: 'Parcela', of: (it: Receivable) => `${it.installment}/${it.installments}` },
  { head: 'Recebimento', of: (it: Receivable) => it.id },
  { head: 'Vencimento', of: (it: Receivable) => dayWords(it.dueOn) },
  { head: 'Valor (R$)', of: (it: Receivable) => figure(it.amountCents), right: true },
  { head: 'Em aberto (R$)', of: (it: Receivable) => figure(it.outstandingCents), right: true },
  { head: 'Situação', of: (it: Receivable) => (it.isLate ? 'vencida' : receivableStateWords[it.state]) },
]

function invoiceWords(invoice: InvoiceDetail, columns: number): string {
  const { id, number, period, grossCents, discountCents, withheldCents, netCents, lines, receivables } = invoice
  const amounts = [
    `bruto ${brl(grossCents)}`,
    `descontos ${brl(discountCents)}`,
    `retenções ${brl(withheldCents)}`,
    `líquido ${brl(netCents)}`,
  ]
  return [
    `Fatura ${id}${number === null ? '' : `, número ${number}`}: ${stateOf(invoice)}`,
    `Contrato ${invoice.contractId}, cliente ${invoice.customerId}${period === null ? '' : `, período de ${periodWords(period.startsOn, period.endsOn)}`}`,
    `${amounts.join('; ')}.`,
    '',
    renderTable(lineColumns, lines, { columns }),
    '',
    renderTable(receivableColumns, receivables, { columns }),
  ].join('\n')
}

function stateOf({ state, approval, isLate, heldBy }: Invoice): string {
  if (state === 'to_emit' && approval === 'blocked') return 'aguarda aprovação'
  if (state === 'to_emit' && heldBy === 'customer_overdue') return 'a emitir, cliente em atraso'
  return isLate ? 'vencida' : invoiceStateWords[state]
}
