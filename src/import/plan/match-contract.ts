import type { Customer } from '../../customers/customer.ts'
import type { ContractRows } from '../file/group-rows.ts'
import { codeKey, idKey, type Known, type KnownContract, rowKey } from './known.ts'

/**
 * Which contract the rows mean: the one that they were exported from, the one with their code, the one with their own key, or one that
 * they were known by before they had a code or a tax id.
 */
export function contractOf(group: ContractRows, { byKey }: Known): KnownContract | null {
  const { code, cells, ownKey, earlierKeys } = group
  const exported = cells.contractId == null ? undefined : byKey.get(idKey(cells.contractId))
  // In another account the same id is another contract.
  if (exported && isExportedFrom(group, exported)) return exported
  const coded = code === null ? undefined : byKey.get(codeKey(code))
  if (coded) return coded
  const candidates = [ownKey, ...earlierKeys].flatMap(key => byKey.get(rowKey(key)) ?? [])
  return candidates.find(candidate => isSuccessor(group, candidate)) ?? null
}

function isExportedFrom(group: ContractRows, { contract, customer }: KnownContract): boolean {
  return group.organizationId === contract.organizationId && isSameCustomer(group, customer)
}

/** A code or a tax id may have come since; another one is another contract. */
function isSuccessor({ code, cells }: ContractRows, { contract, customer }: KnownContract): boolean {
  const isSameCode = code === null || contract.code === null
  const isSameTaxId = cells.taxId == null || customer.taxId === null || customer.taxId === cells.taxId.taxId
  return isSameCode && isSameTaxId
}

/** Told by the tax id; where one of both has none, by the name. */
export function isSameCustomer({ cells }: ContractRows, customer: Customer): boolean {
  if (cells.taxId != null && customer.taxId !== null) return cells.taxId.taxId === customer.taxId
  return (cells.customerName ?? '').toLowerCase() === customer.name.toLowerCase()
}
