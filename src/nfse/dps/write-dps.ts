// Writes a DPS: each element where the layout has it, nothing where there is nothing to say. The same value gives the same bytes, and they are canonical
// as they are (`xml/canonical.ts`), ready to be signed. A value that `judge-dps.ts` finds fault with may throw here, and is never sent.

import { dpsId } from '../identifiers/dps-id.ts'
import { group, leaf, nothing, withAttributes, XML_DECLARATION, type Xml } from '../xml/canonical.ts'
import type { Dps, Prestador, Substitution } from './dps.ts'
import { momentText } from './moment.ts'
import { textFields } from './texts.ts'
import { writeIbsCbs } from './write-ibs-cbs.ts'
import { writeIdentity, writeParty } from './write-parties.ts'
import { writeService } from './write-service.ts'
import { code, text } from './write-text.ts'
import { writeAmounts } from './write-values.ts'

export const NFSE_NAMESPACE = 'http://www.sped.fazenda.gov.br/nfse'

/** The document, not signed yet. */
export function writeDps(dps: Dps): string {
  const declared = group(
    'infDPS',
    leaf('tpAmb', String(dps.environment)),
    leaf('dhEmi', momentText(dps.issuedAt, dps.timeZone)),
    text('verAplic', textFields.application, dps.application),
    leaf('serie', String(dps.serie)),
    leaf('nDPS', String(dps.number)),
    leaf('dCompet', dps.competence),
    leaf('tpEmit', '1'),
    leaf('cLocEmi', dps.municipio),
    dps.substitutes === null ? nothing : writeSubstitution(dps.substitutes),
    writePrestador(dps.prestador),
    dps.tomador === null ? nothing : writeParty('toma', dps.tomador),
    dps.intermediario === null ? nothing : writeParty('interm', dps.intermediario),
    writeService(dps.service),
    writeAmounts(dps),
    dps.ibsCbs === null ? nothing : writeIbsCbs(dps.ibsCbs),
  )
  const withId = `<infDPS Id="${idOf(dps)}">${declared.slice('<infDPS>'.length)}` as Xml
  return XML_DECLARATION + withAttributes('DPS', { xmlns: NFSE_NAMESPACE, versao: dps.layout }, withId)
}

/** The Id of the declaration, by which its note is looked up. */
export function idOf(dps: Dps): string {
  return dpsId({ municipio: dps.municipio, issuer: dps.prestador.taxId, serie: dps.serie, number: dps.number })
}

function writeSubstitution({ key, reason, text: why }: Substitution): Xml {
  return group('subst', leaf('chSubstda', key), leaf('cMotivo', reason), text('xMotivo', textFields.reason, why))
}

function writePrestador(prestador: Prestador): Xml {
  return group(
    'prest',
    writeIdentity(prestador.taxId),
    text('CAEPF', textFields.caepf, prestador.caepf),
    text('IM', textFields.municipalRegistration, prestador.municipalRegistration),
    text('fone', textFields.phone, prestador.phone),
    text('email', textFields.email, prestador.email),
    group(
      'regTrib',
      code('opSimpNac', prestador.opSimpNac),
      code('regApTribSN', prestador.regApTribSN),
      code('regEspTrib', prestador.regEspTrib),
    ),
  )
}
