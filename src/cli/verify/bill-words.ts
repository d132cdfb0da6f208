import type { Verification } from '../answers.ts'

type Finding = NonNullable<Verification['result']>['information'][number]

/** More contracts than this are not named in a command. */
const mostNamed = 5

/**
 * The command that bills what was told, and no other contract; with what else it does, since a run that somebody asks for emits too. Of
 * more contracts than a command can name, a preview comes first: nobody bills and emits everything for the sake of one reason.
 *
 * @param isMore there are others that are not listed
 */
export function billingLines(
  told: readonly Finding[],
  isMore: boolean,
  catchesUp: boolean,
  command: (args: string) => string,
): string[] {
  const contracts = [...new Set(told.flatMap(({ contract }) => contract?.id ?? []))]
  const older = catchesUp ? ['--catch-up'] : []
  if (isMore || contracts.length === 0 || contracts.length > mostNamed)
    return [
      'De tantos contratos, veja antes tudo o que vence; faturar a prévia fatura e emite só o que ela mostra:',
      `  ${command(['preview', ...older].join(' '))}`,
    ]
  const which = contracts.length === 1 ? 'deste contrato' : 'destes contratos'
  return [
    `Fatura, e emite também o que ${which} espera a emissão:`,
    `  ${command(['bill', ...contracts.map(id => `--contract ${id}`), ...older].join(' '))}`,
  ]
}
