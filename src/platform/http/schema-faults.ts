import type { TValidationError } from 'typebox/error'
import type { Fault } from '../../core/refusal.ts'
import { beyondContracts, phraseOf } from './formats.ts'
import { isWithin, pointerTo, valueAt } from './json-pointer.ts'

/** What a schema found wrong, in the words of the caller: one fault per field, each with its place. */
export function faultsOf(schema: unknown, value: unknown, errors: readonly TValidationError[]): Fault[] {
  return withoutOtherBranches(schema, value, errors).flatMap(error => ('code' in error ? [error] : wordsFor(value, error)))
}

function wordsFor(value: unknown, error: TValidationError): Fault[] {
  const fault = (code: string, message: string): Fault[] => [{ path: error.instancePath, code, message }]
  switch (error.keyword) {
    case 'required':
      return error.params.requiredProperties.map(name => ({
        path: pointerTo(error.instancePath, name),
        code: 'required',
        message: 'Este campo é obrigatório.',
      }))
    case 'boolean':
      return fault('unknown_field', `O campo "${lastName(error.instancePath)}" não existe aqui.`)
    case 'additionalProperties':
      return [] // each of them has its own 'boolean' error, with its place
    case 'type':
      return fault(
        'wrong_type',
        `Este campo deve ser ${[error.params.type]
          .flat()
          .map(type => typeNames[type] ?? type)
          .join(' ou ')}.`,
      )
    case 'enum':
      return fault(
        'invalid_choice',
        `Os valores aceitos são: ${error.params.allowedValues.map(value => JSON.stringify(value)).join(', ')}.`,
      )
    case 'const':
      return fault('invalid_choice', `O único valor aceito é ${JSON.stringify(error.params.allowedValue)}.`)
    case 'format': {
      const beyond = beyondContracts(error.params.format, valueAt(value, error.instancePath))
      if (beyond !== null) return fault('date_out_of_range', beyond)
      return fault(
        'invalid_format',
        `Este campo deve ser ${phraseOf(error.params.format) ?? `do formato ${error.params.format}`}.`,
      )
    }
    case 'pattern':
      return fault('invalid_format', 'Este campo não tem a forma esperada; a documentação em /docs a mostra.')
    case 'minLength':
      return fault(
        'too_short',
        error.params.limit === 1 ? 'Este campo não pode ficar vazio.' : `O mínimo são ${error.params.limit} caracteres.`,
      )
    case 'maxLength':
      return fault('too_long', `O máximo são ${error.params.limit} caracteres.`)
    case 'minimum':
      return fault('too_small', `O menor valor aceito é ${error.params.limit}.`)
    case 'maximum':
      return fault('too_large', `O maior valor aceito é ${error.params.limit}.`)
    case 'exclusiveMinimum':
      return fault('too_small', `O valor deve ser maior que ${error.params.limit}.`)
    case 'exclusiveMaximum':
      return fault('too_large', `O valor deve ser menor que ${error.params.limit}.`)
    case 'multipleOf':
      return fault('invalid_value', `O valor deve ser múltiplo de ${error.params.multipleOf}.`)
    case 'minItems':
      return fault(
        'too_few_items',
        `A lista deve ter ao menos ${error.params.limit} ${error.params.limit === 1 ? 'item' : 'itens'}.`,
      )
    case 'maxItems':
      return fault('too_many_items', `A lista aceita no máximo ${error.params.limit} itens.`)
    case 'uniqueItems':
      return fault('duplicate_items', 'Os itens da lista não podem se repetir.')
    case 'minProperties':
      return fault('too_few_fields', 'Informe ao menos um campo.')
    case 'maxProperties':
      return fault('too_many_fields', `O máximo são ${error.params.limit} campos.`)
    default:
      return fault('invalid_value', 'O valor não é aceito.')
  }
}

const typeNames: Record<string, string> = {
  string: 'um texto',
  integer: 'um número inteiro',
  number: 'um número',
  boolean: 'true ou false',
  array: 'uma lista',
  object: 'um objeto',
  null: 'null',
}

function lastName(pointer: string): string {
  return pointer
    .slice(pointer.lastIndexOf('/') + 1)
    .replaceAll('~1', '/')
    .replaceAll('~0', '~')
}

/**
 * A union fails with the errors of all its branches. The caller meant one of them: the one whose fixed fields (such as
 * `kind`) have the values that were sent. Only its errors are kept; when there is none, the fixed field is the fault.
 */
function withoutOtherBranches(
  schema: unknown,
  value: unknown,
  errors: readonly TValidationError[],
): (TValidationError | Fault)[] {
  let kept: (TValidationError | Fault)[] = [...errors]
  for (const union of errors) {
    if (union.keyword !== 'anyOf') continue
    const branches = [valueAt(schema, `${union.schemaPath}/anyOf`)].flat()
    const sent = valueAt(value, union.instancePath)
    const meant = branches.findIndex(
      branch =>
        fixedFields(branch).length > 0 &&
        fixedFields(branch).every(([name, only]) => valueAt(sent, pointerTo('', name)) === only),
    )
    kept = kept.filter(error => {
      if (error === union) return false
      if ('code' in error || !isWithin(error.instancePath, union.instancePath)) return true
      const isOfUnion = isWithin(error.schemaPath, `${union.schemaPath}/anyOf`)
      return !isOfUnion || (meant >= 0 && isWithin(error.schemaPath, `${union.schemaPath}/anyOf/${meant}`))
    })
    if (meant < 0) kept.push(noSuchBranch(union.instancePath, branches))
  }
  return kept
}

function noSuchBranch(path: string, branches: unknown[]): Fault {
  const [first] = branches.flatMap(fixedFields)
  if (first === undefined) return { path, code: 'invalid_value', message: 'O valor não tem nenhuma das formas aceitas.' }
  const values = branches.flatMap(fixedFields).filter(([name]) => name === first[0])
  return {
    path: pointerTo(path, first[0]),
    code: 'invalid_choice',
    message: `Os valores aceitos são: ${values.map(([, only]) => JSON.stringify(only)).join(', ')}.`,
  }
}

/** The fields of an object schema that may have one value only. */
function fixedFields(branch: unknown): [name: string, only: unknown][] {
  const properties = valueAt(branch, '/properties')
  if (typeof properties !== 'object' || properties === null) return []
  return Object.entries(properties).flatMap(([name, field]) => {
    const values = valueAt(field, '/enum')
    const only = valueAt(field, '/const') ?? (Array.isArray(values) && values.length === 1 ? values[0] : undefined)
    return only === undefined ? [] : [[name, only]]
  })
}
