import { addMonths, civilDate } from '../../core/dates.ts'
import type { Contract, Page, Run } from '../answers.ts'
import type { Client } from '../client.ts'
import { CliError, exitCodes } from '../exit-codes.ts'
import { dayWords } from '../words.ts'

/** Whether there is nothing at all to tell of the run. */
export function isQuiet({ counters, emissions }: Pick<Run, 'counters' | 'emissions'>): boolean {
  return counters.due === 0 && emissions.due === 0
}

/** That nothing is due, on which day the next thing will be as far as that can be told, and how to see it. */
export async function nothingDueLines(client: Client, run: Run, command: (args: string) => string): Promise<string[]> {
  const next = await nextDueOn(client)
  const later = next ?? addMonths(civilDate(run.day), 1)
  return [
    `Nada vence neste dia.${next === null ? '' : ` O próximo faturamento é em ${dayWords(next)}.`}`,
    ...(later > run.day ? ['O que virá:', `  ${command(`preview --day ${dayWords(later)}`)}`] : []),
    `${expected} De um contrato, conta por quê:`,
    `  ${command('explain <contrato>')}`,
  ]
}

const expected =
  'Se esperava algo: um período que "faturado_ate" cobre, ou que já foi faturado aqui, não é cobrado de novo; um contrato importado sem "faturado_ate" nem "faturar_desde" é cobrado do próximo período em diante.'

/** Of an account so small that one page tells it. A key that may see runs need not see contracts: then it is not told. */
async function nextDueOn(client: Client): Promise<string | null> {
  try {
    const { data, nextCursor } = await client.get<Page<Contract>>('/v1/contracts', { limit: 200 })
    if (nextCursor !== null) return null
    const days = data.flatMap(({ nextBillingOn }) => nextBillingOn ?? [])
    return days.reduce<string | null>((first, day) => (first === null || day < first ? day : first), null)
  } catch (error) {
    if (error instanceof CliError && error.exitCode === exitCodes.denied) return null
    throw error
  }
}
