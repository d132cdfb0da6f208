import type { Contract } from '../../contracts/contract.ts'

/** What their clients know a contract by: its number, or the code of one that was made or imported without a number. */
export function contractNumber(contract: Pick<Contract, 'number' | 'code'> | undefined): string {
  return contract?.number ?? contract?.code ?? ''
}
