import { hundredths } from '../amounts.ts'
import { isCancelled } from '../notes.ts'
import type { Place } from '../reading/place.ts'
import { hasRightDigit, isCnpj, isCpf, isForeignCountry, isMunicipio } from './marks.ts'
import { annexDps, type DpsCase, type Rule, type RuleSheet } from './rule.ts'

const at = 'valores/vDedRed/documentos/docDedRed'

/** A rule about each document of a deduction: one that it refuses is enough. */
function eachDocument(
  row: Omit<Rule<DpsCase>, 'refuses' | 'field'> & { field: string },
  refuses: (document: Place, asked: DpsCase) => boolean,
): Rule<DpsCase> {
  return {
    ...row,
    field: `${at}/${row.field}`,
    refuses: asked => asked.dps.places(at).some(document => refuses(document, asked)),
  }
}

const isKnownNote = (document: Place, { hall }: DpsCase) => hall.note(document.text('chNFSe'))

export const deductionDocumentRules: RuleSheet<DpsCase> = {
  stage: 'values',
  source: annexDps,
  rules: [
    eachDocument(
      { code: 'E0455', level: 1, field: 'chNFSe', says: 'O dígito da chave da NFS-e deduzida não confere.' },
      document => document.has('chNFSe') && !hasRightDigit(document.text('chNFSe') ?? ''),
    ),
    eachDocument(
      { code: 'E0456', level: 1, field: 'chNFSe', says: 'A NFS-e deduzida não existe.' },
      (document, asked) => document.has('chNFSe') && isKnownNote(document, asked) === null,
    ),
    eachDocument({ code: 'E0458', level: 2, field: 'chNFSe', says: 'A NFS-e deduzida está cancelada.' }, (document, asked) => {
      const note = isKnownNote(document, asked)
      return note !== null && isCancelled(note)
    }),
    eachDocument(
      { code: 'E0460', level: 1, field: 'chNFe', says: 'O dígito da chave da NF-e deduzida não confere.' },
      document => document.has('chNFe') && !hasRightDigit(document.text('chNFe') ?? ''),
    ),
    eachDocument(
      { code: 'E0466', level: 1, field: 'NFSeMun/cMunNFSeMun', says: 'O município da nota deduzida não existe.' },
      document => !isMunicipio(document.text('NFSeMun/cMunNFSeMun')),
    ),
    eachDocument(
      { code: 'E0468', level: 2, field: 'xDescOutDed', says: 'Outras deduções (99) precisam de descrição.' },
      document => document.says('tpDedRed', '99') && !document.has('xDescOutDed'),
    ),
    eachDocument(
      { code: 'E0470', level: 2, field: 'xDescOutDed', says: 'Só outras deduções (99) têm descrição.' },
      document => !document.says('tpDedRed', '99') && document.has('xDescOutDed'),
    ),
    eachDocument(
      { code: 'E0472', level: 1, field: 'dtEmiDoc', says: 'O documento deduzido é posterior à competência.' },
      (document, { dps }) => (document.text('dtEmiDoc') ?? '').slice(0, 10) > dps.competence,
    ),
    eachDocument(
      { code: 'E0474', level: 2, field: 'vDeducaoReducao', says: 'Deduz-se mais do que o documento permite deduzir.' },
      document => hundredths(document.text('vDeducaoReducao')) > hundredths(document.text('vDedutivelRedutivel')),
    ),
    eachDocument(
      { code: 'E0476', level: 2, field: 'vDeducaoReducao', says: 'Deduz-se mais do que o valor do serviço.' },
      (document, { dps }) => hundredths(document.text('vDeducaoReducao')) > dps.price,
    ),
    eachDocument(
      { code: 'E0477', level: 2, field: 'fornec', says: 'O documento que não é NFS-e nem NF-e nacional precisa do fornecedor.' },
      document => !document.hasAny('chNFSe', 'chNFe', 'fornec'),
    ),
    eachDocument(
      { code: 'E0478', level: 1, field: 'fornec/CNPJ', says: 'Os dígitos do CNPJ do fornecedor não conferem.' },
      document => !isCnpj(document.text('fornec/CNPJ')),
    ),
    eachDocument(
      { code: 'E0482', level: 1, field: 'fornec/CNPJ', says: 'O CNPJ do fornecedor não consta do cadastro.' },
      (document, { hall }) =>
        document.has('fornec/CNPJ') && hall.isRegisterClosed && hall.taxpayer(document.text('fornec/CNPJ')) === null,
    ),
    eachDocument(
      { code: 'E0484', level: 1, field: 'fornec/CPF', says: 'Os dígitos do CPF do fornecedor não conferem.' },
      document => !isCpf(document.text('fornec/CPF')),
    ),
    eachDocument(
      { code: 'E0488', level: 1, field: 'fornec/CPF', says: 'O CPF do fornecedor não consta do cadastro.' },
      (document, { hall }) =>
        document.has('fornec/CPF') && hall.isRegisterClosed && hall.taxpayer(document.text('fornec/CPF')) === null,
    ),
    eachDocument(
      { code: 'E0490', level: 2, field: 'fornec/cNaoNIF', says: 'O motivo 0 para o fornecedor sem NIF não é aceito.' },
      document => document.says('fornec/cNaoNIF', '0'),
    ),
    eachDocument(
      {
        code: 'E0492',
        level: 1,
        field: 'fornec/end/endNac',
        says: 'O fornecedor com CNPJ ou CPF precisa de endereço no Brasil.',
      },
      document => document.hasAny('fornec/CNPJ', 'fornec/CPF') && !document.has('fornec/end/endNac'),
    ),
    eachDocument(
      { code: 'E0494', level: 1, field: 'fornec/end/endNac/cMun', says: 'O município do fornecedor não existe.' },
      document => !isMunicipio(document.text('fornec/end/endNac/cMun')),
    ),
    eachDocument(
      { code: 'E0498', level: 1, field: 'fornec/end/endExt', says: 'O fornecedor com NIF precisa de endereço no exterior.' },
      document => document.has('fornec/NIF') && !document.has('fornec/end/endExt'),
    ),
    eachDocument(
      { code: 'E0499', level: 1, field: 'fornec/end/endExt/cPais', says: 'O país do fornecedor não existe ou é o Brasil.' },
      (document, { hall }) => !isForeignCountry(hall, document.text('fornec/end/endExt/cPais')),
    ),
  ],
}
