import type { Command } from 'commander'
import type { Contract, ContractDetail, Event, Page, Rule } from '../answers.ts'
import { type Cli, onServer } from '../cli.ts'
import { contractDetailWords, nextBillingDay, validityWords } from '../contract-words.ts'
import { contractId, customerId } from '../find.ts'
import { historyWords, latestEntries } from '../history-words.ts'
import { listWords } from '../list-words.ts'
import { nextCommand } from '../next-command.ts'
import { addHistoryLimit, addPaging, type PagingOptions } from '../paging.ts'
import { startedAs } from '../started-as.ts'
import { choice, choices } from '../values.ts'
import { contractName, contractStateWords } from '../words.ts'
import { addContractVerbs, contractArgument } from './contract-verbs.ts'

interface ListOptions extends PagingOptions {
  q?: string
  state?: string
  customer?: string
}

const contractColumns = [
  // As it may be typed: a contract without a code is named by its id, or by a name that no other one has.
  { head: 'Código', of: (it: Contract) => it.code ?? '', least: 8 },
  { head: 'Id', of: (it: Contract) => it.id },
  { head: 'Cliente', of: (it: Contract) => it.customer.name, least: 12 },
  { head: 'Nome', of: contractName, least: 12 },
  { head: 'Vigência', of: validityWords },
  { head: 'Situação', of: (it: Contract) => contractStateWords[it.state] },
  { head: 'Próximo', of: nextBillingDay },
]

export function addContracts(program: Command, cli: Cli): void {
  const contracts = program
    .command('contracts')
    .description('lista e mostra contratos e o histórico deles, suspende, retoma, cancela, reativa, apaga e dispensa períodos')
    .addHelpText(
      'after',
      `
Exemplos:
  ${startedAs} contracts list --q padaria
  ${startedAs} contracts list --customer 90.118.777/0001-48 --state vigente
  ${startedAs} contracts show C-0042
  ${startedAs} contracts history C-0042
  ${startedAs} contracts suspend C-0042 --reason "Obra no local" --from 01/03/2027
  ${startedAs} contracts resume C-0042 --on 01/04/2027
  ${startedAs} contracts cancel C-0042 --reason "Mudou de cidade" --on 31/03/2027
  ${startedAs} contracts reactivate C-0042 --on 01/05/2027
  ${startedAs} contracts delete C-0042
  ${startedAs} contracts waive C-0042 --period 2027-03-01 --reason "Cortesia pela instalação"`,
    )

  const list = contracts
    .command('list')
    .description('lista os contratos')
    .option('--q <texto>', 'parte do código, do número, do nome ou do nome do cliente; acentos podem faltar')
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
    .argument(...contractArgument)
    .action(
      onServer<object, [string]>(cli, async ({ client, operands: [named], show }) => {
        const contract = await client.get<ContractDetail>(`/v1/contracts/${await contractId(client, named)}`)
        show(contract, () => contractDetailWords(contract, nextCommand(client.target)))
      }),
    )

  addHistoryLimit(
    contracts.command('history').description('mostra quem fez o quê com um contrato, suas regras e eventos, e por quê'),
  )
    .argument(...contractArgument)
    .action(
      onServer<{ limit: number }, [string]>(cli, async ({ client, operands: [named], options: { limit }, terminal, show }) => {
        const id = await contractId(client, named)
        const rules = await client.all<Rule>('/v1/invoice-rules', { contractId: id })
        const events = await client.all<Event>('/v1/billing-events', { contractId: id })
        const subjects = [
          { path: `/v1/contracts/${id}`, name: id },
          ...rules.map(rule => ({ path: `/v1/invoice-rules/${rule.id}`, name: rule.id })),
          ...events.map(event => ({ path: `/v1/billing-events/${event.id}`, name: event.id })),
        ]
        const entries = await latestEntries(client, subjects, limit)
        const whole = nextCommand(client.target)(`contracts history ${id} --limit 200`)
        show(entries, () => historyWords(entries, terminal.columns, whole))
      }),
    )

  addContractVerbs(contracts, cli)
}
