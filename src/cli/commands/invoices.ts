import type { Command } from 'commander'
import type { CivilDate } from '../../core/dates.ts'
import type { Invoice, InvoiceDetail, Page } from '../answers.ts'
import { type Cli, onServer } from '../cli.ts'
import { writeWanted } from '../files.ts'
import { contractId, customerId } from '../find.ts'
import { invoiceStateOf, invoiceWords } from '../invoice-words.ts'
import { listWords, sumWords } from '../list-words.ts'
import { nextCommand } from '../next-command.ts'
import { addPaging, type PagingOptions } from '../paging.ts'
import { startedAs } from '../started-as.ts'
import { choice, choices, day, idOf } from '../values.ts'
import { contractWord, dayWords, figure, invoiceStateWords, periodWords } from '../words.ts'
import { addInvoiceVerbs, invoiceArgument } from './invoice-verbs.ts'

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

const invoiceColumns = [
  { head: 'Fatura', of: (it: Invoice) => it.id },
  { head: 'Número', of: (it: Invoice) => (it.number === null ? '' : String(it.number)), right: true },
  { head: 'Contrato', of: (it: Invoice) => contractWord(it.contract), least: 10 },
  { head: 'Cliente', of: (it: Invoice) => it.customer.name, least: 12 },
  { head: 'Período', of: (it: Invoice) => (it.period === null ? '' : periodWords(it.period.startsOn, it.period.endsOn)) },
  { head: 'Emissão', of: (it: Invoice) => (it.issueOn === null ? '' : dayWords(it.issueOn)) },
  { head: 'Vencimento', of: (it: Invoice) => (it.dueOn === null ? '' : dayWords(it.dueOn)) },
  { head: 'Líquido (R$)', of: (it: Invoice) => figure(it.netCents), right: true },
  { head: 'Situação', of: invoiceStateOf, least: 10 },
]

export function addInvoices(program: Command, cli: Cli): void {
  const invoices = program
    .command('invoices')
    .description('lista, mostra, cria, emite, aprova e cancela faturas')
    .addHelpText(
      'after',
      `
Exemplos:
  ${startedAs} invoices list --state a-receber --late
  ${startedAs} invoices list --contract C-0042
  ${startedAs} invoices show inv_12
  ${startedAs} invoices pdf inv_12 -o fatura.pdf
  ${startedAs} invoices create C-0042 350,00 "Visita técnica" --due 10/03/2027
  ${startedAs} invoices cancel inv_12 --reason "Cobrado em duplicidade pelo cliente"
  ${startedAs} invoices release inv_12
  ${startedAs} invoices history inv_12`,
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
        show(invoice, () => invoiceWords(invoice, terminal.columns, nextCommand(client.target)))
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

  addInvoiceVerbs(invoices, cli)
}

function totalOf(rows: readonly Invoice[]): string {
  return sumWords(rows, {
    one: 'fatura',
    many: 'faturas',
    isOut: ({ state }) => state === 'cancelled',
    outOne: 'cancelada',
    outMany: 'canceladas',
    amounts: [{ name: 'líquido', of: it => it.netCents }],
    apart: { name: 'dos quais a emitir', isIn: ({ state }) => state === 'to_emit', of: it => it.netCents },
  })
}
