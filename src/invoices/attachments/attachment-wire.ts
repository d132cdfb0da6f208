import { Type } from 'typebox'
import { showId } from '../../core/ids.ts'
import { Fields, IdOf, OrNull } from '../../platform/http/fields.ts'
import { publicPath } from '../../platform/http/public-files.ts'
import type { KnownAttachment } from './read-attachment.ts'

export const AtAttachment = Fields({ id: IdOf('invoice'), attachmentId: IdOf('attachment') })

export const AttachmentAnswer = Type.Object(
  {
    id: Type.String(),
    filename: Type.String(),
    declaredType: OrNull(Type.String({ description: 'O que se disse que é.' })),
    sniffedType: Type.String({ description: 'O que os bytes dizem que é.' }),
    sizeBytes: Type.Integer(),
    sha256: Type.String(),
    path: OrNull(Type.String({ description: 'Abre o arquivo sem chave, neste servidor; nulo depois de revogado.' })),
    madeBy: Type.String(),
    createdAt: Type.String(),
  },
  { title: 'InvoiceAttachment' },
)

export function showAttachment({ token, invoiceId, ...attachment }: KnownAttachment) {
  return { ...attachment, id: showId('attachment', attachment.id), path: token === null ? null : publicPath(token) }
}
