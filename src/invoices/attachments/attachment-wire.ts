import { Type } from 'typebox'
import { showId } from '../../core/ids.ts'
import { OrNull } from '../../platform/http/fields.ts'
import { publicPath } from '../../platform/http/public-files.ts'
import type { KnownAttachment } from './read-attachment.ts'

export const AttachmentAnswer = Type.Object(
  {
    id: Type.String(),
    filename: Type.String(),
    declaredType: OrNull(Type.String({ description: 'O que se disse que é.' })),
    sniffedType: Type.String({ description: 'O que os bytes dizem que é.' }),
    sizeBytes: Type.Integer(),
    sha256: Type.String(),
    path: OrNull(Type.String({ description: 'Abre o arquivo sem chave, neste servidor; nulo depois de revogado.' })),
    ruleId: OrNull(Type.String({ description: 'A regra a que foi anexado, e que o leva a cada fatura que faz.' })),
    madeBy: Type.String(),
    createdAt: Type.String(),
  },
  { title: 'InvoiceAttachment' },
)

export function showAttachment(known: KnownAttachment) {
  const { token, invoiceId: _, scheduleId: __, occurrenceNumber: ___, attachedAt: ____, ruleId, ...attachment } = known
  return {
    ...attachment,
    id: showId('attachment', attachment.id),
    ruleId: ruleId === null ? null : showId('invoice_rule', ruleId),
    path: token === null ? null : publicPath(token),
  }
}
