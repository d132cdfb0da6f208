import { dayInZone, startOfDay } from '../../../core/dates.ts'
import type { Ctx } from '../../../platform/context.ts'
import type { Reader } from '../../../platform/db/db.ts'
import { timeZoneOf } from '../../time-zone.ts'
import type { Moved } from '../changes-store.ts'
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
    customerId: wholeIn(param, 'filtrar_cliente') || undefined,
    taxId:
      textIn(param, 'filtrar_cnpj_cpf')
        ?.replace(/[.\-/\s]/g, '')
        .toUpperCase() || undefined,
    theirs: textIn(param, 'apenas_importado_api') === 'S',
    moved: await movedOf(tx, ctx, param),
    order: Object.hasOwn(orders, order) ? (orders[order] ?? 'id') : 'id',
    descending: textIn(param, 'ordem_descrescente') === 'S',
  }
}

/** `_ate` without `_de` is read as from today until that day (vendors/README.md §1.6). */
async function movedOf(tx: Reader, ctx: Ctx, param: Param): Promise<Moved | undefined> {
  const timeZone = await timeZoneOf(tx)
  const moved = movedIn(param, timeZone)
  if (moved === undefined || moved.from !== undefined) return moved
  return { ...moved, from: startOfDay(dayInZone(ctx.clock.now(), timeZone), timeZone) }
}
