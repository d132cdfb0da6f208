import type { ExternalId, SubjectExternalId } from '../../platform/external-ids.ts'
import type { FileFaults } from '../file/fault.ts'
import type { ContractRows } from '../file/group-rows.ts'
import type { Heading } from '../file/read-rows.ts'
import { type Known, namedIds, OWN_SYSTEM, showExternalId } from './known.ts'

/** Sees to it that an id of another system names one contract only, in the account and in the file. */
export class ExternalIdsInFile {
  /** What contracts that were deleted leave to those that are made anew. */
  readonly inherited: SubjectExternalId[] = []
  /** The line of the contract that a file gave an id first. */
  readonly #givenTo = new Map<string, number>()
  readonly #known: Known
  readonly #heading: Heading
  readonly #faults: FileFaults

  constructor(known: Known, heading: Heading, faults: FileFaults) {
    this.#known = known
    this.#heading = heading
    this.#faults = faults
  }

  /** The ids that the rows give; `contractId` is the contract that they mean, null: a new one. */
  check(group: ContractRows, contractId: number | null): ExternalId[] {
    const ids = namedIds(group.cells)
    for (const id of ids) this.#checkOne(group, contractId, id)
    return ids
  }

  inherit(ids: readonly ExternalId[]): void {
    for (const id of ids) {
      const subjectId = this.#known.deletedOwnerOf.get(showExternalId(id))
      if (subjectId !== undefined) this.inherited.push({ ...id, subjectId })
    }
  }

  #checkOne({ line }: ContractRows, contractId: number | null, id: ExternalId): void {
    const shown = showExternalId(id)
    const column = this.#heading.spelled('externalIds')
    const owner = this.#known.contractOfExternalId.get(shown)
    const givenTo = this.#givenTo.get(shown) ?? line
    this.#givenTo.set(shown, givenTo)
    if (id.system === '')
      this.#faults.add(line, this.#heading.spelled('system'), 'required', 'o nome do sistema que deu o id', id.id)
    else if (id.system === OWN_SYSTEM) this.#faults.add(line, column, 'reserved_system', 'outro nome de sistema', shown)
    else if (owner !== undefined && owner !== contractId)
      this.#faults.add(line, column, 'external_id_taken', 'um id livre', shown)
    else if (givenTo !== line)
      this.#faults.add(line, column, 'external_id_taken', `um id que não esteja na linha ${givenTo}`, shown)
  }
}
