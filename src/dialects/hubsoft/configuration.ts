import { financialAccounts } from '../../catalog/collection/financial-account.ts'
import { listReferences, type ReferencePlace } from '../../catalog/references/reference-store.ts'
import { type ListedServiceItem, listServiceItems, type ServiceItemPlace } from '../../catalog/service-item-store.ts'
import { serviceTypes } from '../../catalog/service-types/service-type.ts'
import type { Operation } from '../dialect.ts'
import { everyPage } from '../every-page.ts'
import { paymentMeans } from './payment-means.ts'
import type { Words } from './words.ts'

const at = '/api/v1/integracao/configuracao' as const
const reads = { needs: ['catalog:read'], reads: true } as const

/** What they choose from, as lists without pages. */
export const configurationOperations: readonly Operation<Words>[] = [
  {
    ...reads,
    name: 'list-service-types',
    says: 'Lista os tipos de serviço',
    at: [`GET ${at}/tipo_servico`, 'GET /api/v1/integracao/tipo_servico'],
    run: ctx =>
      ctx.transact(async tx => {
        const all = await everyPage(placeBefore, placeOf, (after, limit) =>
          listReferences(tx, serviceTypes, { archived: false }, after, limit),
        )
        const tipos_servico = all.map(({ id, name }) => ({
          id_tipo_servico: id,
          descricao: name,
          bloquear: false,
          display: name,
        }))
        return {
          status: 200,
          body: { status: 'success', msg: 'Dados consultados com sucesso', tipos_servico, encrypted: false },
        }
      }),
  },
  {
    ...reads,
    name: 'list-services',
    says: 'Lista os serviços que se vendem',
    at: [`GET ${at}/servico`],
    run: ctx =>
      ctx.transact(async tx => {
        const all = await everyPage<ListedServiceItem, ServiceItemPlace | null>(
          null,
          last => ({ name: last.place, id: last.id }),
          (after, limit) => listServiceItems(tx, { archived: false }, after, limit),
        )
        const servicos = all.map(({ id, name }) => ({
          id_servico: id,
          descricao: name,
          id_servico_tecnologia: null,
          servico_tecnologia: null,
        }))
        return { status: 200, body: { status: 'success', msg: 'Serviços Ativos consultados com sucesso', servicos } }
      }),
  },
  {
    ...reads,
    name: 'list-due-days',
    says: 'Lista os dias de vencimento',
    at: [`GET ${at}/vencimento`],
    // A rule may fall due on any day: each is its own number.
    run: async () => {
      const vencimentos = Array.from({ length: 31 }, (_, i) => ({ id_vencimento: i + 1, dia_vencimento: i + 1 }))
      return { status: 200, body: { status: 'success', msg: 'Vencimentos consultados com sucesso', vencimentos } }
    },
  },
  {
    // Where money goes is read with the scope of organizations.
    needs: ['organizations:read'],
    reads: true,
    name: 'list-financial-accounts',
    says: 'Lista os caixas financeiros',
    at: [`GET ${at}/caixa_financeiro`],
    run: ctx =>
      ctx.transact(async tx => {
        const all = await everyPage(placeBefore, placeOf, (after, limit) =>
          listReferences(tx, financialAccounts, { archived: false }, after, limit),
        )
        const caixas_financeiro = all.map(({ id, name }) => ({ id_caixa_financeiro: id, descricao: name }))
        // Their slip of the pen.
        return { status: 200, body: { status: 'success', msg: 'Caixas Finaceiros consultados com sucesso', caixas_financeiro } }
      }),
  },
  {
    ...reads,
    name: 'list-payment-means',
    says: 'Lista os meios de pagamento',
    at: [`GET ${at}/meio_pagamento`],
    run: async () => {
      const meios_pagamento = paymentMeans.map(({ descricao, prefixo }) => ({ descricao, prefixo }))
      return { status: 200, body: { status: 'success', msg: 'Meios de Pagamento consultados com sucesso', meios_pagamento } }
    },
  },
]

const placeBefore: ReferencePlace | null = null

function placeOf({ place, id }: { place: string; id: number }): ReferencePlace | null {
  return { name: place, id }
}
