import type { Contract } from '../../../contracts/contract.ts'
import { contractOf } from '../../../contracts/contract-store.ts'
import type { Reader } from '../../../platform/db/db.ts'
import { subjectOfExternalId } from '../../../platform/external-ids.ts'
import { fault, missingTag } from '../fault.ts'
import { type Param, textIn, wholeIn } from '../read-param.ts'

/** The contract in use that `nCodCtr` or, where the method has it, `cCodIntCtr` names. */
export async function contractNamed(tx: Reader, param: Param): Promise<Contract> {
  const id = wholeIn(param, 'nCodCtr') || undefined
  const code = textIn(param, 'cCodIntCtr')?.trim() || undefined
  if (id === undefined && code === undefined) throw missingTag('nCodCtr', 'cCodIntCtr')
  const found = id ?? (await subjectOfExternalId(tx, 'contract', { system: 'omie', id: code ?? '' }))
  const contract = found === null ? null : await contractOf(tx, found)
  if (contract !== null && contract.archivedAt === null && contract.kind === 'sale') return contract
  throw id === undefined
    ? fault(103, `Contrato não cadastrado para o Código de Integração [${code}] !`)
    : fault(105, `Contrato não cadastrado para o Código [${id}] !`)
}
