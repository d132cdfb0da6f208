import { hundredths } from '../amounts.ts'
import type { Place } from '../reading/place.ts'
import { hasRightDigit, isCnpj, isCpf, isEmail, isMunicipio, isUnknown } from './marks.ts'
import { annexDpsLater, type DpsCase, type Rule, type RuleSheet } from './rule.ts'

const group = 'IBSCBS'
const gIbsCbs = `${group}/valores/trib/gIBSCBS`
const reimbursed = `${group}/valores/gReeRepRes/documentos`

/** Services of which the government may be the buyer, besides a buyer that says so. */
const governmentServices = ['2505', '1509', '1712', '1005']

/** Operations with real estate. */
const realEstate = ['020101', '020201', '020301']

const mayHaveOperation = ({ dps }: DpsCase) => dps.has(`${group}/tpEnteGov`) || dps.isOf(...governmentServices)
const isWork = ({ dps, hall }: DpsCase) => hall.tables.services.get(dps.service)?.group === 'obra'
const isOfRealEstate = ({ dps }: DpsCase) => dps.says(`${group}/cIndOp`, ...realEstate)

/** Rules of a group that is not there refuse nothing. */
function within(row: Rule<DpsCase>): Rule<DpsCase> {
  return { ...row, field: `${group}/${row.field}`, refuses: asked => asked.dps.has(group) && row.refuses(asked) }
}

/** A rule about each document of what was reimbursed: one that it refuses is enough. */
function eachDocument(
  code: string,
  field: string,
  says: string,
  refuses: (document: Place, asked: DpsCase) => boolean,
): Rule<DpsCase> {
  return {
    code,
    level: 1,
    field: `${reimbursed}/${field}`,
    says,
    refuses: asked => asked.dps.places(reimbursed).some(document => refuses(document, asked)),
  }
}

/** Places of a key, by the kind of document: 1 NFS-e, 2 NF-e, 3 CT-e; others have none of ours. */
const keyLengths: Readonly<Record<string, number>> = { 1: 50, 2: 44, 3: 44 }

