import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Settings } from 'typebox/system'
import { type Fault, Refusal } from '../../core/refusal.ts'
import { faultsOf } from './schema-faults.ts'
import { textFaults } from './text-faults.ts'
import './formats.ts'

const mostFaults = 100
Settings.Set({ maxErrors: 2 * mostFaults })

/**
 * Checks a part of a request against its schema and decodes it. A body is never coerced; the values of paths and
 * queries are texts, and become what their schema says only when written in the one way for it.
 */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  // When it is first asked for: hundreds of routes are never called in most processes.
  let compiled: ReturnType<typeof compile> | undefined
  return (raw: unknown) => {
    compiled ??= compile(schema)
    const validator = compiled
    const value = httpPart === 'querystring' || httpPart === 'params' ? readTexts(schema, raw) : raw
    const unstorable = textFaults(value)
    const isFit = validator.Check(value)
    if (isFit && unstorable.length === 0) return { value: validator.Decode(value) }
    return { error: refusalOf(httpPart, [...unstorable, ...(isFit ? [] : faultsOf(schema, value, validator.Errors(value)))]) }
  }
}

function compile(schema: TSchema) {
  return Compile(schema)
}

function refusalOf(httpPart: string | undefined, faults: Fault[]): Refusal {
  const options = { faults: faults.slice(0, mostFaults) }
  switch (httpPart) {
    // A path whose id cannot exist leads nowhere; where few words are possible, they are told.
    case 'params': {
      const choice = faults.find(({ code }) => code === 'invalid_choice')
      return new Refusal('not_found', choice === undefined ? 'Não encontrado.' : `Não encontrado. ${choice.message}`, {
        status: 404,
      })
    }
    case 'querystring':
      return new Refusal('invalid_query', 'Há parâmetros de consulta que precisam ser corrigidos.', { ...options, status: 400 })
    default:
      return new Refusal('invalid_input', 'Há campos que precisam ser corrigidos.', options)
  }
}

function readTexts(schema: TSchema, raw: unknown): unknown {
  if (typeof raw !== 'object' || raw === null || !('properties' in schema)) return raw
  const fields = new Map(Object.entries(schema.properties ?? {}))
  return Object.fromEntries(Object.entries(raw).map(([name, text]) => [name, readText(fields.get(name), text)]))
}

/** What is not written as the schema wants stays text, and is refused as that. */
function readText(field: { type?: unknown; items?: object } | undefined, text: unknown): unknown {
  if (field?.type === 'array') return [text].flat().map(item => readText(field.items, item))
  if (field?.type === 'integer' && typeof text === 'string' && /^-?(0|[1-9]\d{0,15})$/.test(text)) return Number(text)
  if (field?.type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}
