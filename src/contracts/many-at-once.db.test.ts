import { expect, test } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { aContract, aCustomer, aLine, anOrganization, aService, ruleInput } from '../../test/fixtures/contracts.ts'
import { codeOf } from '../../test/fixtures/invoices.ts'
import { ctxAt } from '../../test/fixtures/rules.ts'
import { civilDate } from '../core/dates.ts'
import { decimal } from '../core/money.ts'
import { contractFactsOf } from './contract-facts-store.ts'
import { createContracts } from './create-contract.ts'
import { createEvent } from './events/create-event.ts'
import { openPartsOf } from './events/event-store.ts'
import { waiveOnePeriod } from './ledger/waive-period.ts'
import { searchContracts } from './read-contract.ts'
import { changeTerms } from './rules/change-terms.ts'
import { termsOf } from './rules/terms-store.ts'
import { suspendContract } from './suspend-contract.ts'

const JUNE_10 = '2026-06-10T12:00:00.000Z'

eachEngine('many contracts, and many hands', database => {
  test('many are made at once, all or none, each fault at its place', async () => {
    const ctx = await ctxAt(database(), JUNE_10)
    const organizationId = await anOrganization(ctx)
    const customerId = await aCustomer(ctx)
    const service = await aService(ctx)
    const weekly = { recurrence: { unit: 'week', anchorOn: civilDate('2026-06-12') } } as const
    const inputs = Array.from({ length: 30 }, (_, i) => ({
      name: `Contrato ${i}`,
      organizationId,
      customerId,
      rules: [ruleInput(service), ruleInput(service, { ...weekly, lines: [aLine(service, '100', { description: 'Plantão' })] })],
    }))
    const flawed = inputs.map((input, i) =>
      i === 7 ? { ...input, customerId: 999, rules: [ruleInput(service, { lines: [] })] } : input,
    )
    await expect(createContracts(ctx, flawed)).rejects.toMatchObject({
      code: 'invalid_input',
      faults: [
        { path: '/7/customerId', code: 'unknown_customer' },
        { path: '/7/rules/0/lines', code: 'rule_without_lines' },
      ],
    })
    const search = { archived: false }
    expect(await searchContracts(ctx, search, 0, 100)).toEqual([])
    const made = await createContracts(ctx, inputs)
    expect((await searchContracts(ctx, search, 0, 100)).map(({ nextDueOn }) => nextDueOn)).toEqual(Array(30).fill('2026-06-10'))

    const ids = made.flatMap(({ rules }) => rules.map(rule => rule.id))
    await ctx.transact(async tx => {
      const terms = await termsOf(tx, [...ids, 9999])
      expect([...terms.keys()]).toEqual(ids)
      expect(ids.map(id => terms.get(id)?.[0]?.recurrence.unit)).toEqual(ids.map((_, i) => (i % 2 === 0 ? 'month' : 'week')))
      const facts = await contractFactsOf(
        tx,
        made.map(({ contract }) => contract.id),
      )
      expect(new Set([...facts.values()].map(each => each.validity?.startsOn))).toEqual(new Set(['2026-06-10']))
      expect(await openPartsOf(tx, ids)).toEqual(new Map())
    })
  })

  test('of several who do the same at once, one does it', async () => {
    const ctx = await ctxAt(database(), JUNE_10)
    const { contractId, ruleId } = await aContract(ctx)
    const five = <T>(act: () => Promise<T>) => Promise.all(Array.from({ length: 5 }, () => codeOf(act())))
    const suspended = await five(() => suspendContract(ctx, contractId, { reason: 'Obra' }))
    expect(suspended.sort()).toEqual(['done', ...Array(4).fill('suspension_overlaps')])
    const waived = await five(() => waiveOnePeriod(ctx, ruleId, civilDate('2026-06-10'), 'Cortesia'))
    expect(waived.sort()).toEqual(['done', ...Array(4).fill('period_not_open')])
  })

  test('changes of one rule come one after another, whoever makes them', async () => {
    const ctx = await ctxAt(database(), JUNE_10)
    const { contractId, ruleId, serviceItemId } = await aContract(ctx)
    const event = { kind: 'discount', description: 'Desconto', amountCents: 100, parts: 2 } as const
    await Promise.all([
      ...['110', '120', '130', '140'].map(price =>
        changeTerms(ctx, ruleId, { lines: [{ serviceItemId, unitPrice: decimal(price) }] }),
      ),
      createEvent(ctx, ruleId, event),
      createEvent(ctx, ruleId, event),
      suspendContract(ctx, contractId, { reason: 'Obra' }),
    ])
    await ctx.transact(async tx => {
      const versions = (await termsOf(tx, [ruleId])).get(ruleId) ?? []
      expect(versions.map(each => each.version)).toEqual(versions.map((_, i) => i + 1))
      expect(new Set(versions.map(each => each.lines[0]?.unitPrice))).toEqual(new Set(['100', '110', '120', '130', '140']))
      const parts = (await openPartsOf(tx, [ruleId])).get(ruleId) ?? []
      expect(parts.map(each => [each.number, each.amountCents])).toEqual([
        [1, 50],
        [2, 50],
        [1, 50],
        [2, 50],
      ])
    })
  })
})
