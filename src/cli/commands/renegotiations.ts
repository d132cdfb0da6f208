import type { Command } from 'commander'
import type { CivilDate } from '../../core/dates.ts'
import type { Cents } from '../../core/money.ts'
import type { Page, PerformedRenegotiation, Renegotiation, RenegotiationDetail, RenegotiationPreview } from '../answers.ts'
import { type Cli, onServer } from '../cli.ts'
import { CliError, exitCodes } from '../exit-codes.ts'
import { customerId } from '../find.ts'
import { listWords } from '../list-words.ts'
import { nextCommand } from '../next-command.ts'
import { addPaging, type PagingOptions } from '../paging.ts'
import { previewWords, type RenegotiationBody, renegotiationStateWords, renegotiationWords } from '../renegotiation-words.ts'
import { startedAs } from '../started-as.ts'
import { amount, choice, choices, day, idOf, part, several, whole } from '../values.ts'
import { dayWords, figure } from '../words.ts'

interface Agreed {
  interest?: Cents
  fine?: Cents
  fee?: Cents
  discount?: Cents
  discountReason?: string
  down?: Cents
  downDue?: CivilDate
  installments?: number
  firstDue?: CivilDate
  part?: { dueOn: CivilDate; amountCents: Cents }[]
  outstanding?: Cents
  note?: string
}

const examples = `
Exemplos:
  ${startedAs} receivables list --customer "Padaria São João" --late
  ${startedAs} renegotiations simulate rec_12 rec_15 --fine 4,00 --installments 3 --first-due 10/04/2027
  ${startedAs} renegotiations perform rec_12 rec_15 --down 50,00 --part 10/04/2027=80,00 --part 10/05/2027=70,00
  ${startedAs} renegotiations list --customer "Padaria São João"
  ${startedAs} renegotiations show ren_3
  ${startedAs} renegotiations undo ren_3 --reason "O cliente desistiu"

O que está em aberto nas parcelas, mais juros, multa e taxa, menos o desconto, passa a ser devido em outras: a entrada, se há, e as
demais. As antigas ficam renegociadas, com o que já se recebeu delas; a fatura é dada por recebida quando todas as novas forem.
Enquanto nada foi recebido nas novas, desfaz-se a renegociação, e volta-se a dever o que se devia.`

export function addRenegotiations(program: Command, cli: Cli): void {
  const renegotiations = program
    .command('renegotiations')
    .description('renegocia o que um cliente deve: simula, efetiva, mostra e desfaz')
    .addHelpText('after', examples)
  addPerforming(renegotiations, cli)
  addReading(renegotiations, cli)
}

const renegotiation = ['<renegociação>', 'ren_3, por exemplo', idOf('renegotiation', 'ren_3')] as const

function addPerforming(renegotiations: Command, cli: Cli): void {
  withTerms(renegotiations.command('simulate').description('mostra como ficaria, sem gravar nada')).action(
    onServer<Agreed, [string[]]>(cli, async ({ client, operands: [ids], options, terminal, show }) => {
      const body = bodyOf(ids, options)
      const preview = await client.post<RenegotiationPreview>('/v1/renegotiations/preview', body)
      show(preview, () => previewWords(preview, body, terminal.columns, nextCommand(client.target)))
    }),
  )

  withTerms(renegotiations.command('perform').description('efetiva: as parcelas novas substituem as que se deviam')).action(
    onServer<Agreed, [string[]]>(cli, async ({ client, operands: [ids], options, terminal, show }) => {
      const performed = await client.post<PerformedRenegotiation>('/v1/renegotiations', bodyOf(ids, options))
      show(performed, () => renegotiationWords(performed, terminal.columns))
    }),
  )

  renegotiations
    .command('undo')
    .description('desfaz uma renegociação de que nada foi recebido')
    .argument(...renegotiation)
    .option('--reason <motivo>', 'o motivo, para o histórico')
    .action(
      onServer<{ reason?: string }, [string]>(cli, async ({ client, operands: [id], options: { reason }, terminal, show }) => {
        const undone = await client.post<RenegotiationDetail>(`/v1/renegotiations/${id}/undo`, { reason })
        show(undone, () => renegotiationWords(undone, terminal.columns))
      }),
    )
}

