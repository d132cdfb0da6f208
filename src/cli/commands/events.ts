import type { Command } from 'commander'
import { formatMonth, type YearMonth, yearMonth } from '../../core/dates.ts'
import type { Cents } from '../../core/money.ts'
import type { Event, Page } from '../answers.ts'
import { type Cli, onServer } from '../cli.ts'
import { contractId, ruleId } from '../find.ts'
import { listWords } from '../list-words.ts'
import { addPaging, type PagingOptions } from '../paging.ts'
import { startedAs } from '../started-as.ts'
import { amount, choice, choices, idOf, month, whole } from '../values.ts'
import { brl, contractWord, eventKindWords, figure } from '../words.ts'

interface AddOptions {
  parts?: number
  month?: YearMonth
  line?: number
  type?: string
  reimbursement?: true
}

interface ListOptions extends PagingOptions {
  contract?: string
  open?: true
}

const eventColumns = [
  { head: 'Evento', of: (event: Event) => event.id },
  { head: 'Contrato', of: (event: Event) => contractWord(event.contract), least: 10 },
  { head: 'Cliente', of: (event: Event) => event.customer.name, least: 12 },
  { head: 'Tipo', of: (event: Event) => eventKindWords[event.kind] },
  { head: 'Descrição', of: (event: Event) => event.description, least: 15 },
  { head: 'Parcelas', of: (event: Event) => String(countOf(event)), right: true },
  { head: 'Valor (R$)', of: (event: Event) => figure(event.amountCents), right: true },
  { head: 'Em aberto (R$)', of: (event: Event) => figure(event.openCents), right: true },
]

export function addEvents(program: Command, cli: Cli): void {
  const events = program
    .command('events')
    .description('lança acréscimos e descontos nos próximos faturamentos')
    .addHelpText(
      'after',
      `
Exemplos:
  ${startedAs} events add C-0042 acréscimo 150,00 "Visita técnica"
  ${startedAs} events add C-0042 desconto 300,00 "Bônus de fidelidade" --parts 3 --month 03/2027
  ${startedAs} events list --contract C-0042 --open`,
    )

  events
    .command('add')
    .description('lança um evento numa regra de faturamento')
    .argument('<contrato ou regra>', 'o código ou o nome do contrato, ou ctr_12; rul_12, se ele tem várias regras')
    .argument('<tipo>', choices(eventKindWords), choice(eventKindWords))
    .argument('<valor>', 'o total, em reais: 1.234,56', amount)
    .argument('<descrição>', 'o que a fatura dirá')
    .option('--parts <n>', 'em quantas parcelas o total se divide', whole(1, 120))
    .option('--month <mês>', 'o mês do faturamento da primeira parcela: 03/2027; o próximo, se não informado', month)
    .option('--line <n>', 'de qual serviço da regra é: o número da linha (number), o mesmo em todas as versões', whole(1, 999))
    .option('--type <tipo>', 'o tipo de serviço, que o classifica: sty_3, por exemplo', idOf('service_type', 'sty_3'))
    .option('--reimbursement', 'reembolsa uma despesa: não é receita, e nada é retido dele')
    .action(
      onServer<AddOptions, [string, string, Cents, string]>(cli, async ({ client, operands, options, show }) => {
        const [named, kind, amountCents, description] = operands
        const rule = await ruleId(client, named)
        const { parts, month: firstMonth, line: lineNumber, type: serviceTypeId, reimbursement: isReimbursement } = options
        const body = { kind, amountCents, description, parts, firstMonth, lineNumber, serviceTypeId, isReimbursement }
        const event = await client.post<Event>(`/v1/invoice-rules/${rule}/events`, body)
        show(event, () => eventWords(event))
      }),
    )

  const list = events
    .command('list')
    .description('lista os eventos')
    .option('--contract <contrato>', 'só deste contrato: o código ou o nome, ou ctr_12')
    .option('--open', 'só os que têm parcela em aberto')
  addPaging(list).action(
    onServer<ListOptions>(cli, async ({ client, options, terminal, show }) => {
      const { open, limit, cursor } = options
      const contract = options.contract === undefined ? undefined : await contractId(client, options.contract)
      const page = await client.get<Page<Event>>('/v1/billing-events', { contractId: contract, open, limit, cursor })
      show(page, () => listWords(eventColumns, page, terminal.columns))
    }),
  )

  events
    .command('cancel')
    .description('cancela as parcelas de um evento que ainda estão em aberto')
    .argument('<evento>', 'evt_3, por exemplo', idOf('billing_event', 'evt_3'))
    .action(
      onServer<object, [string]>(cli, async ({ client, operands: [id], show }) => {
        const event = await client.post<Event>(`/v1/billing-events/${id}/cancel`)
        show(event, () => eventWords(event))
      }),
    )
}

/** Of an event's parts as it was made: one that was given back or carried on takes the place of the one before it. */
function countOf({ parts }: Event): number {
  return new Set(parts.map(({ number }) => number)).size
}

/** From when each part may be billed: one of them on each invoice of the rule. */
function monthsWords(parts: Event['parts']): string {
  const first = parts.find(({ number }) => number === 1)?.earliestMonth ?? null
  return first === null
    ? 'uma em cada faturamento, a partir do próximo'
    : `uma em cada faturamento, a partir de ${formatMonth(yearMonth(first))}`
}

function eventWords({ id, contract, customer, kind, description, amountCents, parts, openCents }: Event): string {
  // One that was given back or carried on takes the place of another.
  const made = parts.filter(({ originPartId }) => originPartId === null || originPartId === undefined)
  const split =
    made.length === 1
      ? ''
      : ` em ${made.length} parcelas (${made.map(part => brl(part.amountCents)).join(', ')}), ${monthsWords(made)}`
  const what = `${eventKindWords[kind]} "${description}" de ${brl(amountCents)}${split}`
  return `${id}: ${what} no contrato ${contractWord(contract)}, ${customer.name}; em aberto ${brl(openCents)}.`
}
