import { createServiceItem } from '../../../catalog/create-service-item.ts'
import { deleteServiceItem } from '../../../catalog/delete-service-item.ts'
import { holdLeavingServiceItem, holdServiceItem } from '../../../catalog/read-service-item.ts'
import type { ServiceItem } from '../../../catalog/service-item.ts'
import { serviceItemOf, serviceItemsOf } from '../../../catalog/service-item-store.ts'
import { updateServiceItem } from '../../../catalog/update-service-item.ts'
import type { Ctx } from '../../../platform/context.ts'
import type { Reader, Tx } from '../../../platform/db/db.ts'
import { type ExternalId, externalIdsOf, subjectOfExternalId } from '../../../platform/external-ids.ts'
import type { ForeignRequest } from '../../../platform/http/foreign-route.ts'
import { forgetKept } from '../../kept-store.ts'
import { timeZoneOf } from '../../time-zone.ts'
import { lastChangesOf } from '../changes-store.ts'
import { movedBy } from '../days-asked.ts'
import { fault, missingTag, twoNamed } from '../fault.ts'
import { fieldsOf } from '../fields.ts'
import { keepSent, keptSent, shownAs } from '../kept.ts'
import { dayAndHour } from '../moments.ts'
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
const writes = { service, needs: ['catalog:write'], words } as const

const paging: PagingStyle = {
  page: 'nPagina',
  size: 'nRegPorPagina',
  told: ['nPagina', 'nTotPaginas', 'nRegistros', 'nTotRegistros'],
}

