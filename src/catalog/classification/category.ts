import type { Faults } from '../../core/faults.ts'
import type { Tx } from '../../platform/db/db.ts'
import { named, needed, oneOf, text } from '../references/field.ts'
import { referenceKind } from '../references/reference.ts'
import { holdParentOf, isOnAnInvoice } from './category-store.ts'

export const categoryKinds = ['revenue', 'expense'] as const
export type CategoryKind = (typeof categoryKinds)[number]

/** What a revenue or an expense is, for the books (*categoria*): a tree, in which a group of categories is the one above them. */
export const categories = referenceKind({
  noun: 'category',
  path: 'categories',
  called: { article: 'a', one: 'categoria', many: 'categorias' },
  isShared: true,
  fields: {
    name: needed(200),
    code: text(60, 'Seu código, único entre as categorias em uso.'),
    description: text(2000),
    kind: oneOf(categoryKinds, 'revenue', 'revenue: receita (padrão); expense: despesa.'),
    parentId: named('category', 'A categoria acima desta; sem ela, está no primeiro nível.'),
  },
  async judgeAmong(tx, before, { parentId }, faults) {
    if (parentId !== (before?.parentId ?? null)) await judgePlace(tx, before?.id ?? null, parentId, faults)
  },
  isNamedElsewhere: isOnAnInvoice,
  taken: { category_code: { code: 'code_taken', path: '/code', message: 'Já existe uma categoria com este código.' } },
})

/** More levels than any chart of accounts has. */
const MOST_LEVELS = 20

/**
 * Goes up from the new place and holds every category on the way, so that of two who would close a circle together one waits for the other,
 * or is repeated, and finds it.
 */
async function judgePlace(tx: Tx, id: number | null, parentId: number | null, faults: Faults): Promise<void> {
  let above = parentId
  for (let level = 1; above !== null; level++) {
    if (above === id) {
      faults.add('/parentId', 'circular_parent', 'Uma categoria não fica abaixo de si mesma; escolha outra.')
      return
    }
    if (level === MOST_LEVELS) {
      faults.add('/parentId', 'too_many_levels', `A árvore de categorias tem no máximo ${MOST_LEVELS} níveis.`)
      return
    }
    above = await holdParentOf(tx, above)
  }
}
