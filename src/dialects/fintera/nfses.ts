import type { Operation } from '../dialect.ts'
import { organizationAt } from './parties/organizations.ts'
import { type AttributeType, pageAnswer, readConditions, readPage } from './ransack.ts'
import type { Words } from './words.ts'

/** 1 issued, 2 cancelled, 4 cancelling, 6 cancelling failed (vendors/README.md §3.5). */
const statuses = ['1', '2', '4', '6']

const attributes = {
  id: 'whole',
  nfse_number: 'text',
  generated_at: 'day',
  value: 'decimal',
  status: statuses,
  invoice_id: 'whole',
  customer_id: 'whole',
  customer_type: ['Company', 'Person'],
  created_at: 'day',
  updated_at: 'day',
  external_id: 'text',
  accrual_date: 'day',
  cancelled_at: 'day',
  rps_number: 'whole',
  customer_document_number: 'text',
} as const satisfies Record<string, AttributeType>

/** There are no notes yet: whatever is asked for that may be asked for, there are none. */
export const nfseOperations: readonly Operation<Words>[] = [
  {
    needs: ['invoices:read'],
    reads: true,
    name: 'search-nfses',
    at: ['GET /api/v1/organizations/:organization/nfses/search'],
    run: (ctx, { params, query }) =>
      ctx.transact(async tx => {
        await organizationAt(tx, params.organization)
        const page = readPage(query)
        readConditions(query, attributes)
        return { status: 200, body: pageAnswer(page, 0, 'nfses', []) }
      }),
  },
]
