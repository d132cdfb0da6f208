import { needed, text } from '../references/field.ts'
import { referenceKind } from '../references/reference.ts'

/** Whose revenue it is within the company (*centro de receita*). */
export const revenueCentres = referenceKind({
  noun: 'revenue_centre',
  path: 'revenue-centres',
  called: { article: 'o', one: 'centro de receita', many: 'centros de receita' },
  isShared: true,
  fields: { name: needed(200), code: text(60, 'Seu código, único entre os centros em uso.'), description: text(2000) },
  taken: {
    revenue_centre_code: { code: 'code_taken', path: '/code', message: 'Já existe um centro de receita com este código.' },
  },
})
