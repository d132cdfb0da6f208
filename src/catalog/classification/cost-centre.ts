import { needed, text } from '../references/field.ts'
import { referenceKind } from '../references/reference.ts'

/** Where something is booked within the company (*centro de custo*). */
export const costCentres = referenceKind({
  noun: 'cost_centre',
  path: 'cost-centres',
  called: { article: 'o', one: 'centro de custo', many: 'centros de custo' },
  isShared: true,
  fields: { name: needed(200), code: text(60, 'Seu código, único entre os centros em uso.'), description: text(2000) },
  taken: { cost_centre_code: { code: 'code_taken', path: '/code', message: 'Já existe um centro de custo com este código.' } },
})
