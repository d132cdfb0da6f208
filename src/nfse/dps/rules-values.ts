import { municipioOf } from '../../core/brazil/municipio.ts'
import { type Cents, cents, type Decimal, micros, rawTaxOf, roundTax } from '../../core/money.ts'
import { readNfseKey } from '../identifiers/nfse-key.ts'
import { isBelowIssFloor } from '../rates/iss-floor.ts'
import type { DeductionDocument, Dps } from './dps.ts'
import { hasRightDigits, isNational } from './identity.ts'
import { isNfeKey } from './nfe-key.ts'
import { at, type DpsRule, eachAt, type Known } from './rule.ts'
import { isUnknownCity, isUnknownCountry } from './rules-parties.ts'

// Amounts, discounts, deductions and the floor of two per cent. Annex I of 30/12/2025.

const HUNDRED = 100_000_000n
const DOCUMENTS = '/amounts/deduction/documents'

/** What ME/EPP may deduct from while its ISS is in the Simples (E0441). */
const deductibleInSimples = ['0601', '0602', '0702', '0705']

/** What is not said is nothing. */
const of = (amount: Cents | null): number => amount ?? 0

/** What a deduction takes from the base: of a percent, over the price less its unconditional discount. */
export function deductedCents(dps: Dps): number {
  const { deduction } = dps.amounts
  if (deduction === null) return 0
  if (deduction.kind === 'amount') return deduction.cents
  if (deduction.kind === 'documents') return deduction.documents.reduce((total, one) => total + one.deductedCents, 0)
  return shareOf(priceOf(dps), deduction.percent)
}

/** What the city's benefit takes, over what remains after the deduction. */
export function benefitCents(dps: Dps): number {
  const reduction = dps.municipalTax.benefit?.reduction ?? null
  if (reduction === null) return 0
  if (reduction.kind === 'amount') return reduction.cents
  return shareOf(baseBeforeBenefit(dps), reduction.percent)
}

/** Less what is taken off at once. */
function priceOf({ amounts }: Dps): number {
  return amounts.serviceCents - of(amounts.unconditionalDiscountCents)
}

function baseBeforeBenefit(dps: Dps): number {
  return priceOf(dps) - deductedCents(dps)
}

function shareOf(amount: number, percent: Decimal): number {
  return amount <= 0 ? 0 : roundTax(rawTaxOf(cents(amount), percent))
}

/** vBC */
export function issBase(dps: Dps): number {
  return baseBeforeBenefit(dps) - benefitCents(dps)
}

/** The ISS that the receiver withholds, as far as its rate is known. */
function retainedIss(dps: Dps, known: Known): number {
  const percent = dps.municipalTax.percent ?? known.cityPercent
  return dps.municipalTax.tpRetISSQN === 1 || percent === null ? 0 : shareOf(issBase(dps), percent)
}

function withheld({ federalTaxes }: Dps): number {
  if (federalTaxes === null) return 0
  return of(federalTaxes.socialSecurityCents) + of(federalTaxes.incomeTaxCents) + of(federalTaxes.contributionsCents)
}

const isReducing = (dps: Dps) => deductedCents(dps) > 0 || benefitCents(dps) > 0 || of(dps.amounts.unconditionalDiscountCents) > 0

const documentsOf = ({ amounts }: Dps): readonly DeductionDocument[] =>
  amounts.deduction?.kind === 'documents' ? amounts.deduction.documents : []

const documentRule = (
  code: string,
  official: string,
  field: string,
  message: string,
  isBroken: (one: DeductionDocument, dps: Dps, known: Known) => boolean,
): DpsRule => ({
  code,
  official,
  message,
  brokenAt: (dps, known) => eachAt(DOCUMENTS, documentsOf(dps), one => isBroken(one, dps, known), field),
})

const deductionRule = (
  code: string,
  official: string,
  message: string,
  isBroken: (dps: Dps, known: Known) => boolean,
): DpsRule => ({
  code,
  official,
  message,
  brokenAt: (dps, known) => at('/amounts/deduction', dps.amounts.deduction !== null && isBroken(dps, known)),
})

