import { Type } from 'typebox'
import { OrNull, Text } from './fields.ts'

const optional = (maxLength: number, description?: string) =>
  Type.Optional(OrNull(Text(maxLength, description ? { description } : {})))

/** The properties of an address in a request; core/brazil/address.ts checks what they mean. */
export const addressFields = {
  street: optional(200),
  number: optional(30),
  complement: optional(100),
  district: optional(100),
  municipio: optional(7, 'Código IBGE de sete dígitos; cidade e UF vêm dele.'),
  city: optional(100),
  uf: optional(2, 'Sigla do estado.'),
  zipCode: optional(12, 'CEP, com ou sem pontuação.'),
}

/** The properties of an address in an answer. */
export const addressAnswer = {
  street: OrNull(Type.String()),
  number: OrNull(Type.String()),
  complement: OrNull(Type.String()),
  district: OrNull(Type.String()),
  municipio: OrNull(Type.String()),
  city: OrNull(Type.String()),
  uf: OrNull(Type.String()),
  zipCode: OrNull(Type.String()),
}
