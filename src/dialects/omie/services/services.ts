import { createServiceItem } from '../../../catalog/create-service-item.ts'
import type { ServiceItem } from '../../../catalog/service-item.ts'
import { serviceItemOf, serviceItemsOf } from '../../../catalog/service-item-store.ts'
import type { Ctx } from '../../../platform/context.ts'
import type { Reader, Tx } from '../../../platform/db/db.ts'
import { externalIdsOf, subjectOfExternalId } from '../../../platform/external-ids.ts'
import type { ForeignRequest } from '../../../platform/http/foreign-route.ts'
import { fault, missingTag } from '../fault.ts'
import { fieldsOf } from '../fields.ts'
import { keepSent, keptSent, shownAs } from '../kept.ts'
import { type Method, type Result, sentOf } from '../operation.ts'
import { type PagingStyle, pageAsked, pageHead } from '../paging.ts'
import { type Param, partIn, textIn, textUpTo, wholeIn } from '../read-param.ts'
import type { Words } from '../words.ts'
import { pageOfServices } from './service-list-store.ts'

const service = 'servicos/servico'
const { types } = fieldsOf(service)
const words: Words = {
  tags: { '/name': 'cDescricao', '/code': 'cCodigo', '/unitPrice': 'nPrecoUnit', '/externalIds': 'cCodIntServ' },
}
const reads = { service, needs: ['catalog:read'], reads: true, words } as const

const paging: PagingStyle = {
  page: 'nPagina',
  size: 'nRegPorPagina',
  told: ['nPagina', 'nTotPaginas', 'nRegistros', 'nTotRegistros'],
}

export const serviceMethods: readonly Method[] = [
  {
    name: 'create-service',
    service,
    call: 'IncluirCadastroServico',
    needs: ['catalog:write'],
    words,
    run: (ctx, param, asked) => ctx.transact(tx => include(tx, ctx, param, asked)),
  },
  {
    ...reads,
    name: 'show-service',
    call: 'ConsultarCadastroServico',
    run: (ctx, param) =>
      ctx.transact(async tx => {
        const [shown] = await showServices(tx, [await idNamed(tx, param)], false)
        return { body: shown ?? {} }
      }),
  },
  {
    ...reads,
    name: 'list-services',
    call: 'ListarCadastroServico',
    run: (ctx, param) => ctx.transact(tx => listPage(tx, param)),
  },
]

async function include(tx: Tx, ctx: Ctx, param: Param, asked: ForeignRequest): Promise<Result> {
  const head = partIn(param, 'cabecalho')
  const name = textUpTo(head, 'cDescricao', 200)
  if (!name?.trim()) throw missingTag('cDescricao')
  const code = textUpTo(partIn(param, 'intIncluir'), 'cCodIntServ', 60)?.trim() || undefined
  const { id } = await createServiceItem(ctx, {
    code: textUpTo(head, 'cCodigo', 60) ?? null,
    name,
    description: textUpTo(partIn(param, 'descricao'), 'cDescrCompleta', 5000) ?? null,
    unitPrice: textIn(head, 'nPrecoUnit') ?? null,
    externalIds: code === undefined ? [] : [{ system: 'omie', id: code }],
  })
  const { intIncluir: _, ...sent } = sentOf(asked)
  await keepSent(tx, 'service_item', id, sent)
  const cDescStatus = 'Serviço cadastrado com sucesso!'
  return { body: { cCodIntServ: code ?? '', nCodServ: id, cCodStatus: '0', cDescStatus } }
}

async function idNamed(tx: Reader, param: Param): Promise<number> {
  const id = wholeIn(param, 'nCodServ') || undefined
  const code = textIn(param, 'cCodIntServ')?.trim() || undefined
  if (id === undefined && code === undefined) throw missingTag('nCodServ', 'cCodIntServ')
  const found = id ?? (await subjectOfExternalId(tx, 'service_item', { system: 'omie', id: code ?? '' }))
  if (found !== null && (await serviceItemOf(tx, found)) !== null) return found
  throw id === undefined
    ? fault(103, `Serviço não cadastrado para o Código de Integração [${code}] !`)
    : fault(105, `Serviço não cadastrado para o Código [${id}] !`)
}

async function listPage(tx: Reader, param: Param): Promise<Result> {
  const page = pageAsked(param, paging)
  const filter = {
    name: textIn(param, 'cDescricao') || undefined,
    code: textIn(param, 'cCodigo') || undefined,
    archived: textIn(param, 'inativo') === 'S',
  }
  const { ids, all } = await pageOfServices(tx, filter, page)
  return { body: { ...pageHead(paging, page, ids.length, all), cadastros: await showServices(tx, ids, true) } }
}

async function showServices(tx: Reader, ids: readonly number[], filled: boolean): Promise<object[]> {
  const items = await serviceItemsOf(tx, ids)
  const codes = await externalIdsOf(tx, 'service_item', ids)
  const kept = await keptSent(tx, 'service_item', ids)
  return ids.flatMap(id => {
    const item = items.get(id)
    if (item === undefined) return []
    const cCodIntServ = codes.get(id)?.find(({ system }) => system === 'omie')?.id ?? ''
    const { intIncluir: _, ...rest } = shownAs(types, 'srvIncluirRequest', oursOf(item), kept(id), filled)
    return [{ intListar: { cCodIntServ, nCodServ: id }, ...rest, info: { inativo: item.archivedAt === null ? 'N' : 'S' } }]
  })
}

function oursOf({ code, name, description, unitPrice }: ServiceItem) {
  return {
    cabecalho: { cDescricao: name, cCodigo: code ?? '', nPrecoUnit: Number(unitPrice ?? 0) },
    descricao: { cDescrCompleta: description ?? '' },
  }
}
