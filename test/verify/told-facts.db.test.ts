import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { readId } from '../../src/core/ids.ts'
import { type Agreement, Shop, stories } from '../stories/story.ts'
import { ctxOf } from './company.ts'
import { foundAfter } from './found-after.ts'

// What decides what is billed is told so that verify believes it. Each of these is verified in full when it ends, as every story is.

stories('what the history tells of contracts, rules and events', database => {
  test('holds whatever verb people use', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const change = async (path: string, fields: Record<string, unknown>) => {
      const { version } = await shop.get(path)
      expect((await shop.api.patch(path, fields, { version })).status).toBe(200)
    }
    const remove = async (path: string) => {
      const { version } = await shop.get(path)
      expect((await shop.api.delete(path, { version })).status).toBe(204)
    }

    const draft = await shop.contract({}, { state: 'draft', endsOn: '2026-11-30' })
    await change(`/v1/contracts/${draft.id}`, { endsOn: '2026-12-31', startsOn: '2026-01-05' })
    await shop.post(`/v1/contracts/${draft.id}/activate`, {})
    await change(`/v1/contracts/${draft.id}`, { endsOn: '2027-01-31', billWhileOverdue: false, comments: 'Renovado' })

    const going = await shop.contract({ approvalWanted: true })
    await shop.event(going, { amountCents: 9_000, parts: 3, firstMonth: '2026-11' })
    const given = await shop.event(going, { kind: 'discount', amountCents: 700 })
    await shop.post(`/v1/billing-events/${given.id}/cancel`)
    await shop.bill()
    await remove(`/v1/invoices/${(await shop.lastInvoice(going)).id}`)
    await shop.post(`/v1/invoice-rules/${going.ruleId}/periods/2026-02-10/waive`, { reason: 'Cortesia' })
    await shop.post(`/v1/contracts/${going.id}/suspend`, { fromOn: '2026-01-20', reason: 'Obra', chargeLater: true })
    await shop.until('2026-02-15')
    await shop.post(`/v1/contracts/${going.id}/resume`, { on: '2026-02-12' })
    await shop.post(`/v1/contracts/${going.id}/suspend`, { fromOn: '2026-03-01', reason: 'Férias' })
    await shop.post(`/v1/contracts/${going.id}/cancel`, { on: '2026-03-05', reason: 'Fim' })
    await shop.until('2026-04-01')
    await shop.post(`/v1/contracts/${going.id}/reactivate`, { on: '2026-04-03', endsOn: '2026-09-30' })

    const replaced = await shop.contract()
    await shop.post(`/v1/contracts/${replaced.id}/invoice-rules`, shop.rule({ replacesRuleId: replaced.ruleId }))
    const wrong = await shop.contract()
    await remove(`/v1/invoice-rules/${wrong.ruleId}`)
    await remove(`/v1/contracts/${wrong.id}`)
    await shop.contract({}, { kind: 'purchase' })

    const branch = { legalName: 'Filial Ltda', cnpj: '11222333000181', taxRegime: 'simples_nacional' }
    const kept = await shop.post('/v1/organizations', branch)
    await change(`/v1/organizations/${kept.id}`, { timeZone: 'America/Rio_Branco', billingHour: 23 })
    const closed = await shop.post('/v1/organizations', { ...branch, cnpj: '11444777000242' })
    await shop.post(`/v1/organizations/${closed.id}/archive`)
    await remove(`/v1/organizations/${closed.id}`)
    await remove(`/v1/customers/${await shop.customer()}`)
    await shop.preview()
  })

  test('holds where the customer of a contract that is over was erased (LGPD)', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    await shop.event(contract, { amountCents: 900 })
    await shop.bill()
    await shop.post(`/v1/invoice-rules/${contract.ruleId}/periods/2026-02-10/waive`, { reason: 'Cortesia' })
    await shop.post(`/v1/contracts/${contract.id}/cancel`, { reason: 'Fim' })
    await shop.post(`/v1/customers/${contract.customerId}/erase`)
  })

  test('is not asked of what it does not tell: older entries say nothing of suspensions', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await suspendedOnce(shop)
    const { found } = await foundAfter(await ctxOf(shop), async tx => {
      await sql`update history_payload set after = after - 'suspensions'`.execute(tx)
      await sql`update contract_suspension set charge_later = true where contract_id = ${readId('contract', contract.id)}`.execute(
        tx,
      )
    })
    expect(Object.keys(found)).toEqual(['history_altered'])
  })

  test('counts though later entries tell of a period alone', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await shop.contract()
    await shop.post(`/v1/invoice-rules/${contract.ruleId}/periods/2026-01-10/waive`, { reason: 'Cortesia' })
    const { found } = await foundAfter(await ctxOf(shop), tx =>
      sql`update invoice_rule set billed_through = '2026-02-09' where contract_id = ${readId('contract', contract.id)}`.execute(
        tx,
      ),
    )
    expect(found).toEqual({ rule_not_as_told: 1 })
  })

  test('is held against the rows in a sentence: what was told, what stands, what to do', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const contract = await suspendedOnce(shop)
    const event = await shop.event(contract, { amountCents: 90_000 })
    const ctx = await ctxOf(shop)
    const { findings } = await foundAfter(ctx, async tx => {
      await sql`update billing_event set amount_cents = 9, kind = 'discount'`.execute(tx)
      await sql`update billing_event_part set amount_cents = 9`.execute(tx)
      await sql`update contract set bill_while_overdue = false`.execute(tx)
      await sql`update contract_validity set ends_on = '2026-12-31'`.execute(tx)
      await sql`update contract_suspension set until_on = '2026-01-25', charge_later = true`.execute(tx)
      await sql`update invoice_rule set title = 'Outra'`.execute(tx)
      await sql`delete from due_work where kind = 'daily_billing'`.execute(tx)
    })
    const sentences = new Map(findings.map(({ code, sentence }) => [code, sentence.replaceAll(/\s/g, ' ')]))
    expect(sentences.get('event_not_as_told')).toBe(
      `${event.id}: o evento não está como o histórico diz que ele ficou (valor: foi registrado R$ 900,00, está R$ 0,09; tipo: foi registrado "acréscimo", está "desconto"): volte ao que foi registrado, e refaça a fatura que já o levou.`,
    )
    expect(sentences.get('contract_not_as_told')).toBe(
      `${contract.id}: o contrato não está como o histórico diz que ele ficou (faturar com atraso: foi registrado sim, está não): volte ao que foi registrado.`,
    )
    expect(sentences.get('validity_not_as_told')).toBe(
      `${contract.id}: a 1ª vigência do contrato não é a que foi registrada (foi registrada de 10/01/2026 em diante, está de 10/01/2026 a 31/12/2026): volte ao que foi registrado, antes de faturar.`,
    )
    expect(sentences.get('suspension_not_as_told')).toBe(
      `${contract.id}: as suspensões do contrato não são as que foram registradas (registradas: de 12/01/2026 a 19/01/2026; estão: de 12/01/2026 a 24/01/2026, a cobrar depois): volte ao que foi registrado, antes de faturar.`,
    )
    expect(sentences.get('rule_not_as_told')).toMatch(/título: foi registrado "Suporte", está "Outra"/)
    expect(sentences.get('work_missing')).toMatch(
      /^(org|ctr)_1: .+ não está marcado, e não acontecerá sozinho: recoloque-o em due_work\.$/,
    )
  })
})

async function suspendedOnce(shop: Shop): Promise<Agreement> {
  const contract = await shop.contract()
  await shop.post(`/v1/contracts/${contract.id}/suspend`, { fromOn: '2026-01-12', reason: 'Obra' })
  await shop.until('2026-01-20')
  await shop.post(`/v1/contracts/${contract.id}/resume`, {})
  return contract
}
