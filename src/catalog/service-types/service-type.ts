import { needed, text } from '../references/field.ts'
import { referenceKind } from '../references/reference.ts'

/** What a surcharge or a discount is about (*tipo de serviço*): installation, a visit, an additional. It classifies an event and changes no amount. */
export const serviceTypes = referenceKind({
  noun: 'service_type',
  path: 'service-types',
  called: { article: 'o', one: 'tipo de serviço', many: 'tipos de serviço' },
  isShared: true,
  fields: { name: needed(200), code: text(60, 'Seu código, único entre os tipos em uso.'), description: text(2000) },
  taken: { service_type_code: { code: 'code_taken', path: '/code', message: 'Já existe um tipo de serviço com este código.' } },
})
