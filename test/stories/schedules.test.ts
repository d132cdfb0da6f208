import { expect, test } from 'vitest'
import type { TestDatabase } from '../database/test-database.ts'
import { Shop, stories } from './story.ts'

type Fields = Record<string, unknown>

/** A company with a customer, of which it schedules what is to be received. */
class Planner {
  readonly shop: Shop
  readonly customerId: string

  private constructor(shop: Shop, customerId: string) {
    this.shop = shop
    this.customerId = customerId
  }

  static async open(database: TestDatabase, today: string, organization: Fields = {}): Promise<Planner> {
    const shop = await Shop.open(database, today, organization)
    return new Planner(shop, await shop.customer())
  }

  asked = (fields: Fields) => ({ organizationId: this.shop.organizationId, customerId: this.customerId, ...fields })
  schedule = (fields: Fields) => this.shop.post('/v1/schedules', this.asked(fields))
  refused = (fields: Fields) => this.shop.refusal('/v1/schedules', this.asked(fields))

  occurrences = (schedule: { id: string }) => this.shop.all(`/v1/schedules/occurrences?schedule=${schedule.id}`)
  occurrence = (schedule: { id: string }, number: number) => this.shop.get(`/v1/schedules/${schedule.id}/occurrences/${number}`)

  async dueDates(schedule: { id: string }): Promise<string[]> {
    const all = await this.occurrences(schedule)
    return all.filter(({ state }) => state !== 'waived').map(({ dueOn }) => dueOn)
  }

  /** Says something otherwise, of the schedule as it is by now. */
  async edit(schedule: { id: string }, number: number | null, change: Fields) {
    const at = `/v1/schedules/${schedule.id}${number === null ? '' : `/occurrences/${number}`}`
    return this.shop.api.patch(at, change, { version: await this.version(schedule) })
  }

  async remove(schedule: { id: string }, number: number | null, scope = 'one') {
    const at = `/v1/schedules/${schedule.id}${number === null ? '' : `/occurrences/${number}?scope=${scope}`}`
    return this.shop.api.delete(at, { version: await this.version(schedule) })
  }

  async version(schedule: { id: string }): Promise<number> {
    return (await this.shop.get(`/v1/schedules/${schedule.id}`)).version
  }

  receive = ({ receivableId }: { receivableId: string }, amountCents: number, more: Fields = {}) =>
    this.shop.post(`/v1/receivables/${receivableId}/receive`, { amountCents, receivedOn: this.shop.today, ...more })
}

