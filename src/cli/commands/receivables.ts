import type { Command } from 'commander'
import type { CivilDate } from '../../core/dates.ts'
import type { Cents } from '../../core/money.ts'
import type { KnownReceipt, Page, Receivable, ReceivableDetail } from '../answers.ts'
import { type Cli, onServer } from '../cli.ts'
import { contractId, customerId } from '../find.ts'
import { listWords, sumWords } from '../list-words.ts'
import { addPaging, type PagingOptions } from '../paging.ts'
import { aboutReceipt, howReceived, receiptsWords } from '../receipt-words.ts'
import { startedAs } from '../started-as.ts'
import { amount, choice, choices, day, idOf } from '../values.ts'
import { brl, contractWord, dayWords, figure, paymentChannelWords, receivableStateWords } from '../words.ts'

interface ListOptions extends PagingOptions {
  state?: string
  contract?: string
  customer?: string
  invoice?: string
  dueFrom?: CivilDate
  dueUntil?: CivilDate
  late?: true
}

const receivableArgument = ['<parcela>', 'rec_12, por exemplo', idOf('receivable', 'rec_12')] as const

const receivableColumns = [
  { head: 'Parcela', of: (it: Receivable) => it.id },
  { head: 'Nº', of: (it: Receivable) => `${it.installment} de ${it.installments}` },
  { head: 'Fatura', of: (it: Receivable) => it.invoiceId ?? it.renegotiationId ?? it.scheduleId ?? '' },
  { head: 'Número', of: (it: Receivable) => (it.invoiceNumber === null ? '' : String(it.invoiceNumber)), right: true },
  { head: 'Contrato', of: (it: Receivable) => (it.contract === null ? '' : contractWord(it.contract)), least: 10 },
  { head: 'Cliente', of: (it: Receivable) => it.customer.name, least: 12 },
  { head: 'Vencimento', of: (it: Receivable) => dayWords(it.dueOn) },
  { head: 'Valor (R$)', of: (it: Receivable) => figure(it.amountCents), right: true },
  { head: 'Em aberto (R$)', of: (it: Receivable) => figure(openOf(it)), right: true },
  { head: 'Situação', of: stateOf },
]

/** 'vencida' is how lists show what is late, and no state of the API. */
const stateWords = { ...receivableStateWords, late: 'vencida' } as const

