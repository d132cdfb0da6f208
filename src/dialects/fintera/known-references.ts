import { nfseTemplates } from '../../catalog/nfse-templates/nfse-template.ts'
import { referenceOf } from '../../catalog/references/reference-store.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Facts } from './kept.ts'

/** A template that nobody has is none (seed: sent 1, answered null). */
export async function withKnownTemplate(tx: Reader, facts: Facts): Promise<Facts> {
  const { nfse_template_id: id } = facts
  if (typeof id !== 'number') return facts
  const template = id < 1 ? null : await referenceOf(tx, nfseTemplates, id)
  return template === null || template.archivedAt !== null ? { ...facts, nfse_template_id: null } : facts
}
