import { type Command, Option } from 'commander'
import { formatTaxId, parseTaxId } from '../../core/brazil/tax-id.ts'
import type { Cents } from '../../core/money.ts'
import type { CreditCause } from '../../customers/customer-credit-store.ts'
import type { Contract, CreditPage, Customer, Page, Receivable } from '../answers.ts'
import { type Cli, onServer } from '../cli.ts'
import type { Client } from '../client.ts'
import { nextBillingDay } from '../contract-words.ts'
import { customerId, organizationId } from '../find.ts'
import { listWords } from '../list-words.ts'
import { nextCommand } from '../next-command.ts'
import { addPaging, moreFrom, type PagingOptions } from '../paging.ts'
import { startedAs } from '../started-as.ts'
import { renderTable } from '../table.ts'
import { amount } from '../values.ts'
import { brl, contractStateWords, contractWord, counted, figure, momentWords } from '../words.ts'

const customerColumns = [
  { head: 'Cliente', of: (it: Customer) => it.id },
  { head: 'Nome', of: (it: Customer) => it.name, least: 20 },
  { head: 'CNPJ ou CPF', of: taxIdWords },
  { head: 'E-mails', of: (it: Customer) => it.billingEmails.join(', '), least: 12 },
]

export function addCustomers(program: Command, cli: Cli): void {
  const customers = program
    .command('customers')
    .description('lista os clientes, mostra o que um deles deve, e lhe concede crédito')
    .addHelpText(
      'after',
      `
Exemplos:
  ${startedAs} customers list --q padaria
  ${startedAs} customers show "Padaria São João"
  ${startedAs} customers show 90.118.777/0001-48
  ${startedAs} customers credit 90.118.777/0001-48 120,00 --organization 12.345.678/0001-95 --reason "Dias não usados"`,
    )

  const list = customers.command('list').description('lista os clientes por nome').option('--q <texto>', 'parte do nome')
  addPaging(list).action(
    onServer<PagingOptions & { q?: string }>(cli, async ({ client, options: { q, limit, cursor }, terminal, show }) => {
      const page = await client.get<Page<Customer>>('/v1/customers', { q, limit, cursor })
      show(page, () => listWords(customerColumns, page, terminal.columns))
    }),
  )

  customers
    .command('credit')
    .description('concede crédito a um cliente; as próximas emissões o usam')
    .argument('<cliente>', 'o nome, o CNPJ ou CPF, ou cus_12')
    .argument('<valor>', 'em reais: 1.234,56', amount)
    .requiredOption('--organization <empresa>', 'a empresa que fatura: o CNPJ, ou org_1')
    .addOption(new Option('--reason <motivo>', 'o motivo, para o histórico').makeOptionMandatory())
    .action(
      onServer<{ organization: string; reason: string }, [string, Cents]>(cli, async ({ client, operands, options, show }) => {
        const [named, amountCents] = operands
        const id = await customerId(client, named)
        const organization = await organizationId(client, options.organization)
        const body = { organizationId: organization, amountCents, reason: options.reason }
        const entry = await client.post<Entry>(`/v1/customers/${id}/credit`, body)
        show(entry, () => `${brl(amountCents)} de crédito para ${id}; as próximas emissões de ${organization} o usam.`)
      }),
    )

  const one = customers
    .command('show')
    .description('mostra um cliente, o que ele deve, seus contratos e o seu crédito')
    .argument('<cliente>', 'o nome, o CNPJ ou CPF, ou cus_12')
  addPaging(one, 20).action(
    onServer<PagingOptions, [string]>(cli, async ({ client, operands: [named], options, terminal, show }) => {
      const { limit, cursor } = options
      const id = await customerId(client, named)
      const customer = await client.get<Customer>(`/v1/customers/${id}`)
      const contracts = await client.get<Page<Contract>>('/v1/contracts', { customerId: id, limit: mostContracts })
      const credit = await client.get<CreditPage>(`/v1/customers/${id}/credit`, { limit, cursor })
      const owed = await owedBy(client, id)
      const command = nextCommand(client.target)
      show({ ...customer, owed, contracts, credit }, () =>
        customerWords(customer, owed, contracts, credit, terminal.columns, command),
      )
    }),
  )
}

