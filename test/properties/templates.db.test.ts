import fc from 'fast-check'
import { expect, test } from 'vitest'
import { instant } from '../../src/core/dates.ts'
import { type Cents, decimal, decimalOf, multiplyToCents, sum } from '../../src/core/money.ts'
import { eachEngine } from '../database/each-engine.ts'
import { aCnpj } from '../fixtures/contracts.ts'
import { verifiedAfterwards } from '../fixtures/verified.ts'
import { testApi } from '../http/test-api.ts'
import { vendorApi } from '../http/vendor-api.ts'

// Random templates, and random things said in their place through Fintera's API: what comes of it is merged here once more, in the plainest
// way, by the tables of its document (F3203–3248), and billed. BORDERO_LIVES=200 tries others, and more of them.

const asked = process.env.BORDERO_LIVES
const tries = asked === undefined ? { numRuns: 25, seed: 20_261_121 } : { numRuns: Number(asked) }

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null })
// Never as '1.250', which is a thousand times as much to some, and is refused.
const price = fc.integer({ min: 1, max: 999_999 }).map(thousandths => String(thousandths / 1000))
const quantity = fc.constantFrom('1', '2', '2.5', '0.333', '12', '7.125')
const everyMonths = fc.constantFrom(1, 2, 3, 6, 12)
const index = fc.constantFrom('igpm', 'ipca', 'igpdi', 'inpc', 'ipcfipe')
const accrual = fc.constantFrom('previous_month', 'same_month', 'next_month')
const kind = fc.constantFrom('fixed_day', 'last_day_of_month', 'day_quantity', 'fixed_day_and_month_quantity')
const notice = fc.integer({ min: 0, max: 60 })
const texts = fc.constantFrom('Suporte mensal', 'Hospedagem', 'Licença')

/** What due dates count by, sent with every kind by their clients, whatever it counts. */
const counts = fc.record({
  day_number: maybe(fc.integer({ min: 1, max: 31 })),
  day_quantity: maybe(fc.integer({ min: 0, max: 90 })),
  month_quantity: maybe(fc.integer({ min: 0, max: 4 })),
  only_business_days: maybe(fc.boolean()),
  parcel_number: maybe(fc.integer({ min: 1, max: 7 })),
})

const service = fc.record({ quantity, unitPrice: price, description: maybe(texts) })
const clause = fc.record({ index, everyMonths: maybe(everyMonths), noticeDays: maybe(notice) })

const templates = fc.record({
  unit: fc.constantFrom('month', 'month', 'week'),
  every: everyMonths,
  accrual,
  kind: maybe(kind),
  counts,
  createParcels: fc.boolean(),
  allowsNegative: fc.boolean(),
  notifyCustomer: fc.boolean(),
  description: texts,
  // At the place of each service its readjustment, if it has one.
  services: fc.array(fc.tuple(service, maybe(clause)), { minLength: 1, maxLength: 4 }),
})

const ofService = fc.record({
  destroy: fc.integer({ min: 0, max: 5 }).map(n => n === 0),
  units: maybe(quantity),
  unit_value: maybe(price),
  description: maybe(texts),
  index: maybe(index),
  month_quantity: maybe(everyMonths),
  days_until_update: maybe(notice),
})

const wishes = fc.record({
  month_quantity: maybe(everyMonths),
  accrual_month_quantity: maybe(accrual),
  end_date: maybe(fc.constant('31/12/2030')),
  charge_type: maybe(kind),
  counts,
  apply_negative_updates: maybe(fc.boolean()),
  notify_customer: maybe(fc.boolean()),
  description: maybe(texts),
  services: fc.array(ofService, { minLength: 4, maxLength: 4 }),
  more: fc.array(fc.record({ units: quantity, unit_value: price }), { maxLength: 2 }),
})

type Template = typeof templates extends fc.Arbitrary<infer T> ? T : never
type Wish = typeof wishes extends fc.Arbitrary<infer T> ? T : never

