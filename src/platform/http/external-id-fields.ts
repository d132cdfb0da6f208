import { Type } from 'typebox'
import { refuse } from '../../core/refusal.ts'
import type { ExternalId } from '../external-ids.ts'
import { Fields, List, Text } from './fields.ts'

/** Given, they are all that the subject has from then on. */
export const ExternalIds = List(Fields({ system: Text(60, { description: 'Nome do outro sistema.' }), id: Text(200) }), 20, {
  description: 'Identificadores em outros sistemas.',
})

export const ExternalIdsAnswer = Type.Array(Type.Object({ system: Type.String(), id: Type.String() }, { title: 'ExternalId' }))

/** The filters of a list that finds one by the id it has elsewhere; both or none. */
export const externalIdFilter = {
  externalSystem: Type.Optional(Text(60, { description: 'Com externalId: quem tem este id no outro sistema.' })),
  externalId: Type.Optional(Text(200)),
}

export function readExternalIdFilter(query: { externalSystem?: string; externalId?: string }): ExternalId | undefined {
  const { externalSystem: system, externalId: id } = query
  if (system === undefined && id === undefined) return undefined
  if (system !== undefined && id !== undefined) return { system, id }
  const path = system === undefined ? '/externalSystem' : '/externalId'
  return refuse('invalid_query', 'externalSystem e externalId vêm juntos.', {
    status: 400,
    faults: [{ path, code: 'required', message: 'Este parâmetro é obrigatório aqui.' }],
  })
}
