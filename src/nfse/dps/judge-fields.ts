// Each field by itself: whether its text, amount or rate can be written so that the schema takes it. The Sefin would answer all of them with E1235,
// and none of them leaves the house.

import type { Cents, Decimal } from '../../core/money.ts'
import type { OfficialFault } from '../fault.ts'
import type {
  Deduction,
  Dps,
  IbsCbs,
  Identity,
  Party,
  PartyAddress,
  PlaceAbroad,
  Recipient,
  Service,
  SiteAddress,
} from './dps.ts'
import { amountFault, percentFault } from './numbers.ts'
import { SCHEMA } from './rule.ts'
import { textFields as field, mended, type TextField, textFault } from './texts.ts'

export function fieldFaults(dps: Dps): OfficialFault[] {
  const faults = new FieldFaults()
  const { prestador, substitutes } = dps
  faults.text('/application', field.application, dps.application)
  faults.optional('/substitutes/text', field.reason, substitutes?.text ?? null)
  faults.optional('/prestador/caepf', field.caepf, prestador.caepf)
  faults.optional('/prestador/municipalRegistration', field.municipalRegistration, prestador.municipalRegistration)
  faults.optional('/prestador/phone', field.phone, prestador.phone)
  faults.optional('/prestador/email', field.email, prestador.email)
  if (dps.tomador !== null) ofParty(faults, '/tomador', dps.tomador)
  if (dps.intermediario !== null) ofParty(faults, '/intermediario', dps.intermediario)
  ofService(faults, '/service', dps.service)
  ofAmounts(faults, dps)
  if (dps.ibsCbs !== null) ofIbsCbs(faults, '/ibsCbs', dps.ibsCbs)
  return faults.list
}

class FieldFaults {
  readonly list: OfficialFault[] = []

  text(path: string, as: TextField, said: string): void {
    this.#add(path, 'text_refused', textFault(as, said))
  }

  /** A blank text is not written, so nothing is wrong with it. */
  optional(path: string, as: TextField, said: string | null): void {
    if (said !== null && mended(as, said) !== '') this.text(path, as, said)
  }

  amount(path: string, said: Cents | null): void {
    if (said !== null) this.#add(path, 'amount_refused', amountFault(said))
  }

  percent(path: string, said: Decimal | null, digits: 1 | 2 | 3): void {
    if (said !== null) this.#add(path, 'percent_refused', percentFault(said, digits))
  }

  most(path: string, items: readonly unknown[], least: number, most: number): void {
    if (items.length < least) this.#add(path, 'too_few_items', 'Informe ao menos um item, ou retire o grupo.')
    if (items.length > most)
      this.#add(path, 'too_many_items', `São no máximo ${most} itens numa nota. Divida a cobrança em mais notas.`)
  }

  #add(path: string, code: string, message: string | null): void {
    if (message !== null) this.list.push({ path, code, official: SCHEMA, message })
  }
}

function ofIdentity(faults: FieldFaults, path: string, identity: Identity): void {
  if (identity.kind === 'foreign') faults.text(`${path}/nif`, field.nif, identity.nif)
}

function ofParty(faults: FieldFaults, path: string, party: Party): void {
  ofIdentity(faults, `${path}/identity`, party.identity)
  faults.optional(`${path}/caepf`, field.caepf, party.caepf)
  faults.optional(`${path}/municipalRegistration`, field.municipalRegistration, party.municipalRegistration)
  faults.text(`${path}/name`, field.partyName, party.name)
  ofReach(faults, path, party)
}

function ofReach(
  faults: FieldFaults,
  path: string,
  { address, phone, email }: Pick<Recipient, 'address' | 'phone' | 'email'>,
): void {
  if (address !== null) ofAddress(faults, `${path}/address`, address)
  faults.optional(`${path}/phone`, field.phone, phone)
  faults.optional(`${path}/email`, field.email, email)
}

function ofAddress(faults: FieldFaults, path: string, address: PartyAddress | SiteAddress): void {
  const { place } = address
  if (place.kind === 'national') faults.text(`${path}/place/cep`, field.cep, place.cep)
  else ofAbroad(faults, `${path}/place`, place)
  faults.text(`${path}/street`, field.street, address.street)
  faults.text(`${path}/number`, field.number, address.number)
  faults.optional(`${path}/complement`, field.complement, address.complement)
  faults.text(`${path}/district`, field.district, address.district)
}

