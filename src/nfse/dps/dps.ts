// The declaration of a service (DPS) as a plain value: what a note will say, in our own words for structure and the layout's for codes. It has no place for
// what whoever emits as the prestador may not say (name and address of the prestador, E0121 and E0128; amount received, E0424), nor for an emitter other than
// the prestador (E9996). Amounts are cents, rates are per cent. The order and the elements are those of layout 1.01, set of 27/07/2026.

import type { TaxId } from '../../core/brazil/tax-id.ts'
import type { CivilDate, Instant } from '../../core/dates.ts'
import type { Cents, Decimal } from '../../core/money.ts'
import type { IssqnTaxation, OpSimpNac, RegApTribSn, RegEspTrib, TpRetIssqn } from '../rates/iss-case.ts'

export interface Dps {
  layout: '1.00' | '1.01'
  /** tpAmb: 1 production, 2 restricted production. */
  environment: 1 | 2
  /** dhEmi, written on the wall of `timeZone`. A minute back outlives clocks that differ (E0008): `momentOfIssue`. */
  issuedAt: Instant
  timeZone: string
  /** verAplic: name and version of the program, at most 20 characters. */
  application: string
  serie: number
  number: number
  /** dCompet */
  competence: CivilDate
  /** cLocEmi: the city that authorizes the prestador. */
  municipio: string
  substitutes: Substitution | null
  prestador: Prestador
  tomador: Party | null
  intermediario: Party | null
  service: Service
  amounts: Amounts
  municipalTax: MunicipalTax
  federalTaxes: FederalTaxes | null
  /** totTrib: the approximate burden of Lei 12.741/2012. */
  burden: BurdenSaid
  ibsCbs: IbsCbs | null
}

export interface Substitution {
  key: string
  /** 01 left the Simples, 02 entered it, 03 and 04 immunity or exemption added or removed, 05 rejected by the other party, 99 other. */
  reason: '01' | '02' | '03' | '04' | '05' | '99'
  /** 15 to 255 characters; with reason 99 always. */
  text: string | null
}

export interface Prestador {
  taxId: TaxId
  caepf: string | null
  /** IM: exactly when the register of the city (CNC) has one (E0116, E0120). */
  municipalRegistration: string | null
  phone: string | null
  email: string | null
  opSimpNac: OpSimpNac
  /** Of ME/EPP only. */
  regApTribSN: RegApTribSn | null
  regEspTrib: RegEspTrib
}

export type Identity =
  | TaxId
  /** NIF: the number of a tax authority abroad. */
  | { kind: 'foreign'; nif: string }
  /** cNaoNIF: 1 exempt of one, 2 none is demanded; 0 is refused here (E0226). */
  | { kind: 'foreign_without_nif'; cNaoNIF: 0 | 1 | 2 }

/** Tomador, intermediario, supplier of what is deducted. */
export interface Party {
  identity: Identity
  caepf: string | null
  municipalRegistration: string | null
  name: string
  address: PartyAddress | null
  phone: string | null
  email: string | null
}

export interface StreetAddress {
  street: string
  /** 'S/N' where there is none. */
  number: string
  complement: string | null
  district: string
}

export interface PlaceAbroad {
  postalCode: string
  city: string
  region: string
}

export interface PartyAddress extends StreetAddress {
  place: { kind: 'national'; municipio: string; cep: string } | ({ kind: 'abroad'; country: string } & PlaceAbroad)
}

/** Of works, an event, or real estate: where they are abroad, the country is said by the place of service. */
export interface SiteAddress extends StreetAddress {
  place: { kind: 'national'; cep: string } | ({ kind: 'abroad' } & PlaceAbroad)
}

export interface Service {
  /** locPrest */
  place: { kind: 'national'; municipio: string } | { kind: 'abroad'; country: string }
  /** Six digits: item, subitem, national split. */
  cTribNac: string
  /** Three digits, only where the city lists it. */
  cTribMun: string | null
  /** xDescServ: up to 2000 characters, line breaks are kept. */
  description: string
  cNBS: string | null
  /** cIntContrib: letters and digits, at most 20. */
  internalCode: string | null
  foreignTrade: ForeignTrade | null
  works: Works | null
  event: EventOfService | null
  further: Further | null
}

/** comExt. The codes 0 are those of notes of origin, refused here (E0333 to E0345). */
export interface ForeignTrade {
  mdPrestacao: 0 | 1 | 2 | 3 | 4
  vincPrest: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 9
  /** tpMoeda: three digits of the Central Bank. */
  currency: string
  /** vServMoeda, in hundredths of that currency. */
  amountInCurrencyCents: Cents
  /** '00' to '08' */
  mecAFComexP: string
  /** '00' to '26' */
  mecAFComexT: string
  /** 1 none, 2 import (with nDI), 3 export (with nRE). */
  movTempBens: 0 | 1 | 2 | 3
  nDI: string | null
  nRE: string | null
  /** Whether the note is shared with the ministry of development. */
  mdic: boolean
}

export interface Works {
  /** inscImobFisc: what the city knows the building by. */
  propertyRegistration: string | null
  site: { kind: 'cObra'; code: string } | { kind: 'cCIB'; code: string } | { kind: 'address'; address: SiteAddress }
}

export interface EventOfService {
  name: string
  from: CivilDate
  until: CivilDate
  site: { kind: 'id'; id: string } | { kind: 'address'; address: SiteAddress }
}