export const valueRules: readonly DpsRule[] = [
  {
    code: 'reductions_above_price',
    official: 'E0427',
    message: 'Desconto incondicionado, deduções e benefício passam do valor do serviço. Reduza-os.',
    brokenAt: dps => at('/amounts/serviceCents', issBase(dps) < 0),
  },
  {
    code: 'net_below_zero',
    official: 'E0428',
    message: 'Descontos e retenções passam do valor do serviço: o líquido ficaria negativo. Reduza-os.',
    brokenAt: (dps, known) =>
      at(
        '/amounts/serviceCents',
        issBase(dps) >= 0 &&
          issBase(dps) - of(dps.amounts.conditionalDiscountCents) - withheld(dps) - retainedIss(dps, known) < 0,
      ),
  },
  {
    code: 'unconditional_discount_out_of_range',
    official: 'E0431',
    message: 'O desconto incondicionado é maior que zero e menor que o valor do serviço.',
    brokenAt: ({ amounts }) =>
      at('/amounts/unconditionalDiscountCents', isNotBelowPrice(amounts.unconditionalDiscountCents, amounts.serviceCents)),
  },
  {
    code: 'conditional_discount_out_of_range',
    official: 'E0432',
    message: 'O desconto condicionado é maior que zero e menor que o valor do serviço.',
    brokenAt: ({ amounts }) =>
      at('/amounts/conditionalDiscountCents', isNotBelowPrice(amounts.conditionalDiscountCents, amounts.serviceCents)),
  },
  {
    code: 'below_iss_floor',
    official: 'E0429',
    message: 'Descontos, deduções e benefício levam o ISS abaixo de 2% do preço (LC 116/2003, art. 8º-A). Reduza-os.',
    brokenAt: (dps, known) => {
      const percent = dps.municipalTax.percent ?? known.cityPercent
      // Within the Simples the rate is the company's own, and may be lower by law.
      const isOfCity = dps.prestador.opSimpNac === 1 || (dps.prestador.regApTribSN ?? 1) !== 1
      if (percent === null || dps.municipalTax.tribISSQN !== 1 || !isOfCity || !isReducing(dps)) return []
      const base = issBase(dps)
      const { cTribNac } = dps.service
      const reduced = { cTribNac, serviceCents: dps.amounts.serviceCents, baseCents: cents(Math.max(base, 0)), percent }
      return at('/amounts', base >= 0 && isBelowIssFloor(reduced))
    },
  },
  deductionRule(
    'deduction_not_taxable',
    'E0435',
    'Em imunidade, exportação ou não incidência não há deduções: retire-as.',
    dps => {
      return dps.municipalTax.tribISSQN !== 1
    },
  ),
  deductionRule(
    'deduction_of_mei',
    'E0436',
    'MEI não informa deduções: retire-as.',
    ({ prestador }) => prestador.opSimpNac === 2,
  ),
  deductionRule(
    'deduction_suspended',
    'E0437',
    'Com a exigibilidade suspensa não há deduções: retire-as.',
    ({ municipalTax }) => {
      return municipalTax.suspension !== null
    },
  ),
  deductionRule('deduction_of_special_regime', 'E0438', 'Em regime especial de tributação não há deduções: retire-as.', dps => {
    return dps.prestador.regEspTrib !== 0
  }),
  deductionRule(
    'deduction_of_exempt',
    'E0439',
    'Com benefício de isenção não há deduções: retire-as.',
    ({ municipalTax }, known) => {
      return municipalTax.benefit !== null && known.benefit === 'isencao'
    },
  ),
  ...['E0441', 'E0442'].map((official, i) =>
    deductionRule(
      'deduction_of_simples',
      official,
      'ME/EPP com o ISS no Simples só deduz nos subitens 06.01, 06.02, 07.02 e 07.05: retire a dedução.',
      // The same in a city that is active and in one that is not, by another code.
      ({ prestador, service }, { cityIsActive }) =>
        (cityIsActive === false) === (i === 1) &&
        prestador.opSimpNac === 3 &&
        prestador.regApTribSN === 1 &&
        !deductibleInSimples.includes(service.cTribNac.slice(0, 4)),
    ),
  ),
  deductionRule(
    'deduction_by_amount',
    'E0446',
    'O município não aceita dedução por valor neste serviço: use outra forma.',
    (dps, known) => {
      return dps.amounts.deduction?.kind === 'amount' && known.deductionKinds?.amount === false
    },
  ),
  deductionRule(
    'deduction_by_documents',
    'E0449',
    'O município não aceita dedução por documentos neste serviço: use outra forma.',
    (dps, known) => {
      return dps.amounts.deduction?.kind === 'documents' && known.deductionKinds?.documents === false
    },
  ),
  deductionRule(
    'deduction_by_percent',
    'E0454',
    'O município não aceita dedução por porcentagem neste serviço: use outra forma.',
    (dps, known) => {
      return dps.amounts.deduction?.kind === 'percent' && known.deductionKinds?.percent === false
    },
  ),
  deductionRule(
    'deduction_percent_out_of_range',
    'E0453',
    'A porcentagem de dedução é maior que 0 e no máximo 100%.',
    ({ amounts }) => {
      const exact = amounts.deduction?.kind === 'percent' ? micros(amounts.deduction.percent) : 1n
      return exact <= 0n || exact > HUNDRED
    },
  ),
  documentRule(
    'document_key_invalid',
    'E0455',
    '/document/key',
    'A chave da NFS-e deduzida está errada. Confira os 50 caracteres.',
    ({ document }) => {
      return document.kind === 'chNFSe' && readNfseKey(document.key) === null
    },
  ),
  documentRule(
    'document_key_invalid',
    'E0460',
    '/document/key',
    'A chave da NF-e deduzida está errada. Confira os 44 caracteres.',
    ({ document }) => {
      return document.kind === 'chNFe' && !isNfeKey(document.key)
    },
  ),
  documentRule(
    'document_city_unknown',
    'E0466',
    '/document/municipio',
    'O município da nota deduzida não existe na tabela do IBGE.',
    ({ document }) => {
      return document.kind === 'NFSeMun' && municipioOf(document.municipio) === null
    },
  ),
  documentRule(
    'document_without_description',
    'E0468',
    '/description',
    'Com o tipo 99 - Outras deduções, descreva a dedução.',
    one => {
      return one.tpDedRed === 99 && (one.description ?? '').trim() === ''
    },
  ),
  documentRule(
    'document_description_forbidden',
    'E0470',
    '/description',
    'A descrição é só do tipo 99 - Outras deduções: retire-a.',
    one => {
      return one.tpDedRed !== 99 && one.description !== null
    },
  ),
  documentRule(
    'document_after_competence',
    'E0472',
    '/issuedOn',
    'O documento deduzido é posterior à competência da nota. Corrija a data.',
    (one, dps) => {
      return one.issuedOn > dps.competence
    },
  ),
  documentRule(
    'document_above_deductible',
    'E0474',
    '/deductedCents',
    'O valor deduzido passa do valor dedutível do documento.',
    one => {
      return one.deductedCents > one.deductibleCents
    },
  ),
  documentRule('document_above_price', 'E0476', '/deductedCents', 'O valor deduzido passa do valor do serviço.', (one, dps) => {
    return one.deductedCents > dps.amounts.serviceCents
  }),
  documentRule(
    'document_without_supplier',
    'E0477',
    '/supplier',
    'Informe o fornecedor do documento deduzido.',
    ({ document, supplier }) => {
      return document.kind !== 'chNFSe' && document.kind !== 'chNFe' && supplier === null
    },
  ),
  documentRule(
    'supplier_invalid_cnpj',
    'E0478',
    '/supplier/identity',
    'O CNPJ do fornecedor tem dígito verificador errado.',
    ({ supplier }) => {
      return supplier?.identity.kind === 'company' && !hasRightDigits(supplier.identity)
    },
  ),
  documentRule(
    'supplier_invalid_cpf',
    'E0484',
    '/supplier/identity',
    'O CPF do fornecedor tem dígito verificador errado.',
    ({ supplier }) => {
      return supplier?.identity.kind === 'person' && !hasRightDigits(supplier.identity)
    },
  ),
  documentRule(
    'supplier_reason_of_no_nif',
    'E0490',
    '/supplier/identity',
    'Diga por que o fornecedor não tem NIF: 1 ou 2.',
    ({ supplier }) => {
      return supplier?.identity.kind === 'foreign_without_nif' && supplier.identity.cNaoNIF === 0
    },
  ),
  documentRule(
    'supplier_without_address',
    'E0492',
    '/supplier/address',
    'Informe o endereço do fornecedor no Brasil.',
    ({ supplier }) => {
      return supplier !== null && isNational(supplier.identity) && supplier.address?.place.kind !== 'national'
    },
  ),
  documentRule(
    'supplier_city_unknown',
    'E0494',
    '/supplier/address/place/municipio',
    'O município do fornecedor não existe na tabela do IBGE.',
    one => {
      return isUnknownCity(one.supplier?.address ?? null)
    },
  ),
  documentRule(
    'supplier_without_address_abroad',
    'E0498',
    '/supplier/address',
    'O fornecedor tem NIF: informe o endereço no exterior.',
    ({ supplier }) => {
      return supplier?.identity.kind === 'foreign' && supplier.address?.place.kind !== 'abroad'
    },
  ),
  documentRule(
    'supplier_abroad_without_nif',
    'E1538',
    '/supplier/identity',
    'O fornecedor tem endereço no exterior: identifique-o por NIF, ou diga por que não tem.',
    ({ supplier }) => supplier?.address?.place.kind === 'abroad' && isNational(supplier.identity),
  ),
  documentRule(
    'supplier_country_unknown',
    'E0499',
    '/supplier/address/place/country',
    'O país do fornecedor não existe na tabela ISO, ou é o Brasil.',
    (one, _dps, known) => {
      return isUnknownCountry(one.supplier?.address ?? null, known.lists)
    },
  ),
]

/** Zero is not said, and nothing is refused of it. */
function isNotBelowPrice(discount: Cents | null, price: Cents): boolean {
  return discount !== null && discount !== 0 && (discount < 0 || discount >= price)
}