export const ibsCbsRules: RuleSheet<DpsCase> = {
  stage: 'ibs-cbs',
  source: annexDpsLater,
  rules: [
    {
      code: 'E0850',
      level: 1,
      field: group,
      says: 'O grupo de IBS e CBS só existe para competências desde 01/01/2026.',
      refuses: ({ dps }) => dps.has(group) && dps.competence < '2026-01-01',
    },
    {
      code: 'E0854',
      level: 1,
      field: group,
      says: 'O grupo de IBS e CBS só existe no leiaute 1.01.',
      refuses: ({ dps }) => dps.has(group) && dps.layout !== '1.01',
    },
    within({
      code: 'E0901',
      level: 1,
      field: 'cIndOp',
      says: 'O indicador da operação não está na tabela.',
      refuses: ({ dps, hall }) => !hall.tables.operations.has(dps.text(`${group}/cIndOp`) ?? ''),
    }),
    within({
      code: 'E0903',
      level: 1,
      field: 'tpOper',
      says: 'Com ente governamental, ou nos serviços 25.05, 15.09, 17.12 e 10.05, informe o tipo de operação.',
      refuses: asked => mayHaveOperation(asked) && !asked.dps.has(`${group}/tpOper`),
    }),
    within({
      code: 'E0904',
      level: 1,
      field: 'tpOper',
      says: 'O tipo de operação só se informa com ente governamental, ou nos serviços 25.05, 15.09, 17.12 e 10.05.',
      refuses: asked => !mayHaveOperation(asked) && asked.dps.has(`${group}/tpOper`),
    }),
    within({
      code: 'E0905',
      level: 1,
      field: 'gRefNFSe',
      says: 'Este tipo de operação precisa das notas a que se refere.',
      refuses: ({ dps }) => dps.says(`${group}/tpOper`, '2', '3') && !dps.has(`${group}/gRefNFSe`),
    }),
    within({
      code: 'E0906',
      level: 1,
      field: 'gRefNFSe',
      says: 'Este tipo de operação não se refere a outras notas.',
      refuses: ({ dps }) => !dps.says(`${group}/tpOper`, '2', '3') && dps.has(`${group}/gRefNFSe`),
    }),
    within({
      code: 'E0907',
      level: 1,
      field: 'gRefNFSe/refNFSe',
      says: 'O dígito da chave de uma nota referida não confere.',
      refuses: ({ dps }) => dps.places(`${group}/gRefNFSe/refNFSe`).some(({ element }) => !hasRightDigit(element.text)),
    }),
    within({
      code: 'E0910',
      level: 1,
      field: 'dest',
      says: 'O destinatário só se informa quando não é o tomador (indDest 1).',
      refuses: ({ dps }) => dps.has(`${group}/dest`) && !dps.says(`${group}/indDest`, '1'),
    }),
    within({
      code: 'E0911',
      level: 1,
      field: 'dest/CNPJ',
      says: 'Os dígitos verificadores do CNPJ do destinatário não conferem.',
      refuses: ({ dps }) => !isCnpj(dps.text(`${group}/dest/CNPJ`)),
    }),
    within({
      code: 'E0912',
      level: 2,
      field: 'dest/CNPJ',
      says: 'O CNPJ do destinatário não consta do cadastro.',
      refuses: ({ dps, hall }) => isUnknown(hall, dps.party('IBSCBS/dest'), 'CNPJ'),
    }),
    within({
      code: 'E0913',
      level: 1,
      field: 'dest/CPF',
      says: 'Os dígitos verificadores do CPF do destinatário não conferem.',
      refuses: ({ dps }) => !isCpf(dps.text(`${group}/dest/CPF`)),
    }),
    within({
      code: 'E0914',
      level: 2,
      field: 'dest/CPF',
      says: 'O CPF do destinatário não consta do cadastro.',
      refuses: ({ dps, hall }) => isUnknown(hall, dps.party('IBSCBS/dest'), 'CPF'),
    }),
    within({
      code: 'E0920',
      level: 1,
      field: 'dest/end/endNac/cMun',
      says: 'O município do destinatário não existe.',
      refuses: ({ dps }) => !isMunicipio(dps.text(`${group}/dest/end/endNac/cMun`)),
    }),
    within({
      code: 'E0921',
      level: 2,
      field: 'dest/end/endNac/cMun',
      says: 'O município não é o do CNPJ do destinatário no cadastro.',
      refuses: asked => isElsewhere(asked, 'CNPJ'),
    }),
    within({
      code: 'E0922',
      level: 2,
      field: 'dest/end/endNac/cMun',
      says: 'O município não é o do CPF do destinatário no cadastro.',
      refuses: asked => isElsewhere(asked, 'CPF'),
    }),
    within({
      code: 'E0930',
      level: 1,
      field: 'dest/email',
      says: 'O e-mail do destinatário não tem a forma de um.',
      refuses: ({ dps }) => !isEmail(dps.text(`${group}/dest/email`)),
    }),
    within({
      code: 'E0928',
      level: 1,
      field: 'imovel',
      says: 'O grupo do imóvel é de obras e de operações com imóveis.',
      refuses: asked => asked.dps.has(`${group}/imovel`) && !isWork(asked) && !isOfRealEstate(asked),
    }),
    within({
      code: 'E0931',
      level: 1,
      field: 'imovel',
      says: 'Em serviços de obra o imóvel se informa no grupo de obra.',
      refuses: asked => asked.dps.has(`${group}/imovel`) && isWork(asked),
    }),
    within({
      code: 'E0932',
      level: 1,
      field: 'imovel',
      says: 'A operação com imóvel precisa do grupo do imóvel.',
      refuses: asked => !asked.dps.has(`${group}/imovel`) && isOfRealEstate(asked) && !isWork(asked),
    }),
    within({
      code: 'E0934',
      level: 1,
      field: 'imovel/end/endExt',
      says: 'O imóvel de serviço prestado no exterior tem endereço no exterior.',
      refuses: ({ dps }) => dps.isDoneAbroad && dps.has(`${group}/imovel/end`) && !dps.has(`${group}/imovel/end/endExt`),
    }),
    within({
      code: 'E0935',
      level: 1,
      field: 'imovel/end/endExt',
      says: 'O imóvel de serviço prestado no Brasil não tem endereço no exterior.',
      refuses: ({ dps }) => !dps.isDoneAbroad && dps.has(`${group}/imovel/end/endExt`),
    }),
    eachDocument('E0940', 'dFeNacional/chaveDFe', 'A chave tem 50 posições na NFS-e e 44 na NF-e e no CT-e.', document => {
      const places = keyLengths[document.text('dFeNacional/tipoChaveDFe') ?? '']
      return places !== undefined && document.text('dFeNacional/chaveDFe')?.length !== places
    }),
    eachDocument(
      'E0942',
      'docFiscalOutro',
      'Documentos fiscais de fora do repositório nacional valem até a competência de 30/12/2025.',
      document => document.has('docFiscalOutro') && (document.text('dtCompDoc') ?? '') >= '2025-12-31',
    ),
    eachDocument(
      'E0943',
      'docFiscalOutro/cMunDocFiscal',
      'O município do documento não existe.',
      document => !isMunicipio(document.text('docFiscalOutro/cMunDocFiscal')),
    ),
    eachDocument(
      'E0945',
      'fornec/CNPJ',
      'Os dígitos do CNPJ do fornecedor não conferem.',
      document => !isCnpj(document.text('fornec/CNPJ')),
    ),
    eachDocument(
      'E0946',
      'fornec/CNPJ',
      'O CNPJ do fornecedor não consta do cadastro.',
      (document, { hall }) =>
        document.has('fornec/CNPJ') && hall.isRegisterClosed && hall.taxpayer(document.text('fornec/CNPJ')) === null,
    ),
    eachDocument(
      'E0947',
      'fornec/CPF',
      'Os dígitos do CPF do fornecedor não conferem.',
      document => !isCpf(document.text('fornec/CPF')),
    ),
    eachDocument(
      'E0948',
      'fornec/CPF',
      'O CPF do fornecedor não consta do cadastro.',
      (document, { hall }) =>
        document.has('fornec/CPF') && hall.isRegisterClosed && hall.taxpayer(document.text('fornec/CPF')) === null,
    ),
    eachDocument('E0950', 'dtEmiDoc', 'O documento foi emitido antes da sua competência.', isBeforeItsCompetence),
    eachDocument('E0951', 'dtCompDoc', 'A competência do documento é posterior à sua emissão.', isBeforeItsCompetence),
    eachDocument(
      'E0952',
      'xTpReeRepRes',
      'Só o tipo 99 tem descrição.',
      document => document.has('xTpReeRepRes') && !document.says('tpReeRepRes', '99'),
    ),
    eachDocument(
      'E0953',
      'vlrReeRepRes',
      'O reembolso não passa do valor do serviço.',
      (document, { dps }) => hundredths(document.text('vlrReeRepRes')) > dps.price,
    ),
    within({
      code: 'E0959',
      level: 1,
      field: 'valores/trib/gIBSCBS/cClassTrib',
      says: 'Os três primeiros dígitos da classificação são o CST.',
      refuses: ({ dps }) => dps.text(`${gIbsCbs}/cClassTrib`)?.slice(0, 3) !== dps.text(`${gIbsCbs}/CST`),
    }),
    within({
      code: 'E0970',
      level: 1,
      field: 'valores/trib/gIBSCBS/gTribRegular/cClassTribReg',
      says: 'Os três primeiros dígitos da classificação regular são o CST regular.',
      refuses: ({ dps }) =>
        dps.text(`${gIbsCbs}/gTribRegular/cClassTribReg`)?.slice(0, 3) !== dps.text(`${gIbsCbs}/gTribRegular/CSTReg`),
    }),
  ],
}

function isElsewhere({ dps, hall }: DpsCase, kind: 'CNPJ' | 'CPF'): boolean {
  const told = dps.text(`${group}/dest/end/endNac/cMun`)
  const known = hall.taxpayer(dps.text(`${group}/dest/${kind}`))?.city ?? null
  return told !== undefined && known !== null && known !== told
}

function isBeforeItsCompetence(document: Place): boolean {
  return (document.text('dtEmiDoc') ?? '') < (document.text('dtCompDoc') ?? '')
}