/** infoCompl */
export interface Further {
  technicalDocument: string | null
  referenceDocument: string | null
  order: string | null
  orderItems: readonly string[]
  /** xInfComp: one line of at most 2000 characters. */
  text: string | null
}

export interface Amounts {
  serviceCents: Cents
  /** Null and zero are the same: nothing is said. */
  unconditionalDiscountCents: Cents | null
  conditionalDiscountCents: Cents | null
  deduction: Deduction | null
}

export type Deduction =
  | { kind: 'percent'; percent: Decimal }
  | { kind: 'amount'; cents: Cents }
  | { kind: 'documents'; documents: readonly DeductionDocument[] }

export type DeductionKind = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 99

export interface DeductionDocument {
  document:
    | { kind: 'chNFSe'; key: string }
    | { kind: 'chNFe'; key: string }
    | { kind: 'NFSeMun'; municipio: string; number: string; verificationCode: string }
    | { kind: 'NFNFS'; number: string; model: string; serie: string }
    | { kind: 'nDocFisc'; number: string }
    | { kind: 'nDoc'; number: string }
  tpDedRed: DeductionKind
  /** With kind 99, and only then. */
  description: string | null
  issuedOn: CivilDate
  deductibleCents: Cents
  deductedCents: Cents
  /** Needed unless a national key tells it. */
  supplier: Party | null
}

export interface MunicipalTax {
  tribISSQN: IssqnTaxation
  /** Where the result of an export shows. */
  cPaisResult: string | null
  /** Of what is immune, 1 to 5; 0 is refused here. */
  tpImunidade: 0 | 1 | 2 | 3 | 4 | 5 | null
  suspension: { tpSusp: 1 | 2; nProcesso: string } | null
  benefit: MunicipalBenefitSaid | null
  tpRetISSQN: TpRetIssqn
  /** pAliq, mostly unsaid: `rates/iss-rate.ts` knows when. */
  percent: Decimal | null
}

export interface MunicipalBenefitSaid {
  /** Fourteen digits. */
  nBM: string
  reduction: { kind: 'amount'; cents: Cents } | { kind: 'percent'; percent: Decimal } | null
}

/** tribFed, of NT 007: what is withheld of PIS, COFINS and CSLL is one amount, and `tpRetPisCofins` tells of which it is. */
export interface FederalTaxes {
  /** The prestador's own contributions, not what is withheld of them. */
  pisCofins: PisCofins | null
  /** vRetCP, vRetIRRF, vRetCSLL. Null and zero are the same: nothing is said. */
  socialSecurityCents: Cents | null
  incomeTaxCents: Cents | null
  contributionsCents: Cents | null
}

export interface PisCofins {
  /** Two digits of the tables of PIS and COFINS. */
  CST: string
  baseCents: Cents | null
  pisPercent: Decimal | null
  cofinsPercent: Decimal | null
  pisCents: Cents | null
  cofinsCents: Cents | null
  /** 0 none; 3 all three; 4 PIS and COFINS; 5 PIS; 6 COFINS; 7 COFINS and CSLL; 8 CSLL; 9 PIS and CSLL; 1 and 2 are older. */
  tpRetPisCofins: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | null
}

export type BurdenSaid =
  | { kind: 'amounts'; federalCents: Cents; stateCents: Cents; municipalCents: Cents }
  | { kind: 'percents'; federal: Decimal; state: Decimal; municipal: Decimal }
  /** pTotTribSN: the rate of a company of the Simples. */
  | { kind: 'simples'; percent: Decimal }
  /** indTotTrib 0: nothing is told. */
  | { kind: 'untold' }

/** What is declared of IBS and CBS; the national system reckons. `finNFSe` is 0, and `indDest` says whether there is a recipient. */
export interface IbsCbs {
  /** Whether it is for one's own use or consumption. */
  indFinal: 0 | 1 | null
  cIndOp: string
  tpOper: 1 | 2 | 3 | 4 | 5 | null
  references: readonly string[]
  tpEnteGov: 1 | 2 | 3 | 4 | null
  /** Whoever receives the service, where that is not the tomador. */
  recipient: Recipient | null
  realEstate: RealEstate | null
  reimbursements: readonly Reimbursement[]
  CST: string
  cClassTrib: string
  cCredPres: string | null
  regular: { CSTReg: string; cClassTribReg: string } | null
  deferral: { statePercent: Decimal; municipalPercent: Decimal; cbsPercent: Decimal } | null
}

export interface Recipient {
  identity: Identity
  name: string
  address: PartyAddress | null
  phone: string | null
  email: string | null
}

export interface RealEstate {
  propertyRegistration: string | null
  site: { kind: 'cCIB'; code: string } | { kind: 'address'; address: SiteAddress }
}

export interface Reimbursement {
  document:
    | { kind: 'national'; tipoChaveDFe: 1 | 2 | 3 | 9; description: string | null; key: string }
    | { kind: 'fiscal'; municipio: string; number: string; description: string }
    | { kind: 'other'; number: string; description: string }
  supplier: { identity: Identity; name: string } | null
  issuedOn: CivilDate
  competence: CivilDate
  tpReeRepRes: '01' | '02' | '03' | '04' | '99'
  /** With kind 99, and only then. */
  description: string | null
  cents: Cents
}
