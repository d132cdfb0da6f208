import { Type } from 'typebox'
import { showId } from '../core/ids.ts'
import { OrNull } from '../platform/http/fields.ts'
import type { NamedContract, NamedCustomer } from './parties.ts'

export const NamedCustomerAnswer = Type.Object({ id: Type.String(), name: Type.String() })

export const NamedContractAnswer = Type.Object({
  id: Type.String(),
  code: OrNull(Type.String()),
  number: OrNull(Type.String()),
  name: Type.String(),
})

export const showNamedCustomer = ({ id, name }: NamedCustomer) => ({ id: showId('customer', id), name })
export const showNamedContract = (contract: NamedContract) => ({ ...contract, id: showId('contract', contract.id) })
