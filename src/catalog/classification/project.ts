import { needed, text } from '../references/field.ts'
import { referenceKind } from '../references/reference.ts'

/** An undertaking for which things are billed (*projeto*). */
export const projects = referenceKind({
  noun: 'project',
  path: 'projects',
  called: { article: 'o', one: 'projeto', many: 'projetos' },
  isShared: true,
  fields: { name: needed(200), code: text(60, 'Seu código, único entre os projetos em uso.'), description: text(2000) },
  taken: { project_code: { code: 'code_taken', path: '/code', message: 'Já existe um projeto com este código.' } },
})
