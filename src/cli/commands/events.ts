import { type Command, InvalidArgumentError } from 'commander'
import { parseYearMonth, type YearMonth } from '../../core/dates.ts'
import type { Cents } from '../../core/money.ts'
import type { Event, Page } from '../answers.ts'
import { type Cli, onServer } from '../cli.ts'
import { contractId } from '../find.ts'
import { listWords } from '../list-words.ts'
import { amount, idOf, oneOf, whole } from '../values.ts'
import { brl, figure } from '../words.ts'

interface AddOptions {
  parts?: number
  month?: YearMonth
}

interface ListOptions {
  contract?: string
  open?: true
  limit: number
  cursor?: string
}

const kindWords: Record<Event['kind'], string> = { surcharge: 'acréscimo', discount: 'desconto' }

const eventColumns = [
  { head: 'Evento', of: (event: Event) => event.id },
  { head: 'Regra', of: (event: Event) => event.ruleId },
  { head: 'Tipo', of: (event: Event) => kindWords[event.kind] },
  { head: 'Descrição', of: (event: Event) => event.description, least: 15 },
  { head: 'Parcelas', of: (event: Event) => String(event.parts.length), right: true },
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
  bordero events add rul_12 surcharge 150,00 "Visita técnica"
  bordero events add rul_12 discount 300,00 "Bônus de fidelidade" --parts 3 --month 2027-03
  bordero events list --contract C-0042 --open`,
    )

  events
    .command('add')
    .description('lança um evento numa regra de faturamento')
    .argument('<regra>', 'rul_12, por exemplo', idOf('invoice_rule', 'rul_12'))
    .argument('<tipo>', 'surcharge (acréscimo) ou discount (desconto)', oneOf('surcharge', 'discount'))
    .argument('<valor>', 'o total, em reais: 1.234,56', amount)
    .argument('<descrição>', 'o que a fatura dirá')
    .option('--parts <n>', 'em quantas parcelas o total se divide', whole(1, 120))
    .option('--month <mês>', 'o mês do faturamento da primeira parcela: 2027-03; o próximo, se não informado', month)
    .action(
      onServer<AddOptions, [string, string, Cents, string]>(cli, async ({ client, operands, options, show }) => {
        const [rule, kind, amountCents, description] = operands
        const body = { kind, amountCents, description, parts: options.parts, firstMonth: options.month }
        const event = await client.post<Event>(`/v1/invoice-rules/${rule}/events`, body)
        show(event, () => eventWords(event))
      }),
    )

  events
    .command('list')
    .description('lista os eventos')
    .option('--contract <id ou código>', 'só deste contrato')
    .option('--open', 'só os que têm parcela em aberto')
    .option('--limit <n>', 'quantos', whole(1, 200), 50)
    .option('--cursor <cursor>', 'continua uma lista anterior')
    .action(
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

function eventWords({ id, kind, description, amountCents, parts, openCents }: Event): string {
  const split = parts.length === 1 ? '' : ` em ${parts.length} parcelas (${parts.map(part => brl(part.amountCents)).join(', ')})`
  return `${id}: ${kindWords[kind]} "${description}" de ${brl(amountCents)}${split}; em aberto ${brl(openCents)}.`
}

function month(text: string): YearMonth {
  const read = parseYearMonth(text)
  if (read === null) throw new InvalidArgumentError(`"${text}" não é um mês: escreva 2027-03.`)
  return read
}
