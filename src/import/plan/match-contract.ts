import type { Customer } from '../../customers/customer.ts'
import type { ContractRows } from '../file/group-rows.ts'
import { codeKey, idKey, type Known, type KnownContract, rowKey } from './known.ts'

/**
 * Which contract the rows mean: the one that they were exported from, the one with their code, the one with their own key, or one that
 * they were known by before they had a code or a tax id.
 */
export function contractOf(group: ContractRows, known: Pick<Known, 'byKey' | 'accountMark'>): KnownContract | null {
  const { byKey } = known
  const { code, cells, ownKey, earlierKeys } = group
  const exported = exportedFrom(group, known)
  if (exported !== null && (cells.contractId?.mark != null || isTheSame(group, exported))) return exported
  const coded = code === null ? undefined : byKey.get(codeKey(code))
  if (coded) return coded
  const candidates = [ownKey, ...earlierKeys].flatMap(key => byKey.get(rowKey(key)) ?? [])
  return candidates.find(candidate => isSuccessor(group, candidate)) ?? null
}

/**
 * Of rows that mean no contract: the one that has the id that they bring along, without a mark that says of which account it is. It may
 * be theirs under another code, and as well another account's contract that was counted alike: nobody can tell.
 */
export function unmarkedOf(group: ContractRows, known: Known): KnownContract | null {
  return group.cells.contractId?.mark === null ? exportedFrom(group, known) : null
}

/** An id of another account says nothing, and a row that was given to another customer is another contract. */
function exportedFrom(
  { cells, ...group }: ContractRows,
  { byKey, accountMark }: Pick<Known, 'byKey' | 'accountMark'>,
): KnownContract | null {
  const { contractId } = cells
  if (contractId == null || (contractId.mark ?? accountMark) !== accountMark) return null
  const exported = byKey.get(idKey(contractId.id))
  if (exported === undefined || group.organizationId !== exported.contract.organizationId) return null
  return isSameCustomer({ cells }, exported.customer) ? exported : null
}

/** What an id without a mark must have beside it: the start, and no other code. */
function isTheSame({ code, cells }: ContractRows, { contract }: KnownContract): boolean {
  const isSameCode = code === null || contract.code === null || code === contract.code
  return isSameCode && (cells.startsOn ?? null) === contract.startsOn
}

/** A code or a tax id may have come since; another one is another contract. */
function isSuccessor({ code, cells }: ContractRows, { contract, customer }: KnownContract): boolean {
  const isSameCode = code === null || contract.code === null
  const isSameTaxId = cells.taxId == null || customer.taxId === null || customer.taxId === cells.taxId.taxId
  return isSameCode && isSameTaxId
}

/** Told by the tax id; where one of both has none, by the name. */
export function isSameCustomer({ cells }: Pick<ContractRows, 'cells'>, customer: Customer): boolean {
  if (cells.taxId != null && customer.taxId !== null) return cells.taxId.taxId === customer.taxId
  return (cells.customerName ?? '').toLowerCase() === customer.name.toLowerCase()
}
