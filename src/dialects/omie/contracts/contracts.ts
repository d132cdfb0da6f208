import { cancelContract } from '../../../contracts/cancel-contract.ts'
import type { Contract } from '../../../contracts/contract.ts'
import { contractsOf } from '../../../contracts/contract-store.ts'
import { createContract } from '../../../contracts/create-contract.ts'
import { suspendContract } from '../../../contracts/suspend-contract.ts'
import { type CivilDate, minDate } from '../../../core/dates.ts'
import { refuse } from '../../../core/refusal.ts'
import { todayOf } from '../../../organizations/organization.ts'
import { organizationOf } from '../../../organizations/organization-store.ts'
import type { Ctx } from '../../../platform/context.ts'
import type { Reader, Tx } from '../../../platform/db/db.ts'
import { externalIdsOf, subjectOfExternalId } from '../../../platform/external-ids.ts'
import { organizationForNew } from '../../spoken-organization.ts'
import { contractNamed } from '../billing/contract-named.ts'
import { missingTag } from '../fault.ts'
import { fieldsOf } from '../fields.ts'
import { type Method, type Result, sentOf } from '../operation.ts'
import { pageAsked, pageHead, snake } from '../paging.ts'
import { listIn, type Param, partIn, textIn, wholeIn } from '../read-param.ts'
import type { Words } from '../words.ts'
import { booksOf } from './books.ts'
import { lockContractCode } from './books-store.ts'
import { billExpenses, changeContract, expensesSent, keepDocument, takeItemsAway } from './change-contract.ts'
import { expensesAfter } from './contract-expenses.ts'
import { readContractForm, situations } from './contract-form.ts'
import { itemsAfter, saidOf } from './contract-items.ts'
import { pageOfContracts } from './contract-list-store.ts'
import { makeServices } from './item-services.ts'
import { readContractFilter } from './read-filter.ts'
import { filled, knownContracts } from './show-contracts.ts'

const service = 'servicos/contrato'
const { types } = fieldsOf(service)

/** Places in what our verbs are given, of a new contract and of a change of its rule alike. */
const ruleTags = {
  '/due/day': 'nDiaFixo',
  '/due/days': 'nDias',
  '/recurrence/anchorOn': 'dVigInicial',
  '/lines': 'itensContrato',
  '/lines/*': 'valorUnit',
  '/lines/*/serviceItemId': 'codServico',
  '/lines/*/quantity': 'quant',
  '/lines/*/unitPrice': 'valorUnit',
  '/lines/*/discountPercent': 'aliqDesconto',
  '/lines/*/discountCents': 'valorDesconto',
  '/lines/*/validUntil': 'dItVigFinal',
  '/lines/*/categoryId': 'cCodCategItem',
  '/lines/*/withholdings': 'itemImpostos',
  '/lines/*/withholdings/*/rateMicros': 'itemImpostos',
  '/lines/*/withheldCents': 'valorOutrasRetencoes',
  '/withholdings': 'itemImpostos',
  '/withholdings/*/rateMicros': 'itemImpostos',
  '/details/categoryId': 'cCodCateg',
  '/details/projectId': 'nCodProj',
  '/details/departments': 'departamentos',
  '/details/departments/*': 'departamentos',
  '/details/departments/*/departmentId': 'cCodDep',
  '/details/departments/*/percent': 'nPerDep',
  '/details/departments/*/valueCents': 'nValDep',
}
const words: Words = {
  tags: {
    '/customerId': 'nCodCli',
    '/startsOn': 'dVigInicial',
    '/endsOn': 'dVigFinal',
    '/on': 'cCodSit',
    '/externalIds': 'cCodIntCtr',
    ...ruleTags,
    ...Object.fromEntries(Object.entries(ruleTags).map(([path, tag]) => [`/rules/*${path}`, tag])),
  },
}

const writes = { service, needs: ['contracts:write'], words } as const
const reads = { service, needs: ['contracts:read'], reads: true, words } as const

export const contractMethods: readonly Method[] = [
  {
    ...writes,
    name: 'create-contract',
    call: 'IncluirContrato',
    run: (ctx, param, asked) => ctx.transact(tx => include(tx, ctx, param, sentOf(asked))),
  },
  {
    ...writes,
    name: 'update-contract',
    call: 'AlterarContrato',
    run: (ctx, param, asked) =>
      ctx.transact(async tx => change(tx, ctx, await contractNamed(tx, partIn(param, 'cabecalho'), true), sentOf(asked))),
  },
  {
    ...writes,
    name: 'upsert-contract',
    call: 'UpsertContrato',
    run: (ctx, param, asked) =>
      ctx.transact(async tx => {
        const head = partIn(param, 'cabecalho')
        const code = textIn(head, 'cCodIntCtr')?.trim() || undefined
        // Of several at once one includes, and the others change what it made.
        if (code !== undefined) await lockContractCode(tx, code)
        if (await isNew(tx, head)) return include(tx, ctx, param, sentOf(asked))
        return change(tx, ctx, await contractNamed(tx, head, true), sentOf(asked))
      }),
  },
  {
    ...writes,
    name: 'delete-contract-items',
    call: 'ExcluirItem',
    run: (ctx, param) =>
      ctx.transact(async tx => {
        const contract = await contractNamed(tx, partIn(param, 'contratoChave'))
        const named = listIn(param, 'ItensExclusao')
        if (named.length === 0) throw missingTag('ItensExclusao')
        if (named.some(item => !wholeIn(item, 'codItem') && !textIn(item, 'codIntItem')?.trim())) {
          throw missingTag('codItem', 'codIntItem')
        }
        await takeItemsAway(tx, ctx, contract, named)
        return told(tx, contract.id, 'Item excluído com sucesso!')
      }),
  },
  {
    ...reads,
    name: 'show-contract',
    call: 'ConsultarContrato',
    run: (ctx, param) =>
      ctx.transact(async tx => {
        const contract = await contractNamed(tx, partIn(param, 'contratoChave'))
        const [known] = await knownContracts(tx, [contract])
        return { body: { contratoCadastro: known?.document ?? {} } }
      }),
  },
  {
    ...reads,
    name: 'list-contracts',
    call: 'ListarContratos',
    run: (ctx, param) => ctx.transact(tx => listPage(tx, ctx, param)),
  },
]

