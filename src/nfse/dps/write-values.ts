import { group, leaf, nothing, type Xml } from '../xml/canonical.ts'
import type { BurdenSaid, Deduction, DeductionDocument, Dps, FederalTaxes, MunicipalTax, PisCofins } from './dps.ts'
import { textFields } from './texts.ts'
import { writeParty } from './write-parties.ts'
import { amount, amountUnlessZero, code, percent, text } from './write-text.ts'

export function writeAmounts({ amounts, municipalTax, federalTaxes, burden }: Dps): Xml {
  return group(
    'valores',
    group('vServPrest', amount('vServ', amounts.serviceCents)),
    group(
      'vDescCondIncond',
      amountUnlessZero('vDescIncond', amounts.unconditionalDiscountCents),
      amountUnlessZero('vDescCond', amounts.conditionalDiscountCents),
    ),
    amounts.deduction === null ? nothing : group('vDedRed', writeDeduction(amounts.deduction)),
    group(
      'trib',
      writeMunicipalTax(municipalTax),
      federalTaxes === null ? nothing : writeFederalTaxes(federalTaxes),
      group('totTrib', writeBurden(burden)),
    ),
  )
}

function writeDeduction(deduction: Deduction): Xml {
  switch (deduction.kind) {
    case 'percent':
      return percent('pDR', deduction.percent)
    case 'amount':
      return amount('vDR', deduction.cents)
    case 'documents':
      return group('documentos', ...deduction.documents.map(writeDocument))
  }
}

function writeDocument(one: DeductionDocument): Xml {
  return group(
    'docDedRed',
    writeReference(one.document),
    code('tpDedRed', one.tpDedRed),
    text('xDescOutDed', textFields.otherDeduction, one.description),
    leaf('dtEmiDoc', one.issuedOn),
    amount('vDedutivelRedutivel', one.deductibleCents),
    amount('vDeducaoReducao', one.deductedCents),
    one.supplier === null ? nothing : writeParty('fornec', one.supplier),
  )
}

function writeReference(document: DeductionDocument['document']): Xml {
  switch (document.kind) {
    case 'chNFSe':
    case 'chNFe':
      return leaf(document.kind, document.key)
    case 'NFSeMun':
      return group(
        'NFSeMun',
        leaf('cMunNFSeMun', document.municipio),
        leaf('nNFSeMun', document.number),
        leaf('cVerifNFSeMun', document.verificationCode),
      )
    case 'NFNFS':
      return group('NFNFS', leaf('nNFS', document.number), leaf('modNFS', document.model), leaf('serieNFS', document.serie))
    case 'nDocFisc':
    case 'nDoc':
      return text(document.kind, textFields.documentNumber, document.number)
  }
}

function writeMunicipalTax(tax: MunicipalTax): Xml {
  const { suspension, benefit } = tax
  return group(
    'tribMun',
    code('tribISSQN', tax.tribISSQN),
    leaf('cPaisResult', tax.cPaisResult),
    code('tpImunidade', tax.tpImunidade),
    suspension === null ? nothing : group('exigSusp', code('tpSusp', suspension.tpSusp), leaf('nProcesso', suspension.nProcesso)),
    benefit === null ? nothing : group('BM', leaf('nBM', benefit.nBM), writeReduction(benefit.reduction)),
    code('tpRetISSQN', tax.tpRetISSQN),
    percent('pAliq', tax.percent),
  )
}

function writeReduction(reduction: NonNullable<MunicipalTax['benefit']>['reduction']): Xml {
  if (reduction === null) return nothing
  return reduction.kind === 'amount' ? amount('vRedBCBM', reduction.cents) : percent('pRedBCBM', reduction.percent)
}

function writeFederalTaxes(taxes: FederalTaxes): Xml {
  return group(
    'tribFed',
    taxes.pisCofins === null ? nothing : writePisCofins(taxes.pisCofins),
    amountUnlessZero('vRetCP', taxes.socialSecurityCents),
    amountUnlessZero('vRetIRRF', taxes.incomeTaxCents),
    amountUnlessZero('vRetCSLL', taxes.contributionsCents),
  )
}

function writePisCofins(it: PisCofins): Xml {
  return group(
    'piscofins',
    leaf('CST', it.CST),
    amount('vBCPisCofins', it.baseCents),
    percent('pAliqPis', it.pisPercent),
    percent('pAliqCofins', it.cofinsPercent),
    amount('vPis', it.pisCents),
    amount('vCofins', it.cofinsCents),
    code('tpRetPisCofins', it.tpRetPisCofins),
  )
}

function writeBurden(burden: BurdenSaid): Xml {
  switch (burden.kind) {
    case 'amounts':
      return group(
        'vTotTrib',
        amount('vTotTribFed', burden.federalCents),
        amount('vTotTribEst', burden.stateCents),
        amount('vTotTribMun', burden.municipalCents),
      )
    case 'percents':
      return group(
        'pTotTrib',
        percent('pTotTribFed', burden.federal),
        percent('pTotTribEst', burden.state),
        percent('pTotTribMun', burden.municipal),
      )
    case 'simples':
      return percent('pTotTribSN', burden.percent)
    case 'untold':
      return leaf('indTotTrib', '0')
  }
}