stories('what is owed without a contract', database => {
  const open = (today: string, organization?: Fields) => Planner.open(database(), today, organization)

  test('is one amount on one day, a receivable like any other', async () => {
    const planner = await open('2026-01-10')
    const schedule = await planner.schedule({
      amountCents: 15_000,
      dueOn: '2026-01-05',
      description: 'Conserto',
      reference: 'OS-7',
    })
    expect(schedule).toMatchObject({ kind: 'single', state: 'complete', amountCents: 15_000, version: 1, lastNumber: 1 })
    const [occurrence] = await planner.occurrences(schedule)
    expect(occurrence).toMatchObject({
      number: 1,
      dueOn: '2026-01-05',
      scheduledOn: '2026-01-05',
      accrualOn: '2026-01-05',
      amountCents: 15_000,
      state: 'open',
      isLate: true,
      description: 'Conserto',
      reference: 'OS-7',
    })
    const { data } = await planner.shop.get(`/v1/receivables?schedule=${schedule.id}&late=true`)
    expect(data).toMatchObject([{ id: occurrence.receivableId, scheduleId: schedule.id, invoiceId: null, state: 'to_receive' }])
  })

  test('recurs at the ends of months for two years, twelve months ahead, and never stops by itself', async () => {
    const planner = await open('2027-01-31')
    const schedule = await planner.schedule({
      amountCents: 10_000,
      dueOn: '2027-01-31',
      accrualOn: '2026-12-30',
      recurrence: { unit: 'month' },
    })
    expect(schedule).toMatchObject({ kind: 'recurrence', state: 'active', madeUntil: 13, lastNumber: null })
    expect((await planner.dueDates(schedule)).slice(0, 4)).toEqual(['2027-01-31', '2027-02-28', '2027-03-31', '2027-04-30'])
    await planner.shop.until('2029-01-31')
    const all = await planner.occurrences(schedule)
    expect(all).toHaveLength(37)
    expect(all[13]).toMatchObject({ number: 14, dueOn: '2028-02-29', accrualOn: '2028-01-30' })
    expect(all[36]).toMatchObject({ number: 37, dueOn: '2030-01-31', accrualOn: '2029-12-30' })
    // Nothing is made twice, whoever asks for it.
    await planner.shop.api.settle()
    expect(await planner.occurrences(schedule)).toHaveLength(37)
  })

  test('begins in the past with all that has fallen due since', async () => {
    const planner = await open('2026-05-20')
    const schedule = await planner.schedule({
      amountCents: 700,
      dueOn: '2024-02-29',
      recurrence: { unit: 'year', ends: 'until', until: '2026-02-28' },
    })
    expect(await planner.dueDates(schedule)).toEqual(['2024-02-29', '2025-02-28', '2026-02-28'])
    expect(schedule.state).toBe('complete')
  })

  test('of every day since years ago is made by and by, all of it', async () => {
    const planner = await open('2026-01-10')
    const schedule = await planner.schedule({ amountCents: 100, dueOn: '2024-01-10', recurrence: { unit: 'day' } })
    expect(schedule).toMatchObject({ state: 'active', madeUntil: 400 })
    await planner.shop.api.settle()
    expect(await planner.shop.get(`/v1/schedules/${schedule.id}`)).toMatchObject({ madeUntil: 1097 })
  })

  test('ends after so many occurrences, and ignores what its way of ending does not use', async () => {
    const planner = await open('2026-01-10')
    const counted = { unit: 'week', every: 2, ends: 'after', maxOccurrences: 3, until: '2026-01-11' }
    const three = await planner.schedule({ amountCents: 100, dueOn: '2026-01-12', recurrence: counted })
    expect(await planner.dueDates(three)).toEqual(['2026-01-12', '2026-01-26', '2026-02-09'])
    const endless = await planner.schedule({
      amountCents: 100,
      dueOn: '2026-01-12',
      recurrence: { unit: 'month', ends: 'never', maxOccurrences: 1 },
    })
    expect(endless).toMatchObject({ madeUntil: 12, state: 'active' })
    const one = await planner.schedule({ amountCents: 100, dueOn: '2028-06-01', recurrence: { unit: 'month' } })
    expect(one).toMatchObject({ madeUntil: 1, state: 'active' })
    expect(
      await planner.refused({ amountCents: 1, dueOn: '2026-01-12', recurrence: { unit: 'day', ends: 'after' } }),
    ).toMatchObject({
      faults: [{ path: '/recurrence/maxOccurrences', code: 'end_needed' }],
    })
    expect(
      await planner.refused({ amountCents: 1, dueOn: '2026-01-12', recurrence: { unit: 'day', ends: 'until' } }),
    ).toMatchObject({
      faults: [{ path: '/recurrence/until', code: 'end_needed' }],
    })
    const before = { unit: 'day', ends: 'until', until: '2026-01-11' }
    expect(await planner.refused({ amountCents: 1, dueOn: '2026-01-12', recurrence: before })).toMatchObject({
      faults: [{ code: 'ends_before_it_begins' }],
    })
  })

  test('whose interval becomes longer asks for twelve months again, and for the rest as it comes within them', async () => {
    const planner = await open('2027-02-10')
    const schedule = await planner.schedule({ amountCents: 100, dueOn: '2027-02-10', recurrence: { unit: 'day' } })
    expect(schedule.madeUntil).toBe(366)
    await planner.edit(schedule, 300, { description: 'Só esta' })
    const monthly = (await planner.edit(schedule, null, { recurrence: { unit: 'month' }, amountCents: 3000 })).body
    expect(monthly).toMatchObject({ state: 'active', madeUntil: 13, nextDueOn: '2028-03-10' })
    const dates = await planner.dueDates(schedule)
    expect(dates).toHaveLength(13)
    expect(dates.at(-1)).toBe('2028-02-10')
    const owed = async () =>
      (await planner.shop.get(`/v1/receivables?schedule=${schedule.id}&state=to_receive&limit=100`)).data.length
    expect(await owed()).toBe(13)
    // What is not to come yet is not there, and nothing is said of it.
    expect((await planner.edit(schedule, 14, { amountCents: 1 })).status).toBe(404)
    expect((await planner.shop.api.get(`/v1/schedules/${schedule.id}/occurrences/14`)).status).toBe(404)

    await planner.shop.until('2027-05-12')
    expect((await planner.dueDates(schedule)).slice(12)).toEqual(['2028-02-10', '2028-03-10', '2028-04-10', '2028-05-10'])
    const found = await planner.occurrence(schedule, 16)
    expect(found).toMatchObject({ amountCents: 3000, state: 'open', dueOn: '2028-05-10', accrualOn: '2028-05-10' })
    const { data: told } = await planner.shop.get(`/v1/receivables/${found.receivableId}/history`)
    expect(told.map(({ action }: { action: string }) => action)).toEqual(['restore', 'cancel', 'create'])

    // As often as before again: the days that it never lost are asked for as they are told now, each once.
    const daily = (await planner.edit(schedule, 4, { scope: 'following', recurrence: { unit: 'day' } })).body
    expect(daily).toMatchObject({ number: 4, dueOn: '2027-05-10' })
    await planner.shop.api.settle()
    expect(await planner.shop.get(`/v1/schedules/${schedule.id}`)).toMatchObject({ madeUntil: 372, nextDueOn: '2028-05-13' })
    expect(await owed()).toBe(100)
    expect(new Set(await planner.dueDates(schedule)).size).toBe(372)
    expect((await planner.occurrence(schedule, 300)).description).toBe('Só esta')
  })

  test('of every day that is to come every ten years loses what the calendar does not have, and nothing is stuck', async () => {
    const planner = await open('2027-02-10')
    const schedule = await planner.schedule({ amountCents: 100, dueOn: '2026-01-01', recurrence: { unit: 'day' } })
    await planner.shop.api.settle()
    const before = await planner.shop.get(`/v1/schedules/${schedule.id}`)
    expect(before.madeUntil).toBeGreaterThan(700)
    const seldom = await planner.edit(schedule, null, { recurrence: { unit: 'year', every: 10 } })
    expect(seldom.body).toMatchObject({ state: 'active', madeUntil: 1, nextDueOn: '2036-01-01' })
    const days = await planner.edit(schedule, 1, { scope: 'following', recurrence: { unit: 'week' } })
    expect(days.status).toBe(200)
    expect((await planner.dueDates(schedule)).at(-1)).toBe('2028-02-10')
  })

  test('whose one occurrence is told to come in years keeps that one, and what follows comes after it', async () => {
    const planner = await open('2027-02-10')
    const schedule = await planner.schedule({ amountCents: 100, dueOn: '2027-02-10', recurrence: { unit: 'month' } })
    const moved = await planner.edit(schedule, 5, { scope: 'following', dueOn: '2030-06-01' })
    expect(moved.body).toMatchObject({ number: 5, state: 'open', dueOn: '2030-06-01' })
    expect(await planner.dueDates(schedule)).toEqual(['2027-02-10', '2027-03-10', '2027-04-10', '2027-05-10', '2030-06-01'])
    expect(await planner.shop.get(`/v1/schedules/${schedule.id}`)).toMatchObject({ madeUntil: 5, nextDueOn: '2030-07-01' })
  })

  test('that would be moved past where it ends stays as it is; and what has ended comes back with another end or day', async () => {
    const planner = await open('2027-03-01')
    const schedule = await planner.schedule({
      amountCents: 1000,
      dueOn: '2027-04-10',
      recurrence: { unit: 'month', ends: 'until', until: '2027-06-30' },
    })
    const past = await planner.edit(schedule, null, { dueOn: '2027-07-10' })
    expect(past).toMatchObject({ status: 422, body: { faults: [{ path: '/dueOn', code: 'ends_before_it_begins' }] } })
    const third = await planner.edit(schedule, 3, { scope: 'following', dueOn: '2027-07-01' })
    expect(third.body).toMatchObject({ faults: [{ path: '/dueOn', code: 'ends_before_it_begins' }] })
    expect(await planner.dueDates(schedule)).toEqual(['2027-04-10', '2027-05-10', '2027-06-10'])

    const shorter = { unit: 'month', ends: 'until', until: '2027-05-09' }
    await planner.edit(schedule, null, { recurrence: shorter })
    expect(await planner.dueDates(schedule)).toEqual(['2027-04-10'])
    // Of what has ended nothing is said but when it is.
    expect((await planner.edit(schedule, 2, { amountCents: 1, scope: 'following' })).body.code).toBe('occurrence_waived')
    const back = await planner.edit(schedule, 2, { scope: 'following', dueOn: '2027-05-05' })
    expect(back.body).toMatchObject({ number: 2, state: 'open', dueOn: '2027-05-05' })
    const longer = await planner.edit(schedule, 3, { scope: 'following', recurrence: { ...shorter, until: '2027-07-31' } })
    expect(longer.status).toBe(200)
    expect(await planner.dueDates(schedule)).toEqual(['2027-04-10', '2027-05-05', '2027-06-05', '2027-07-05'])
  })

  test('whose rest was deleted and that goes on again tells when the next one comes: what was deleted does not', async () => {
    const planner = await open('2027-01-10')
    const schedule = await planner.schedule({ amountCents: 100, dueOn: '2027-01-10', recurrence: { unit: 'month' } })
    await planner.remove(schedule, 4, 'following')
    expect(await planner.shop.get(`/v1/schedules/${schedule.id}`)).toMatchObject({ state: 'complete', nextDueOn: null })
    const again = await planner.edit(schedule, 3, { scope: 'following', recurrence: { unit: 'month' } })
    expect(again.status).toBe(200)
    expect(await planner.shop.get(`/v1/schedules/${schedule.id}`)).toMatchObject({ state: 'active', nextDueOn: '2028-02-10' })
    await planner.shop.until('2027-02-12')
    expect(await planner.dueDates(schedule)).toEqual(['2027-01-10', '2027-02-10', '2027-03-10', '2028-02-10'])
    // Deleted in between, it is passed over also where the interval is longer by then.
    await planner.edit(schedule, 1, { scope: 'following', recurrence: { unit: 'month', every: 2 } })
    await planner.shop.api.settle()
    expect((await planner.dueDates(schedule)).slice(0, 3)).toEqual(['2027-01-10', '2027-03-10', '2027-05-10'])
  })

  test('is received in parts, into an account, and a receipt is undone', async () => {
    const planner = await open('2026-01-10')
    const { shop } = planner
    const account = await shop.post('/v1/financial-accounts', { organizationId: shop.organizationId, name: 'Itaú 1234' })
    const schedule = await planner.schedule({ amountCents: 10_000, dueOn: '2026-01-20' })
    const [occurrence] = await planner.occurrences(schedule)
    await planner.receive(occurrence, 4_000, { financialAccountId: account.id })
    expect(await planner.occurrence(schedule, 1)).toMatchObject({
      state: 'partly_received',
      outstandingCents: 6_000,
      receipts: [{ amountCents: 4_000, financialAccountId: account.id }],
    })
    const rest = await planner.receive(occurrence, 6_000)
    expect(await planner.occurrence(schedule, 1)).toMatchObject({
      state: 'received',
      receivedOn: '2026-01-10',
      outstandingCents: 0,
    })
    expect((await planner.edit(schedule, 1, { amountCents: 1 })).body).toMatchObject({ code: 'occurrence_received' })
    expect((await planner.remove(schedule, null)).body).toMatchObject({ code: 'occurrence_received', status: 409 })
    await shop.post(`/v1/receivables/${occurrence.receivableId}/receipts/${rest.receipts[1].id}/undo`, { reason: 'Estorno' })
    expect(await planner.occurrence(schedule, 1)).toMatchObject({ state: 'partly_received', outstandingCents: 6_000 })
    await shop.post(`/v1/receivables/${occurrence.receivableId}/receipts/${rest.receipts[0].id}/undo`, {})
    expect((await planner.edit(schedule, 1, { amountCents: 12_000, dueOn: '2026-01-25' })).status).toBe(200)
    expect(await shop.get(`/v1/receivables/${occurrence.receivableId}`)).toMatchObject({
      amountCents: 12_000,
      dueOn: '2026-01-25',
    })
    const elsewhere = { amountCents: 1, receivedOn: '2026-01-10', financialAccountId: 'fac_999' }
    expect(await shop.refusal(`/v1/receivables/${occurrence.receivableId}/receive`, elsewhere)).toMatchObject({
      faults: [{ path: '/financialAccountId', code: 'unknown_reference' }],
    })
    // What the schedule says, the schedule changes.
    const moved = await shop.api.patch(`/v1/receivables/${occurrence.receivableId}`, { dueOn: '2026-02-01' }, { version: 6 })
    expect(moved.body.code).toBe('of_schedule')
  })

  test('is said otherwise of one occurrence, or of that one and all that follow', async () => {
    const planner = await open('2026-01-10')
    const schedule = await planner.schedule({ amountCents: 10_000, dueOn: '2026-01-31', recurrence: { unit: 'month' } })
    expect((await planner.edit(schedule, 2, { dueOn: '2026-03-05', amountCents: 9_000 })).body).toMatchObject({
      number: 2,
      dueOn: '2026-03-05',
      amountCents: 9_000,
      scheduledOn: '2026-02-28',
    })
    expect((await planner.edit(schedule, 3, { amountCents: 11_000, scope: 'following' })).status).toBe(200)
    const after = await planner.occurrences(schedule)
    const byNumber = new Map(after.map(one => [one.number, one]))
    expect([1, 2, 3, 4].map(number => [byNumber.get(number).dueOn, byNumber.get(number).amountCents])).toEqual([
      ['2026-01-31', 10_000],
      ['2026-03-05', 9_000],
      // Their days still count from the 31st.
      ['2026-03-31', 11_000],
      ['2026-04-30', 11_000],
    ])
    // From the 5th on every two weeks, three more of them.
    const every = { unit: 'week', every: 2, ends: 'after', maxOccurrences: 7 }
    expect((await planner.edit(schedule, 5, { scope: 'following', dueOn: '2026-05-05', recurrence: every })).status).toBe(200)
    expect((await planner.dueDates(schedule)).toSorted()).toEqual([
      '2026-01-31',
      '2026-03-05',
      '2026-03-31',
      '2026-04-30',
      '2026-05-05',
      '2026-05-19',
      '2026-06-02',
    ])
    expect(await planner.shop.get(`/v1/schedules/${schedule.id}`)).toMatchObject({ state: 'complete', lastNumber: 7 })
    // What the recurrence had no more comes back when it ends later; further ones are made.
    expect((await planner.edit(schedule, 5, { scope: 'following', recurrence: { ...every, maxOccurrences: 13 } })).status).toBe(
      200,
    )
    expect(await planner.dueDates(schedule)).toHaveLength(13)
    expect((await planner.edit(schedule, null, { description: 'Manutenção', isFlagged: true })).status).toBe(200)
    const all = await planner.occurrences(schedule)
    expect(new Set(all.map(({ description }) => description))).toEqual(new Set(['Manutenção']))
    // What was said of one alone stays.
    expect(all.find(({ number }) => number === 2)).toMatchObject({ amountCents: 9_000, dueOn: '2026-03-05' })
    const { data } = await planner.shop.get(`/v1/schedules/${schedule.id}/history`)
    expect(data.map(({ action }: Fields) => action)).toEqual(['update', 'update', 'update', 'update', 'update', 'create'])
  })

  test('stays as it was where something was received, and changes from the next one on', async () => {
    const planner = await open('2026-01-31')
    const schedule = await planner.schedule({ amountCents: 10_000, dueOn: '2026-01-31', recurrence: { unit: 'month' } })
    await planner.receive(await planner.occurrence(schedule, 1), 10_000)
    expect((await planner.edit(schedule, null, { amountCents: 12_000 })).body).toMatchObject({
      code: 'occurrence_received',
      details: { numbers: [1] },
    })
    expect((await planner.edit(schedule, 2, { amountCents: 12_000, scope: 'following' })).status).toBe(200)
    expect((await planner.remove(schedule, 3)).status).toBe(204)
    expect((await planner.edit(schedule, 3, { amountCents: 1 })).body.code).toBe('occurrence_waived')
    await planner.shop.until('2026-03-31')
    expect((await planner.dueDates(schedule)).slice(0, 3)).toEqual(['2026-01-31', '2026-02-28', '2026-04-30'])
    expect((await planner.remove(schedule, 5, 'following')).status).toBe(204)
    expect(await planner.shop.get(`/v1/schedules/${schedule.id}`)).toMatchObject({ state: 'complete', lastNumber: 4 })
    expect(await planner.dueDates(schedule)).toEqual(['2026-01-31', '2026-02-28', '2026-04-30'])
    await planner.shop.until('2027-03-31')
    expect(await planner.dueDates(schedule)).toHaveLength(3)
  })

  test('moves as a whole, each date from its own day', async () => {
    const planner = await open('2026-01-10')
    const schedule = await planner.schedule({
      amountCents: 10_000,
      dueOn: '2026-01-31',
      accrualOn: '2025-12-31',
      recurrence: { unit: 'month', ends: 'after', maxOccurrences: 3 },
    })
    expect((await planner.edit(schedule, null, { dueOn: '2026-02-15' })).status).toBe(200)
    const days = (await planner.occurrences(schedule)).map(({ dueOn, accrualOn }) => [dueOn, accrualOn])
    expect(days).toEqual([
      ['2026-02-15', '2025-12-31'],
      ['2026-03-15', '2026-01-31'],
      ['2026-04-15', '2026-02-28'],
    ])
    expect(
      (await planner.edit(schedule, null, { recurrence: { unit: 'week', ends: 'until', until: '2026-02-22' } })).status,
    ).toBe(200)
    expect(await planner.dueDates(schedule)).toEqual(['2026-02-15', '2026-02-22'])
    // Seen before that, somebody else changes nothing.
    const stale = await planner.shop.api.patch(`/v1/schedules/${schedule.id}`, { amountCents: 1 }, { version: 1 })
    expect(stale).toMatchObject({ status: 412, body: { code: 'stale_version' } })
  })

  test('is divided over categories and cost centres, where its organization divides', async () => {
    const planner = await open('2026-01-10')
    const { shop } = planner
    const named = async (path: string, name: string) => (await shop.post(path, { name })).id
    const [rent, fees] = [await named('/v1/categories', 'Aluguel'), await named('/v1/categories', 'Taxas')]
    const [shop1, shop2] = [await named('/v1/cost-centres', 'Loja 1'), await named('/v1/cost-centres', 'Loja 2')]
    const installments = [1, 2, 3].map(n => ({
      amountCents: n === 3 ? 16_666 : 16_667,
      dueOn: `2026-0${n}-28`,
      reference: `P${n}`,
    }))
    const divided = {
      installments,
      categories: [
        { categoryId: rent, valueCents: 300, description: 'Sala' },
        { categoryId: fees, valueCents: 100 },
      ],
      costCentres: [
        { costCentreId: shop1, percent: '33.33' },
        { costCentreId: shop2, percent: '66.67' },
      ],
    }
    expect((await planner.refused(divided)).faults.map(({ path, code }) => [path, code])).toEqual([
      ['/categories', 'apportionment_disabled'],
      ['/costCentres', 'apportionment_disabled'],
    ])
    const { version } = await shop.get(`/v1/organizations/${shop.organizationId}`)
    await shop.api.patch(`/v1/organizations/${shop.organizationId}`, { apportionmentEnabled: true }, { version })
    const schedule = await planner.schedule(divided)
    expect(schedule).toMatchObject({ kind: 'installments', lastNumber: 3, madeUntil: 3 })
    const all = await planner.occurrences(schedule)
    const cents = (shares: { amountCents: number }[]) => shares.map(({ amountCents }) => amountCents)
    expect(all.map(({ categories, costCentres }) => [cents(categories), cents(costCentres)])).toEqual([
      [
        [12_500, 4_167],
        [5_555, 11_112],
      ],
      [
        [12_500, 4_167],
        [5_555, 11_112],
      ],
      [
        [12_500, 4_166],
        [5_555, 11_111],
      ],
    ])
    expect(all[0]).toMatchObject({
      installments: 3,
      reference: 'P1',
      categories: [{ categoryId: rent, description: 'Sala' }, {}],
    })
    expect((await planner.edit(schedule, 2, { costCentres: [{ costCentreId: shop2 }] })).body.costCentres).toMatchObject([
      { costCentreId: shop2, percent: '100', amountCents: 16_667 },
    ])
    // What a schedule names stays.
    const centre = await shop.get(`/v1/cost-centres/${shop1}`)
    expect((await shop.api.delete(`/v1/cost-centres/${shop1}`, { version: centre.version })).body.code).toBe('in_use')
    const unknown = { amountCents: 100, dueOn: '2026-01-31', categories: [{ categoryId: 'cat_999' }] }
    expect((await planner.refused(unknown)).faults).toMatchObject([
      { path: '/categories/0/categoryId', code: 'unknown_reference' },
    ])
  })

  test('shows what is planned with each occurrence, and with an invoice', async () => {
    const planner = await open('2026-01-10')
    const { shop } = planner
    const schedule = await planner.schedule({
      amountCents: 10_000,
      dueOn: '2026-01-31',
      charge: { when: 'days_before_due', daysBeforeDue: 5, delivery: 'accountant' },
      nfse: { when: 'with_charge' },
      serviceState: 'rj',
      serviceCity: 'Niterói',
    })
    expect(await planner.occurrence(schedule, 1)).toMatchObject({
      serviceState: 'RJ',
      plannedActions: [
        { action: 'charge', on: '2026-01-26', after: null, because: expect.stringContaining('integração do contador') },
        { action: 'nfse', on: '2026-01-26', after: 'charge' },
      ],
    })
    const contract = await shop.contract({ details: { issueNfse: true, nfseDaysAfterReceipt: 2 } })
    await shop.bill()
    const invoice = await shop.lastInvoice(contract)
    const planned = async () => (await shop.get(`/v1/invoices/${invoice.id}/planned-actions`)).plannedActions
    expect(await planned()).toMatchObject([
      { action: 'charge', on: '2026-01-10', after: null },
      { action: 'nfse', on: null, after: 'receipt' },
    ])
    await shop.pay(invoice, 10_000)
    // Saturday 10 January, and two business days.
    expect(await planned()).toMatchObject([{ action: 'nfse', on: '2026-01-13', after: 'receipt' }])
  })

  test('counts as late, and holds what is not billed while something is', async () => {
    const planner = await open('2026-01-10')
    const { shop, customerId } = planner
    const late = await planner.schedule({ amountCents: 10_000, dueOn: '2026-01-05' })
    const contract = await shop.contract({}, { customerId, billWhileOverdue: false })
    await shop.bill()
    expect(await shop.lastInvoice(contract)).toMatchObject({ state: 'to_emit', heldBy: 'customer_overdue' })
    // Moved to a day to come, nothing is late any more.
    expect((await planner.edit(late, 1, { dueOn: '2026-02-05' })).status).toBe(200)
    expect(await shop.lastInvoice(contract)).toMatchObject({ state: 'to_receive', heldBy: null })
  })

  test('is found by customer, day and words, and looked at again by verify where it was touched', async () => {
    const planner = await open('2026-01-10')
    const { shop, customerId } = planner
    const first = await planner.schedule({
      amountCents: 100,
      dueOn: '2026-01-31',
      description: 'Aluguel da LOJA',
      isFlagged: true,
    })
    await planner.schedule({ amountCents: 100, dueOn: '2026-03-31', reference: 'OS-100%' })
    const ids = async (query: string) => (await shop.get(`/v1/schedules?${query}`)).data.map(({ id }: { id: string }) => id)
    expect(await ids(`customer=${customerId}&q=loja`)).toEqual([first.id])
    expect(await ids('q=100%25')).toHaveLength(1)
    expect(await ids('dueUntil=2026-02-01')).toEqual([first.id])
    expect(await ids('state=active')).toEqual([])
    const one = await shop.get('/v1/schedules/occurrences?limit=1')
    expect(one.data).toMatchObject([{ scheduleId: first.id }])
    const rest = await shop.get(`/v1/schedules/occurrences?limit=1&cursor=${one.nextCursor}`)
    expect(rest).toMatchObject({ data: [{ reference: 'OS-100%' }], nextCursor: null })
    expect((await shop.get('/v1/schedules/occurrences?flagged=true')).data).toHaveLength(1)
    expect((await shop.get('/v1/schedules/occurrences?state=received')).data).toEqual([])
    await shop.prove()
    await planner.receive(await planner.occurrence(first, 1), 100)
    expect(await shop.verification()).toMatchObject({
      mode: 'incremental',
      clean: true,
      checked: { schedules: 1, occurrences: 2 },
    })
  })

  test('is refused with whatever is wrong with it', async () => {
    const planner = await open('2026-01-10')
    const paths = async (fields: Fields) => (await planner.refused(fields)).faults.map(({ path }) => path).sort()
    const one = { amountCents: 100, dueOn: '2026-01-31' }
    expect(await paths({ ...one, amountCents: '100', dueOn: '31/01/2026', unknown: 1 })).toEqual([
      '/amountCents',
      '/dueOn',
      '/unknown',
    ])
    expect(await paths({ ...one, dueOn: '2026-02-30' })).toEqual(['/dueOn'])
    expect(await paths({ ...one, amountCents: 0 })).toEqual(['/amountCents'])
    expect(await paths({ ...one, recurrence: { unit: 'fortnight', every: 0 } })).toEqual([
      '/recurrence/every',
      '/recurrence/unit',
    ])
    expect(await paths({ ...one, charge: { when: 'days_before_due', daysBeforeDue: -1 } })).toEqual(['/charge/daysBeforeDue'])
    const many = Array.from({ length: 101 }, () => one)
    expect(await paths({ installments: many })).toEqual(['/installments'])
    expect(await paths({ ...one, customerId: 'cus_999', organizationId: 'org_999' })).toEqual(['/customerId', '/organizationId'])
    expect((await planner.shop.api.get('/v1/schedules/sch_1/occurrences/0')).status).toBe(404)
    expect((await planner.shop.api.get('/v1/schedules/sch_99')).status).toBe(404)
  })

  test('deleted is asked for no more, and lets its customer go', async () => {
    const planner = await open('2026-01-10')
    const { shop, customerId } = planner
    const schedule = await planner.schedule({ amountCents: 10_000, dueOn: '2026-01-31', recurrence: { unit: 'month' } })
    expect(await shop.refusal(`/v1/customers/${customerId}/archive`)).toMatchObject({ code: 'in_use' })
    expect(await shop.refusal(`/v1/organizations/${shop.organizationId}/archive`)).toMatchObject({ code: 'in_use' })
    expect(await shop.refusal(`/v1/customers/${customerId}/erase`)).toMatchObject({ code: 'in_use' })
    expect((await planner.remove(schedule, null)).status).toBe(204)
    expect(await shop.get(`/v1/schedules/${schedule.id}`)).toMatchObject({ state: 'cancelled' })
    const { data } = await shop.get(`/v1/receivables?schedule=${schedule.id}`)
    expect(new Set(data.map(({ state }: Fields) => state))).toEqual(new Set(['cancelled']))
    expect((await planner.edit(schedule, null, { amountCents: 1 })).body.code).toBe('schedule_cancelled')
    await shop.post(`/v1/customers/${customerId}/archive`)
  })

  test('that is over goes on only with parties that are in use', async () => {
    const planner = await open('2026-01-10')
    const { shop, customerId } = planner
    const recurrence = { unit: 'month', ends: 'after', maxOccurrences: 2 }
    const schedule = await planner.schedule({ amountCents: 100, dueOn: '2026-01-31', recurrence })
    await shop.post(`/v1/customers/${customerId}/archive`)
    const longer = () => planner.edit(schedule, 1, { scope: 'following', recurrence: { unit: 'month' } })
    expect((await longer()).body).toMatchObject({ status: 409, code: 'archived_customer' })
    await shop.post(`/v1/customers/${customerId}/unarchive`)
    expect((await longer()).status).toBe(200)
    expect(await shop.refusal(`/v1/customers/${customerId}/archive`)).toMatchObject({ code: 'in_use' })
  })

  test('takes its words along when its customer is erased', async () => {
    const planner = await open('2026-01-10')
    const { shop, customerId } = planner
    const schedule = await planner.schedule({
      amountCents: 10_000,
      dueOn: '2026-01-31',
      description: 'Consulta de Maria',
      reference: 'Prontuário 77',
      nfse: { when: 'at_once' },
      nfseDescription: 'Atendimento a Maria',
    })
    const { records } = await shop.get(`/v1/customers/${customerId}/export`)
    expect(JSON.stringify(records.schedules)).toContain('Consulta de Maria')
    await shop.post(`/v1/customers/${customerId}/erase`)
    const all = [
      await shop.get(`/v1/schedules/${schedule.id}`),
      await planner.occurrences(schedule),
      await shop.get(`/v1/schedules/${schedule.id}/history`),
    ]
    expect(JSON.stringify(all)).not.toMatch(/Maria|Prontuário/)
    expect((await planner.edit(schedule, 1, { amountCents: 1 })).body.code).toBe('erased_customer')
  })
})
