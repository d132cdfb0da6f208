import { describe, expect, it } from 'vitest'
import { Refusal } from '../core/refusal.ts'
import { type CustomerInput, erasedCustomer, readCustomer } from './customer.ts'

const company: CustomerInput = { kind: 'company', name: 'Padaria Estrela' }
const person: CustomerInput = { kind: 'person', name: 'João da Silva' }

function faultsOf(input: CustomerInput): string[] {
  try {
    readCustomer(input)
    return []
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return error.faults.map(fault => `${fault.path} ${fault.code}`)
  }
}

describe('a customer', () => {
  it('needs no more than a kind and a name', () => {
    expect(readCustomer(person)).toEqual({
      kind: 'person',
      name: 'João da Silva',
      tradeName: null,
      taxId: null,
      municipalRegistration: null,
      billingEmails: [],
      addresses: [],
      contacts: [],
      notes: null,
    })
  })

  it('is known by a tax id of its kind, with or without a mask', () => {
    expect(readCustomer({ ...company, taxId: '12.ABC.345/01DE-35' }).taxId).toBe('12ABC34501DE35')
    expect(readCustomer({ ...person, taxId: '529.982.247-25' }).taxId).toBe('52998224725')
    expect(readCustomer({ ...person, taxId: ' ' }).taxId).toBeNull()
  })

  it('is refused with wrong digits, or a tax id of the other kind', () => {
    expect(faultsOf({ ...company, taxId: '11222333000182' })).toEqual(['/taxId invalid_tax_id'])
    expect(faultsOf({ ...person, taxId: '52998224724' })).toEqual(['/taxId invalid_tax_id'])
    expect(faultsOf({ ...person, taxId: '11111111111' })).toEqual(['/taxId invalid_tax_id'])
    expect(faultsOf({ ...company, taxId: '52998224725' })).toEqual(['/taxId tax_id_of_other_kind'])
    expect(faultsOf({ ...person, taxId: '11222333000181' })).toEqual(['/taxId tax_id_of_other_kind'])
  })

  it('is refused with all its faults at once', () => {
    expect(
      faultsOf({
        kind: 'person',
        name: ' ',
        taxId: '1',
        billingEmails: ['ok@exemplo.com.br', 'sem-arroba', 'a@b.com\nBcc: x@y.com'],
        addresses: [{ uf: 'SP' }, { uf: 'ZZ', municipio: '1' }],
        contacts: [{ name: '', email: 'x' }],
      }),
    ).toEqual([
      '/name blank',
      '/taxId invalid_tax_id',
      '/billingEmails/1 invalid_email',
      '/billingEmails/2 invalid_email',
      '/addresses/1/municipio unknown_municipio',
      '/addresses/1/uf unknown_uf',
      '/contacts/0/name blank',
      '/contacts/0/email invalid_email',
    ])
  })

  it('has each billing e-mail once', () => {
    expect(readCustomer({ ...company, billingEmails: ['a@b.com', ' a@b.com ', 'c@d.com'] }).billingEmails).toEqual([
      'a@b.com',
      'c@d.com',
    ])
  })
})

describe('an erased customer', () => {
  const data = readCustomer({
    ...person,
    taxId: '52998224725',
    tradeName: 'Joãozinho',
    municipalRegistration: '123',
    billingEmails: ['joao@exemplo.com.br'],
    addresses: [{ street: 'Rua das Flores' }],
    contacts: [{ name: 'Maria' }],
    notes: 'gosta de café',
  })

  it('has nothing personal left', () => {
    const left = JSON.stringify(erasedCustomer(data, { taxId: false }))
    for (const secret of ['João', '529', 'joao', 'Flores', 'Maria', 'café', '123']) expect(left).not.toContain(secret)
  })

  it('keeps its tax id while the fiscal record needs it', () => {
    expect(erasedCustomer(data, { taxId: true }).taxId).toBe('52998224725')
  })
})
