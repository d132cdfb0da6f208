import { group, leaf, nothing, sequence, type Xml } from '../xml/canonical.ts'
import type { IbsCbs, RealEstate, Reimbursement } from './dps.ts'
import { textFields } from './texts.ts'
import { writeIdentity, writeRecipient, writeSite } from './write-parties.ts'
import { amount, code, percent, text } from './write-text.ts'

export function writeIbsCbs(it: IbsCbs): Xml {
  const { deferral, regular } = it
  return group(
    'IBSCBS',
    leaf('finNFSe', '0'),
    code('indFinal', it.indFinal),
    leaf('cIndOp', it.cIndOp),
    code('tpOper', it.tpOper),
    group('gRefNFSe', ...it.references.map(key => leaf('refNFSe', key))),
    code('tpEnteGov', it.tpEnteGov),
    leaf('indDest', it.recipient === null ? '0' : '1'),
    it.recipient === null ? nothing : writeRecipient(it.recipient),
    it.realEstate === null ? nothing : writeRealEstate(it.realEstate),
    group(
      'valores',
      group('gReeRepRes', ...it.reimbursements.map(writeReimbursement)),
      group(
        'trib',
        group(
          'gIBSCBS',
          leaf('CST', it.CST),
          leaf('cClassTrib', it.cClassTrib),
          text('cCredPres', textFields.cCredPres, it.cCredPres),
          regular === null
            ? nothing
            : group('gTribRegular', leaf('CSTReg', regular.CSTReg), leaf('cClassTribReg', regular.cClassTribReg)),
          deferral === null
            ? nothing
            : group(
                'gDif',
                percent('pDifUF', deferral.statePercent),
                percent('pDifMun', deferral.municipalPercent),
                percent('pDifCBS', deferral.cbsPercent),
              ),
        ),
      ),
    ),
  )
}

function writeRealEstate({ propertyRegistration, site }: RealEstate): Xml {
  return group(
    'imovel',
    text('inscImobFisc', textFields.propertyRegistration, propertyRegistration),
    site.kind === 'cCIB' ? leaf('cCIB', site.code) : writeSite(site.address),
  )
}

function writeReimbursement(one: Reimbursement): Xml {
  const { supplier } = one
  return group(
    'documentos',
    writeDocument(one.document),
    supplier === null
      ? nothing
      : group('fornec', writeIdentity(supplier.identity), text('xNome', textFields.supplierName, supplier.name)),
    leaf('dtEmiDoc', one.issuedOn),
    leaf('dtCompDoc', one.competence),
    leaf('tpReeRepRes', one.tpReeRepRes),
    text('xTpReeRepRes', textFields.otherReimbursement, one.description),
    amount('vlrReeRepRes', one.cents),
  )
}

function writeDocument(document: Reimbursement['document']): Xml {
  switch (document.kind) {
    case 'national':
      return group(
        'dFeNacional',
        code('tipoChaveDFe', document.tipoChaveDFe),
        text('xTipoChaveDFe', textFields.documentDescription, document.description),
        text('chaveDFe', textFields.dfeKey, document.key),
      )
    case 'fiscal':
      return group(
        'docFiscalOutro',
        sequence(leaf('cMunDocFiscal', document.municipio), text('nDocFiscal', textFields.documentNumber, document.number)),
        text('xDocFiscal', textFields.documentDescription, document.description),
      )
    case 'other':
      return group(
        'docOutro',
        text('nDoc', textFields.documentNumber, document.number),
        text('xDoc', textFields.documentDescription, document.description),
      )
  }
}