function ofAbroad(faults: FieldFaults, path: string, place: PlaceAbroad): void {
  faults.text(`${path}/postalCode`, field.postalCode, place.postalCode)
  faults.text(`${path}/city`, field.city, place.city)
  faults.text(`${path}/region`, field.region, place.region)
}

function ofService(faults: FieldFaults, path: string, service: Service): void {
  const { foreignTrade: trade, works, event, further } = service
  faults.text(`${path}/cTribNac`, field.cTribNac, service.cTribNac)
  faults.optional(`${path}/cTribMun`, field.cTribMun, service.cTribMun)
  faults.text(`${path}/description`, field.description, service.description)
  faults.optional(`${path}/cNBS`, field.cNBS, service.cNBS)
  faults.optional(`${path}/internalCode`, field.internalCode, service.internalCode)
  if (trade !== null) {
    const at = `${path}/foreignTrade`
    faults.text(`${at}/currency`, field.currency, trade.currency)
    faults.amount(`${at}/amountInCurrencyCents`, trade.amountInCurrencyCents)
    faults.text(`${at}/mecAFComexP`, field.mecAFComexP, trade.mecAFComexP)
    faults.text(`${at}/mecAFComexT`, field.mecAFComexT, trade.mecAFComexT)
    faults.optional(`${at}/nDI`, field.importDeclaration, trade.nDI)
    faults.optional(`${at}/nRE`, field.exportRegistration, trade.nRE)
  }
  if (works !== null) {
    faults.optional(`${path}/works/propertyRegistration`, field.propertyRegistration, works.propertyRegistration)
    if (works.site.kind === 'address') ofAddress(faults, `${path}/works/site/address`, works.site.address)
    else faults.text(`${path}/works/site/code`, works.site.kind === 'cCIB' ? field.cCIB : field.worksCode, works.site.code)
  }
  if (event !== null) {
    faults.text(`${path}/event/name`, field.eventName, event.name)
    if (event.site.kind === 'address') ofAddress(faults, `${path}/event/site/address`, event.site.address)
    else faults.text(`${path}/event/site/id`, field.eventId, event.site.id)
  }
  if (further !== null) {
    const at = `${path}/further`
    faults.optional(`${at}/technicalDocument`, field.technicalDocument, further.technicalDocument)
    faults.optional(`${at}/referenceDocument`, field.referenceDocument, further.referenceDocument)
    faults.optional(`${at}/order`, field.order, further.order)
    faults.most(`${at}/orderItems`, further.orderItems, 0, 99)
    for (const [i, item] of further.orderItems.entries()) faults.text(`${at}/orderItems/${i}`, field.orderItem, item)
    faults.optional(`${at}/text`, field.further, further.text)
  }
}

function ofAmounts(faults: FieldFaults, { amounts, municipalTax, federalTaxes, burden }: Dps): void {
  faults.amount('/amounts/serviceCents', amounts.serviceCents)
  if (amounts.deduction !== null) ofDeduction(faults, '/amounts/deduction', amounts.deduction)
  const { suspension, benefit } = municipalTax
  if (suspension !== null) faults.text('/municipalTax/suspension/nProcesso', field.nProcesso, suspension.nProcesso)
  if (benefit !== null) {
    faults.text('/municipalTax/benefit/nBM', field.nBM, benefit.nBM)
    const path = '/municipalTax/benefit/reduction'
    if (benefit.reduction?.kind === 'amount') faults.amount(`${path}/cents`, benefit.reduction.cents)
    if (benefit.reduction?.kind === 'percent') faults.percent(`${path}/percent`, benefit.reduction.percent, 3)
  }
  faults.percent('/municipalTax/percent', municipalTax.percent, 1)
  const contributions = federalTaxes?.pisCofins ?? null
  if (contributions !== null) {
    const path = '/federalTaxes/pisCofins'
    faults.text(`${path}/CST`, field.cstPisCofins, contributions.CST)
    faults.amount(`${path}/baseCents`, contributions.baseCents)
    faults.percent(`${path}/pisPercent`, contributions.pisPercent, 2)
    faults.percent(`${path}/cofinsPercent`, contributions.cofinsPercent, 2)
    faults.amount(`${path}/pisCents`, contributions.pisCents)
    faults.amount(`${path}/cofinsCents`, contributions.cofinsCents)
  }
  switch (burden.kind) {
    case 'amounts':
      for (const name of ['federalCents', 'stateCents', 'municipalCents'] as const) faults.amount(`/burden/${name}`, burden[name])
      break
    case 'percents':
      for (const name of ['federal', 'state', 'municipal'] as const) faults.percent(`/burden/${name}`, burden[name], 3)
      break
    case 'simples':
      faults.percent('/burden/percent', burden.percent, 2)
  }
}

