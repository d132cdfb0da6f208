import { type Command, Option } from 'commander'
import type { CivilDate } from '../../core/dates.ts'
import { type Cents, decimalOf } from '../../core/money.ts'
import type { InvoiceDetail } from '../answers.ts'
import { type Cli, onServer } from '../cli.ts'
import { contractId } from '../find.ts'
import { historyWords, latestEntries } from '../history-words.ts'
import { invoiceWords } from '../invoice-words.ts'
import { nextCommand } from '../next-command.ts'
import { addHistoryLimit } from '../paging.ts'
import { amount, day, idOf } from '../values.ts'
import { tellsWhatFollows, whatFollows } from '../what-follows.ts'

export const invoiceArgument = ['<fatura>', 'inv_12, por exemplo', idOf('invoice', 'inv_12')] as const

/** Each with what its help says, and whether it needs a reason; null: it takes none. */
const verbs = [
  ['emit', 'emite hoje; com o cliente em atraso, diga o motivo', false],
  ['approve', 'aprova; a que sai por si e já está no dia é emitida', null],
  ['block', 'bloqueia a emissão até que seja aprovada', false],
  ['cancel', 'cancela, enquanto nada além de crédito foi recebido', true],
  ['release', 'libera o período e os eventos de uma cancelada, para faturar de novo', false],
  ['redraft', 'cancela e libera de uma vez, para faturar de novo com as condições de hoje', true],
  ['undo-emission', 'desfaz a emissão: o número não volta, e a fatura espera até que alguém a emita', false],
  ['undo-cancellation', 'desfaz o cancelamento de uma que não foi liberada', false],
] as const

/** What a person does with an invoice, makes by hand, and reads of who did what. */
export function addInvoiceVerbs(invoices: Command, cli: Cli): void {
  invoices
    .command('create')
    .description('cria uma fatura avulsa de um contrato, em rascunho, fora das regras dele')
    .argument('<contrato>', 'o código ou o nome dele, ou ctr_12')
    .argument('<valor>', 'em reais: 1.234,56', amount)
    .argument('<descrição>', 'o que a fatura dirá')
    .requiredOption('--due <dia>', 'o dia em que vence', day)
    .action(
      onServer<{ due: CivilDate }, [string, Cents, string]>(cli, async ({ client, operands, options, terminal, show }) => {
        const [named, amountCents, description] = operands
        const invoice = await client.post<InvoiceDetail>('/v1/invoices', {
          contractId: await contractId(client, named),
          lines: [{ description, unitPrice: decimalOf(amountCents) }],
          receivables: [{ dueOn: options.due, percent: '100' }],
        })
        const command = nextCommand(client.target)
        const next = ['', 'Para emiti-la:', `  ${command(`invoices emit ${invoice.id}`)}`]
        show(invoice, () => [invoiceWords(invoice, terminal.columns, command), ...next].join('\n'))
      }),
    )

  addHistoryLimit(invoices.command('history').description('mostra quem fez o quê com uma fatura, e por quê'))
    .argument(...invoiceArgument)
    .action(
      onServer<{ limit: number }, [string]>(cli, async ({ client, operands: [id], options: { limit }, terminal, show }) => {
        const entries = await latestEntries(client, [{ path: `/v1/invoices/${id}`, name: id }], limit)
        const whole = nextCommand(client.target)(`invoices history ${id} --limit 200`)
        show(entries, () => historyWords(entries, terminal.columns, whole))
      }),
    )

  for (const [verb, description, isReasonNeeded] of verbs) {
    const command = invoices
      .command(verb)
      .description(description)
      .argument(...invoiceArgument)
    if (isReasonNeeded !== null)
      command.addOption(new Option('--reason <motivo>', 'o motivo, para o histórico').makeOptionMandatory(isReasonNeeded))
    if (verb === 'release')
      command.option('--waive', 'dispensa o período em vez de o deixar em aberto, e não há volta; diga o motivo')
    command.action(
      onServer<{ reason?: string; waive?: true }, [string]>(
        cli,
        async ({ client, operands: [id], options, terminal, isJson, show }) => {
          const { reason, waive } = options
          const before = tellsWhatFollows.has(verb) && !isJson ? await client.get<InvoiceDetail>(`/v1/invoices/${id}`) : null
          const invoice = await client.post<InvoiceDetail>(`/v1/invoices/${id}/${verb}`, {
            ...(reason === undefined ? {} : { reason }),
            ...(waive === undefined ? {} : { waive }),
          })
          const command = nextCommand(client.target)
          const after =
            before === null
              ? []
              : await whatFollows(client, { verb, waives: waive === true }, { before, after: invoice }, command)
          show(invoice, () => [invoiceWords(invoice, terminal.columns, command), ...after].join('\n'))
        },
      ),
    )
  }
}
