import type { Faults } from '../../core/faults.ts'
import type { Tx } from '../../platform/db/db.ts'
import { detailsBehind } from '../details/say-details.ts'
import type { KnownTemplate } from './override.ts'
import { templateOf } from './template-store.ts'

/**
 * For what is going to be made of it: until the transaction ends it stays as it is read. Null where none was named. One that cannot
 * be used is refused at once, since what it says would be missed everywhere.
 */
export async function bindTemplate(
  tx: Tx,
  id: number | null | undefined,
  organizationId: number,
  faults: Faults,
): Promise<KnownTemplate | null> {
  if (id == null) return null
  const template = await templateOf(tx, id, 'use')
  if (template === null) faults.add('/templateId', 'unknown_template', 'Este modelo de faturamento não existe.')
  else if (template.archivedAt !== null) {
    faults.add('/templateId', 'archived_template', 'Este modelo está arquivado; desarquive-o ou escolha outro.')
  } else if (template.organizationId !== organizationId) {
    faults.add('/templateId', 'other_organization', 'Este modelo é de outra organização.')
  } else return { template, details: await detailsBehind(tx, template.detailsId) }
  return faults.refuse()
}
