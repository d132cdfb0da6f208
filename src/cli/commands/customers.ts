import type { Command } from 'commander'
import { formatTaxId, parseTaxId } from '../../core/brazil/tax-id.ts'
import type { CreditCause } from '../../customers/customer-credit-store.ts'
import type { Contract, CreditPage, Customer, Page } from '../answers.ts'
import { type Cli, onServer } from '../cli.ts'
import { customerId } from '../find.ts'
import { listWords } from '../list-words.ts'
import { addPaging, type PagingOptions } from '../paging.ts'
import { startedAs } from '../started-as.ts'
import { renderTable } from '../table.ts'
import { brl, contractStateWords, contractWord, counted, dayWords, figure, momentWords } from '../words.ts'

const customerColumns = [
  { head: 'Cliente', of: (it: Customer) => it.id },
  { head: 'Nome', of: (it: Customer) => it.name, least: 20 },
  { head: 'CNPJ ou CPF', of: taxIdWords },
  { head: 'E-mails', of: (it: Customer) => it.billingEmails.join(', '), least: 12 },
]

export function addCustomers(program: Command, cli: Cli): void {
  const customers = program
    .command('customers')
    .description('lista os clientes e mostra um deles com seus contratos e seu crédito')
    .addHelpText(
      'after',
      `
Exemplos:
  ${startedAs} customers list --q padaria
  ${startedAs} customers show "Padaria São João"
  ${startedAs} customers show 90.118.777/0001-48`,
    )

  const list = customers.command('list').description('lista os clientes por nome').option('--q <texto>', 'parte do nome')
  addPaging(list).action(
    onServer<PagingOptions & { q?: string }>(cli, async ({ client, options: { q, limit, cursor }, terminal, show }) => {
      const page = await client.get<Page<Customer>>('/v1/customers', { q, limit, cursor })
      show(page, () => listWords(customerColumns, page, terminal.columns))
    }),
  )

  const one = customers
    .command('show')
    .description('mostra um cliente, seus contratos e o seu crédito, do lançamento mais recente ao mais antigo')
    .argument('<cliente>', 'o nome, o CNPJ ou CPF, ou cus_12')
  addPaging(one, 20).action(
    onServer<PagingOptions, [string]>(cli, async ({ client, operands: [named], options, terminal, show }) => {
      const { limit, cursor } = options
      const id = await customerId(client, named)
      const customer = await client.get<Customer>(`/v1/customers/${id}`)
      const contracts = await client.get<Page<Contract>>('/v1/contracts', { customerId: id, limit: mostContracts })
      const credit = await client.get<CreditPage>(`/v1/customers/${id}/credit`, { limit, cursor })
      show({ ...customer, contracts, credit }, () => customerWords(customer, contracts, credit, terminal.columns))
    }),
  )
}

const mostContracts = 20

const contractColumns = [
  { head: 'Contrato', of: (it: Contract) => contractWord(it), least: 10 },
  { head: 'Id', of: (it: Contract) => it.id },
  { head: 'Nome', of: (it: Contract) => it.name, least: 12 },
  { head: 'Situação', of: (it: Contract) => contractStateWords[it.state] },
  { head: 'Próximo', of: (it: Contract) => (it.nextDueOn === null ? '' : dayWords(it.nextDueOn)) },
]

type Entry = CreditPage['data'][number]

const causeWords: Record<CreditCause, string> = {
  overpayment: 'pago a mais',
  overpayment_undone: 'pagamento a mais desfeito',
  spent: 'usado numa emissão',
  given_back: 'devolvido por uma fatura desfeita ou cancelada',
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

function customerWords(it: Customer, contracts: Page<Contract>, credit: CreditPage, columns: number): string {
  return [
    `Cliente ${it.name} (${it.id})${it.archivedAt === null ? '' : ', arquivado'}`,
    `CNPJ ou CPF  ${taxIdWords(it) || 'nenhum'}`,
    `E-mails      ${it.billingEmails.join(', ') || 'nenhum'}`,
    '',
    ...(contracts.data.length === 0 ? ['Nenhum contrato.'] : [renderTable(contractColumns, contracts.data, { columns })]),
    ...(contracts.nextCursor === null ? [] : [`… e mais: bordero contracts list --customer ${it.id}`]),
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
  const more = nextCursor === null ? [] : [`… e mais: --cursor ${nextCursor}`]
  return [balance, `${counted(data.length, 'lançamento', 'lançamentos')}:`, renderTable(entryColumns, data, { columns }), ...more]
}

function taxIdWords({ taxId }: Customer): string {
  const parsed = taxId === null ? null : parseTaxId(taxId)
  return parsed === null ? (taxId ?? '') : formatTaxId(parsed)
}
