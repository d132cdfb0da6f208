import { addDays, type CivilDate, dayInZone, parseCivilDate, startOfDay } from '../../../core/dates.ts'
import type { Ctx } from '../../../platform/context.ts'
import type { Reader } from '../../../platform/db/db.ts'
import { timeZoneOf } from '../../time-zone.ts'
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
    within: await withinOf(tx, ctx, param),
    order: Object.hasOwn(orders, order) ? (orders[order] ?? 'id') : 'id',
    descending: textIn(param, 'ordem_descrescente') === 'S',
  }
}

/** `_ate` without `_de` is read as from today until that day (vendors/README.md §1.6). */
async function withinOf(tx: Reader, ctx: Ctx, param: Param): Promise<ContractPageFilter['within']> {
  const made = textIn(param, 'filtrar_apenas_inclusao') === 'S'
  const changed = textIn(param, 'filtrar_apenas_alteracao') === 'S'
  const timeZone = await timeZoneOf(tx)
  const until = dayOf(param, 'filtrar_por_data_ate')
  const from = dayOf(param, 'filtrar_por_data_de') ?? (until && dayInZone(ctx.clock.now(), timeZone))
  if (from === null && until === null && made === changed) return null
  return {
    what: made === changed ? 'either' : made ? 'made' : 'changed',
    from: from && startOfDay(from, timeZone),
    before: until && startOfDay(addDays(until, 1), timeZone),
  }
}

function dayOf(param: Param, tag: string): CivilDate | null {
  return parseCivilDate(textIn(param, tag) ?? '')
}
