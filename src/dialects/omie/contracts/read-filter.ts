import type { Ctx } from '../../../platform/context.ts'
import type { Reader } from '../../../platform/db/db.ts'
import { spokenOrganization } from '../../spoken-organization.ts'
import { timeZoneOf } from '../../time-zone.ts'
import { movedIn } from '../days-asked.ts'
import { type Param, textIn, wholeIn } from '../read-param.ts'
import type { ContractPageFilter } from './contract-list-store.ts'

/** Any other name of an order, of which they know many, is that of their numbers. */
const orders: Readonly<Record<string, ContractPageFilter['order']>> = {
  CODIGO_INTEGRACAO: 'code',
  NUMERO: 'number',
  DATA_INCLUSAO: 'made',
  DATA_LANCAMENTO: 'made',
  DATA_ALTERACAO: 'changed',
}

/** Which contracts are asked for, and in which order. */
export async function readContractFilter(tx: Reader, ctx: Ctx, param: Param): Promise<ContractPageFilter> {
  const order = (textIn(param, 'ordenar_por') ?? '').toUpperCase()
  return {
    organizationId: await spokenOrganization(tx, ctx),
    customerId: wholeIn(param, 'filtrar_cliente') || undefined,
    taxId:
      textIn(param, 'filtrar_cnpj_cpf')
        ?.replace(/[.\-/\s]/g, '')
        .toUpperCase() || undefined,
    theirs: textIn(param, 'apenas_importado_api') === 'S',
    moved: movedIn(param, await timeZoneOf(tx), ctx.clock.now()),
    order: Object.hasOwn(orders, order) ? (orders[order] ?? 'id') : 'id',
    descending: textIn(param, 'ordem_descrescente') === 'S',
  }
}
