import type { Method } from '../operation.ts'
import { pageAsked, pageHead, snake } from '../paging.ts'

/** Every how many months a contract is billed (`cTipoFat`), and what its clients call it. */
export const monthsOfType = { '01': 1, '02': 2, '03': 3, '06': 6, '12': 12 } as const
export type BillingType = keyof typeof monthsOfType

const words: Record<BillingType, string> = {
  '01': 'Mensal',
  '02': 'Bimestral',
  '03': 'Trimestral',
  '06': 'Semestral',
  '12': 'Anual',
}

export const billingTypeMethods: readonly Method[] = [
  {
    name: 'list-billing-types',
    service: 'servicos/contratotpfat',
    call: 'ListarTipoFatContrato',
    needs: ['contracts:read'],
    reads: true,
    run: async (_, param) => {
      const page = pageAsked(param, snake)
      const all = Object.entries(words)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([cCodigo, cDescricao]) => ({ cCodigo, cDescricao }))
      const cadastros = all.slice(page.offset, page.offset + page.size)
      return { body: { ...pageHead(snake, page, cadastros.length, all.length), cadastros } }
    },
  },
]
