import type { Command } from 'commander'
import type { CivilDate } from '../../core/dates.ts'
import type { Cents } from '../../core/money.ts'
import type { Page, Receivable, ReceivableDetail } from '../answers.ts'
import { type Cli, onServer } from '../cli.ts'
import { listWords } from '../list-words.ts'
import { amount, day, idOf, oneOf, whole } from '../values.ts'
import { brl, dayWords, figure, receivableStateWords } from '../words.ts'

interface ListOptions {
  state?: string
  customer?: string
  invoice?: string
  dueFrom?: CivilDate
  dueUntil?: CivilDate
  late?: true
  limit: number
  cursor?: string
}

const receivableArgument = ['<recebimento>', 'rec_12, por exemplo', idOf('receivable', 'rec_12')] as const
const methods = ['boleto', 'pix', 'card', 'transfer', 'cash', 'other'] as const

const receivableColumns = [
  { head: 'Recebimento', of: (it: Receivable) => it.id },
  { head: 'Fatura', of: (it: Receivable) => it.invoiceId ?? '' },
  { head: 'Cliente', of: (it: Receivable) => it.customerId },
  { head: 'Parcela', of: (it: Receivable) => `${it.installment}/${it.installments}` },
  { head: 'Vencimento', of: (it: Receivable) => dayWords(it.dueOn) },
  { head: 'Valor (R$)', of: (it: Receivable) => figure(it.amountCents), right: true },
  { head: 'Em aberto (R$)', of: (it: Receivable) => figure(it.outstandingCents), right: true },
  { head: 'Situação', of: stateOf },
]

export function addReceivables(program: Command, cli: Cli): void {
  const receivables = program
    .command('receivables')
    .description('lista as parcelas e registra o que foi recebido')
    .addHelpText(
      'after',
      `
Exemplos:
  bordero receivables list --late
  bordero receivables receive rec_12 1.234,56 --on 10/02/2027 --method pix
  bordero receivables undo rec_12 rcp_3 --reason "Pix devolvido"`,
    )

  receivables
    .command('list')
    .description('lista as parcelas por vencimento')
    .option(
      '--state <situação>',
      'to_emit, to_receive, received, cancelled ou renegotiated',
      oneOf('to_emit', 'to_receive', 'received', 'cancelled', 'renegotiated'),
    )
    .option('--customer <cliente>', 'só deste cliente: cus_12', idOf('customer', 'cus_12'))
    .option('--invoice <fatura>', 'só desta fatura: inv_12', idOf('invoice', 'inv_12'))
    .option('--due-from <dia>', 'que vencem deste dia em diante', day)
    .option('--due-until <dia>', 'que vencem até este dia', day)
    .option('--late', 'só as vencidas e não recebidas')
    .option('--limit <n>', 'quantas', whole(1, 200), 50)
    .option('--cursor <cursor>', 'continua uma lista anterior')
    .action(
      onServer<ListOptions>(cli, async ({ client, options, terminal, show }) => {
        const { state, customer, invoice, dueFrom, dueUntil, late, limit, cursor } = options
        const page = await client.get<Page<Receivable>>('/v1/receivables', {
          state,
          customer,
          invoice,
          dueFrom,
          dueUntil,
          late,
          limit,
          cursor,
        })
        show(page, () => listWords(receivableColumns, page, terminal.columns))
      }),
    )

  receivables
    .command('receive')
    .description('registra um pagamento, no todo ou em parte; o que passar vira crédito do cliente')
    .argument(...receivableArgument)
    .argument('<valor>', 'em reais: 1.234,56', amount)
    .requiredOption('--on <dia>', 'o dia em que foi pago', day)
    .option('--method <meio>', methods.join(', '), oneOf(...methods))
    .option('--note <texto>', 'uma observação')
    .action(
      onServer<{ on: CivilDate; method?: string; note?: string }, [string, Cents]>(
        cli,
        async ({ client, operands, options, show }) => {
          const [id, amountCents] = operands
          const { on: receivedOn, method, note } = options
          const receivable = await client.post<ReceivableDetail>(`/v1/receivables/${id}/receive`, {
            amountCents,
            receivedOn,
            method,
            note,
          })
          show(receivable, () => receivableWords(receivable))
        },
      ),
    )

  receivables
    .command('undo')
    .description('desfaz uma baixa: pagamento, abatimento ou crédito usado')
    .argument(...receivableArgument)
    .argument('<baixa>', 'rcp_3, por exemplo', idOf('receipt', 'rcp_3'))
    .option('--reason <motivo>', 'o motivo, para o histórico')
    .action(
      onServer<{ reason?: string }, [string, string]>(
        cli,
        async ({ client, operands: [id, receipt], options: { reason }, show }) => {
          const receivable = await client.post<ReceivableDetail>(`/v1/receivables/${id}/receipts/${receipt}/undo`, { reason })
          show(receivable, () => receivableWords(receivable))
        },
      ),
    )
}

function receivableWords(it: ReceivableDetail): string {
  const receipts = it.receipts.map(
    ({ id, amountCents, surplusCents, receivedOn, undoneAt }) =>
      `  ${id}: ${brl(amountCents)} em ${dayWords(receivedOn)}${surplusCents > 0 ? `, mais ${brl(surplusCents)} de crédito` : ''}${undoneAt === null ? '' : ' (desfeita)'}`,
  )
  const heading = `Recebimento ${it.id}, parcela ${it.installment} de ${it.installments}, vence em ${dayWords(it.dueOn)}: ${stateOf(it)}`
  return [heading, `Valor ${brl(it.amountCents)}; em aberto ${brl(it.outstandingCents)}.`, ...receipts].join('\n')
}

function stateOf({ isLate, state }: Receivable): string {
  return isLate ? 'vencida' : receivableStateWords[state]
}
