import { showId } from '../../core/ids.ts'
import { LEFT_OUT } from '../file/columns.ts'
import type { FileFaults } from '../file/fault.ts'
import type { ContractRows } from '../file/group-rows.ts'

const MOST_NAMED = 20

/** Says once of a file that an export wrote which of its new contracts have something that the columns do not carry. */
export function noteLeftOut(groups: readonly ContractRows[], warnings: FileFaults): void {
  const left = groups.filter(({ rules }) => rules.some(({ rows }) => rows.some(({ leftOut }) => leftOut !== undefined)))
  const [first] = left
  if (first !== undefined) warnings.note(first.line, LEFT_OUT, 'left_out', leftOutSentence(left.map(nameOf)))
}

function nameOf({ code, cells, line }: ContractRows): string {
  return code ?? (cells.contractId == null ? `o da linha ${line}` : showId('contract', cells.contractId.id))
}

/** '3 contratos têm algo que o arquivo não leva: SV-005, SV-015, SV-022 (veja a última coluna)'. */
export function leftOutSentence(names: readonly string[]): string {
  const rest = names.length - MOST_NAMED
  const more = rest > 0 ? ` e mais ${rest}` : ''
  const have = names.length === 1 ? '1 contrato tem' : `${names.length} contratos têm`
  return `${have} algo que o arquivo não leva: ${names.slice(0, MOST_NAMED).join(', ')}${more} (veja a última coluna, ${LEFT_OUT}).`
}
