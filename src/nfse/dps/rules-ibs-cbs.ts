import { municipioOf } from '../../core/brazil/municipio.ts'
import { readNfseKey } from '../identifiers/nfse-key.ts'
import type { Dps, IbsCbs, Reimbursement } from './dps.ts'
import { hasRightDigits } from './identity.ts'
import { at, type DpsRule, eachAt, SCHEMA } from './rule.ts'
import { isNoAddress, isUnknownCity, isUnknownCountry } from './rules-parties.ts'
import { isOnWorks } from './rules-service.ts'

// The group of IBS and CBS. Changes of 09/02/2026 to annex I. What needs the table of classes (E0958, E0964, E0965, E0969, E0971, E0972) is not judged:
// that table is not published as a file.

const REIMBURSEMENTS = '/ibsCbs/reimbursements'
const FIRST_COMPETENCE = '2026-01-01'

/** Always of an operation on credit or with a public entity (E0903): 25.05, 15.09, 17.12, 10.05. */
const withOperation = ['2505', '1509', '1712', '1005']
/** What is done to real estate itself. */
const onRealEstate = ['020101', '020201', '020301']

const ruleOf = (
  code: string,
  official: string,
  field: string,
  message: string,
  isBroken: (it: IbsCbs, dps: Dps) => boolean,
): DpsRule => ({
  code,
  official,
  message,
  brokenAt: dps => at(`/ibsCbs${field}`, dps.ibsCbs !== null && isBroken(dps.ibsCbs, dps)),
})

const eachReimbursement = (
  code: string,
  official: string,
  field: string,
  message: string,
  isBroken: (one: Reimbursement, dps: Dps) => boolean,
): DpsRule => ({
  code,
  official,
  message,
  brokenAt: dps => eachAt(REIMBURSEMENTS, dps.ibsCbs?.reimbursements ?? [], one => isBroken(one, dps), field),
})

const hasOperation = ({ tpEnteGov }: IbsCbs, { service }: Dps) =>
  tpEnteGov !== null || withOperation.includes(service.cTribNac.slice(0, 4))

const isOfRealEstate = ({ cIndOp }: IbsCbs) => onRealEstate.includes(cIndOp)

