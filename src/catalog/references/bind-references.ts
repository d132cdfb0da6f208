import type { Faults } from '../../core/faults.ts'
import type { Noun } from '../../core/ids.ts'
import type { Tx } from '../../platform/db/db.ts'
import type { Named } from './field-set.ts'
import { type BoundReference, bindReferenceRows } from './reference-store.ts'

/**
 * For what is going to name them: until the transaction ends nobody archives or deletes one. What does not exist, is out of use, or is
 * another organization's is a fault at its place. In order of noun and id, so that two who bind the same do not wait for each other.
 */
export async function bindReferences(
  tx: Tx,
  organizationId: number | null,
  named: readonly Named[],
  faults: Faults,
): Promise<void> {
  const byNoun = [...Map.groupBy(named, ({ noun }) => noun)].sort(([a], [b]) => (a < b ? -1 : 1))
  const bound = new Map<Noun, Map<number, BoundReference>>()
  for (const [noun, those] of byNoun) {
    const rows = await bindReferenceRows(
      tx,
      noun,
      those.map(({ id }) => id),
    )
    bound.set(noun, rows)
  }
  for (const { noun, id, path } of named) judge(bound.get(noun)?.get(id), organizationId, path, faults)
}

function judge(it: BoundReference | undefined, organizationId: number | null, path: string, faults: Faults): void {
  if (it === undefined) faults.add(path, 'unknown_reference', 'Não há cadastro com este identificador.')
  else if (it.archived) faults.add(path, 'archived_reference', 'Este cadastro está arquivado; desarquive-o ou escolha outro.')
  else if (it.organizationId !== null && it.organizationId !== organizationId) {
    faults.add(path, 'other_organization', 'Este cadastro é de outra organização.')
  }
}
