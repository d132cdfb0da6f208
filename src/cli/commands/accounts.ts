import type { Command } from 'commander'
import type { FinancialAccount, Page } from '../answers.ts'
import { type Cli, onServer } from '../cli.ts'
import { organizationId, organizationOrOnly } from '../find.ts'
import { listWords } from '../list-words.ts'
import { nextCommand } from '../next-command.ts'
import { addPaging, type PagingOptions } from '../paging.ts'
import { startedAs } from '../started-as.ts'

const statusWords = { processing: 'em processamento', active: 'ativa', refused: 'recusada', closed: 'encerrada' } as const

const columns = [
  { head: 'Conta', of: (it: FinancialAccount) => it.id },
  { head: 'Nome', of: (it: FinancialAccount) => it.name, least: 12 },
  { head: 'Banco', of: (it: FinancialAccount) => it.bankCode ?? '' },
  { head: 'Agência', of: (it: FinancialAccount) => it.bankBranch ?? '' },
  { head: 'Número', of: (it: FinancialAccount) => it.bankAccount ?? '' },
  { head: 'Situação', of: (it: FinancialAccount) => statusWords[it.status] },
]

interface ListOptions extends PagingOptions {
  organization?: string
  q?: string
  archived?: true
}

interface AddOptions {
  organization?: string
  bank?: string
  branch?: string
  number?: string
}

export function addAccounts(program: Command, cli: Cli): void {
  const accounts = program
    .command('accounts')
    .description('cadastra e lista as contas em que o dinheiro entra')
    .addHelpText(
      'after',
      `\nExemplos:\n  ${startedAs} accounts add "Itaú" --bank 341 --branch 0001 --number 12345-6\n  ${startedAs} accounts list`,
    )

  const list = accounts
    .command('list')
    .description('lista as contas por nome')
    .option('--q <texto>', 'parte do nome')
    .option('--organization <organização>', 'só desta organização: o CNPJ, ou org_1')
    .option('--archived', 'só as arquivadas')
  addPaging(list).action(
    onServer<ListOptions>(cli, async ({ client, options, terminal, show }) => {
      const { q, archived, limit, cursor } = options
      const organization = options.organization === undefined ? undefined : await organizationId(client, options.organization)
      const asked = { q, organizationId: organization, archived, limit, cursor }
      const page = await client.get<Page<FinancialAccount>>('/v1/financial-accounts', asked)
      show(page, () => listWords(columns, page, terminal.columns))
    }),
  )

  accounts
    .command('add')
    .description('cadastra uma conta')
    .argument('<nome>', 'como ela é chamada')
    .option('--bank <código>', 'código do banco, como 341')
    .option('--branch <agência>', 'agência')
    .option('--number <número>', 'número da conta, com o dígito')
    .option('--organization <organização>', 'de quem ela é, se há mais de uma organização: o CNPJ, ou org_1')
    .action(
      onServer<AddOptions, [string]>(cli, async ({ client, operands: [name], options, show }) => {
        const { bank: bankCode, branch: bankBranch, number: bankAccount } = options
        const organization = await organizationOrOnly(client, options.organization)
        const asked = { name, organizationId: organization, bankCode, bankBranch, bankAccount }
        const made = await client.post<FinancialAccount>('/v1/financial-accounts', asked)
        show(made, () => addedWords(made, nextCommand(client.target)))
      }),
    )
}

function addedWords({ id, name }: FinancialAccount, command: (args: string) => string): string {
  return `Conta ${id} cadastrada: ${name}.\nUma baixa diz que o dinheiro entrou nela:\n  ${command(`receivables receive <parcela> <valor> --account ${id}`)}`
}
