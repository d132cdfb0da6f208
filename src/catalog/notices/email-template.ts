import { isEmail } from '../../core/text.ts'
import { flag, needed, text } from '../references/field.ts'
import { referenceKind } from '../references/reference.ts'
import { isStepOfARuler } from './ruler-store.ts'

/** What is written to a customer about an invoice, and what goes along. Placeholders ($PLANO) are kept as they are written. */
export const emailTemplates = referenceKind({
  noun: 'email_template',
  path: 'email-templates',
  called: { article: 'o', one: 'modelo de e-mail', many: 'modelos de e-mail' },
  fields: {
    name: needed(200),
    description: text(2000),
    subject: needed(500, 'Assunto, com marcadores como $PLANO.'),
    body: needed(50_000, 'Texto, com marcadores como $DESCRICAO.'),
    fromAddress: text(254, 'Remetente; o da organização se não informado.'),
    cc: text(1000, 'Quem mais recebe, separado por vírgulas.'),
    includeBoleto: flag(false),
    includeNfsePdf: flag(false),
    includeNfseXml: flag(false),
    includeAttachments: flag(false, 'Os anexos da fatura.'),
    includeInvoicePdf: flag(false),
    defaultTemplate: flag(false, 'O padrão da organização; há no máximo um.'),
    subscriptionDefaultTemplate: flag(false, 'O padrão das assinaturas da organização; há no máximo um.'),
  },
  judge({ fromAddress, cc }, faults) {
    if (fromAddress !== null && !isEmail(fromAddress)) faults.add('/fromAddress', 'invalid_email', 'O remetente não é um e-mail.')
    const copies = cc?.split(/[,;]/).map(address => address.trim()) ?? []
    if (!copies.every(isEmail)) faults.add('/cc', 'invalid_email', 'Um dos endereços não é um e-mail; separe-os por vírgulas.')
  },
  isNamedElsewhere: isStepOfARuler,
  taken: {
    email_template_default: {
      code: 'default_taken',
      path: '/defaultTemplate',
      message: 'A organização já tem um modelo padrão; desmarque aquele antes.',
    },
    email_template_subscription_default: {
      code: 'default_taken',
      path: '/subscriptionDefaultTemplate',
      message: 'A organização já tem um modelo padrão de assinaturas; desmarque aquele antes.',
    },
  },
})
