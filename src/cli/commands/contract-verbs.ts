import { type Command, Option } from 'commander'
import type { CivilDate } from '../../core/dates.ts'
import type { ContractDetail, Rule } from '../answers.ts'
import { type Cli, onServer } from '../cli.ts'
import { contractDetailWords, ruleLines } from '../contract-words.ts'
import { contractId, ruleId } from '../find.ts'
import { nextCommand } from '../next-command.ts'
import { startedAs } from '../started-as.ts'
import { day } from '../values.ts'
import { dayWords } from '../words.ts'

export const contractArgument = ['<contrato>', 'o código ou o nome dele, ou ctr_12'] as const

/** What is told with a verb; each takes those that its declaration names. */
interface VerbOptions {
  from?: CivilDate
  on?: CivilDate
  until?: CivilDate
  chargeLater?: true
  reason?: string
}

const reason = () => new Option('--reason <motivo>', 'o motivo, para o histórico').makeOptionMandatory()

const verbs = [
  {
    name: 'suspend',
    description: 'suspende um contrato: os períodos que começam na suspensão não são cobrados, nem em parte',
    options: [
      reason(),
      new Option('--from <dia>', 'o primeiro dia; hoje, se não informado').argParser(day),
      new Option('--charge-later', 'os períodos ficam em aberto, para faturar depois de retomado'),
    ],
    body: ({ from, chargeLater, reason }: VerbOptions) => ({ fromOn: from, chargeLater, reason }),
  },
  {
    name: 'resume',
    description: 'retoma um contrato suspenso',
    options: [new Option('--on <dia>', 'o primeiro dia que volta a ser cobrado; hoje, se não informado').argParser(day)],
    body: ({ on }: VerbOptions) => ({ on }),
  },
  {
    name: 'cancel',
    description: 'cancela um contrato: a vigência termina nesse dia',
    options: [reason(), new Option('--on <dia>', 'o último dia da vigência; hoje, se não informado').argParser(day)],
    body: ({ on, reason }: VerbOptions) => ({ on, reason }),
  },
  {
    name: 'reactivate',
    description: 'reativa um contrato cancelado; os dias entre um e outro contam como suspensão',
    options: [
      new Option('--on <dia>', 'o primeiro dia que volta a valer; hoje, se não informado').argParser(day),
      new Option('--until <dia>', 'o novo fim; o de antes do cancelamento, se não informado').argParser(day),
    ],
    body: ({ on, until }: VerbOptions) => ({ on, endsOn: until }),
  },
] as const

/** What a person does with a contract, and with a period of it. */
export function addContractVerbs(contracts: Command, cli: Cli): void {
  for (const { name, description, options, body } of verbs) {
    const command = contracts
      .command(name)
      .description(description)
      .argument(...contractArgument)
    for (const option of options) command.addOption(option)
    command.action(
      onServer<VerbOptions, [string]>(cli, async ({ client, operands: [named], options, show }) => {
        const contract = await client.post<ContractDetail>(
          `/v1/contracts/${await contractId(client, named)}/${name}`,
          body(options),
        )
        show(contract, () => contractDetailWords(contract, nextCommand(client.target)))
      }),
    )
  }

  contracts
    .command('delete')
    .description('apaga um contrato do qual nada foi faturado: um arquivo pode trazê-lo de novo, com o mesmo código')
    .argument(...contractArgument)
    .addHelpText(
      'after',
      `
O que ele trouxe em aberto de outro sistema é cancelado com ele. Um contrato com faturas não se apaga: cancele-o.`,
    )
    .action(
      onServer<object, [string]>(cli, async ({ client, operands: [named], show }) => {
        const { id, code, name, version } = await client.get<ContractDetail>(`/v1/contracts/${await contractId(client, named)}`)
        await client.delete(`/v1/contracts/${id}`, version)
        show(
          { id, deleted: true },
          () => `O contrato ${code ?? id}, ${name}, foi apagado. Um arquivo que o traga de novo cria outro no lugar.`,
        )
      }),
    )

  contracts
    .command('waive')
    .description('dispensa um período em aberto, ou o próximo: não será faturado, e não há volta')
    .argument('<contrato ou regra>', 'o código ou o nome do contrato, ou ctr_12; rul_12, se ele tem várias regras')
    .requiredOption('--period <dia>', `o primeiro dia do período, como "${startedAs} explain" o diz`, day)
    .addOption(reason())
    .action(
      onServer<{ period: CivilDate; reason: string }, [string]>(
        cli,
        async ({ client, operands: [named], options: { period, reason }, show }) => {
          const id = await ruleId(client, named)
          const rule = await client.post<Rule>(`/v1/invoice-rules/${id}/periods/${period}/waive`, { reason })
          show(rule, () =>
            [`O período que começa em ${dayWords(period)} foi dispensado: não será faturado.`, ...ruleLines(rule)].join('\n'),
          )
        },
      ),
    )
}