export const ibsCbsRules: readonly DpsRule[] = [
  ruleOf(
    'ibs_cbs_too_early',
    'E0850',
    '',
    'IBS e CBS só são declarados em competências a partir de 01/01/2026: retire o grupo.',
    (_it, dps) => {
      return dps.competence < FIRST_COMPETENCE
    },
  ),
  ruleOf(
    'ibs_cbs_in_old_layout',
    'E0854',
    '',
    'IBS e CBS só são declarados no leiaute 1.01: use o leiaute 1.01.',
    (_it, { layout }) => {
      return layout !== '1.01'
    },
  ),
  {
    code: 'unknown_ind_op',
    official: 'E0901',
    message: 'O indicador da operação não está na tabela cIndOp. Escolha um da tabela.',
    brokenAt: ({ ibsCbs }, { lists }) =>
      at('/ibsCbs/cIndOp', ibsCbs !== null && lists !== null && !lists.cIndOp.has(ibsCbs.cIndOp)),
  },
  ruleOf(
    'operation_missing',
    'E0903',
    '/tpOper',
    'Com ente governamental, ou neste serviço, informe o tipo da operação.',
    (it, dps) => {
      return hasOperation(it, dps) && it.tpOper === null
    },
  ),
  ruleOf(
    'operation_forbidden',
    'E0904',
    '/tpOper',
    'Sem ente governamental, e neste serviço, retire o tipo da operação.',
    (it, dps) => {
      return !hasOperation(it, dps) && it.tpOper !== null
    },
  ),
  ruleOf('references_missing', 'E0905', '/references', 'Nos tipos de operação 2 e 3, informe as notas referenciadas.', it => {
    return (it.tpOper === 2 || it.tpOper === 3) && it.references.length === 0
  }),
  ruleOf(
    'references_forbidden',
    'E0906',
    '/references',
    'Só os tipos de operação 2 e 3 têm notas referenciadas: retire-as.',
    it => {
      return it.tpOper !== 2 && it.tpOper !== 3 && it.references.length > 0
    },
  ),
  {
    code: 'reference_key_invalid',
    official: 'E0907',
    message: 'A chave da nota referenciada está errada. Confira os 50 caracteres.',
    brokenAt: ({ ibsCbs }) => eachAt('/ibsCbs/references', ibsCbs?.references ?? [], key => readNfseKey(key) === null),
  },
  ruleOf(
    'recipient_invalid_cnpj',
    'E0911',
    '/recipient/identity',
    'O CNPJ do destinatário tem dígito verificador errado.',
    ({ recipient }) => {
      return recipient?.identity.kind === 'company' && !hasRightDigits(recipient.identity)
    },
  ),
  ruleOf(
    'recipient_invalid_cpf',
    'E0913',
    '/recipient/identity',
    'O CPF do destinatário tem dígito verificador errado.',
    ({ recipient }) => {
      return recipient?.identity.kind === 'person' && !hasRightDigits(recipient.identity)
    },
  ),
  ruleOf(
    'recipient_unknown_city',
    'E0920',
    '/recipient/address/place/municipio',
    'O município do destinatário não existe na tabela do IBGE.',
    it => {
      return isUnknownCity(it.recipient?.address ?? null)
    },
  ),
  {
    code: 'recipient_unknown_country',
    official: SCHEMA,
    message: 'O país do destinatário não existe na tabela ISO, ou é o Brasil. Corrija o endereço.',
    brokenAt: ({ ibsCbs }, { lists }) =>
      at('/ibsCbs/recipient/address/place/country', isUnknownCountry(ibsCbs?.recipient?.address ?? null, lists)),
  },
  ruleOf(
    'recipient_invalid_email',
    'E0930',
    '/recipient/email',
    'O e-mail do destinatário não é um endereço.',
    ({ recipient }) => {
      return isNoAddress(recipient?.email ?? null)
    },
  ),
  ruleOf(
    'real_estate_forbidden',
    'E0928',
    '/realEstate',
    'Esta operação não é de imóvel: retire os dados do imóvel.',
    (it, { service }) => {
      return it.realEstate !== null && !isOnWorks(service.cTribNac) && !isOfRealEstate(it)
    },
  ),
  ruleOf(
    'real_estate_of_works',
    'E0931',
    '/realEstate',
    'Em serviço de obra, o imóvel é informado na obra: retire-o daqui.',
    (it, { service }) => {
      return it.realEstate !== null && isOnWorks(service.cTribNac)
    },
  ),
  ruleOf(
    'real_estate_missing',
    'E0932',
    '/realEstate',
    'Esta operação é de imóvel: informe o CIB ou o endereço dele.',
    (it, { service }) => {
      return it.realEstate === null && isOfRealEstate(it) && !isOnWorks(service.cTribNac)
    },
  ),
  ruleOf(
    'real_estate_not_abroad',
    'E0934',
    '/realEstate/site',
    'O serviço é prestado no exterior: informe o endereço do imóvel no exterior.',
    (it, dps) => {
      return placeOfRealEstate(it) === 'national' && dps.service.place.kind === 'abroad'
    },
  ),
  ruleOf(
    'real_estate_abroad',
    'E0935',
    '/realEstate/site',
    'O serviço é prestado no Brasil: informe o endereço do imóvel com CEP.',
    (it, dps) => {
      return placeOfRealEstate(it) === 'abroad' && dps.service.place.kind === 'national'
    },
  ),
  ruleOf(
    'class_of_other_cst',
    'E0959',
    '/cClassTrib',
    'Os três primeiros dígitos da classificação tributária são os do CST. Corrija um dos dois.',
    it => {
      return it.cClassTrib.slice(0, 3) !== it.CST
    },
  ),
  ruleOf(
    'regular_class_of_other_cst',
    'E0970',
    '/regular/cClassTribReg',
    'Os três primeiros dígitos da classificação regular são os do CST regular.',
    it => {
      return it.regular !== null && it.regular.cClassTribReg.slice(0, 3) !== it.regular.CSTReg
    },
  ),
  eachReimbursement(
    'reimbursed_key_length',
    'E0940',
    '/document/key',
    'A chave tem 50 posições na NFS-e e 44 na NF-e e no CT-e.',
    ({ document }) => {
      if (document.kind !== 'national' || document.tipoChaveDFe === 9) return false
      return document.key.length !== (document.tipoChaveDFe === 1 ? 50 : 44)
    },
  ),
  eachReimbursement(
    'reimbursed_fiscal_too_late',
    'E0942',
    '/document',
    'Documentos fiscais fora dos nacionais só de competências anteriores a 31/12/2025.',
    one => {
      return one.document.kind === 'fiscal' && one.competence >= '2025-12-31'
    },
  ),
  eachReimbursement(
    'reimbursed_city_unknown',
    'E0943',
    '/document/municipio',
    'O município do documento não existe na tabela do IBGE.',
    ({ document }) => {
      return document.kind === 'fiscal' && municipioOf(document.municipio) === null
    },
  ),
  eachReimbursement(
    'reimbursed_supplier_invalid_cnpj',
    'E0945',
    '/supplier/identity',
    'O CNPJ do fornecedor tem dígito verificador errado.',
    one => {
      return one.supplier?.identity.kind === 'company' && !hasRightDigits(one.supplier.identity)
    },
  ),
  eachReimbursement(
    'reimbursed_supplier_invalid_cpf',
    'E0947',
    '/supplier/identity',
    'O CPF do fornecedor tem dígito verificador errado.',
    one => {
      return one.supplier?.identity.kind === 'person' && !hasRightDigits(one.supplier.identity)
    },
  ),
  eachReimbursement(
    'reimbursed_issue_before_competence',
    'E0950',
    '/issuedOn',
    'A emissão do documento não pode ser anterior à competência dele.',
    one => {
      return one.issuedOn < one.competence
    },
  ),
  eachReimbursement(
    'reimbursement_description',
    'E0952',
    '/description',
    'A descrição é só do tipo 99 - Outros: retire-a.',
    one => {
      return one.tpReeRepRes !== '99' && one.description !== null
    },
  ),
  eachReimbursement(
    'reimbursement_above_price',
    'E0953',
    '/cents',
    'O reembolso passa do valor do serviço.',
    (one, { amounts }) => {
      return one.cents > amounts.serviceCents
    },
  ),
]

function placeOfRealEstate({ realEstate }: IbsCbs): 'national' | 'abroad' | null {
  return realEstate?.site.kind === 'address' ? realEstate.site.address.place.kind : null
}