function ofDeduction(faults: FieldFaults, path: string, deduction: Deduction): void {
  if (deduction.kind === 'percent') faults.percent(`${path}/percent`, deduction.percent, 3)
  if (deduction.kind === 'amount') faults.amount(`${path}/cents`, deduction.cents)
  if (deduction.kind !== 'documents') return
  faults.most(`${path}/documents`, deduction.documents, 1, 1000)
  for (const [i, one] of deduction.documents.entries()) {
    const at = `${path}/documents/${i}`
    const { document } = one
    if (document.kind === 'NFSeMun') {
      faults.text(`${at}/document/number`, field.municipalNumber, document.number)
      faults.text(`${at}/document/verificationCode`, field.verificationCode, document.verificationCode)
    } else if (document.kind === 'NFNFS') {
      faults.text(`${at}/document/number`, field.nfNumber, document.number)
      faults.text(`${at}/document/model`, field.nfModel, document.model)
      faults.text(`${at}/document/serie`, field.nfSerie, document.serie)
    } else if (document.kind === 'nDoc' || document.kind === 'nDocFisc') {
      faults.text(`${at}/document/number`, field.documentNumber, document.number)
    }
    faults.optional(`${at}/description`, field.otherDeduction, one.description)
    faults.amount(`${at}/deductibleCents`, one.deductibleCents)
    faults.amount(`${at}/deductedCents`, one.deductedCents)
    if (one.supplier !== null) ofParty(faults, `${at}/supplier`, one.supplier)
  }
}

function ofIbsCbs(faults: FieldFaults, path: string, it: IbsCbs): void {
  faults.text(`${path}/cIndOp`, field.cIndOp, it.cIndOp)
  faults.most(`${path}/references`, it.references, 0, 99)
  faults.text(`${path}/CST`, field.cst, it.CST)
  faults.text(`${path}/cClassTrib`, field.cClassTrib, it.cClassTrib)
  faults.optional(`${path}/cCredPres`, field.cCredPres, it.cCredPres)
  if (it.regular !== null) {
    faults.text(`${path}/regular/CSTReg`, field.cst, it.regular.CSTReg)
    faults.text(`${path}/regular/cClassTribReg`, field.cClassTrib, it.regular.cClassTribReg)
  }
  if (it.deferral !== null) {
    for (const name of ['statePercent', 'municipalPercent', 'cbsPercent'] as const) {
      faults.percent(`${path}/deferral/${name}`, it.deferral[name], 3)
    }
  }
  if (it.recipient !== null) {
    ofIdentity(faults, `${path}/recipient/identity`, it.recipient.identity)
    faults.text(`${path}/recipient/name`, field.recipientName, it.recipient.name)
    ofReach(faults, `${path}/recipient`, it.recipient)
  }
  if (it.realEstate !== null) {
    const { site } = it.realEstate
    faults.optional(`${path}/realEstate/propertyRegistration`, field.propertyRegistration, it.realEstate.propertyRegistration)
    if (site.kind === 'cCIB') faults.text(`${path}/realEstate/site/code`, field.cCIB, site.code)
    else ofAddress(faults, `${path}/realEstate/site/address`, site.address)
  }
  faults.most(`${path}/reimbursements`, it.reimbursements, 0, 1000)
  for (const [i, one] of it.reimbursements.entries()) ofReimbursement(faults, `${path}/reimbursements/${i}`, one)
}

function ofReimbursement(faults: FieldFaults, path: string, one: IbsCbs['reimbursements'][number]): void {
  const { document } = one
  if (document.kind === 'national') {
    faults.text(`${path}/document/key`, field.dfeKey, document.key)
    faults.optional(`${path}/document/description`, field.documentDescription, document.description)
  } else {
    faults.text(`${path}/document/number`, field.documentNumber, document.number)
    faults.text(`${path}/document/description`, field.documentDescription, document.description)
  }
  if (one.supplier !== null) {
    ofIdentity(faults, `${path}/supplier/identity`, one.supplier.identity)
    faults.text(`${path}/supplier/name`, field.supplierName, one.supplier.name)
  }
  faults.optional(`${path}/description`, field.otherReimbursement, one.description)
  faults.amount(`${path}/cents`, one.cents)
}
