import { group, leaf, sequence, type Xml } from '../xml/canonical.ts'
import type { Identity, Party, PartyAddress, PlaceAbroad, Recipient, SiteAddress, StreetAddress } from './dps.ts'
import { textFields } from './texts.ts'
import { code, text } from './write-text.ts'

export function writeIdentity(identity: Identity): Xml {
  switch (identity.kind) {
    case 'company':
      return leaf('CNPJ', identity.taxId)
    case 'person':
      return leaf('CPF', identity.taxId)
    case 'foreign':
      return text('NIF', textFields.nif, identity.nif)
    case 'foreign_without_nif':
      return code('cNaoNIF', identity.cNaoNIF)
  }
}

/** Tomador, intermediario, supplier. */
export function writeParty(element: 'toma' | 'interm' | 'fornec', party: Party): Xml {
  return group(
    element,
    writeIdentity(party.identity),
    text('CAEPF', textFields.caepf, party.caepf),
    text('IM', textFields.municipalRegistration, party.municipalRegistration),
    text('xNome', textFields.partyName, party.name),
    writeReach(party),
  )
}

export function writeRecipient(recipient: Recipient): Xml {
  const { identity, name } = recipient
  return group('dest', writeIdentity(identity), text('xNome', textFields.recipientName, name), writeReach(recipient))
}

function writeReach({ address, phone, email }: Pick<Party, 'address' | 'phone' | 'email'>): Xml {
  const where = address === null ? [] : [writeAddress(address)]
  return sequence(...where, text('fone', textFields.phone, phone), text('email', textFields.email, email))
}

/** Where it is comes before the street. */
function writeAddress(address: PartyAddress): Xml {
  const { place } = address
  const where =
    place.kind === 'national'
      ? group('endNac', leaf('cMun', place.municipio), text('CEP', textFields.cep, place.cep))
      : group('endExt', leaf('cPais', place.country), writeAbroad(place))
  return group('end', where, writeStreet(address))
}

/** Of works, an event, or real estate. */
export function writeSite(address: SiteAddress): Xml {
  const { place } = address
  const where = place.kind === 'national' ? text('CEP', textFields.cep, place.cep) : group('endExt', writeAbroad(place))
  return group('end', where, writeStreet(address))
}

function writeAbroad({ postalCode, city, region }: PlaceAbroad): Xml {
  return sequence(
    text('cEndPost', textFields.postalCode, postalCode),
    text('xCidade', textFields.city, city),
    text('xEstProvReg', textFields.region, region),
  )
}

function writeStreet({ street, number, complement, district }: StreetAddress): Xml {
  return sequence(
    text('xLgr', textFields.street, street),
    text('nro', textFields.number, number),
    text('xCpl', textFields.complement, complement),
    text('xBairro', textFields.district, district),
  )
}
