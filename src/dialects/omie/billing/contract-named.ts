import type { Contract } from '../../../contracts/contract.ts'
import { contractOf } from '../../../contracts/contract-store.ts'
import type { Reader } from '../../../platform/db/db.ts'
import { subjectOfExternalId } from '../../../platform/external-ids.ts'
import { fault, missingTag, twoNamed } from '../fault.ts'
import { type Param, textIn, wholeIn } from '../read-param.ts'

/**
 * The contract in use that `nCodCtr` or, where the method has it, `cCodIntCtr` names. Both may not name two, unless the code is what it is
 * to be called from now on.
 */
export async function contractNamed(tx: Reader, param: Param, isRenamed = false): Promise<Contract> {
  const id = wholeIn(param, 'nCodCtr') || undefined
  const code = textIn(param, 'cCodIntCtr')?.trim() || undefined
  if (id === undefined && code === undefined) throw missingTag('nCodCtr', 'cCodIntCtr')
  const byCode = code === undefined ? null : await subjectOfExternalId(tx, 'contract', { system: 'omie', id: code })
  if (!isRenamed && id !== undefined && byCode !== null && byCode !== id) throw twoNamed('nCodCtr', 'cCodIntCtr')
  const found = id ?? byCode
  const contract = found === null ? null : await contractOf(tx, found)
  if (contract !== null && contract.archivedAt === null && contract.kind === 'sale') return contract
  throw id === undefined
    ? fault(103, `Contrato não cadastrado para o Código de Integração [${code}] !`)
    : fault(105, `Contrato não cadastrado para o Código [${id}] !`)
}
