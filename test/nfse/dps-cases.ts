import type { Cnpj } from '../../src/core/brazil/cnpj.ts'
import type { Cpf } from '../../src/core/brazil/cpf.ts'
import { civilDate } from '../../src/core/dates.ts'
import { cents, decimal } from '../../src/core/money.ts'
import type {
  DeductionDocument,
  Dps,
  EventOfService,
  ForeignTrade,
  IbsCbs,
  Party,
  PartyAddress,
  Reimbursement,
  SiteAddress,
  Works,
} from '../../src/nfse/dps/dps.ts'
import { officialLists } from '../../src/nfse/dps/official-lists.ts'
import { type Known, nothingKnown } from '../../src/nfse/dps/rule.ts'
import { aTomador, nonOptant, ofMei, ofSimples } from './a-dps.ts'
import { cnpj, cpf } from './tax-ids.ts'

/** The official lists, and nothing else. */
export const known: Known = { ...nothingKnown, lists: officialLists() }

type Changes<T> = { [K in keyof T]?: T[K] extends object | null ? Changes<NonNullable<T[K]>> | T[K] : T[K] }

/** The value with some fields said otherwise; what is null before, or a list, is replaced as a whole. */
export function but<T>(value: T, changes: Changes<T>): T {
  const changed: Record<string, unknown> = { ...(value as object) }
  for (const [name, change] of Object.entries(changes)) {
    const before = changed[name]
    changed[name] = isPlain(before) && isPlain(change) && !('kind' in change) ? but(before, change) : change
  }
  return changed as T
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Digits that do not fit, as only somebody's own hand writes them into a row. */
const wrongCnpj = { kind: 'company', taxId: '91712343000135' as Cnpj } as const
const wrongCpf = { kind: 'person', taxId: '52998224726' as Cpf } as const
const person = { kind: 'person', taxId: cpf('52998224725') } as const
const KEY = '42054072211222333000181000000000004126111234567897'
const LETTERS = { kind: 'company', taxId: cnpj('12ABC34501DE35') } as const

const abroad: PartyAddress = {
  street: '5th Avenue',
  number: '1',
  complement: null,
  district: 'Manhattan',
  place: { kind: 'abroad', country: 'US', postalCode: '10001', city: 'New York', region: 'NY' },
}
const foreigner: Party = { ...aTomador, identity: { kind: 'foreign', nif: '123456789' }, address: abroad, phone: null }
const site: SiteAddress = {
  street: 'Rua A',
  number: '1',
  complement: null,
  district: 'Centro',
  place: { kind: 'national', cep: '88010000' },
}
const siteAbroad: SiteAddress = { ...site, place: { kind: 'abroad', postalCode: '10001', city: 'New York', region: 'NY' } }
const works: Works = { propertyRegistration: null, site: { kind: 'address', address: site } }
const event: EventOfService = {
  name: 'Feira',
  from: civilDate('2026-11-20'),
  until: civilDate('2026-11-22'),
  site: { kind: 'address', address: site },
}
const trade: ForeignTrade = {
  mdPrestacao: 1,
  vincPrest: 0,
  currency: '220',
  amountInCurrencyCents: cents(200_000),
  mecAFComexP: '01',
  mecAFComexT: '01',
  movTempBens: 1,
  nDI: null,
  nRE: null,
  mdic: false,
}

// --- Notes that are right, of each kind ---

export const party = (change: Changes<Party>): Party => but(aTomador, change)
const withTomador = (change: Changes<Party>): Dps => ({ ...ofSimples, tomador: party(change) })
const withIntermediario = (change: Changes<Party>): Dps => ({
  ...ofSimples,
  intermediario: but(party({ identity: { kind: 'company', taxId: cnpj('44556677000186') } }), change),
})
/** Taken by somebody abroad, its result there. */
const exported: Dps = but(nonOptant, {
  tomador: foreigner,
  service: { foreignTrade: trade },
  municipalTax: { tribISSQN: 3, cPaisResult: 'US' },
  federalTaxes: null,
  ibsCbs: null,
})
const renderedAbroad: Dps = but(exported, {
  service: { place: { kind: 'abroad', country: 'US' } },
  municipalTax: { cPaisResult: null },
})
const substituting: Dps = { ...ofSimples, substitutes: { key: KEY, reason: '01', text: null } }
const onWorks: Dps = but(nonOptant, { service: { cTribNac: '070201', works } })
const ofEvent: Dps = but(nonOptant, { service: { cTribNac: '120101', event } })
const deducting: Dps = but(nonOptant, { amounts: { deduction: { kind: 'amount', cents: cents(10_000) } } })
const retained: Dps = but(ofSimples, { municipalTax: { tpRetISSQN: 2, percent: decimal('2.79') } })
const benefit = { nBM: '42054070100001', reduction: { kind: 'percent', percent: decimal('10') } } as const
const suspension = { tpSusp: 1, nProcesso: `${'0'.repeat(29)}1` } as const
const benefited: Dps = but(nonOptant, { municipalTax: { benefit } })

const document: DeductionDocument = {
  document: { kind: 'nDoc', number: '123' },
  tpDedRed: 2,
  description: null,
  issuedOn: civilDate('2026-11-10'),
  deductibleCents: cents(20_000),
  deductedCents: cents(10_000),
  supplier: party({}),
}
const withDocument = (change: Changes<DeductionDocument>, whole: Changes<Dps> = {}): Dps =>
  but(but(nonOptant, { amounts: { deduction: { kind: 'documents', documents: [but(document, change)] } } }), whole)

const reimbursement: Reimbursement = {
  document: { kind: 'other', number: '55', description: 'Taxa de registro' },
  supplier: { identity: { kind: 'company', taxId: cnpj('91712343000134') }, name: 'Cartorio' },
  issuedOn: civilDate('2026-11-10'),
  competence: civilDate('2026-11-10'),
  tpReeRepRes: '01',
  description: null,
  cents: cents(5_000),
}
const withIbsCbs = (change: Changes<IbsCbs>, whole: Changes<Dps> = {}): Dps =>
  but(nonOptant.ibsCbs === null ? nonOptant : { ...nonOptant, ibsCbs: but(nonOptant.ibsCbs, change) }, whole)
const withReimbursement = (change: Changes<Reimbursement>): Dps => withIbsCbs({ reimbursements: [but(reimbursement, change)] })
const recipient = { identity: person, name: 'Destinatario', address: null, phone: null, email: null }
const withRecipient = (change: Changes<typeof recipient>): Dps => withIbsCbs({ recipient: but(recipient, change) })
const realEstate = { propertyRegistration: null, site: { kind: 'cCIB', code: '1234567A' } } as const

const pis = (change: object): Dps =>
  but(nonOptant, { federalTaxes: { pisCofins: change } as Changes<Dps['federalTaxes'] & object> })
const taxes = (change: Changes<NonNullable<Dps['federalTaxes']>>): Dps => but(nonOptant, { federalTaxes: change as never })

export interface Case {
  refused: Dps
  accepted: Dps
  /** Where it is told. */
  path: string
  /** Beside the lists. */
  known?: Partial<Known>
}

/** By the rule's own code and the official one. What is accepted is free of every fault, and valid. */
export const cases: Record<string, Case> = {
  'serie_out_of_range E0010': {
    refused: but(ofSimples, { serie: 50_000 }),
    accepted: but(ofSimples, { serie: 49_999 }),
    path: '/serie',
  },
  'number_out_of_range E1235': {
    refused: but(ofSimples, { number: 0 }),
    accepted: but(ofSimples, { number: 999_999_999_999_999 }),
    path: '/number',
  },
  'competence_after_issue E0015': {
    refused: but(ofSimples, { competence: civilDate('2026-11-21') }),
    accepted: but(ofSimples, { competence: civilDate('2026-10-01') }),
    path: '/competence',
  },
  'competence_before_convention E0016': {
    refused: but(ofSimples, { competence: civilDate('2026-10-31') }),
    accepted: but(ofMei, { competence: civilDate('2026-10-31') }),
    path: '/competence',
    known: { cityActiveSince: civilDate('2026-11-01') },
  },
  'year_out_of_layout E1235': {
    refused: but(ofSimples, { competence: civilDate('1999-12-31') }),
    accepted: but(ofSimples, { competence: civilDate('2000-01-01') }),
    path: '/competence',
  },
  'unknown_city_of_issue E0037': { refused: but(ofSimples, { municipio: '4205400' }), accepted: ofSimples, path: '/municipio' },
  'invalid_substituted_key E0042': {
    refused: but(substituting, { substitutes: { key: `${KEY.slice(0, 49)}1`, reason: '01', text: null } }),
    accepted: substituting,
    path: '/substitutes/key',
  },
  'key_refused_by_schema E1235': {
    refused: but(ofSimples, {
      prestador: { taxId: LETTERS },
      substitutes: { key: '42054072212ABC34501DE35000000000004126111234567898', reason: '01', text: null },
    }),
    accepted: substituting,
    path: '/substitutes/key',
  },
  'substitution_without_text E0078': {
    refused: but(substituting, { substitutes: { key: KEY, reason: '99', text: ' ' } }),
    accepted: but(substituting, { substitutes: { key: KEY, reason: '99', text: 'Descrição do serviço incompleta' } }),
    path: '/substitutes/text',
  },
  'invalid_prestador_tax_id E0080': {
    refused: but(ofSimples, { prestador: { taxId: wrongCnpj } }),
    accepted: but(ofSimples, { prestador: { taxId: LETTERS } }),
    path: '/prestador/taxId',
  },
  'invalid_prestador_tax_id E0096': {
    refused: but(ofMei, { prestador: { taxId: wrongCpf } }),
    accepted: but(ofSimples, { prestador: { taxId: person } }),
    path: '/prestador/taxId',
  },
  'municipal_registration_missing E0116': {
    refused: ofSimples,
    accepted: but(ofSimples, { prestador: { municipalRegistration: '123' } }),
    path: '/prestador/municipalRegistration',
    known: { prestadorHasCncRecord: true },
  },
  'municipal_registration_forbidden E0120': {
    refused: but(ofSimples, { prestador: { municipalRegistration: '123' } }),
    accepted: ofSimples,
    path: '/prestador/municipalRegistration',
    known: { prestadorHasCncRecord: false },
  },
  'simples_regime_forbidden E0162': {
    refused: but(ofMei, { prestador: { regApTribSN: 1 } }),
    accepted: ofMei,
    path: '/prestador/regApTribSN',
  },
  'simples_regime_missing E0166': {
    refused: but(ofSimples, { prestador: { regApTribSN: null } }),
    accepted: ofSimples,
    path: '/prestador/regApTribSN',
  },
  'special_regime_not_taxable E0172': {
    refused: but(exported, { prestador: { regEspTrib: 6 } }),
    accepted: but(nonOptant, { prestador: { regEspTrib: 6 } }),
    path: '/prestador/regEspTrib',
  },
  'special_regime_of_mei E0174': {
    refused: but(ofMei, { prestador: { regEspTrib: 5 } }),
    accepted: ofMei,
    path: '/prestador/regEspTrib',
  },
  'special_regime_of_simples E0175': {
    refused: but(ofSimples, { prestador: { regEspTrib: 6 } }),
    accepted: but(ofSimples, { prestador: { regEspTrib: 6, regApTribSN: 2 } }),
    path: '/prestador/regEspTrib',
  },
  'special_regime_elsewhere E0176': {
    refused: but(onWorks, { prestador: { regEspTrib: 6 }, service: { place: { kind: 'national', municipio: '3550308' } } }),
    accepted: but(onWorks, { prestador: { regEspTrib: 5 }, service: { place: { kind: 'national', municipio: '3550308' } } }),
    path: '/prestador/regEspTrib',
  },
  ...ofRole(
    'tomador',
    withTomador,
    ['E0188', 'E0206', 'E0202', 'E0204', 'E0237', 'E0226', 'E0242', 'E0223', 'E0238', 'E0246', 'E0247'],
    2,
  ),
  ...ofRole(
    'intermediario',
    withIntermediario,
    ['E0248', 'E0266', 'E0262', 'E0264', 'E0293', 'E0286', 'E0298', 'E0281', 'E0294', 'E0299', 'E0300'],
    3,
  ),
  'invalid_prestador_email E0148': {
    refused: but(ofSimples, { prestador: { email: 'contato arroba empresa' } }),
    accepted: but(ofSimples, { prestador: { email: 'contato@empresa.com.br' } }),
    path: '/prestador/email',
  },
  'tomador_address_missing E0234': {
    refused: but(nonOptant, { tomador: party({ address: null }), service: { cTribNac: '170501' } }),
    accepted: but(nonOptant, { service: { cTribNac: '170501' } }),
    path: '/tomador/address',
  },
  'unknown_city_of_service E0302': {
    refused: but(ofSimples, { service: { place: { kind: 'national', municipio: '0000001' } } }),
    accepted: but(ofSimples, { service: { place: { kind: 'national', municipio: '0000000' } } }),
    path: '/service/place/municipio',
  },
  'unknown_country_of_service E0304': {
    refused: but(renderedAbroad, { service: { place: { kind: 'abroad', country: 'BR' } } }),
    accepted: renderedAbroad,
    path: '/service/place/country',
  },
  'unknown_service_code E0310': {
    refused: but(ofSimples, { service: { cTribNac: '010199' } }),
    accepted: ofSimples,
    path: '/service/cTribNac',
  },
  'unknown_nbs E0316': {
    refused: but(ofSimples, { service: { cNBS: '999999998' } }),
    accepted: ofSimples,
    path: '/service/cNBS',
  },
  'foreign_side_without_nbs E0318': {
    refused: but(exported, { service: { cNBS: null } }),
    accepted: exported,
    path: '/service/cNBS',
  },
  'foreign_trade_missing E0330': {
    refused: but(exported, { service: { foreignTrade: null } }),
    accepted: exported,
    path: '/service/foreignTrade',
  },
  ...Object.fromEntries(
    (
      [
        ['mode_of_origin E0333', { mdPrestacao: 0 }, {}, 'mdPrestacao'],
        ['support_of_prestador_of_origin E0341', { mecAFComexP: '00' }, { mecAFComexP: '08' }, 'mecAFComexP'],
        ['support_of_tomador_of_origin E0343', { mecAFComexT: '00' }, { mecAFComexT: '26' }, 'mecAFComexT'],
        ['movement_of_origin E0345', { movTempBens: 0 }, {}, 'movTempBens'],
        ['import_declaration_missing E0352', { movTempBens: 2 }, { movTempBens: 2, nDI: '2612345678' }, 'nDI'],
        ['declaration_without_movement E0354', { nRE: '1' }, {}, 'movTempBens'],
        ['export_registration_missing E0356', { movTempBens: 3 }, { movTempBens: 3, nRE: '2612345678' }, 'nRE'],
      ] as const
    ).map(([rule, refused, accepted, field]): [string, Case] => [
      rule,
      {
        refused: but(exported, { service: { foreignTrade: { ...trade, ...refused } } }),
        accepted: but(exported, { service: { foreignTrade: { ...trade, ...accepted } } }),
        path: `/service/foreignTrade/${field}`,
      },
    ]),
  ),
  'works_missing E0370': { refused: but(onWorks, { service: { works: null } }), accepted: onWorks, path: '/service/works' },
  'works_forbidden E0372': { refused: but(ofSimples, { service: { works } }), accepted: onWorks, path: '/service/works' },
  'event_missing E0390': { refused: but(ofEvent, { service: { event: null } }), accepted: ofEvent, path: '/service/event' },
  'event_forbidden E0392': { refused: but(ofSimples, { service: { event } }), accepted: ofEvent, path: '/service/event' },
  'works_address_not_abroad E0384': {
    refused: but(renderedAbroad, { service: { cTribNac: '070201', works } }),
    accepted: but(renderedAbroad, {
      service: { cTribNac: '070201', works: { ...works, site: { kind: 'address', address: siteAbroad } } },
    }),
    path: '/service/works/site/address/place',
  },
  'works_address_abroad E0386': {
    refused: but(onWorks, { service: { works: { ...works, site: { kind: 'address', address: siteAbroad } } } }),
    accepted: but(onWorks, { service: { works: { ...works, site: { kind: 'cObra', code: '123456' } } } }),
    path: '/service/works/site/address/place',
  },
  'event_address_not_abroad E0402': {
    refused: but(renderedAbroad, { service: { cTribNac: '120101', event } }),
    accepted: but(renderedAbroad, {
      service: { cTribNac: '120101', event: { ...event, site: { kind: 'address', address: siteAbroad } } },
    }),
    path: '/service/event/site/address/place',
  },
  'event_address_abroad E0404': {
    refused: but(ofEvent, { service: { event: { ...event, site: { kind: 'address', address: siteAbroad } } } }),
    accepted: but(ofEvent, { service: { event: { ...event, site: { kind: 'id', id: 'FEIRA-1' } } } }),
    path: '/service/event/site/address/place',
  },
  'reductions_above_price E0427': {
    refused: but(nonOptant, { amounts: { deduction: { kind: 'amount', cents: cents(1_000_001) } } }),
    accepted: deducting,
    path: '/amounts/serviceCents',
  },
  'net_below_zero E0428': {
    refused: but(nonOptant, { amounts: { conditionalDiscountCents: cents(950_000) } }),
    accepted: but(nonOptant, { amounts: { conditionalDiscountCents: cents(900_000) } }),
    path: '/amounts/serviceCents',
  },
  'unconditional_discount_out_of_range E0431': {
    refused: but(ofSimples, { amounts: { unconditionalDiscountCents: cents(100_000) } }),
    accepted: but(ofSimples, { amounts: { unconditionalDiscountCents: cents(0) } }),
    path: '/amounts/unconditionalDiscountCents',
  },
  'conditional_discount_out_of_range E0432': {
    refused: but(ofSimples, { amounts: { conditionalDiscountCents: cents(-1) } }),
    accepted: but(ofSimples, { amounts: { conditionalDiscountCents: cents(99_999) } }),
    path: '/amounts/conditionalDiscountCents',
  },
  'below_iss_floor E0429': {
    refused: but(nonOptant, { amounts: { deduction: { kind: 'percent', percent: decimal('60.01') } } }),
    accepted: but(nonOptant, { amounts: { deduction: { kind: 'percent', percent: decimal('60') } } }),
    path: '/amounts',
    known: { cityPercent: decimal('5') },
  },
  'deduction_not_taxable E0435': {
    refused: but(exported, { amounts: deducting.amounts }),
    accepted: deducting,
    path: '/amounts/deduction',
  },
  'deduction_of_mei E0436': {
    refused: but(ofMei, { amounts: { deduction: deducting.amounts.deduction } }),
    accepted: deducting,
    path: '/amounts/deduction',
  },
  'deduction_suspended E0437': {
    refused: but(deducting, { municipalTax: { suspension } }),
    accepted: but(nonOptant, { municipalTax: { suspension } }),
    path: '/amounts/deduction',
  },
  'deduction_of_special_regime E0438': {
    refused: but(deducting, { prestador: { regEspTrib: 6 } }),
    accepted: deducting,
    path: '/amounts/deduction',
  },
  'deduction_of_exempt E0439': {
    refused: but(deducting, { municipalTax: { benefit: { ...benefit, reduction: null } } }),
    accepted: but(nonOptant, { municipalTax: { benefit: { ...benefit, reduction: null } } }),
    path: '/amounts/deduction',
    known: { benefit: 'isencao' },
  },
  'deduction_of_simples E0441': {
    refused: but(ofSimples, { amounts: { deduction: deducting.amounts.deduction } }),
    accepted: but(ofSimples, { amounts: { deduction: deducting.amounts.deduction }, service: { cTribNac: '070501', works } }),
    path: '/amounts/deduction',
  },
  'deduction_of_simples E0442': {
    refused: but(ofSimples, { amounts: { deduction: deducting.amounts.deduction } }),
    accepted: but(ofSimples, { amounts: { deduction: deducting.amounts.deduction }, service: { cTribNac: '060101' } }),
    path: '/amounts/deduction',
    known: { cityIsActive: false },
  },
  'deduction_by_amount E0446': {
    refused: deducting,
    accepted: but(nonOptant, { amounts: { deduction: { kind: 'percent', percent: decimal('10') } } }),
    path: '/amounts/deduction',
    known: { deductionKinds: { percent: true, amount: false, documents: true } },
  },
  'deduction_by_documents E0449': {
    refused: withDocument({}),
    accepted: deducting,
    path: '/amounts/deduction',
    known: { deductionKinds: { percent: true, amount: true, documents: false } },
  },
  'deduction_by_percent E0454': {
    refused: but(nonOptant, { amounts: { deduction: { kind: 'percent', percent: decimal('10') } } }),
    accepted: withDocument({}),
    path: '/amounts/deduction',
    known: { deductionKinds: { percent: false, amount: true, documents: true } },
  },
  'deduction_percent_out_of_range E0453': {
    refused: but(nonOptant, { amounts: { deduction: { kind: 'percent', percent: decimal('0') } } }),
    accepted: but(nonOptant, { amounts: { deduction: { kind: 'percent', percent: decimal('100') } }, federalTaxes: null }),
    path: '/amounts/deduction',
  },
  ...ofDocument(
    'document_key_invalid E0455',
    { document: { kind: 'chNFSe', key: KEY.replace(/7$/, '1') }, supplier: null },
    { document: { kind: 'chNFSe', key: KEY }, supplier: null },
    '/document/key',
  ),
  ...ofDocument(
    'document_key_invalid E0460',
    { document: { kind: 'chNFe', key: '1'.repeat(44) }, supplier: null },
    { document: { kind: 'chNFe', key: '35261191712343000134550010000001231123456785' }, supplier: null },
    '/document/key',
  ),
  ...ofDocument(
    'document_city_unknown E0466',
    { document: { kind: 'NFSeMun', municipio: '0000001', number: '000000000000012', verificationCode: 'AB12' } },
    { document: { kind: 'NFSeMun', municipio: '3550308', number: '000000000000012', verificationCode: 'AB12' } },
    '/document/municipio',
  ),
  ...ofDocument(
    'document_without_description E0468',
    { tpDedRed: 99 },
    { tpDedRed: 99, description: 'Outra dedução' },
    '/description',
  ),
  ...ofDocument('document_description_forbidden E0470', { description: 'Materiais' }, {}, '/description'),
  ...ofDocument(
    'document_after_competence E0472',
    { issuedOn: civilDate('2026-11-21') },
    { issuedOn: civilDate('2026-11-20') },
    '/issuedOn',
  ),
  ...ofDocument(
    'document_above_deductible E0474',
    { deductedCents: cents(20_001) },
    { deductedCents: cents(20_000) },
    '/deductedCents',
  ),
  ...ofDocument(
    'document_above_price E0476',
    { deductibleCents: cents(2_000_000), deductedCents: cents(1_000_001) },
    { deductibleCents: cents(2_000_000) },
    '/deductedCents',
  ),
  ...ofDocument('document_without_supplier E0477', { supplier: null }, {}, '/supplier'),
  ...ofDocument('supplier_invalid_cnpj E0478', { supplier: party({ identity: wrongCnpj }) }, {}, '/supplier/identity'),
  ...ofDocument(
    'supplier_invalid_cpf E0484',
    { supplier: party({ identity: wrongCpf }) },
    { supplier: party({ identity: person }) },
    '/supplier/identity',
  ),
  ...ofDocument(
    'supplier_reason_of_no_nif E0490',
    { supplier: party({ identity: { kind: 'foreign_without_nif', cNaoNIF: 0 } }) },
    { supplier: party({ identity: { kind: 'foreign_without_nif', cNaoNIF: 2 } }) },
    '/supplier/identity',
  ),
  ...ofDocument('supplier_without_address E0492', { supplier: party({ address: null }) }, {}, '/supplier/address'),
  ...ofDocument(
    'supplier_city_unknown E0494',
    { supplier: party({ address: { place: { kind: 'national', municipio: '9999999', cep: '01310100' } } }) },
    {},
    '/supplier/address/place/municipio',
  ),
  ...ofDocument(
    'supplier_without_address_abroad E0498',
    { supplier: { ...foreigner, address: aTomador.address } },
    { supplier: foreigner },
    '/supplier/address',
  ),
  ...ofDocument(
    'supplier_abroad_without_nif E1538',
    { supplier: { ...foreigner, identity: person } },
    { supplier: foreigner },
    '/supplier/identity',
  ),
  ...ofDocument(
    'supplier_country_unknown E0499',
    { supplier: but(foreigner, { address: { place: { ...abroad.place, country: 'XX' } as never } }) },
    { supplier: foreigner },
    '/supplier/address/place/country',
  ),
  'taxed_without_incidence E0532': {
    refused: but(nonOptant, { service: { cTribNac: '990101' } }),
    accepted: but(nonOptant, { service: { cTribNac: '990101' }, municipalTax: { tribISSQN: 4 } }),
    path: '/municipalTax/tribISSQN',
  },
  'unknown_country_of_result null': {
    refused: but(exported, { municipalTax: { cPaisResult: 'BR' } }),
    accepted: exported,
    path: '/municipalTax/cPaisResult',
  },
  'country_of_result_missing E0590': {
    refused: but(exported, { municipalTax: { cPaisResult: null } }),
    accepted: exported,
    path: '/municipalTax/cPaisResult',
  },
  'country_of_result_forbidden E0591': {
    refused: but(renderedAbroad, { municipalTax: { cPaisResult: 'US' } }),
    accepted: renderedAbroad,
    path: '/municipalTax/cPaisResult',
  },
  'no_export E0529': {
    refused: but(exported, { service: { cTribNac: '070201', works }, municipalTax: { cPaisResult: null } }),
    accepted: but(exported, { service: { cTribNac: '170501' } }),
    path: '/municipalTax/tribISSQN',
  },
  'taxed_abroad E0530': {
    refused: but(renderedAbroad, {
      service: { cTribNac: '120101', event: { ...event, site: { kind: 'id', id: 'X' } } },
      municipalTax: { tribISSQN: 1 },
    }),
    accepted: but(renderedAbroad, { municipalTax: { tribISSQN: 1 } }),
    path: '/municipalTax/tribISSQN',
  },
  'immunity_kind E0592': {
    refused: but(nonOptant, { municipalTax: { tribISSQN: 2 } }),
    accepted: but(nonOptant, { municipalTax: { tribISSQN: 2, tpImunidade: 3 } }),
    path: '/municipalTax/tpImunidade',
  },
  'immunity_kind_of_origin E0593': {
    refused: but(nonOptant, { municipalTax: { tribISSQN: 2, tpImunidade: 0 } }),
    accepted: but(nonOptant, { municipalTax: { tribISSQN: 2, tpImunidade: 5 } }),
    path: '/municipalTax/tpImunidade',
  },
  'suspension_not_taxable E0585': {
    refused: but(exported, { municipalTax: { suspension } }),
    accepted: but(nonOptant, { municipalTax: { suspension } }),
    path: '/municipalTax/suspension',
  },
  'benefit_forbidden E0533': {
    refused: but(exported, { municipalTax: { benefit } }),
    accepted: benefited,
    path: '/municipalTax/benefit',
  },
  'benefit_forbidden E0534': {
    refused: but(ofMei, { municipalTax: { benefit } }),
    accepted: benefited,
    path: '/municipalTax/benefit',
  },
  'benefit_forbidden E0535': {
    refused: but(benefited, { prestador: { regEspTrib: 6 } }),
    accepted: benefited,
    path: '/municipalTax/benefit',
  },
  'benefit_forbidden E0537': {
    refused: but(benefited, { municipalTax: { percent: decimal('5') } }),
    accepted: but(nonOptant, { municipalTax: { percent: decimal('5') } }),
    path: '/municipalTax/benefit',
    known: { cityIsActive: false },
  },
  'benefit_forbidden E0538': {
    refused: but(benefited, { municipalTax: { suspension } }),
    accepted: benefited,
    path: '/municipalTax/benefit',
  },
  'benefit_above_price E0574': {
    refused: but(nonOptant, {
      municipalTax: { benefit: { ...benefit, reduction: { kind: 'amount', cents: cents(1_000_001) } } },
    }),
    accepted: but(nonOptant, { municipalTax: { benefit: { ...benefit, reduction: { kind: 'amount', cents: cents(400_000) } } } }),
    path: '/municipalTax/benefit/reduction',
  },
  'iss_retention_forbidden E0580': {
    refused: but(exported, { municipalTax: { tpRetISSQN: 2 } }),
    accepted: exported,
    path: '/municipalTax/tpRetISSQN',
  },
  'iss_retention_forbidden E0583': {
    refused: but(ofMei, { municipalTax: { tpRetISSQN: 2 } }),
    accepted: ofMei,
    path: '/municipalTax/tpRetISSQN',
  },
  'iss_retention_forbidden E0588': {
    refused: but(nonOptant, { prestador: { regEspTrib: 6 }, municipalTax: { tpRetISSQN: 2 } }),
    accepted: but(nonOptant, { municipalTax: { tpRetISSQN: 2 } }),
    path: '/municipalTax/tpRetISSQN',
  },
  'iss_retention_forbidden E0589': {
    refused: but(nonOptant, { municipalTax: { suspension, tpRetISSQN: 2 } }),
    accepted: but(nonOptant, { municipalTax: { tpRetISSQN: 2 } }),
    path: '/municipalTax/tpRetISSQN',
  },
  'iss_retention_forbidden E0594': {
    refused: but(benefited, { municipalTax: { tpRetISSQN: 2 } }),
    accepted: benefited,
    path: '/municipalTax/tpRetISSQN',
    known: { benefit: 'isencao' },
  },
  'iss_retention_forbidden E0596': {
    refused: but(nonOptant, { service: { cTribNac: '220101' }, municipalTax: { tpRetISSQN: 2 } }),
    accepted: but(nonOptant, { service: { cTribNac: '220101' } }),
    path: '/municipalTax/tpRetISSQN',
  },
  ...ofRate('E0595', retained, '5.01', '5', null),
  ...ofRate('E0600', ofMei, '5', null, null),
  ...ofRate('E0602', exported, '5', null, null),
  ...ofRate('E0604', but(nonOptant, { prestador: { regEspTrib: 6 } }), '5', null, null),
  ...ofRate('E0606', but(nonOptant, { municipalTax: { suspension } }), '5', null, null),
  ...ofRate('E0612', benefited, '3', null, true, { benefit: 'aliquota_diferenciada' }),
  ...ofRate('E0617', nonOptant, '5', null, true),
  ...ofRate('E0619', nonOptant, null, '5', false),
  // Where it is not known whether the city is active, a rate that is needed in either case is missed all the same.
  ...ofRate('E0621', retained, null, '1.8', null),
  ...ofRate('E0625', ofSimples, '2.79', null, true),
  ...ofRate('E0628', retained, '1.79', '1.8', false),
  ...ofRate('E0631', ofSimples, '2.79', null, false),
  ...ofRate('E0635', but(ofSimples, { prestador: { regApTribSN: 2 } }), '5', null, true),
  ...ofRate('E0640', but(ofSimples, { prestador: { regApTribSN: 3 } }), null, '5', false),
  'federal_taxes_of_person E0675': {
    refused: but(nonOptant, { prestador: { taxId: person } }),
    accepted: but(nonOptant, { prestador: { taxId: person }, federalTaxes: null }),
    path: '/federalTaxes',
  },
  'federal_taxes_of_mei E0676': {
    refused: but(ofMei, {
      federalTaxes: { pisCofins: null, socialSecurityCents: null, incomeTaxCents: cents(100), contributionsCents: null },
    }),
    accepted: ofMei,
    path: '/federalTaxes',
  },
  'pis_cofins_base_above_price E0677': {
    refused: pis({ baseCents: cents(1_000_001) }),
    accepted: nonOptant,
    path: '/federalTaxes/pisCofins/baseCents',
  },
  'pis_percent_out_of_range E0686': {
    refused: pis({ pisPercent: decimal('100.01') }),
    accepted: nonOptant,
    path: '/federalTaxes/pisCofins/pisPercent',
  },
  'cofins_percent_out_of_range E0692': {
    refused: pis({ cofinsPercent: decimal('100.01') }),
    accepted: nonOptant,
    path: '/federalTaxes/pisCofins/cofinsPercent',
  },
  'pis_is_not_base_times_rate E0694': {
    refused: pis({ pisCents: cents(6_501) }),
    accepted: pis({ baseCents: cents(999_900), pisCents: cents(6_499), cofinsCents: cents(29_997) }),
    path: '/federalTaxes/pisCofins/pisCents',
  },
  'cofins_is_not_base_times_rate E0696': {
    refused: pis({ cofinsCents: null }),
    accepted: nonOptant,
    path: '/federalTaxes/pisCofins/cofinsCents',
  },
  'withheld_out_of_range E0699': {
    refused: taxes({ socialSecurityCents: cents(1_000_000) }),
    accepted: taxes({ socialSecurityCents: cents(0) }),
    path: '/federalTaxes/socialSecurityCents',
  },
  'withheld_out_of_range E0700': {
    refused: taxes({ incomeTaxCents: cents(-1) }),
    accepted: taxes({ incomeTaxCents: cents(0) }),
    path: '/federalTaxes/incomeTaxCents',
  },
  'withheld_out_of_range E0701': {
    refused: taxes({ contributionsCents: cents(1_000_000) }),
    accepted: nonOptant,
    path: '/federalTaxes/contributionsCents',
  },
  'contributions_not_withheld E0720': {
    refused: pis({ tpRetPisCofins: 0 }),
    accepted: but(pis({ tpRetPisCofins: 0 }), { federalTaxes: { contributionsCents: null } as never }),
    path: '/federalTaxes/contributionsCents',
  },
  'contributions_missing E0724': {
    refused: taxes({ contributionsCents: cents(0) }),
    accepted: but(pis({ tpRetPisCofins: 2 }), { federalTaxes: { contributionsCents: null } as never }),
    path: '/federalTaxes/contributionsCents',
  },
  ...ofBurden('burden_above_price E0702', { federalCents: cents(1_000_001) }, 'federalCents'),
  ...ofBurden('burden_above_price E0703', { stateCents: cents(1_000_001) }, 'stateCents'),
  ...ofBurden('burden_above_price E0704', { municipalCents: cents(1_000_001) }, 'municipalCents'),
  ...ofBurdenPercent('burden_percent_out_of_range E0706', { federal: decimal('100.01') }, 'federal'),
  ...ofBurdenPercent('burden_percent_out_of_range E0707', { state: decimal('100.01') }, 'state'),
  ...ofBurdenPercent('burden_percent_out_of_range E0708', { municipal: decimal('100.01') }, 'municipal'),
  'burden_of_mei E0710': {
    refused: but(ofMei, { burden: { kind: 'simples', percent: decimal('6') } }),
    accepted: ofMei,
    path: '/burden',
  },
  'burden_of_simples E0712': { refused: but(ofSimples, { burden: { kind: 'untold' } }), accepted: ofSimples, path: '/burden' },
  'burden_of_non_optant E0713': { refused: but(nonOptant, { burden: { kind: 'untold' } }), accepted: nonOptant, path: '/burden' },
  'ibs_cbs_too_early E0850': {
    refused: but(nonOptant, { competence: civilDate('2025-12-30') }),
    accepted: but(nonOptant, { competence: civilDate('2026-01-01') }),
    path: '/ibsCbs',
  },
  'ibs_cbs_in_old_layout E0854': {
    refused: but(nonOptant, { layout: '1.00' }),
    accepted: but(nonOptant, { layout: '1.00', ibsCbs: null }),
    path: '/ibsCbs',
  },
  'unknown_ind_op E0901': {
    refused: withIbsCbs({ cIndOp: '999999' }),
    accepted: withIbsCbs({ cIndOp: '100501' }),
    path: '/ibsCbs/cIndOp',
  },
  'operation_missing E0903': {
    refused: withIbsCbs({ tpEnteGov: 1 }),
    accepted: withIbsCbs({ tpEnteGov: 1, tpOper: 1 }),
    path: '/ibsCbs/tpOper',
  },
  'operation_forbidden E0904': {
    refused: withIbsCbs({ tpOper: 1 }),
    accepted: withIbsCbs({ tpOper: 4 }, { service: { cTribNac: '100501' } }),
    path: '/ibsCbs/tpOper',
  },
  'references_missing E0905': {
    refused: withIbsCbs({ tpEnteGov: 1, tpOper: 2 }),
    accepted: withIbsCbs({ tpEnteGov: 1, tpOper: 2, references: [KEY] }),
    path: '/ibsCbs/references',
  },
  'references_forbidden E0906': {
    refused: withIbsCbs({ references: [KEY] }),
    accepted: withIbsCbs({ tpEnteGov: 1, tpOper: 3, references: [KEY] }),
    path: '/ibsCbs/references',
  },
  'reference_key_invalid E0907': {
    refused: withIbsCbs({ tpEnteGov: 1, tpOper: 2, references: [KEY, KEY.replace(/7$/, '3')] }),
    accepted: withIbsCbs({ tpEnteGov: 1, tpOper: 2, references: [KEY, KEY] }),
    path: '/ibsCbs/references/1',
  },
  'recipient_invalid_cnpj E0911': {
    refused: withRecipient({ identity: wrongCnpj as never }),
    accepted: withRecipient({ identity: LETTERS as never }),
    path: '/ibsCbs/recipient/identity',
  },
  'recipient_invalid_cpf E0913': {
    refused: withRecipient({ identity: wrongCpf }),
    accepted: withRecipient({}),
    path: '/ibsCbs/recipient/identity',
  },
  'recipient_unknown_city E0920': {
    refused: withRecipient({
      address: { ...aTomador.address, place: { kind: 'national', municipio: '1', cep: '01310100' } } as never,
    }),
    accepted: withRecipient({ address: aTomador.address as never }),
    path: '/ibsCbs/recipient/address/place/municipio',
  },
  'recipient_unknown_country E1235': {
    refused: withRecipient({ address: { ...abroad, place: { ...abroad.place, country: 'br' } } as never }),
    accepted: withRecipient({ address: abroad as never }),
    path: '/ibsCbs/recipient/address/place/country',
  },
  'recipient_invalid_email E0930': {
    refused: withRecipient({ email: 'x@' as never }),
    accepted: withRecipient({ email: 'x@example.org' as never }),
    path: '/ibsCbs/recipient/email',
  },
  'real_estate_forbidden E0928': {
    refused: withIbsCbs({ realEstate }),
    accepted: withIbsCbs({ realEstate, cIndOp: '020201' }),
    path: '/ibsCbs/realEstate',
  },
  'real_estate_of_works E0931': {
    refused: withIbsCbs({ realEstate, cIndOp: '020201' }, { service: { cTribNac: '070201', works } }),
    accepted: withIbsCbs({ cIndOp: '020201' }, { service: { cTribNac: '070201', works } }),
    path: '/ibsCbs/realEstate',
  },
  'real_estate_missing E0932': {
    refused: withIbsCbs({ cIndOp: '020101' }),
    accepted: withIbsCbs({ cIndOp: '020101', realEstate }),
    path: '/ibsCbs/realEstate',
  },
  'real_estate_not_abroad E0934': {
    refused: withIbsCbs(
      { cIndOp: '020101', realEstate: { ...realEstate, site: { kind: 'address', address: site } } },
      { service: { place: { kind: 'abroad', country: 'US' }, foreignTrade: trade } },
    ),
    accepted: withIbsCbs(
      { cIndOp: '020101', realEstate: { ...realEstate, site: { kind: 'address', address: siteAbroad } } },
      { service: { place: { kind: 'abroad', country: 'US' }, foreignTrade: trade } },
    ),
    path: '/ibsCbs/realEstate/site',
  },
  'real_estate_abroad E0935': {
    refused: withIbsCbs({ cIndOp: '020101', realEstate: { ...realEstate, site: { kind: 'address', address: siteAbroad } } }),
    accepted: withIbsCbs({ cIndOp: '020101', realEstate: { ...realEstate, site: { kind: 'address', address: site } } }),
    path: '/ibsCbs/realEstate/site',
  },
  'class_of_other_cst E0959': {
    refused: withIbsCbs({ cClassTrib: '200001' }),
    accepted: withIbsCbs({ CST: '200', cClassTrib: '200001' }),
    path: '/ibsCbs/cClassTrib',
  },
  'regular_class_of_other_cst E0970': {
    refused: withIbsCbs({ regular: { CSTReg: '000', cClassTribReg: '200001' } }),
    accepted: withIbsCbs({ regular: { CSTReg: '000', cClassTribReg: '000001' } }),
    path: '/ibsCbs/regular/cClassTribReg',
  },
  ...ofReimbursement(
    'reimbursed_key_length E0940',
    { document: { kind: 'national', tipoChaveDFe: 1, description: null, key: '1'.repeat(44) } },
    { document: { kind: 'national', tipoChaveDFe: 2, description: null, key: '1'.repeat(44) } },
    '/document/key',
  ),
  ...ofReimbursement(
    'reimbursed_fiscal_too_late E0942',
    { document: { kind: 'fiscal', municipio: '3550308', number: '1', description: 'Nota' } },
    { document: { kind: 'fiscal', municipio: '3550308', number: '1', description: 'Nota' }, competence: civilDate('2025-12-30') },
    '/document',
  ),
  ...ofReimbursement(
    'reimbursed_city_unknown E0943',
    { document: { kind: 'fiscal', municipio: '1', number: '1', description: 'Nota' } },
    {},
    '/document/municipio',
  ),
  ...ofReimbursement(
    'reimbursed_supplier_invalid_cnpj E0945',
    { supplier: { identity: wrongCnpj, name: 'X' } },
    {},
    '/supplier/identity',
  ),
  ...ofReimbursement(
    'reimbursed_supplier_invalid_cpf E0947',
    { supplier: { identity: wrongCpf, name: 'X' } },
    { supplier: { identity: person, name: 'X' } },
    '/supplier/identity',
  ),
  ...ofReimbursement('reimbursed_issue_before_competence E0950', { issuedOn: civilDate('2026-11-09') }, {}, '/issuedOn'),
  ...ofReimbursement(
    'reimbursement_description E0952',
    { description: 'Outro' },
    { tpReeRepRes: '99', description: 'Outro' },
    '/description',
  ),
  ...ofReimbursement('reimbursement_above_price E0953', { cents: cents(1_000_001) }, { cents: cents(1_000_000) }, '/cents'),
}

function ofRole(
  role: 'tomador' | 'intermediario',
  of: (change: Changes<Party>) => Dps,
  codes: readonly string[],
  retains: 2 | 3,
): Record<string, Case> {
  const [cnpjCode, cpfCode, same, unidentified, retainsAddress, cNaoNIF, abroadCode, nif, city, country, email] = codes
  const retaining = (dps: Dps): Dps => but(dps, { municipalTax: { tpRetISSQN: retains, percent: decimal('2.79') } })
  const fromAbroad = (change: Changes<Party>): Dps =>
    but(of({ ...foreigner, ...change } as Changes<Party>), { service: { foreignTrade: trade } })
  const cityOf = (municipio: string) => of({ address: { place: { kind: 'national', municipio, cep: '01310100' } } })
  const countryOf = (code: string) => fromAbroad({ address: { ...abroad, place: { ...abroad.place, country: code } as never } })
  return {
    [`${role}_invalid_cnpj ${cnpjCode}`]: {
      refused: of({ identity: wrongCnpj }),
      accepted: of({ identity: LETTERS }),
      path: `/${role}/identity`,
    },
    [`${role}_invalid_cpf ${cpfCode}`]: {
      refused: of({ identity: wrongCpf }),
      accepted: of({ identity: person }),
      path: `/${role}/identity`,
    },
    // Another establishment of the same company.
    [`${role}_is_prestador ${same}`]: {
      refused: of({ identity: { kind: 'company', taxId: cnpj('11222333000262') } }),
      accepted: of({}),
      path: `/${role}/identity`,
    },
    [`${role}_unidentified ${unidentified}`]: {
      refused: retaining(fromAbroad({})),
      accepted: retaining(of({})),
      path: `/${role}/identity`,
    },
    [`${role}_without_national_address ${retainsAddress}`]: {
      refused: retaining(of({ address: null })),
      accepted: retaining(of({})),
      path: `/${role}/address`,
    },
    [`${role}_reason_of_no_nif ${cNaoNIF}`]: {
      refused: fromAbroad({ identity: { kind: 'foreign_without_nif', cNaoNIF: 0 } }),
      accepted: fromAbroad({ identity: { kind: 'foreign_without_nif', cNaoNIF: 2 } }),
      path: `/${role}/identity`,
    },
    [`${role}_without_address_abroad ${abroadCode}`]: {
      refused: fromAbroad({ address: null as never }),
      accepted: fromAbroad({}),
      path: `/${role}/address`,
    },
    [`${role}_address_abroad_without_nif ${nif}`]: {
      refused: fromAbroad({ identity: person }),
      accepted: fromAbroad({}),
      path: `/${role}/identity`,
    },
    [`${role}_unknown_city ${city}`]: {
      refused: cityOf('3550309'),
      accepted: cityOf('3550308'),
      path: `/${role}/address/place/municipio`,
    },
    [`${role}_unknown_country ${country}`]: {
      refused: countryOf('BR'),
      accepted: countryOf('AR'),
      path: `/${role}/address/place/country`,
    },
    [`${role}_invalid_email ${email}`]: {
      refused: of({ email: 'financeiro@tomador' }),
      accepted: of({ email: 'financeiro@tomador.com.br' }),
      path: `/${role}/email`,
    },
  }
}

function ofDocument(
  rule: string,
  refused: Changes<DeductionDocument>,
  accepted: Changes<DeductionDocument>,
  place: string,
): Record<string, Case> {
  return {
    [rule]: { refused: withDocument(refused), accepted: withDocument(accepted), path: `/amounts/deduction/documents/0${place}` },
  }
}

function ofReimbursement(
  rule: string,
  refused: Changes<Reimbursement>,
  accepted: Changes<Reimbursement>,
  place: string,
): Record<string, Case> {
  return {
    [rule]: {
      refused: withReimbursement(refused),
      accepted: withReimbursement(accepted),
      path: `/ibsCbs/reimbursements/0${place}`,
    },
  }
}

function ofRate(
  official: string,
  dps: Dps,
  refused: string | null,
  accepted: string | null,
  cityIsActive: boolean | null,
  more: Partial<Known> = {},
): Record<string, Case> {
  const at = (percent: string | null) => but(dps, { municipalTax: { percent: percent === null ? null : decimal(percent) } })
  return {
    [`iss_rate ${official}`]: {
      refused: at(refused),
      accepted: at(accepted),
      path: '/municipalTax/percent',
      known: { cityIsActive, ...more },
    },
  }
}

function ofBurden(rule: string, change: object, field: string): Record<string, Case> {
  const burden = { kind: 'amounts', federalCents: cents(0), stateCents: cents(0), municipalCents: cents(0) } as const
  return {
    [rule]: {
      refused: { ...nonOptant, burden: { ...burden, ...change } },
      accepted: { ...nonOptant, burden },
      path: `/burden/${field}`,
    },
  }
}

function ofBurdenPercent(rule: string, change: object, field: string): Record<string, Case> {
  const burden = { kind: 'percents', federal: decimal('13.45'), state: decimal('0'), municipal: decimal('100') } as const
  return {
    [rule]: {
      refused: { ...nonOptant, burden: { ...burden, ...change } },
      accepted: { ...nonOptant, burden },
      path: `/burden/${field}`,
    },
  }
}