export function addReceivables(program: Command, cli: Cli): void {
  const receivables = program
    .command('receivables')
    .description('lista as parcelas e registra o que foi recebido')
    .addHelpText(
      'after',
      `
Exemplos:
  ${startedAs} receivables list --late
  ${startedAs} receivables list --contract C-0042 --state a-receber
  ${startedAs} receivables list --state vencida
  ${startedAs} receivables receipts --from 01/02/2027 --to 28/02/2027
  ${startedAs} receivables receive rec_12 1.234,56 --on 10/02/2027 --method pix
  ${startedAs} receivables abate rec_12 5,00 --reason "Acordo com o cliente"
  ${startedAs} receivables undo rec_12 rcp_3 --reason "Pix devolvido"`,
    )

  const list = receivables
    .command('list')
    .description('lista as parcelas por vencimento')
    .option('--state <situação>', choices(stateWords), choice(stateWords))
    .option('--contract <contrato>', 'só deste contrato: o código ou o nome, ou ctr_12')
    .option('--customer <cliente>', 'só deste cliente: o nome, o CNPJ ou CPF, ou cus_12')
    .option('--invoice <fatura>', 'só desta fatura: inv_12', idOf('invoice', 'inv_12'))
    .option('--due-from <dia>', 'que vencem deste dia em diante', day)
    .option('--due-until <dia>', 'que vencem até este dia', day)
    .option('--late', 'só as vencidas e não recebidas')
  addPaging(list).action(
    onServer<ListOptions>(cli, async ({ client, options, terminal, show }) => {
      const contract = options.contract === undefined ? undefined : await contractId(client, options.contract)
      const customer = options.customer === undefined ? undefined : await customerId(client, options.customer)
      const { invoice, dueFrom, dueUntil, limit, cursor } = options
      const isLate = options.late === true || options.state === 'late'
      const late = isLate ? true : undefined
      const state = options.state === 'late' ? undefined : options.state
      const page = await client.get<Page<Receivable>>('/v1/receivables', {
        state,
        contract,
        customer,
        invoice,
        dueFrom,
        dueUntil,
        late,
        limit,
        cursor,
      })
      show(page, () => listWords(receivableColumns, page, terminal.columns, { of: totalOf, cursor }))
    }),
  )

  receivables
    .command('receipts')
    .description('mostra o que foi recebido, dia por dia e por meio, com o crédito usado à parte')
    .requiredOption('--from <dia>', 'deste dia em diante', day)
    .option('--to <dia>', 'até este dia, contado; o mesmo dia, se não informado', day)
    .action(
      onServer<{ from: CivilDate; to?: CivilDate }>(cli, async ({ client, options: { from, to = from }, terminal, show }) => {
        const receipts = await client.all<KnownReceipt>('/v1/receipts', { receivedFrom: from, receivedUntil: to })
        show(receipts, () => receiptsWords(receipts, terminal.columns))
      }),
    )

  receivables
    .command('receive')
    .description('registra um pagamento, no todo ou em parte; o que passar vira crédito do cliente')
    .argument(...receivableArgument)
    .argument('<valor>', 'em reais: 1.234,56', amount)
    .requiredOption('--on <dia>', 'o dia em que foi pago', day)
    .option('--method <meio>', choices(paymentChannelWords), choice(paymentChannelWords))
    .option('--account <conta>', 'a conta em que o dinheiro entrou: fac_3, por exemplo', idOf('financial_account', 'fac_3'))
    .option('--note <texto>', 'uma observação')
    .addHelpText(
      'after',
      `
Juros e multa que vieram com o pagamento: crie antes uma fatura avulsa deles, emita-a e dê baixa em cada parcela com a sua parte:
  ${startedAs} invoices create C-0042 12,30 "Juros e multa da fatura 37" --due 10/03/2027
O que se registra acima do valor da parcela não é juro: vira crédito do cliente.
Uma parcela que já foi recebida e foi paga de novo não recebe outra baixa: dê o valor como crédito (customers credit).`,
    )
    .action(
      onServer<{ on: CivilDate; method?: string; account?: string; note?: string }, [string, Cents]>(
        cli,
        async ({ client, operands, options, show }) => {
          const [id, amountCents] = operands
          const { on: receivedOn, method, account: financialAccountId, note } = options
          const receivable = await client.post<ReceivableDetail>(`/v1/receivables/${id}/receive`, {
            amountCents,
            receivedOn,
            method,
            financialAccountId,
            note,
          })
          show(receivable, () => receivableWords(receivable))
        },
      ),
    )

  receivables
    .command('abate')
    .description('abate parte do que está em aberto: o que não será cobrado, sem dinheiro nem crédito')
    .argument(...receivableArgument)
    .argument('<valor>', 'em reais: 1.234,56', amount)
    .requiredOption('--reason <motivo>', 'o motivo, para o histórico')
    .action(
      onServer<{ reason: string }, [string, Cents]>(cli, async ({ client, operands: [id, amountCents], options, show }) => {
        const receivable = await client.post<ReceivableDetail>(`/v1/receivables/${id}/abate`, {
          amountCents,
          reason: options.reason,
        })
        show(receivable, () => receivableWords(receivable))
      }),
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
  const receipts = it.receipts.map(receipt => {
    const about = aboutReceipt(receipt)
    const what = `${brl(receipt.amountCents)} em ${dayWords(receipt.receivedOn)}, ${howReceived(receipt)}`
    return `  Baixa ${receipt.id}: ${what}${about === '' ? '' : ` (${about})`}`
  })
  const heading = `Parcela ${it.id}, ${it.installment} de ${it.installments}, vence em ${dayWords(it.dueOn)}: ${stateOf(it)}`
  const contract = it.contract === null ? '' : `, contrato ${contractWord(it.contract)}`
  const invoice = it.invoiceId === null ? '' : `, fatura ${it.invoiceNumber ?? ''} (${it.invoiceId})`
  const schedule = it.scheduleId === null ? '' : `, agendamento ${it.scheduleId}`
  const renegotiation = it.renegotiationId === null ? '' : `, renegociação ${it.renegotiationId}`
  return [
    heading,
    `${it.customer.name}${contract}${invoice}${schedule}${renegotiation}`,
    `Valor ${brl(it.amountCents)}; em aberto ${brl(it.outstandingCents)}.`,
    ...receipts,
  ].join('\n')
}

function totalOf(rows: readonly Receivable[]): string {
  return sumWords(rows, {
    one: 'parcela',
    many: 'parcelas',
    isOut: ({ state }) => state === 'cancelled' || state === 'renegotiated',
    outOne: 'cancelada ou renegociada',
    outMany: 'canceladas ou renegociadas',
    amounts: [
      { name: 'valor', of: it => it.amountCents },
      { name: 'em aberto', of: openOf },
    ],
    apart: { name: 'a emitir', isIn: ({ state }) => state === 'to_emit', of: it => it.outstandingCents },
  })
}

/** What is asked for by now: of what is not issued nothing is. */
function openOf({ state, outstandingCents }: Receivable): number {
  return state === 'to_emit' ? 0 : outstandingCents
}

function stateOf({ isLate, state, renegotiatedBy }: Receivable): string {
  if (renegotiatedBy !== null) return `${receivableStateWords[state]} (${renegotiatedBy})`
  return isLate ? 'vencida' : receivableStateWords[state]
}