export const serviceMethods: readonly Method[] = [
  {
    ...writes,
    name: 'create-service',
    call: 'IncluirCadastroServico',
    run: (ctx, param, asked) => ctx.transact(tx => include(tx, ctx, param, codeIn(partIn(param, 'intIncluir')), asked)),
  },
  {
    ...writes,
    name: 'update-service',
    call: 'AlterarCadastroServico',
    run: (ctx, param, asked) =>
      ctx.transact(async tx => change(tx, ctx, await idNamed(tx, partIn(param, 'intEditar')), param, asked)),
  },
  {
    ...writes,
    name: 'upsert-service',
    call: 'UpsertCadastroServico',
    run: (ctx, param, asked) =>
      ctx.transact(async tx => {
        const named = partIn(param, 'intEditar')
        const known = await idOf(tx, named)
        return known === null ? include(tx, ctx, param, codeIn(named), asked) : change(tx, ctx, known, param, asked)
      }),
  },
  {
    ...writes,
    name: 'delete-service',
    call: 'ExcluirCadastroServico',
    words: {
      ...words,
      says: { in_use: 'Há contratos com este serviço: ele não é excluído. Para tirá-lo de uso, arquive-o no Bordero.' },
    },
    run: (ctx, param) => ctx.transact(tx => remove(tx, ctx, param)),
  },
  {
    ...writes,
    name: 'name-service',
    call: 'AssociarCodIntServico',
    run: (ctx, param) => ctx.transact(tx => giveCode(tx, ctx, param)),
  },
  {
    ...reads,
    name: 'show-service',
    call: 'ConsultarCadastroServico',
    run: (ctx, param) =>
      ctx.transact(async tx => {
        const [shown] = await showServices(tx, [await oneNamed(tx, param)], false)
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

async function include(tx: Tx, ctx: Ctx, param: Param, code: string | undefined, asked: ForeignRequest): Promise<Result> {
  const { name, ...form } = readServiceForm(param)
  if (!name?.trim()) throw missingTag('cDescricao')
  const { id } = await createServiceItem(ctx, {
    ...form,
    name,
    externalIds: code === undefined ? [] : [{ system: 'omie', id: code }],
  })
  await keepSent(tx, 'service_item', id, withoutKeys(asked))
  return told(id, code ?? '', 'Serviço cadastrado com sucesso!')
}

async function change(tx: Tx, ctx: Ctx, id: number, param: Param, asked: ForeignRequest): Promise<Result> {
  const before = await holdServiceItem(tx, id)
  const code = codeIn(partIn(param, 'intEditar'))
  const { externalIds } = await updateServiceItem(ctx, id, before.version, {
    ...readServiceForm(param),
    ...(code !== undefined && { externalIds: withCode(before.externalIds, code) }),
  })
  await keepSent(tx, 'service_item', id, withoutKeys(asked))
  return told(id, codeAmong(externalIds), 'Serviço alterado com sucesso!')
}

/** Only while no contract names it. */
async function remove(tx: Tx, ctx: Ctx, param: Param): Promise<Result> {
  const id = await oneNamed(tx, param)
  const before = await holdLeavingServiceItem(tx, id)
  await deleteServiceItem(ctx, id, before.version)
  await forgetKept(tx, 'service_item', id)
  return told(id, codeAmong(before.externalIds), 'Serviço excluído com sucesso!')
}

/** The code by which its client is going to know it. */
async function giveCode(tx: Tx, ctx: Ctx, param: Param): Promise<Result> {
  const code = codeIn(param)
  if (code === undefined) throw missingTag('cCodIntServ')
  const id = wholeIn(param, 'nCodServ') || undefined
  if (id === undefined) throw missingTag('nCodServ')
  const before = await holdServiceItem(tx, await idNamed(tx, param))
  await updateServiceItem(ctx, id, before.version, { externalIds: withCode(before.externalIds, code) })
  return told(id, code, 'Código de integração associado com sucesso!')
}

/** What of their service ours has; what is not sent stays as it was. */
function readServiceForm(param: Param) {
  const head = partIn(param, 'cabecalho')
  const name = textUpTo(head, 'cDescricao', 200)
  const code = textUpTo(head, 'cCodigo', 60)
  const unitPrice = textIn(head, 'nPrecoUnit')
  const description = textUpTo(partIn(param, 'descricao'), 'cDescrCompleta', 5000)
  return {
    ...(name !== undefined && { name }),
    ...(code !== undefined && { code }),
    ...(unitPrice !== undefined && { unitPrice }),
    ...(description !== undefined && { description }),
  }
}

/** By which it is named is ours to tell. */
function withoutKeys(asked: ForeignRequest): object {
  const { intIncluir: _, intEditar: __, ...sent } = sentOf(asked)
  return sent
}

function withCode(known: readonly ExternalId[], code: string): ExternalId[] {
  return [...known.filter(({ system }) => system !== 'omie'), { system: 'omie', id: code }]
}

function codeAmong(known: readonly ExternalId[]): string {
  return known.find(({ system }) => system === 'omie')?.id ?? ''
}

function codeIn(param: Param): string | undefined {
  return textUpTo(param, 'cCodIntServ', 60)?.trim() || undefined
}

function told(nCodServ: number, cCodIntServ: string, cDescStatus: string): Result {
  return { body: { cCodIntServ, nCodServ, cCodStatus: '0', cDescStatus } }
}

/** By our number, or else by the code that they brought along; null: nobody has it. */
async function idOf(tx: Reader, param: Param): Promise<number | null> {
  const id = wholeIn(param, 'nCodServ') || undefined
  const code = codeIn(param)
  if (id !== undefined) return (await serviceItemOf(tx, id)) === null ? null : id
  return code === undefined ? null : subjectOfExternalId(tx, 'service_item', { system: 'omie', id: code })
}

async function idNamed(tx: Reader, param: Param): Promise<number> {
  const found = await idOf(tx, param)
  if (found !== null) return found
  const [id, code] = [wholeIn(param, 'nCodServ') || undefined, codeIn(param)]
  if (id !== undefined) throw fault(105, `Serviço não cadastrado para o Código [${id}] !`)
  if (code !== undefined) throw fault(103, `Serviço não cadastrado para o Código de Integração [${code}] !`)
  throw missingTag('nCodServ', 'cCodIntServ')
}

/** Where the code is no new one: it may not be another's. */
async function oneNamed(tx: Reader, param: Param): Promise<number> {
  const id = await idNamed(tx, param)
  const code = codeIn(param)
  const byCode = code === undefined ? null : await subjectOfExternalId(tx, 'service_item', { system: 'omie', id: code })
  if (byCode !== null && byCode !== id) throw twoNamed('nCodServ', 'cCodIntServ')
  return id
}

async function listPage(tx: Reader, param: Param): Promise<Result> {
  const page = pageAsked(param, paging)
  const timeZone = await timeZoneOf(tx)
  const filter = {
    name: textIn(param, 'cDescricao') || undefined,
    code: textIn(param, 'cCodigo') || undefined,
    archived: textIn(param, 'inativo') === 'S',
    included: movedBy(param, 'inclusion', ['dInclusaoInicial', 'dInclusaoFinal'], timeZone),
    changed: movedBy(param, 'change', ['dAlteracaoInicial', 'dAlteracaoFinal'], timeZone),
    descending: textIn(param, 'cOrdemDecrescente') === 'S',
  }
  const { ids, all } = await pageOfServices(tx, filter, page)
  return { body: { ...pageHead(paging, page, ids.length, all), cadastros: await showServices(tx, ids, true) } }
}

async function showServices(tx: Reader, ids: readonly number[], filled: boolean): Promise<object[]> {
  const items = await serviceItemsOf(tx, ids)
  const codes = await externalIdsOf(tx, 'service_item', ids)
  const kept = await keptSent(tx, 'service_item', ids)
  const changed = await lastChangesOf(tx, 'service_item', ids)
  const timeZone = await timeZoneOf(tx)
  return ids.flatMap(id => {
    const item = items.get(id)
    if (item === undefined) return []
    const cCodIntServ = codeAmong(codes.get(id) ?? [])
    const { intIncluir: _, ...rest } = shownAs(types, 'srvIncluirRequest', oursOf(item), kept(id), filled)
    const [dInc, hInc] = dayAndHour(item.createdAt, timeZone)
    const [dAlt, hAlt] = dayAndHour(changed.get(id) ?? item.createdAt, timeZone)
    const info = { dInc, hInc, dAlt, hAlt, inativo: item.archivedAt === null ? 'N' : 'S' }
    return [{ intListar: { cCodIntServ, nCodServ: id }, ...rest, info }]
  })
}

function oursOf({ code, name, description, unitPrice }: ServiceItem) {
  return {
    cabecalho: { cDescricao: name, cCodigo: code ?? '', nPrecoUnit: Number(unitPrice ?? 0) },
    descricao: { cDescrCompleta: description ?? '' },
  }
}