/** What `simulate` and `perform` are told alike. */
function withTerms(command: Command): Command {
  return command
    .argument('<parcelas...>', 'as que ela substitui, de um só cliente: rec_12 rec_15', several(idOf('receivable', 'rec_12')))
    .option('--interest <valor>', 'juros que se somam', amount)
    .option('--fine <valor>', 'multa', amount)
    .option('--fee <valor>', 'taxa da renegociação', amount)
    .option('--discount <valor>', 'o que se perdoa', amount)
    .option('--discount-reason <motivo>', 'o motivo do desconto')
    .option('--down <valor>', 'a entrada, a primeira das novas parcelas', amount)
    .option('--down-due <dia>', 'o vencimento da entrada; hoje, se não informado', day)
    .option('--installments <n>', 'em quantas parcelas iguais, o resto na última', whole(1, 120))
    .option('--first-due <dia>', 'o vencimento da primeira delas; as outras, de mês em mês', day)
    .option('--part <dia=valor>', 'em vez de iguais, cada uma: 10/04/2027=80,00; repita para mais', several(part))
    .option('--note <texto>', 'uma observação')
    .option('--outstanding <valor>', 'o que se viu em aberto na simulação: se mudou, é recusada', amount)
}

function bodyOf(receivables: string[], options: Agreed): RenegotiationBody {
  const { interest, fine, fee, discount, discountReason, down, downDue, installments, firstDue, part: parts } = options
  return {
    receivables,
    ...(interest !== undefined && { interestCents: interest }),
    ...(fine !== undefined && { fineCents: fine }),
    ...(fee !== undefined && { feeCents: fee }),
    ...(discount !== undefined && { discountCents: discount }),
    ...(discountReason !== undefined && { discountReason }),
    ...downPaymentOf(down, downDue),
    ...installmentsOf(installments, firstDue),
    ...(parts !== undefined && { parts }),
    ...(options.outstanding !== undefined && { outstandingCents: options.outstanding }),
    ...(options.note !== undefined && { note: options.note }),
  }
}

function downPaymentOf(down: Cents | undefined, downDue: CivilDate | undefined): Pick<RenegotiationBody, 'downPayment'> {
  if (down === undefined && downDue !== undefined)
    throw new CliError(exitCodes.usage, '--down-due é o vencimento da entrada: diga o valor dela com --down.')
  return down === undefined ? {} : { downPayment: { amountCents: down, ...(downDue !== undefined && { dueOn: downDue }) } }
}

function installmentsOf(count: number | undefined, firstDueOn: CivilDate | undefined): Pick<RenegotiationBody, 'installments'> {
  if (count === undefined && firstDueOn === undefined) return {}
  if (count === undefined || firstDueOn === undefined) {
    throw new CliError(
      exitCodes.usage,
      'Diga --installments e --first-due juntos: em quantas parcelas, e quando vence a primeira.',
    )
  }
  return { installments: { count, firstDueOn } }
}

interface ListOptions extends PagingOptions {
  customer?: string
  receivable?: string
  state?: string
}

const columns = [
  { head: 'Renegociação', of: (it: Renegotiation) => it.id },
  { head: 'Dia', of: (it: Renegotiation) => dayWords(it.agreedOn) },
  { head: 'Cliente', of: (it: Renegotiation) => it.customer.name, least: 12 },
  { head: 'Em aberto (R$)', of: (it: Renegotiation) => figure(it.replacedCents), right: true },
  { head: 'Valor final (R$)', of: (it: Renegotiation) => figure(it.totalCents), right: true },
  { head: 'Situação', of: (it: Renegotiation) => renegotiationStateWords[it.state] },
]

function addReading(renegotiations: Command, cli: Cli): void {
  const list = renegotiations
    .command('list')
    .description('lista as renegociações, a mais nova primeiro')
    .option('--customer <cliente>', 'só deste cliente: o nome, o CNPJ ou CPF, ou cus_12')
    .option('--receivable <parcela>', 'as que substituíram ou criaram esta parcela: rec_12', idOf('receivable', 'rec_12'))
    .option('--state <situação>', choices(renegotiationStateWords), choice(renegotiationStateWords))
  addPaging(list).action(
    onServer<ListOptions>(cli, async ({ client, options, terminal, show }) => {
      const customer = options.customer === undefined ? undefined : await customerId(client, options.customer)
      const { receivable, state, limit, cursor } = options
      const page = await client.get<Page<Renegotiation>>('/v1/renegotiations', { customer, receivable, state, limit, cursor })
      show(page, () => listWords(columns, page, terminal.columns))
    }),
  )

  renegotiations
    .command('show')
    .description('mostra uma renegociação: o que substituiu, o que somou e perdoou, e o que criou')
    .argument(...renegotiation)
    .action(
      onServer<object, [string]>(cli, async ({ client, operands: [id], terminal, show }) => {
        const shown = await client.get<RenegotiationDetail>(`/v1/renegotiations/${id}`)
        show(shown, () => renegotiationWords(shown, terminal.columns))
      }),
    )
}
