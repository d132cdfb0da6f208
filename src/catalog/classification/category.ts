import { needed, text } from '../references/field.ts'
import { referenceKind } from '../references/reference.ts'

/** What a revenue is, for the books (*categoria*). */
export const categories = referenceKind({
  noun: 'category',
  path: 'categories',
  called: { article: 'a', one: 'categoria', many: 'categorias' },
  isShared: true,
  fields: { name: needed(200), code: text(60, 'Seu código, único entre as categorias em uso.'), description: text(2000) },
  taken: { category_code: { code: 'code_taken', path: '/code', message: 'Já existe uma categoria com este código.' } },
})
