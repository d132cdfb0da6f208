import type { Contract } from '../../../contracts/contract.ts'
import { createContract } from '../../../contracts/create-contract.ts'
import { priceOf } from '../../../contracts/rules/line-amounts.ts'
import { rulesOfContract } from '../../../contracts/rules/rule-store.ts'
import { termsOf } from '../../../contracts/rules/terms-store.ts'
import { formatDate } from '../../../core/dates.ts'
import { sum, zeroCents } from '../../../core/money.ts'
import { refuse } from '../../../core/refusal.ts'
import { listOrganizations } from '../../../organizations/organization-store.ts'
import type { Ctx } from '../../../platform/context.ts'
import type { Reader, Tx } from '../../../platform/db/db.ts'
import { externalIdsOf } from '../../../platform/external-ids.ts'
import type { ForeignRequest } from '../../../platform/http/foreign-route.ts'
import { contractNamed } from '../billing/contract-named.ts'
import { fieldsOf } from '../fields.ts'
import { keepSent, keptSent, shownAs } from '../kept.ts'
import { type Method, type Result, sentOf } from '../operation.ts'
import { type Param, partIn } from '../read-param.ts'
import type { Words } from '../words.ts'
import { readContractForm, situations } from './contract-form.ts'

const service = 'servicos/contrato'
const { types } = fieldsOf(service)
const words: Words = {
  tags: {
    '/customerId': 'nCodCli',
    '/startsOn': 'dVigInicial',
    '/endsOn': 'dVigFinal',
    '/externalIds': 'cCodIntCtr',
    '/rules/*/due/day': 'nDiaFixo',
    '/rules/*/due/days': 'nDias',
    '/rules/*/lines/*/serviceItemId': 'codServico',
    '/rules/*/lines/*/quantity': 'quant',
    '/rules/*/lines/*/unitPrice': 'valorUnit',
    '/rules/*/lines/*/discountPercent': 'aliqDesconto',
    '/rules/*/lines/*/discountCents': 'valorDesconto',
    '/rules/*/lines/*/validUntil': 'dItVigFinal',
  },
}

export const contractMethods: readonly Method[] = [
  {
    name: 'create-contract',
    service,
    call: 'IncluirContrato',
    needs: ['contracts:write'],
    words,
    run: (ctx, param, asked) => ctx.transact(tx => include(tx, ctx, param, asked)),
  },
  {
    name: 'show-contract',
    service,
    call: 'ConsultarContrato',
    needs: ['contracts:read'],
    reads: true,
    words,
    run: (ctx, param) =>
      ctx.transact(async tx => {
        const contract = await contractNamed(tx, partIn(param, 'contratoChave'))
        return { body: { contratoCadastro: await showContract(tx, contract) } }
      }),
  },
]

async function include(tx: Tx, ctx: Ctx, param: Param, asked: ForeignRequest): Promise<Result> {
  const { contract } = await createContract(ctx, readContractForm(param, await ownOrganization(tx)))
  await keepSent(tx, 'contract', contract.id, sentOf(asked))
  return {
    body: {
      cCodIntCtr: await codeOf(tx, contract.id),
      nCodCtr: contract.id,
      cCodStatus: '0',
      cDescStatus: 'Contrato de serviço cadastrado com sucesso!',
    },
  }
}

/** An app of theirs is one company: where ours has several, new contracts are the first one's. */
async function ownOrganization(tx: Reader): Promise<number> {
  const [first] = await listOrganizations(tx, { archived: false }, 0, 1)
  return first?.id ?? refuse('no_organization', 'A conta ainda não tem organização: cadastre no Bordero a empresa que fatura.')
}

async function codeOf(tx: Reader, id: number): Promise<string> {
  const codes = await externalIdsOf(tx, 'contract', [id])
  return codes.get(id)?.find(({ system }) => system === 'omie')?.id ?? ''
}

/** What was sent, and over it what stands by now. */
async function showContract(tx: Reader, contract: Contract): Promise<object> {
  const kept = await keptSent(tx, 'contract', [contract.id])
  const ours = {
    cabecalho: {
      nCodCtr: contract.id,
      cCodIntCtr: await codeOf(tx, contract.id),
      nCodCli: contract.customerId,
      cNumCtr: contract.number ?? '',
      cCodSit: situations[contract.state],
      dVigInicial: contract.startsOn === null ? '' : formatDate(contract.startsOn),
      dVigFinal: contract.endsOn === null ? '' : formatDate(contract.endsOn),
      nValTotMes: await monthlyValue(tx, contract.id),
    },
  }
  return shownAs(types, 'contratoCadastro', ours, kept(contract.id), false)
}

/** What a whole period of its latest terms costs, before what is withheld. */
async function monthlyValue(tx: Reader, contractId: number): Promise<number> {
  const rules = (await rulesOfContract(tx, contractId)).filter(rule => rule.archivedAt === null)
  const terms = await termsOf(
    tx,
    rules.map(rule => rule.id),
  )
  const prices = rules.map(rule => {
    const last = terms.get(rule.id)?.at(-1)
    return last === undefined ? zeroCents : priceOf(last, last.validFrom)
  })
  return sum(prices) / 100
}
