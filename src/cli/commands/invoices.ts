import { type Command, Option } from 'commander'
import { type CivilDate, formatMonth, yearMonth } from '../../core/dates.ts'
import type { Invoice, InvoiceDetail, Page } from '../answers.ts'
import { type Cli, onServer } from '../cli.ts'
import { writeWanted } from '../files.ts'
import { contractId, customerId } from '../find.ts'
import { listWords, sumWords } from '../list-words.ts'
import { addPaging, type PagingOptions } from '../paging.ts'
import { aboutReceipt, howReceived } from '../receipt-words.ts'
import { renderTable } from '../table.ts'
import { choice, choices, day, idOf } from '../values.ts'
import {
  brl,
  contractWord,
  dayWords,
  figure,
  invoiceStateWords,
  periodWords,
  priceWords,
  quantityWords,
  receivableStateWords,
} from '../words.ts'

interface ListOptions extends PagingOptions {
  state?: string
  contract?: string
  customer?: string
  run?: string
  issueFrom?: CivilDate
  issueUntil?: CivilDate
  late?: true
  q?: string
}

interface PdfOptions {
  output?: string
  force?: true
}

const invoiceArgument = ['<fatura>', 'inv_12, por exemplo', idOf('invoice', 'inv_12')] as const

const invoiceColumns = [
  { head: 'Fatura', of: (it: Invoice) => it.id },
  { head: 'Número', of: (it: Invoice) => (it.number === null ? '' : String(it.number)), right: true },
  { head: 'Contrato', of: (it: Invoice) => contractWord(it.contract), least: 10 },
  { head: 'Cliente', of: (it: Invoice) => it.customer.name, least: 12 },
  { head: 'Período', of: (it: Invoice) => (it.period === null ? '' : periodWords(it.period.startsOn, it.period.endsOn)) },
  { head: 'Emissão', of: (it: Invoice) => dayWords(it.issueOn ?? it.estimatedIssueOn) },
  { head: 'Vencimento', of: (it: Invoice) => (it.dueOn === null ? '' : dayWords(it.dueOn)) },
  { head: 'Líquido (R$)', of: (it: Invoice) => figure(it.netCents), right: true },
  { head: 'Situação', of: stateOf, least: 10 },
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
  bordero invoices list --state a-receber --late
  bordero invoices list --contract C-0042
  bordero invoices show inv_12
  bordero invoices pdf inv_12 -o fatura.pdf
  bordero invoices cancel inv_12 --reason "Cobrado em duplicidade pelo cliente"`,
    )

  const list = invoices
    .command('list')
    .description('lista as faturas, da mais nova à mais antiga')
    .option('--state <situação>', choices(invoiceStateWords), choice(invoiceStateWords))
    .option('--contract <contrato>', 'só deste contrato: o código ou o nome, ou ctr_12')
    .option('--customer <cliente>', 'só deste cliente: o nome, o CNPJ ou CPF, ou cus_12')
    .option('--run <execução>', 'só desta execução: run_7', idOf('billing_run', 'run_7'))
    .option('--issue-from <dia>', 'emitidas deste dia em diante', day)
    .option('--issue-until <dia>', 'emitidas até este dia', day)
    .option('--late', 'só as que têm parcela vencida e não recebida')
    .option('--q <texto>', 'número, ou parte da descrição, do cliente ou do contrato')
  addPaging(list).action(
    onServer<ListOptions>(cli, async ({ client, options, terminal, show }) => {
      const { state, run, issueFrom, issueUntil, late, q, limit, cursor } = options
      const contract = options.contract === undefined ? undefined : await contractId(client, options.contract)
      const customer = options.customer === undefined ? undefined : await customerId(client, options.customer)
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
      show(page, () => listWords(invoiceColumns, page, terminal.columns, { of: totalOf, cursor }))
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

  invoices
    .command('pdf')
    .description('grava o PDF de uma fatura, em qualquer situação')
    .argument(...invoiceArgument)
    .option('-o, --output <arquivo>', 'onde gravar; - escreve na saída padrão; fatura-inv_12.pdf, por exemplo, se não informado')
    .option('--force', 'substitui um arquivo que já existe')
    .action(
      onServer<PdfOptions, [string]>(cli, async ({ client, operands: [id], options, terminal, isJson }) => {
        const file = options.output ?? `fatura-${id}.pdf`
        await writeWanted(file, await client.download(`/v1/invoices/${id}/pdf`), options.force === true)
        if (file === '-') return
        if (isJson) terminal.out(JSON.stringify({ file }))
        else terminal.note(`A fatura está em ${file}.`)
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

function totalOf(rows: readonly Invoice[]): string {
  return sumWords(rows, {
    one: 'fatura',
    many: 'faturas',
    isOut: ({ state }) => state === 'cancelled',
    outOne: 'cancelada',
    outMany: 'canceladas',
    amounts: [{ name: 'líquido', of: it => it.netCents }],
  })
}

type Installment = InvoiceDetail['receivables'][number]

const receivableColumns = [
  { head: 'Parcela', of: (it: Installment) => it.id },
  { head: 'Nº', of: (it: Installment) => `${it.installment} de ${it.installments}` },
  { head: 'Vencimento', of: (it: Installment) => dayWords(it.dueOn) },
  { head: 'Valor (R$)', of: (it: Installment) => figure(it.amountCents), right: true },
  { head: 'Em aberto (R$)', of: (it: Installment) => figure(it.outstandingCents), right: true },
  { head: 'Situação', of: (it: Installment) => (it.isLate ? 'vencida' : receivableStateWords[it.state]) },
]

type ReceiptRow = { installment: Installment; receipt: Installment['receipts'][number] }

const receiptColumns = [
  { head: 'Baixa', of: ({ receipt }: ReceiptRow) => receipt.id },
  { head: 'Parcela', of: ({ installment }: ReceiptRow) => installment.id },
  { head: 'Dia', of: ({ receipt }: ReceiptRow) => dayWords(receipt.receivedOn) },
  { head: 'Valor (R$)', of: ({ receipt }: ReceiptRow) => figure(receipt.amountCents), right: true },
  { head: 'Como', of: ({ receipt }: ReceiptRow) => howReceived(receipt) },
  { head: 'Observação', of: ({ receipt }: ReceiptRow) => aboutReceipt(receipt), least: 20 },
]

function receiptLines(installments: readonly Installment[], columns: number): string[] {
  const rows = installments.flatMap(installment => installment.receipts.map(receipt => ({ installment, receipt })))
  return rows.length === 0 ? [] : ['', renderTable(receiptColumns, rows, { columns })]
}

function invoiceWords(invoice: InvoiceDetail, columns: number): string {
  const { id, number, period, grossCents, discountCents, withholdings, netCents, lines, receivables } = invoice
  const amounts = [
    `Bruto ${brl(grossCents)}`,
    `descontos ${brl(discountCents)}`,
    ...withholdings.map(({ tax, amountCents }) => `retenção de ${tax.toUpperCase()} ${brl(amountCents)}`),
    `líquido ${brl(netCents)}`,
  ]
  return [
    `Fatura ${id}${number === null ? '' : `, número ${number}`}: ${stateOf(invoice)}`,
    `Cliente   ${invoice.customer.name} (${invoice.customer.id})`,
    `Contrato  ${contractTitle(invoice)} (${invoice.contract.id})`,
    ...(period === null ? [] : [`Período   ${periodWords(period.startsOn, period.endsOn)}`]),
    `Emissão   ${issueWords(invoice)}`,
    `${amounts.join('; ')}.`,
    '',
    renderTable(lineColumns, lines, { columns }),
    '',
    renderTable(receivableColumns, receivables, { columns }),
    ...receiptLines(receivables, columns),
  ].join('\n')
}

/** 'HZ-0001, Link dedicado' */
function contractTitle({ contract }: Invoice): string {
  const word = contractWord(contract)
  return word === contract.name ? word : `${word}, ${contract.name}`
}

function issueWords({ issueOn, estimatedIssueOn, competence }: Invoice): string {
  const day = issueOn === null ? `prevista para ${dayWords(estimatedIssueOn)}` : dayWords(issueOn)
  return `${day}, competência ${formatMonth(yearMonth(competence))}`
}

function stateOf({ state, approval, isLate, heldBy }: Invoice): string {
  if (state === 'to_emit' && approval === 'blocked') return 'aguarda aprovação'
  if (state === 'to_emit' && heldBy === 'customer_overdue') return 'a emitir, cliente em atraso'
  return isLate ? 'vencida' : invoiceStateWords[state]
}