const shifts: Record<string, number> = { previous_month: -1, same_month: 0, next_month: 1 }
const countedBy: Record<string, readonly ('day_number' | 'day_quantity' | 'month_quantity')[]> = {
  fixed_day: ['day_number'],
  last_day_of_month: [],
  day_quantity: ['day_quantity'],
  fixed_day_and_month_quantity: ['day_number', 'month_quantity'],
}

/** Due dates must be said by somebody: where neither did, the request does. */
function completed(template: Template, wish: Wish): Wish {
  const charge_type = wish.charge_type ?? (template.kind === null ? 'fixed_day' : null)
  const known = countsOf(template)
  const missing = (countedBy[charge_type ?? template.kind ?? ''] ?? []).filter(
    field => wish.counts[field] === null && known[field] == null,
  )
  return { ...wish, charge_type, counts: { ...wish.counts, ...Object.fromEntries(missing.map(field => [field, 3])) } }
}

/** Theirs keeps of a kind what it counts by; so does `/v1`, which refuses the rest. */
function dueOf({ kind, counts: said }: Template) {
  if (kind === null) return null
  const [day, days, months] = (['day_number', 'day_quantity', 'month_quantity'] as const).map(field =>
    countedBy[kind]?.includes(field) ? said[field] : null,
  )
  return { kind, day, days, months, onlyBusinessDays: said.only_business_days, installments: said.parcel_number }
}

function countsOf(template: Template) {
  const due = dueOf(template)
  return { day_number: due?.day, day_quantity: due?.days, month_quantity: due?.months }
}

const show = (value: string) => (value.includes('.') ? decimal(value) : value).replace(/^([^.]+)$/, '$1.0')
const amountOf = (units: string, unitValue: string): Cents => multiplyToCents(decimal(units), decimal(unitValue))
const money = (amount: Cents) => show(decimalOf(amount))

/** The rule that is to come of it, as theirs shows it, and how many parcels its invoices have. */
function merged(template: Template, wish: Wish, ids: { services: number[]; more: number }) {
  const services = template.services.flatMap(([line, readjustment], i) => {
    const over = wish.services[i]
    if (over === undefined || over.destroy) return []
    const [units, unitValue] = [over.units ?? line.quantity, over.unit_value ?? line.unitPrice]
    const shown = {
      description: over.description ?? line.description ?? '',
      unit_value: show(unitValue),
      units: show(units),
      value: money(amountOf(units, unitValue)),
    }
    const update = readjustment && {
      init_date: '2027-01-10',
      month_quantity: over.month_quantity ?? readjustment.everyMonths ?? 12,
      price_index: over.index ?? readjustment.index,
      days_until_update: over.days_until_update ?? readjustment.noticeDays,
      service_item_id: ids.services[i],
    }
    return [{ shown, update, cents: amountOf(units, unitValue) }]
  })
  const more = wish.more.map(({ units, unit_value }) => ({
    shown: { description: '', unit_value: show(unit_value), units: show(units), value: money(amountOf(units, unit_value)) },
    update: null,
    cents: amountOf(units, unit_value),
  }))
  const all = [...services, ...more]
  const kind = wish.charge_type ?? template.kind ?? ''
  const ofTemplate = dueOf(template)
  const known = countsOf(template)
  const counted = (field: 'day_number' | 'day_quantity' | 'month_quantity') =>
    countedBy[kind]?.includes(field) ? (wish.counts[field] ?? known[field] ?? null) : null
  const parcels = wish.counts.parcel_number ?? (template.createParcels ? (ofTemplate?.installments ?? null) : null)
  const onlyBusinessDays = wish.counts.only_business_days ?? ofTemplate?.onlyBusinessDays ?? false
  const isWeekly = template.unit === 'week'
  return {
    count: all.length,
    gross: sum(all.map(({ cents }) => cents)),
    parcels: parcels ?? 1,
    rule: {
      description: wish.description ?? template.description,
      gross_value: money(sum(all.map(({ cents }) => cents))),
      notify_customer: wish.notify_customer ?? template.notifyCustomer,
      apply_negative_updates: wish.apply_negative_updates ?? template.allowsNegative,
      services: all.map(({ shown }) => shown),
      additional_information: {
        init_date: '2026-01-10',
        period_unit: isWeekly ? 'weekly' : 'monthly',
        month_quantity: isWeekly ? null : (wish.month_quantity ?? template.every),
        end_date: wish.end_date === null ? null : '2030-12-31',
        accrual_month_quantity: wish.accrual_month_quantity ?? template.accrual,
      },
      scheduled_updates: all.flatMap(({ update }) => update ?? []),
      receivables_additional_information: {
        day_number: counted('day_number'),
        day_quantity: counted('day_quantity'),
        month_quantity: counted('month_quantity'),
        parcel_number: parcels,
        only_business_days: kind.startsWith('fixed_day') ? false : onlyBusinessDays,
      },
    },
  }
}

