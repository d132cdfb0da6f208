import { needed, text } from '../references/field.ts'
import { referenceKind } from '../references/reference.ts'

/** A part of the company that earns a share of what is billed (*departamento*). */
export const departments = referenceKind({
  noun: 'department',
  path: 'departments',
  called: { article: 'o', one: 'departamento', many: 'departamentos' },
  isShared: true,
  fields: { name: needed(200), code: text(60, 'Seu código, único entre os departamentos em uso.'), description: text(2000) },
  taken: { department_code: { code: 'code_taken', path: '/code', message: 'Já existe um departamento com este código.' } },
})