async function include(tx: Tx, ctx: Ctx, param: Param, sent: object): Promise<Result> {
  await makeServices(tx, ctx, [param])
  const organizationId = await ownOrganization(tx, ctx)
  const form = readContractForm(param, organizationId, await booksOf(tx, [param]))
  const situation = textIn(partIn(param, 'cabecalho'), 'cCodSit') ?? ''
  const today = await todayThere(tx, ctx, organizationId)
  const { endsOn = null } = form
  // One that is over is nothing that could be cancelled: it is over by that.
  const isOver = situation === situations.cancelled && endsOn !== null && endsOn <= today
  const { contract, rules } = await createContract(ctx, isOver ? { ...form, endsOn: null } : form)
  const { itensContrato, ...said } = saidOf(types, 'contratoCadastro', sent)
  const items = itemsAfter(contract.id, { items: [], last: 0 }, Array.isArray(itensContrato) ? itensContrato : [])
  const { list, last } = expensesAfter(contract.id, { list: [], last: items.last }, expensesSent(said))
  const expenses = await billExpenses(ctx, rules[0]?.id ?? null, [], list)
  await keepDocument(tx, contract.id, said, { ...items, last }, expenses)
  await beginAs(ctx, contract, situation, today, endsOn)
  return told(tx, contract.id, 'Contrato de serviço cadastrado com sucesso!')
}

/**
 * One that comes suspended is billed for no period before it is resumed, whatever its validity. One that comes cancelled has been suspended
 * all along, until its last day.
 */
async function beginAs(
  ctx: Ctx,
  { id, startsOn }: Contract,
  situation: string,
  today: CivilDate,
  endsOn: CivilDate | null,
): Promise<void> {
  if (situation !== situations.suspended && situation !== situations.cancelled) return
  await suspendContract(ctx, id, { fromOn: minDate(startsOn ?? today, today), reason: 'IncluirContrato' })
  if (situation === situations.suspended) return
  await cancelContract(ctx, id, { on: minDate(endsOn ?? today, today), reason: 'IncluirContrato' })
}

async function todayThere(tx: Reader, ctx: Ctx, organizationId: number): Promise<CivilDate> {
  const organization = await organizationOf(tx, organizationId)
  if (organization === null) throw new Error(`organization ${organizationId} was listed and is not there`)
  return todayOf(organization, ctx.clock.now())
}

async function change(tx: Tx, ctx: Ctx, contract: Contract, sent: object): Promise<Result> {
  await changeContract(tx, ctx, contract, sent)
  return told(tx, contract.id, 'Contrato de serviço alterado com sucesso!')
}

async function told(tx: Reader, nCodCtr: number, cDescStatus: string): Promise<Result> {
  const codes = await externalIdsOf(tx, 'contract', [nCodCtr])
  const cCodIntCtr = codes.get(nCodCtr)?.find(({ system }) => system === 'omie')?.id ?? ''
  return { body: { cCodIntCtr, nCodCtr, cCodStatus: '0', cDescStatus } }
}

/** Without a number of ours, and with no code or one that nobody has. */
async function isNew(tx: Reader, head: Param): Promise<boolean> {
  if (wholeIn(head, 'nCodCtr')) return false
  const code = textIn(head, 'cCodIntCtr')?.trim() || undefined
  return code === undefined || (await subjectOfExternalId(tx, 'contract', { system: 'omie', id: code })) === null
}

/** An app of theirs is one company. */
async function ownOrganization(tx: Reader, ctx: Ctx): Promise<number> {
  const known = await organizationForNew(tx, ctx)
  return known ?? refuse('no_organization', 'A conta ainda não tem organização: cadastre no Bordero a empresa que fatura.')
}

async function listPage(tx: Reader, ctx: Ctx, param: Param): Promise<Result> {
  const page = pageAsked(param, snake)
  const { ids, all } = await pageOfContracts(tx, await readContractFilter(tx, ctx, param), page)
  const head = pageHead(snake, page, ids.length, all)
  const contracts = await contractsOf(tx, ids)
  const known = await knownContracts(
    tx,
    ids.flatMap(id => contracts.get(id) ?? []),
  )
  const hidden = optional.flatMap(([tag, part]) => (textIn(param, tag) === 'S' ? [] : part))
  const shown = known.map(({ document }) => {
    const left = Object.entries(filled(document)).filter(([part]) => !hidden.includes(part))
    return Object.fromEntries(left)
  })
  return { body: { ...head, contratoCadastro: shown } }
}

/** What a list shows only where it is asked for. */
const optional: readonly [tag: string, part: string][] = [
  ['cExibeObs', 'observacoes'],
  ['cExibirProdutos', 'produtosUtilizados'],
  ['cExibirInfoCadastro', 'infoCadastro'],
]
