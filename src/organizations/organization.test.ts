import { describe, expect, it } from 'vitest'
import { civilDate, instant } from '../core/dates.ts'
import { Refusal } from '../core/refusal.ts'
import { billingInstant, firstBillingAt, movedBillingAt, type OrganizationInput, readOrganization } from './organization.ts'

const input: OrganizationInput = { legalName: 'Acme Serviços Ltda', cnpj: '11.222.333/0001-81', taxRegime: 'simples_nacional' }

function faultsOf(wrong: Partial<OrganizationInput>): string[] {
  try {
    readOrganization({ ...input, ...wrong })
    return []
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return error.faults.map(fault => `${fault.path} ${fault.code}`)
  }
}

describe('an organization', () => {
  it('is in Brasília’s zone and billed at six unless it says otherwise', () => {
    expect(readOrganization(input)).toEqual({
      legalName: 'Acme Serviços Ltda',
      tradeName: null,
      cnpj: '11222333000181',
      municipalRegistration: null,
      taxRegime: 'simples_nacional',
      timeZone: 'America/Sao_Paulo',
      address: null,
      billingHour: 6,
      runMaxInvoices: null,
      runMaxTotalCents: null,
      apportionmentEnabled: false,
    })
  })

  it('may have a CNPJ with letters', () => {
    expect(readOrganization({ ...input, cnpj: '12.abc.345/01DE-35' }).cnpj).toBe('12ABC34501DE35')
  })

  it('learns city and state from its municipality', () => {
    const { address } = readOrganization({
      ...input,
      address: { municipio: '3550308', street: ' Av. Paulista ', zipCode: '01310-100' },
    })
    expect(address).toEqual({
      street: 'Av. Paulista',
      number: null,
      complement: null,
      district: null,
      municipio: '3550308',
      city: 'São Paulo',
      uf: 'SP',
      zipCode: '01310100',
    })
  })

  it('is refused with all its faults at once', () => {
    expect(
      faultsOf({
        legalName: '  ',
        cnpj: '11.222.333/0001-82',
        timeZone: 'America/Sampa',
        address: { municipio: '9999999', uf: 'XX', zipCode: '123' },
      }),
    ).toEqual([
      '/legalName blank',
      '/cnpj invalid_cnpj',
      '/timeZone unknown_time_zone',
      '/address/municipio unknown_municipio',
      '/address/uf unknown_uf',
      '/address/zipCode invalid_zip_code',
    ])
  })

  it('is not in a municipality of another state', () => {
    expect(faultsOf({ address: { municipio: '3550308', uf: 'rj' } })).toEqual(['/address/uf municipio_in_other_uf'])
  })

  it('has a zone that knows its rules, not an offset', () => {
    for (const timeZone of ['+03:00', '-0300', '']) expect(faultsOf({ timeZone })).toEqual(['/timeZone unknown_time_zone'])
    expect(faultsOf({ timeZone: 'America/Rio_Branco' })).toEqual([])
  })
})

describe('the daily billing', () => {
  const saoPaulo = { billingHour: 6, timeZone: 'America/Sao_Paulo' }

  it('begins on the day after the organization was made, by its own calendar', () => {
    expect(firstBillingAt(saoPaulo, instant('2026-01-10T12:00:00Z'))).toBe('2026-01-11T09:00:00.000Z')
    expect(firstBillingAt(saoPaulo, instant('2026-01-11T02:00:00Z'))).toBe('2026-01-11T09:00:00.000Z')
    expect(firstBillingAt(saoPaulo, instant('2026-01-11T03:00:00Z'))).toBe('2026-01-12T09:00:00.000Z')
  })

  it('is at its hour of its zone', () => {
    expect(billingInstant({ billingHour: 0, timeZone: 'America/Manaus' }, civilDate('2026-01-31'))).toBe(
      '2026-01-31T04:00:00.000Z',
    )
  })

  it('stays on its day when the hour or the zone moves', () => {
    const pending = instant('2026-01-11T09:00:00Z')
    expect(movedBillingAt(saoPaulo, { ...saoPaulo, billingHour: 23 }, pending)).toBe('2026-01-12T02:00:00.000Z')
    expect(movedBillingAt(saoPaulo, { ...saoPaulo, billingHour: 0 }, pending)).toBe('2026-01-11T03:00:00.000Z')
    expect(movedBillingAt(saoPaulo, { billingHour: 6, timeZone: 'America/Rio_Branco' }, pending)).toBe('2026-01-11T11:00:00.000Z')
  })
})
