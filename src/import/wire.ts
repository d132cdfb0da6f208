import { Type } from 'typebox'
import { showId } from '../core/ids.ts'
import { Fields, IdOf, OneOf, OrNull } from '../platform/http/fields.ts'
import { type ImportRecord, importStates } from './import-record.ts'
import type { ListedImport } from './import-store.ts'

export const AtImport = Fields({ id: IdOf('import') })

const listed = {
  id: Type.String(),
  state: OneOf(importStates, {
    description: 'refused: havia erros e nada foi gravado; checked: só conferido; done: gravado.',
  }),
  filename: OrNull(Type.String()),
  rows: Type.Integer({ description: 'Linhas de dados do arquivo.' }),
  created: Type.Integer({ description: 'Linhas de contratos novos.' }),
  updated: Type.Integer({ description: 'Linhas de contratos conhecidos que mudaram.' }),
  unchanged: Type.Integer({ description: 'Linhas que dizem o que já está cadastrado.' }),
  differing: Type.Integer({ description: 'Linhas que diferem do cadastrado e não foram aplicadas (use update).' }),
  refused: Type.Integer({ description: 'Linhas recusadas.' }),
  madeBy: Type.String(),
  createdAt: Type.String(),
}

export const ListedImportAnswer = Type.Object(listed, { title: 'ListedImport' })

const FileFaultAnswer = Type.Object(
  {
    line: Type.Integer({ description: 'Como um editor conta: 1 é a primeira linha do arquivo.' }),
    column: OrNull(Type.String()),
    code: Type.String(),
    expected: Type.String(),
    found: Type.String(),
    message: Type.String(),
  },
  { title: 'FileFault' },
)

const DifferenceAnswer = Type.Object(
  {
    line: Type.Integer(),
    column: Type.String(),
    from: Type.String({ description: 'O que está cadastrado.' }),
    to: Type.String({ description: 'O que o arquivo diz.' }),
    isApplied: Type.Boolean(),
    whyNot: OrNull(
      Type.String({
        description: 'Por que nenhuma importação o aplica, e o que fazer; null: update aplica, ou já foi aplicado.',
      }),
    ),
  },
  { title: 'ImportDifference' },
)

export const ImportAnswer = Type.Object(
  {
    ...listed,
    encoding: OrNull(Type.String()),
    delimiter: OrNull(Type.String()),
    update: Type.Boolean(),
    validRows: Type.Boolean(),
    faults: Type.Array(FileFaultAnswer, { description: 'Os primeiros mil.' }),
    faultCount: Type.Integer(),
    warnings: Type.Array(FileFaultAnswer, {
      description:
        'O que está certo e vale conferir, sem impedir nada, primeiro o que custa dinheiro: linhas iguais, períodos que ninguém cobrará, preço zero ou arredondado, CPF ou CNPJ que já é de um cliente com outro nome, o que um arquivo exportado não leva. Os primeiros mil.',
    }),
    warningCount: Type.Integer(),
    differences: Type.Array(DifferenceAnswer, { description: 'As primeiras mil.' }),
    differenceCount: Type.Integer(),
    notAppliedCount: Type.Integer({ description: 'Quantas dessas diferenças não foram aplicadas.' }),
    textsErasedAt: OrNull(
      Type.String({ description: 'Quando os textos das linhas foram apagados, porque os dados de um cliente foram (LGPD).' }),
    ),
  },
  { title: 'Import' },
)

const behind = (what: string, whose: string) =>
  Type.Object({
    count: Type.Integer({ description: what }),
    amountCents: Type.Integer({ description: 'Em centavos, ao todo.' }),
    names: Type.Array(Type.String(), { description: `${whose}; os primeiros vinte.` }),
  })

export const LeftBehindAnswer = Type.Object(
  {
    receivables: behind(
      'Parcelas em aberto de contratos sem linha no arquivo, e de nenhum.',
      'De que contratos, pelo código ou nome',
    ),
    credit: behind('Clientes com crédito e sem contrato no arquivo.', 'De que clientes'),
  },
  { title: 'LeftBehind' },
)

export function showListed(it: ListedImport) {
  return {
    id: showId('import', it.id),
    state: it.state,
    filename: it.filename,
    rows: it.rows,
    created: it.created,
    updated: it.updated,
    unchanged: it.unchanged,
    differing: it.differing,
    refused: it.refused,
    madeBy: it.madeBy,
    createdAt: it.createdAt,
  }
}

export function showImport(it: ImportRecord) {
  const { report } = it
  return {
    ...showListed(it),
    ...report,
    // Reports of before a field say nothing of it.
    differences: report.differences.map(difference => ({ ...difference, whyNot: difference.whyNot ?? null })),
    notAppliedCount: report.notAppliedCount ?? report.differences.filter(({ isApplied }) => !isApplied).length,
    textsErasedAt: report.textsErasedAt ?? null,
  }
}
