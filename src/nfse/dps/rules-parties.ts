import { municipioOf } from '../../core/brazil/municipio.ts'
import { isEmail } from '../../core/text.ts'
import type { Dps, Party, PartyAddress } from './dps.ts'
import { hasRightDigits, isNational, isSame } from './identity.ts'
import { at, type DpsRule, type OfficialLists } from './rule.ts'
import { mended, textFields } from './texts.ts'

// Tomador and intermediario: the same rules with codes of their own.

interface Role {
  field: 'tomador' | 'intermediario'
  /** 'o tomador' */
  the: string
  retains: 2 | 3
  codes: Record<
    'cnpj' | 'cpf' | 'same' | 'unidentified' | 'cNaoNIF' | 'city' | 'retainsAddress' | 'abroad' | 'nif' | 'country' | 'email',
    string
  >
}

const roles: readonly Role[] = [
  {
    field: 'tomador',
    the: 'tomador',
    retains: 2,
    codes: {
      cnpj: 'E0188',
      cpf: 'E0206',
      same: 'E0202',
      unidentified: 'E0204',
      cNaoNIF: 'E0226',
      city: 'E0238',
      retainsAddress: 'E0237',
      abroad: 'E0242',
      nif: 'E0223',
      country: 'E0246',
      email: 'E0247',
    },
  },
  {
    field: 'intermediario',
    the: 'intermediário',
    retains: 3,
    codes: {
      cnpj: 'E0248',
      cpf: 'E0266',
      same: 'E0262',
      unidentified: 'E0264',
      cNaoNIF: 'E0286',
      city: 'E0294',
      retainsAddress: 'E0293',
      abroad: 'E0298',
      nif: 'E0281',
      country: 'E0299',
      email: 'E0300',
    },
  },
]

export const partyRules: readonly DpsRule[] = [
  ...roles.flatMap(rulesOf),
  {
    code: 'invalid_prestador_email',
    official: 'E0148',
    message: 'O e-mail do prestador não é um endereço. Corrija o cadastro da empresa.',
    brokenAt: ({ prestador }) => at('/prestador/email', isNoAddress(prestador.email)),
  },
  {
    code: 'tomador_address_missing',
    official: 'E0234',
    message: 'O ISS deste serviço é devido no município do tomador: informe o endereço dele.',
    brokenAt: ({ service, tomador }, { lists }) =>
      at('/tomador/address', lists?.services.get(service.cTribNac)?.incidence === 'ET' && tomador?.address == null),
  },
]

function rulesOf({ field, the, retains, codes }: Role): DpsRule[] {
  const of = (dps: Dps) => dps[field]
  const rule = (code: string, official: string, message: string, place: string, isBroken: IsBroken): DpsRule => ({
    code: `${field}_${code}`,
    official,
    message,
    brokenAt: (dps, known) => {
      const party = of(dps)
      return party === null ? [] : at(`/${field}${place}`, isBroken(party, dps, known.lists))
    },
  })
  const registration = `Corrija o cadastro do ${the}.`
  return [
    rule(
      'invalid_cnpj',
      codes.cnpj,
      `O CNPJ do ${the} tem dígito verificador errado. ${registration}`,
      '/identity',
      ({ identity }) => {
        return identity.kind === 'company' && !hasRightDigits(identity)
      },
    ),
    rule(
      'invalid_cpf',
      codes.cpf,
      `O CPF do ${the} tem dígito verificador errado. ${registration}`,
      '/identity',
      ({ identity }) => {
        return identity.kind === 'person' && !hasRightDigits(identity)
      },
    ),
    rule(
      'is_prestador',
      codes.same,
      `O ${the} é o próprio prestador (mesma raiz de CNPJ). Não se emite nota para si mesmo.`,
      '/identity',
      ({ identity }, { prestador }) => identity.kind === 'company' && isSame(prestador.taxId, identity),
    ),
    {
      code: `${field}_unidentified`,
      official: codes.unidentified,
      message: `O ISS é retido pelo ${the}, que precisa ter CNPJ ou CPF na nota.`,
      brokenAt: dps => {
        const party = of(dps)
        const isIdentified = party !== null && isNational(party.identity)
        return at(`/${field}/identity`, dps.municipalTax.tpRetISSQN === retains && !isIdentified)
      },
    },
    rule(
      'without_national_address',
      codes.retainsAddress,
      `O ISS é retido pelo ${the}: informe o endereço dele no Brasil.`,
      '/address',
      ({ address }, dps) => dps.municipalTax.tpRetISSQN === retains && address?.place.kind !== 'national',
    ),
    rule(
      'reason_of_no_nif',
      codes.cNaoNIF,
      `Diga por que o ${the} não tem NIF: 1 - dispensado, ou 2 - o país não exige.`,
      '/identity',
      ({ identity }) => identity.kind === 'foreign_without_nif' && identity.cNaoNIF === 0,
    ),
    rule(
      'without_address_abroad',
      codes.abroad,
      `O ${the} é identificado por NIF: informe o endereço dele no exterior.`,
      '/address',
      ({ identity, address }, { prestador }) =>
        identity.kind === 'foreign' && prestador.taxId.kind === 'company' && address?.place.kind !== 'abroad',
    ),
    rule(
      'address_abroad_without_nif',
      codes.nif,
      `O ${the} tem endereço no exterior: identifique-o por NIF, ou diga por que não tem.`,
      '/identity',
      ({ identity, address }) => address?.place.kind === 'abroad' && isNational(identity),
    ),
    rule(
      'unknown_city',
      codes.city,
      `O município do ${the} não existe na tabela do IBGE. ${registration}`,
      '/address/place/municipio',
      ({ address }) => isUnknownCity(address),
    ),
    rule(
      'unknown_country',
      codes.country,
      `O país do endereço do ${the} não existe na tabela ISO, ou é o Brasil. ${registration}`,
      '/address/place/country',
      ({ address }, _dps, lists) => isUnknownCountry(address, lists),
    ),
    rule('invalid_email', codes.email, `O e-mail do ${the} não é um endereço. ${registration}`, '/email', ({ email }) => {
      return isNoAddress(email)
    }),
  ]
}

/** A text for an e-mail that is not one; what is blank is not written. */
export function isNoAddress(email: string | null): boolean {
  const said = email === null ? '' : mended(textFields.email, email)
  return said !== '' && !isEmail(said)
}

type IsBroken = (party: Party, dps: Dps, lists: OfficialLists | null) => boolean

export function isUnknownCity(address: PartyAddress | null): boolean {
  return address?.place.kind === 'national' && municipioOf(address.place.municipio) === null
}

export function isUnknownCountry(address: PartyAddress | null, lists: OfficialLists | null): boolean {
  return address?.place.kind === 'abroad' && !isForeignCountry(address.place.country, lists)
}

/** A country other than Brazil; without the list, two letters. */
export function isForeignCountry(country: string, lists: OfficialLists | null): boolean {
  return country !== 'BR' && (lists === null ? /^[A-Z]{2}$/.test(country) : lists.countries.has(country))
}
