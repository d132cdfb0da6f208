import type { Command } from 'commander'
import type { CivilDate } from '../../core/dates.ts'
import type { Client } from '../client.ts'
import { CliError, exitCodes } from '../exit-codes.ts'
import { contractId, organizationId } from '../find.ts'
import { startedAs } from '../started-as.ts'
import { day, several } from '../values.ts'

/** What a run is asked to bill. */
export interface RunOptions {
  day?: CivilDate
  organization?: string
  contract?: string[]
  catchUp?: true
  ahead?: true
}

const asItIs = (text: string): string => text

export function addRunOptions(command: Command): Command {
  return command
    .option('--day <dia>', 'até que dia se fatura; hoje, se não informado', day)
    .option('--organization <id ou CNPJ>', 'só o que esta organização fatura')
    .option('--contract <contrato>', 'só este contrato: o código ou o nome, ou ctr_12; pode vir várias vezes', several(asItIs))
    .option('--catch-up', 'fatura também os períodos anteriores que ficaram em aberto')
    .option('--ahead', 'com --contract: fatura o próximo período dele, embora o dia não tenha chegado')
}

/** The body of `POST /v1/billing-runs`. */
export async function newRunOf(client: Client, { day, organization, contract, catchUp, ahead }: RunOptions): Promise<object> {
  if (ahead && contract === undefined) {
    throw new CliError(
      exitCodes.usage,
      `Para antecipar, diga o que antecipar: --ahead pede --contract. O que virá de todos, até um dia: ${startedAs} preview --day 31/03/2027.`,
      { details: { code: 'usage' } },
    )
  }
  const contracts = contract && (await Promise.all(contract.map(named => contractId(client, named))))
  const filters = { ...(contracts && { contracts }), ...(catchUp && { catchUp }), ...(ahead && { ahead }) }
  return {
    ...(day && { day }),
    ...(organization !== undefined && { organization: await organizationId(client, organization) }),
    ...(Object.keys(filters).length > 0 && { filters }),
  }
}

/** Whether anything was asked that a preview has settled already. */
export function isAnyRunOption({ day, organization, contract, catchUp, ahead }: RunOptions): boolean {
  return [day, organization, contract, catchUp, ahead].some(option => option !== undefined)
}
