// What the API's document says of a dialect: its operations by their addresses, how to sign in, and where the format is told.

import type { DocumentedOperation, ForeignVendor } from '../platform/http/foreign-document.ts'
import type { About, Dialect, Operation } from './dialect.ts'
import { exampleOf } from './examples.ts'

export function vendorOf({ name, about }: { name: string; about?: About | undefined }): ForeignVendor {
  const { title = name, signsIn = '', scheme = null } = about ?? {}
  return {
    title,
    description: [
      `Para clientes de outro sistema: os endereços, corpos e respostas são os dele. ${signsIn}`.trim(),
      `O que funciona e o que muda: src/dialects/${name}/README.md.`,
    ].join(' '),
    signIn: scheme && { name, scheme },
  }
}

export function documented<W>({ name: dialect, operations }: Dialect<W>): DocumentedOperation[] {
  return operations.flatMap(operation => addressesOf(operation).map((at, i) => documentedAt(dialect, operation, at, i > 0)))
}

function documentedAt<W>(dialect: string, operation: Operation<W>, at: string, isFurther: boolean): DocumentedOperation {
  const { name, call, needs, says = name, reads = false, query } = operation
  const [method, url = ''] = at.split(' ') as [DocumentedOperation['method'], string]
  const id = `${dialect}-${name}${isFurther ? `-by-${method.toLowerCase()}` : ''}`
  return {
    method,
    url,
    operationId: id.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
    summary: says,
    description: needs.length === 0 ? 'Sem permissão.' : `Permissões: ${needs.join(', ')}.`,
    call,
    reads,
    query,
    example: exampleOf(dialect, name),
  }
}

/** One that differs by a slash at the end is the same place. */
function addressesOf<W>({ at }: Operation<W>): string[] {
  return at.filter(one => !one.endsWith('/') || !at.some(other => `${other}/` === one))
}