const mostContracts = 20

/** What a customer owes, as far as its installments tell. */
interface Owed {
  openCents: number
  lateCents: number
  late: number
  toEmitCents: number
}

async function owedBy(client: Client, customer: string): Promise<Owed> {
  const open = await client.all<Receivable>('/v1/receivables', { customer, state: 'to_receive' })
  const toEmit = await client.all<Receivable>('/v1/receivables', { customer, state: 'to_emit' })
  const late = open.filter(({ isLate }) => isLate)
  const sum = (rows: readonly Receivable[]) => rows.reduce((total, { outstandingCents }) => total + outstandingCents, 0)
  return { openCents: sum(open), lateCents: sum(late), late: late.length, toEmitCents: sum(toEmit) }
}

function owedLines({ openCents, lateCents, late, toEmitCents }: Owed): string[] {
  return [
    `Em aberto    ${brl(openCents)}`,
    `Vencido      ${brl(lateCents)}${late === 0 ? '' : `, ${counted(late, 'parcela', 'parcelas')}`}`,
    `A emitir     ${brl(toEmitCents)}`,
  ]
}

const contractColumns = [
  { head: 'Contrato', of: (it: Contract) => contractWord(it), least: 10 },
  { head: 'Id', of: (it: Contract) => it.id },
  { head: 'Nome', of: (it: Contract) => it.name, least: 12 },
  { head: 'Situação', of: (it: Contract) => contractStateWords[it.state] },
  { head: 'Próximo', of: nextBillingDay },
]

type Entry = CreditPage['data'][number]

const causeWords: Record<CreditCause, string> = {
  overpayment: 'pago a mais',
  overpayment_undone: 'pagamento a mais desfeito',
  spent: 'usado numa emissão',
  given_back: 'devolvido, com a baixa que o usava desfeita',
  granted: 'concedido por uma pessoa',
}

/** A cause of a newer server is shown as it is. */
function causeOf({ cause }: Entry): string {
  return new Map<string, string>(Object.entries(causeWords)).get(cause) ?? cause
}

const entryColumns = [
  { head: 'Quando', of: (it: Entry) => momentWords(it.createdAt) },
  { head: 'Valor (R$)', of: (it: Entry) => figure(it.amountCents), right: true },
  { head: 'Por quê', of: causeOf },
  { head: 'Baixa', of: (it: Entry) => it.receiptId ?? '' },
]

function customerWords(
  it: Customer,
  owed: Owed,
  contracts: Page<Contract>,
  credit: CreditPage,
  columns: number,
  command: (args: string) => string,
): string {
  return [
    `Cliente ${it.name} (${it.id})${it.archivedAt === null ? '' : ', arquivado'}`,
    `CNPJ ou CPF  ${taxIdWords(it) || 'nenhum'}`,
    `E-mails      ${it.billingEmails.join(', ') || 'nenhum'}`,
    ...owedLines(owed),
    '',
    ...(contracts.data.length === 0 ? ['Nenhum contrato.'] : [renderTable(contractColumns, contracts.data, { columns })]),
    ...(contracts.nextCursor === null ? [] : [`… e mais:\n  ${command(`contracts list --customer ${it.id}`)}`]),
    '',
    ...creditLines(credit, columns),
  ].join('\n')
}

function creditLines({ balances, data, nextCursor }: CreditPage, columns: number): string[] {
  const standing = balances.filter(({ balanceCents }) => balanceCents !== 0)
  const balance =
    standing.length === 0
      ? 'Crédito: nenhum.'
      : `Crédito: ${standing.map(({ organizationId, balanceCents }) => `${brl(balanceCents)} com ${organizationId}`).join('; ')}; as próximas emissões o usam.`
  if (data.length === 0) return [balance]
  const more = nextCursor === null ? [] : [moreFrom(nextCursor)]
  return [balance, `${counted(data.length, 'lançamento', 'lançamentos')}:`, renderTable(entryColumns, data, { columns }), ...more]
}

function taxIdWords({ taxId }: Customer): string {
  const parsed = taxId === null ? null : parseTaxId(taxId)
  return parsed === null ? (taxId ?? '') : formatTaxId(parsed)
}