eachEngine('what is made of a template', database => {
  const verified = verifiedAfterwards(database)

  async function company() {
    const api = await testApi(database(), { mode: 'sandbox', now: instant('2026-01-05T12:00:00Z') })
    verified(api.account)
    const client = vendorApi(api, { authorization: `Token token=${api.key}` })
    const organization = (await client('POST /api/v1/organizations', { name: 'Prestadora', cnpj: aCnpj() })).body.organization.id
    const customer = (await client('POST /api/v1/companies', { name: 'Cliente', cnpj: aCnpj() })).body.company.id
    const services: number[] = []
    for (let i = 0; i < 5; i++) {
      const made = await client('POST /api/v1/service_items', { name: `Serviço ${i}`, description: 'x' })
      services.push(made.body.service_item.id)
    }
    const parties = { customer_id: customer, customer_type: 'Company', supplier_id: organization, supplier_type: 'Company' }
    // Each has its own: no service is billed twice for the same days.
    const contract = async () => {
      const made = await client('POST /api/v1/contracts', { kind: 'sale', name: 'C', title: 'C', ...parties })
      return `/api/v1/contracts/${made.body.contract.id}`
    }
    const template = async (it: Template, isOneOff: boolean) => {
      const made = await api.post('/v1/invoice-templates', {
        organizationId: 'org_1',
        name: 'Modelo',
        recurrence: isOneOff ? null : { unit: it.unit, every: it.unit === 'week' ? 1 : it.every },
        management: 'automatic',
        competenceShift: shifts[it.accrual],
        description: it.description,
        due: dueOf(it),
        createParcels: it.createParcels,
        notifyCustomer: it.notifyCustomer,
        allowsNegative: it.allowsNegative,
        lines: it.services.map(([line], i) => ({ serviceItemId: `svc_${services[i]}`, ...line })),
        readjustments: isOneOff
          ? []
          : it.services.flatMap(([, one], i) => (one === null ? [] : [{ serviceItemId: `svc_${services[i]}`, ...one }])),
        details: { nfseBody: '$DESCRICAO' },
      })
      expect([made.status, made.body]).toEqual([201, expect.anything()])
      const numbers = (list: { id: string }[]) => list.map(({ id }) => Number(id.slice(4)))
      return { id: Number(made.body.id.slice(4)), lines: numbers(made.body.lines), updates: numbers(made.body.readjustments) }
    }
    return { api, client, services, contract, template }
  }

  /** The services of the request: of each of the template what is said in its place, then more. */
  const servicesIn = (wish: Wish, lines: readonly number[], more: number | undefined) => [
    ...lines.map((id, i) => {
      const { destroy, units, unit_value, description } = wish.services[i] ?? wish.services[0] ?? fail()
      return { invoice_template_service_item_id: id, units, unit_value, description, ...(destroy && { _destroy: true }) }
    }),
    ...wish.more.map(one => ({ service_item_id: more, ...one })),
  ]

  test('a rule is the template with what was said in its place, and bills it to the cent', async () => {
    const { api, client, services, contract, template } = await company()
    const rules: { at: string; gross: Cents; parcels: number }[] = []
    await fc.assert(
      fc.asyncProperty(templates, wishes, async (it, said) => {
        const wish = completed(it, said)
        const expected = merged(it, wish, { services, more: 4 })
        fc.pre(expected.count > 0)
        const { id, lines, updates } = await template(it, false)
        const withUpdates = it.services.flatMap(([, one], i) => (one === null ? [] : [{ one, over: wish.services[i] }]))
        const at = await contract()
        const made = await client(`POST ${at}/invoice_rules`, {
          invoice_rule: {
            invoice_template_id: id,
            description: wish.description,
            charge_type: wish.charge_type,
            apply_negative_updates: wish.apply_negative_updates,
            notify_customer: wish.notify_customer,
            additional_information: {
              title: 'Regra',
              init_date: '10/01/2026',
              month_quantity: wish.month_quantity,
              accrual_month_quantity: wish.accrual_month_quantity,
              end_date: wish.end_date,
            },
            receivables_additional_information: wish.counts,
            services: servicesIn(wish, lines, services[4]),
            scheduled_updates: withUpdates.map(({ one, over }, i) => ({
              invoice_template_scheduled_update_id: updates[i],
              init_date: '10/01/2027',
              price_index: over?.index,
              month_quantity: over?.month_quantity ?? (one.everyMonths === null ? 12 : null),
              days_until_update: over?.days_until_update,
              ...(over?.destroy && { _destroy: true }),
            })),
          },
        })
        expect([made.status, made.text]).toEqual([201, expect.anything()])
        expect(made.body.invoice_rule).toMatchObject(expected.rule)
        rules.push({ at, ...expected })
      }),
      tries,
    )
    await api.moveClock('2026-01-11T12:00:00Z')
    for (const { at, gross, parcels } of rules) {
      const [invoice] = (await client(`GET ${at}/invoices`)).body.invoices
      expect(partsOf(invoice)).toEqual(inParts(gross, parcels))
    }
  })

  test('an invoice of one falls due in its parcels, which add up to the cent', async () => {
    const { client, services, contract, template } = await company()
    const at = await contract()
    await fc.assert(
      fc.asyncProperty(templates, wishes, async (it, said) => {
        // An invoice says no due rule of its own.
        const whole = { ...it, ...completedTemplate(it) }
        const wish = { ...said, charge_type: null, counts: nothing, accrual_month_quantity: null }
        const expected = merged(whole, wish, { services, more: 4 })
        fc.pre(expected.count > 0)
        const { id, lines } = await template(whole, true)
        const made = await client(`POST ${at}/invoices`, {
          invoice: {
            invoice_template_id: id,
            issue_date: '10/01/2026',
            description: wish.description,
            services: servicesIn(wish, lines, services[4]),
          },
        })
        expect([made.status, made.text]).toEqual([201, expect.anything()])
        const { description, gross_value, services: lined } = expected.rule
        expect(made.body.invoice).toMatchObject({ description, gross_value, services: lined })
        expect(partsOf(made.body.invoice)).toEqual(inParts(expected.gross, expected.parcels))
      }),
      tries,
    )
  })
})

const nothing = { day_number: null, day_quantity: null, month_quantity: null, only_business_days: null, parcel_number: null }

function completedTemplate(template: Template): Pick<Template, 'kind' | 'counts'> {
  const kind = template.kind ?? 'last_day_of_month'
  const missing = (countedBy[kind] ?? []).filter(field => template.counts[field] === null)
  return { kind, counts: { ...template.counts, ...Object.fromEntries(missing.map(field => [field, 3])) } }
}

function partsOf({ receivables }: { receivables: { gross_value: string }[] }): string[] {
  return receivables.map(({ gross_value }) => gross_value)
}

/** Equal parts of whole cents, and the rest on the last. What comes to nothing is asked for at once. */
function inParts(gross: Cents, parcels: number): string[] {
  const count = gross === 0 ? 1 : parcels
  const each = Math.floor(gross / count)
  return Array.from({ length: count }, (_, i) => money((i < count - 1 ? each : gross - each * (count - 1)) as Cents))
}

function fail(): never {
  throw new Error('a template has four services at most')
}
