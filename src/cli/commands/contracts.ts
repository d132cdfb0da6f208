import type { Command } from 'commander'
import type { Contract, ContractDetail, Page, Rule } from '../answers.ts'
import { type Cli, onServer } from '../cli.ts'
import { contractId, customerId, ruleWords } from '../find.ts'
import { listWords } from '../list-words.ts'
import { addPaging, type PagingOptions } from '../paging.ts'
import { choice, choices } from '../values.ts'
import { contractStateWords, contractWord, dayWords } from '../words.ts'

interface ListOptions extends PagingOptions {
  q?: string
  state?: string
  customer?: string
}

const contractColumns = [
  { head: 'Contrato', of: (it: Contract) => contractWord(it), least: 10 },
  { head: 'Id', of: (it: Contract) => it.id },
  { head: 'Cliente', of: (it: Contract) => it.customer.name, least: 12 },
  { head: 'Nome', of: (it: Contract) => it.name, least: 12 },
  { head: 'Vigência', of: validityWords },
  { head: 'Situação', of: (it: Contract) => contractStateWords[it.state] },
  { head: 'Próximo', of: (it: Contract) => (it.nextDueOn === null ? '' : dayWords(it.nextDueOn)) },
]

export function addContracts(program: Command, cli: Cli): void {
  const contracts = program
    .command('contracts')
    .description('lista os contratos e mostra um deles com suas regras de faturamento')
    .addHelpText(
      'after',
      `
Exemplos:
  bordero contracts list --q padaria
  bordero contracts list --customer 90.118.777/0001-48 --state vigente
  bordero contracts show C-0042`,
    )

  const list = contracts
    .command('list')
    .description('lista os contratos')
    .option('--q <texto>', 'parte do código, do número ou do nome')
    .option('--state <situação>', choices(contractStateWords), choice(contractStateWords))
    .option('--customer <cliente>', 'só deste cliente: o nome, o CNPJ ou CPF, ou cus_12')
  addPaging(list).action(
    onServer<ListOptions>(cli, async ({ client, options, terminal, show }) => {
      const { q, state, limit, cursor } = options
      const customer = options.customer === undefined ? undefined : await customerId(client, options.customer)
      const page = await client.get<Page<Contract>>('/v1/contracts', { q, state, customerId: customer, limit, cursor })
      show(page, () => listWords(contractColumns, page, terminal.columns))
    }),
  )

  contracts
    .command('show')
    .description('mostra um contrato, com as regras que o faturam')
    .argument('<contrato>', 'o código dele, ou ctr_12')
    .action(
      onServer<object, [string]>(cli, async ({ client, operands: [named], show }) => {
        const contract = await client.get<ContractDetail>(`/v1/contracts/${await contractId(client, named)}`)
        show(contract, () => contractWords(contract))
      }),
    )
}

function contractWords(it: ContractDetail): string {
  const { rules } = it
  return [
    `Contrato ${contractWord(it)} (${it.id}): ${contractStateWords[it.state]}`,
    `Nome      ${it.name}`,
    `Cliente   ${it.customer.name} (${it.customer.id})`,
    `Vigência  ${validityWords(it)}`,
    ...rules.flatMap(rule => ['', ...ruleLines(rule)]),
    ...(rules.length === 0 ? ['', 'Nenhuma regra de faturamento.'] : []),
  ].join('\n')
}

function ruleLines(rule: Rule): string[] {
  const next = rule.nextDueOn === null ? 'nada mais a faturar' : `próximo faturamento em ${dayWords(rule.nextDueOn)}`
  return [`Regra ${rule.id}: ${ruleWords(rule)}`, `  ${rule.terms.sentence}`, `  ${next}`]
}

function validityWords({ startsOn, endsOn }: Contract): string {
  if (startsOn === null) return 'ainda não começou'
  return `${dayWords(startsOn)} ${endsOn === null ? 'em diante' : `a ${dayWords(endsOn)}`}`
}
