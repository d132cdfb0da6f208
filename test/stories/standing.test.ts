import { expect, test } from 'vitest'
import { Shop, stories } from './story.ts'

stories('a contract that is not served any more', database => {
  const open = async (rule: Record<string, unknown> = {}) => {
    const shop = await Shop.open(database(), '2026-01-10')
    return { shop, contract: await shop.contract(rule) }
  }
  const said = ({ notes }: { notes: { sentence: string }[] }) => notes.map(({ sentence }) => sentence)

  test('cancelled it says which invoice charges days beyond, and which events no invoice takes', async () => {
    const { shop, contract } = await open()
    await shop.bill()
    const { id } = await shop.lastInvoice(contract)
    const { id: event } = await shop.event(contract, { amountCents: 5_000, description: 'Visita' })
    const cancelled = await shop.post(`/v1/contracts/${contract.id}/cancel`, { on: '2026-01-20', reason: 'Mudou' })
    expect(said(cancelled)).toEqual([
      `A fatura ${id} já cobre até 09/02/2026 (R$ 100,00) e continua valendo: para devolver os dias a partir de 21/01/2026, cancele a fatura ou conceda um crédito ao cliente.`,
      `O acréscimo "Visita", R$ 50,00, não será faturado por nenhuma fatura deste contrato: lance uma fatura avulsa e cancele o evento ${event}.`,
    ])
    await shop.post(`/v1/invoices/${id}/cancel`, { reason: 'Devolvida' })
    await shop.post(`/v1/billing-events/${event}/cancel`)
    expect(said(await shop.get(`/v1/contracts/${contract.id}`))).toEqual([])
  })

  test('cancelled on a day to come it says how the period that holds the day will be billed', async () => {
    const { shop, contract } = await open()
    await shop.bill()
    const whole = await shop.post(`/v1/contracts/${contract.id}/cancel`, { on: '2026-02-20', reason: 'Mudou' })
    expect(said(whole)).toEqual([
      'O período de 10/02/2026 a 09/03/2026 será faturado inteiro em 10/02/2026 (corte final: cobrado por inteiro).',
    ])
    const other = await shop.contract({ cutEnd: 'prorate' })
    await shop.bill()
    const byDays = await shop.post(`/v1/contracts/${other.id}/cancel`, { on: '2026-02-19', reason: 'Mudou' })
    expect(said(byDays)).toEqual([
      'O período de 10/02/2026 a 09/03/2026 será faturado por 10 de 28 dias em 10/02/2026 (corte final: cobrado pelos dias).',
    ])
  })

  test('suspended from a day past it names the invoice that charged it; its next billing is none until it is resumed', async () => {
    const { shop, contract } = await open()
    await shop.bill()
    const { id } = await shop.lastInvoice(contract)
    const next = async () => {
      const { data } = await shop.get('/v1/contracts')
      const shown = await shop.get(`/v1/contracts/${contract.id}`)
      expect(shown.nextBillingOn).toBe(data[0].nextBillingOn)
      expect(shown.rules[0].nextBillingOn).toBe(data[0].nextBillingOn)
      return data[0].nextBillingOn
    }
    expect(await next()).toBe('2026-02-10')
    const suspended = await shop.post(`/v1/contracts/${contract.id}/suspend`, { fromOn: '2026-01-10', reason: 'Obra' })
    expect(said(suspended)[0]).toContain(
      `A fatura ${id} já cobra o período de 10/01/2026 a 09/02/2026, que começa depois (R$ 100,00)`,
    )
    expect(await next()).toBeNull()
    await shop.post(`/v1/contracts/${contract.id}/resume`, { on: '2026-03-15' })
    expect(await next()).toBe('2026-04-10')
    expect((await shop.get(`/v1/contracts/${contract.id}`)).nextDueOn).toBe('2026-02-10')
  })

  test('suspended and resumed it says which period nobody is charged for, and what its served days are worth', async () => {
    const { shop, contract } = await open({ price: '310' })
    await shop.bill()
    const suspended = await shop.post(`/v1/contracts/${contract.id}/suspend`, { fromOn: '2026-02-05', reason: 'Obra' })
    expect(suspended.notes.map(({ code }: { code: string }) => code)).toEqual(['billed_beyond', 'not_charged'])
    expect(said(suspended)[1]).toBe(
      'O período de 10/02/2026 a 09/03/2026 (R$ 310,00) não será cobrado se o contrato não for retomado até 10/02/2026: um período que começa com o contrato suspenso não se cobra, nem em parte.',
    )
    const resumed = await shop.post(`/v1/contracts/${contract.id}/resume`, { on: '2026-02-24' })
    const sentence =
      'O período de 10/02/2026 a 09/03/2026 (R$ 310,00) não será cobrado: começou com o contrato suspenso. 14 dias dele vêm depois da retomada e valem R$ 155,00; para cobrá-los, lance um acréscimo.'
    expect(resumed.notes).toMatchObject([{ code: 'not_charged', sentence, amountCents: 15_500 }])

    // Closed by a run it is still told, and no more once the next one is billed.
    await shop.until('2026-03-01')
    await shop.bill()
    expect(await shop.ledger(contract)).toEqual(['2026-01-10 billed', '2026-02-10 uncharged'])
    expect(said(await shop.get(`/v1/contracts/${contract.id}`))).toEqual([sentence])
    await shop.until('2026-03-10')
    await shop.bill()
    expect(said(await shop.get(`/v1/contracts/${contract.id}`))).toEqual([])
  })

  test('resumed before a period begins it leaves nothing out, and to be charged later it says nothing of the kind', async () => {
    const { shop, contract } = await open()
    await shop.bill()
    await shop.post(`/v1/contracts/${contract.id}/suspend`, { fromOn: '2026-01-20', reason: 'Obra' })
    expect(said(await shop.post(`/v1/contracts/${contract.id}/resume`, { on: '2026-02-10' }))).toEqual([])
    const suspended = await shop.post(`/v1/contracts/${contract.id}/suspend`, {
      fromOn: '2026-04-05',
      reason: 'Reforma',
      chargeLater: true,
    })
    expect(said(suspended).filter(sentence => sentence.includes('não será cobrado'))).toEqual([])
  })

  test('a forecast does not count among what it bills the periods that a suspension leaves out', async () => {
    const { shop, contract } = await open()
    await shop.bill()
    await shop.post(`/v1/contracts/${contract.id}/suspend`, { fromOn: '2026-02-01', reason: 'Obra' })
    const { counters, outcomes } = await shop.preview({ day: '2026-03-10' })
    expect({ counters, outcomes }).toMatchObject({ counters: { pending: 0, notBilled: 2 }, outcomes: { contract_suspended: 2 } })
  })

  test('says of what nobody asked to bill what explain says of it, and no day past', async () => {
    const { shop } = await open()
    const onRequest = await shop.contract({ management: 'on_request' })
    const byItself = await shop.contract()
    const standing = async ({ id }: { id: string }) => {
      const { data } = await shop.get('/v1/contracts')
      const listed = data.find((one: { id: string }) => one.id === id)
      const { nextBillingOn, nextByItselfOn, choiceFrom, dueSince } = await shop.get(`/v1/contracts/${id}`)
      expect(listed).toMatchObject({ nextBillingOn, nextByItselfOn, choiceFrom, dueSince })
      const { rules } = await shop.get(`/v1/contracts/${id}/explain`)
      const due = rules[0].periods.map((one: Record<string, unknown>) => `${one.scheduledOn} ${one.reason ?? one.verdict}`)
      return { nextBillingOn, nextByItselfOn, choiceFrom, dueSince, due }
    }
    await shop.until('2026-04-15')
    const waiting = ['2026-01-10 needs_catch_up', '2026-02-10 needs_catch_up', '2026-03-10 needs_catch_up', '2026-04-10 bill']
    const asked = { nextBillingOn: '2026-04-15', nextByItselfOn: null, choiceFrom: '2026-01-10', dueSince: '2026-01-10' }
    expect(await standing(onRequest)).toEqual({ ...asked, due: waiting })
    await shop.bill({ filters: { contracts: [onRequest.id], catchUp: true } })
    const later = { nextBillingOn: '2026-05-10', nextByItselfOn: null, choiceFrom: null, dueSince: null, due: [] }
    expect(await standing(onRequest)).toEqual(later)
    const { rules } = await shop.get(`/v1/contracts/${onRequest.id}/explain`)
    expect(rules[0].sentences.at(-1)).toContain('só é faturado quando se pede, de 10/05/2026 em diante.')
    const latest = { nextBillingOn: '2026-04-15', nextByItselfOn: '2026-04-15', choiceFrom: '2026-01-10', dueSince: '2026-01-10' }
    expect(await standing(byItself)).toEqual({ ...latest, due: waiting })
  })

  test('is found by the name of its customer, without accents', async () => {
    const { shop } = await open()
    const customerId = await shop.customer({ name: 'Clínica São José' })
    const contract = await shop.contract({}, { customerId, name: 'Link' })
    const { data } = await shop.get('/v1/contracts?q=clinica%20sao')
    expect(data.map(({ id }: { id: string }) => id)).toEqual([contract.id])
    expect((await shop.get('/v1/customers?q=CLINICA')).data).toMatchObject([{ id: customerId }])
  })

  test('what is refused says what to write instead', async () => {
    const { shop, contract } = await open()
    await shop.bill()
    const invoice = await shop.lastInvoice(contract)
    const waiving = await shop.refusal(`/v1/invoice-rules/${contract.ruleId}/periods/2027-03-01/waive`, { reason: 'Cortesia' })
    expect(waiving.detail).toContain('dispensa-se o próximo, que começa em 10/02/2026')
    const receiving = await shop.refusal(`/v1/receivables/${invoice.receivables[0].id}/receive`, {
      amountCents: 10_000,
      receivedOn: '2026-01-05',
    })
    expect(JSON.stringify(receiving)).toContain('escreva um dia de 10/01/2026 a 10/01/2026')
  })
})
