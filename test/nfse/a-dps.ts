import { civilDate, instant } from '../../src/core/dates.ts'
import { cents, decimal } from '../../src/core/money.ts'
import type { Dps, Party } from '../../src/nfse/dps/dps.ts'
import { cnpj, cpf } from './tax-ids.ts'

/** A company in Brazil that takes services. */
export const aTomador: Party = {
  identity: { kind: 'company', taxId: cnpj('91712343000134') },
  caepf: null,
  municipalRegistration: null,
  name: 'Tomador Ficticio Comercio Ltda',
  address: {
    street: 'Avenida Modelo',
    number: '1000',
    complement: null,
    district: 'Centro',
    place: { kind: 'national', municipio: '3550308', cep: '01310100' },
  },
  phone: '1133334444',
  email: 'financeiro@tomador.example',
}

/** Sample a01: a company of the Simples, its ISS within. */
export const ofSimples: Dps = {
  layout: '1.01',
  environment: 2,
  issuedAt: instant('2026-11-20T12:15:00Z'),
  timeZone: 'America/Sao_Paulo',
  application: 'motor-teste-1.0',
  serie: 1,
  number: 1001,
  competence: civilDate('2026-11-20'),
  municipio: '4205407',
  substitutes: null,
  prestador: {
    taxId: { kind: 'company', taxId: cnpj('11222333000181') },
    caepf: null,
    municipalRegistration: null,
    phone: null,
    email: null,
    opSimpNac: 3,
    regApTribSN: 1,
    regEspTrib: 0,
  },
  tomador: aTomador,
  intermediario: null,
  service: {
    place: { kind: 'national', municipio: '4205407' },
    cTribNac: '010701',
    cTribMun: null,
    description: 'Suporte tecnico mensal conforme contrato 2026-0042, competencia 11/2026',
    cNBS: '115013000',
    internalCode: null,
    foreignTrade: null,
    works: null,
    event: null,
    further: null,
  },
  amounts: { serviceCents: cents(100_000), unconditionalDiscountCents: null, conditionalDiscountCents: null, deduction: null },
  municipalTax: {
    tribISSQN: 1,
    cPaisResult: null,
    tpImunidade: null,
    suspension: null,
    benefit: null,
    tpRetISSQN: 1,
    percent: null,
  },
  federalTaxes: null,
  burden: { kind: 'simples', percent: decimal('6') },
  ibsCbs: null,
}

/** Sample a02: outside of the Simples, IRRF and contributions withheld, IBS and CBS declared. */
export const nonOptant: Dps = {
  ...ofSimples,
  number: 1002,
  prestador: {
    ...ofSimples.prestador,
    taxId: { kind: 'company', taxId: cnpj('44556677000186') },
    opSimpNac: 1,
    regApTribSN: null,
  },
  amounts: { ...ofSimples.amounts, serviceCents: cents(1_000_000) },
  federalTaxes: {
    pisCofins: {
      CST: '01',
      baseCents: cents(1_000_000),
      pisPercent: decimal('0.65'),
      cofinsPercent: decimal('3'),
      pisCents: cents(6_500),
      cofinsCents: cents(30_000),
      tpRetPisCofins: 3,
    },
    socialSecurityCents: null,
    incomeTaxCents: cents(15_000),
    contributionsCents: cents(46_500),
  },
  burden: { kind: 'amounts', federalCents: cents(134_500), stateCents: cents(0), municipalCents: cents(50_000) },
  ibsCbs: {
    indFinal: 0,
    cIndOp: '100301',
    tpOper: null,
    references: [],
    tpEnteGov: null,
    recipient: null,
    realEstate: null,
    reimbursements: [],
    CST: '000',
    cClassTrib: '000001',
    cCredPres: null,
    regular: null,
    deferral: null,
  },
}

/** Sample a06: a MEI, and a person without an address. */
export const ofMei: Dps = {
  ...ofSimples,
  number: 1006,
  prestador: {
    ...ofSimples.prestador,
    taxId: { kind: 'company', taxId: cnpj('55667788000186') },
    opSimpNac: 2,
    regApTribSN: null,
  },
  tomador: {
    ...aTomador,
    identity: { kind: 'person', taxId: cpf('52998224725') },
    name: 'Maria Exemplo de Teste',
    address: null,
    email: null,
  },
  amounts: { ...ofSimples.amounts, serviceCents: cents(35_000) },
  burden: { kind: 'untold' },
}
