import type { CivilDate } from '../core/dates.ts'
import type { Contract, Invoice } from './answers.ts'
import type { Client } from './client.ts'
import { CliError, exitCodes } from './exit-codes.ts'
import { brl, counted, dayWords } from './words.ts'

// What a month still lacks: invoices that did not go out, and periods that no invoice was made of.

interface Sum {
  count: number
  netCents: number
}

export interface Missing {
  toEmit: Sum
  awaitingApproval: Sum
  customerOverdue: Sum
  /** Contracts with a period that is due by the end of the month and has no invoice. */
  unbilledContracts: number
  /** Those among them whose period no run bills by itself. */
  choiceContracts: number
}

/** `until`: the last day of the month; what is older and not done yet is lacking too. */
export async function missingIn(client: Client, until: CivilDate): Promise<Missing> {
  const waiting = await client.all<Invoice>('/v1/invoices', { state: 'to_emit' })
  const due = waiting.filter(({ estimatedIssueOn }) => estimatedIssueOn <= until)
  const blocked = due.filter(({ approval }) => approval === 'blocked')
  const overdue = due.filter(({ approval, heldBy }) => approval !== 'blocked' && heldBy === 'customer_overdue')
  const contracts = await contractsOf(client)
  const isDue = (day: string | null) => day !== null && day <= until
  return {
    toEmit: sumOf(due.filter(invoice => !blocked.includes(invoice) && !overdue.includes(invoice))),
    awaitingApproval: sumOf(blocked),
    customerOverdue: sumOf(overdue),
    unbilledContracts: contracts.filter(it => isDue(it.dueSince) || isDue(it.nextBillingOn)).length,
    choiceContracts: contracts.filter(({ choiceFrom }) => isDue(choiceFrom)).length,
  }
}

function sumOf(invoices: readonly Invoice[]): Sum {
  return { count: invoices.length, netCents: invoices.reduce((total, { netCents }) => total + netCents, 0) }
}

/** A key that may see invoices need not see contracts: then what they lack is not told. */
async function contractsOf(client: Client): Promise<Contract[]> {
  try {
    return await client.all<Contract>('/v1/contracts')
  } catch (error) {
    if (error instanceof CliError && error.exitCode === exitCodes.denied) return []
    throw error
  }
}

export function missingLines(missing: Missing, until: CivilDate, command: (args: string) => string): string[] {
  const { toEmit, awaitingApproval, customerOverdue, unbilledContracts, choiceContracts } = missing
  const invoices = ({ count, netCents }: Sum, what: string) =>
    count === 0 ? [] : [`  ${counted(count, 'fatura', 'faturas')} ${what}, ${brl(netCents)}`]
  const waiting = [
    ...invoices(toEmit, 'a emitir'),
    ...invoices(awaitingApproval, 'à espera de aprovação'),
    ...invoices(customerOverdue, 'à espera de cliente em atraso'),
  ]
  const lines = [
    ...waiting,
    ...(waiting.length === 0 ? [] : [`    ${command('invoices list --state a-emitir')}`]),
    ...(unbilledContracts === 0
      ? []
      : [
          `  ${counted(unbilledContracts, 'contrato', 'contratos')} com período que vence até ${dayWords(until)} e não tem fatura`,
          `    ${command(`preview --day ${dayWords(until)}`)}`,
        ]),
    ...(choiceContracts === 0
      ? []
      : [
          `  ${counted(choiceContracts, 'deles tem', 'deles têm')} período anterior em aberto, que só se fatura a pedido ou se dispensa`,
          `    ${command('preview --catch-up')}`,
        ]),
  ]
  return [
    '',
    ...(lines.length === 0
      ? ['Nada falta neste mês: tudo o que venceu nele foi faturado e emitido.']
      : ['Falta neste mês:', ...lines]),
  ]
}
