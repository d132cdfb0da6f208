import { beforeAll, describe, expect, inject, test } from 'vitest'
import { sideBySide } from '../../test/database/side-by-side.ts'
import { openTestDatabase, type TestDatabase } from '../../test/database/test-database.ts'
import { aContract } from '../../test/fixtures/contracts.ts'
import { ctxAt } from '../../test/fixtures/rules.ts'
import { contractTies, customerTies } from '../app/ties.ts'
import { cancelContract } from '../contracts/cancel-contract.ts'
import { deleteContract } from '../contracts/delete-contract.ts'
import { getContract } from '../contracts/read-contract.ts'
import { civilDate } from '../core/dates.ts'
import { decimal } from '../core/money.ts'
import { Refusal } from '../core/refusal.ts'
import { eraseCustomer } from '../customers/erase-customer.ts'
import type { Ctx } from '../platform/context.ts'
import { cancelInvoice, undoCancellation } from './cancel-invoice.ts'
import { createInvoice } from './create-invoice.ts'
import { emitInvoice } from './emit-invoice.ts'
import { undoEmission } from './undo-emission.ts'

const NOW = '2026-01-15T12:00:00.000Z'

describe.runIf(inject('engines').includes('postgres'))(
  'who brings an invoice to life, beside who takes its parties away (postgres)',
  () => {
    let database: TestDatabase
    beforeAll(async () => {
      database = await openTestDatabase('postgres')
    })

    /** A contract without rules, so that the locks of none are in the way, and how to make an invoice of it. */
    async function agreed() {
      const ctx = await ctxAt(database, NOW)
      const { contractId, customerId } = await aContract(ctx, { rules: [] })
      const make = () =>
        createInvoice(ctx, {
          contractId,
          lines: [{ description: 'Visita', unitPrice: decimal('50') }],
          receivables: [{ dueOn: civilDate('2026-02-10'), percent: decimal('100') }],
        })
      const remove = async () => deleteContract(ctx, contractTies, contractId, (await getContract(ctx, contractId)).version)
      const erase = () => eraseCustomer(ctx, customerTies, customerId)
      return { ctx, contractId, make, remove, erase }
    }

    async function withCancelled() {
      const all = await agreed()
      const { invoice } = await all.make()
      await cancelInvoice(all.ctx, invoice.id, 'Engano')
      return { ...all, id: invoice.id, undo: () => undoCancellation(all.ctx, invoice.id, null) }
    }

    async function meet(ctx: Ctx, first: () => Promise<unknown>, second: () => Promise<unknown>) {
      const met = await sideBySide(database, ctx, first, second)
      if (met.first.status === 'rejected') throw met.first.reason
      if (met.second.status === 'fulfilled') return { second: 'done', secondWaited: met.secondWaited }
      if (!(met.second.reason instanceof Refusal)) throw met.second.reason
      return { second: met.second.reason.code, secondWaited: met.secondWaited }
    }

    test('made by hand while the contract is deleted: the later one is told', async () => {
      const one = await agreed()
      expect(await meet(one.ctx, one.remove, one.make)).toEqual({ second: 'contract_not_active', secondWaited: true })
      const other = await agreed()
      expect(await meet(other.ctx, other.make, other.remove)).toEqual({ second: 'in_use', secondWaited: true })
    })

    test('its cancellation undone while the contract is deleted: the later one is told', async () => {
      const one = await withCancelled()
      expect(await meet(one.ctx, one.remove, one.undo)).toEqual({ second: 'contract_archived', secondWaited: true })
      const other = await withCancelled()
      expect(await meet(other.ctx, other.undo, other.remove)).toEqual({ second: 'in_use', secondWaited: true })
    })

    test('its cancellation undone while the customer is erased: the later one is told', async () => {
      const over = async () => {
        const all = await withCancelled()
        await cancelContract(all.ctx, all.contractId, { reason: 'Fim' })
        return all
      }
      const one = await over()
      expect(await meet(one.ctx, one.erase, one.undo)).toEqual({ second: 'erased_customer', secondWaited: true })
      const other = await over()
      expect(await meet(other.ctx, other.undo, other.erase)).toEqual({ second: 'in_use', secondWaited: true })
    })

    test('its emission undone while the customer is erased: the later one is told', async () => {
      const over = async () => {
        const all = await agreed()
        const { invoice } = await all.make()
        await emitInvoice(all.ctx, { invoiceId: invoice.id })
        await cancelContract(all.ctx, all.contractId, { reason: 'Fim' })
        return { ...all, undo: () => undoEmission(all.ctx, invoice.id, null) }
      }
      const one = await over()
      expect(await meet(one.ctx, one.erase, one.undo)).toEqual({ second: 'erased_customer', secondWaited: true })
      const other = await over()
      expect(await meet(other.ctx, other.undo, other.erase)).toEqual({ second: 'in_use', secondWaited: true })
    })
  },
)
