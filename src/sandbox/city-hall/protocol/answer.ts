import { written } from '../amounts.ts'
import type { CityHall } from '../hall.ts'
import { application, written24 } from '../issue/write-nfse.ts'
import type { Problem } from './problem.ts'

/** One request, read whole. */
export interface Call {
  readonly method: string
  /** Without the host and the query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly body: Buffer
  /** CNPJ or CPF of the certificate of the connection; '' for an operator, who shows none. */
  readonly caller: string
}

export interface Answer {
  readonly status: number
  /** Told as JSON; undefined: no body. */
  readonly body?: unknown
  /** Told as it is, in place of JSON. */
  readonly html?: string
  readonly xml?: string
}

/** In which of its shapes Sefin's errors come: as its description says, or as real traffic was seen to differ from it. */
export type ErrorShape = 'described' | 'object' | 'list' | 'pascal' | 'bare'
export const errorShapes: readonly ErrorShape[] = ['described', 'object', 'list', 'pascal', 'bare']

export interface Noise {
  readonly errors: ErrorShape
  /** How the question for an event is answered: as the description says, or `eventos[].arquivoXml` encoded twice, as it really is. */
  readonly events: 'described' | 'real'
}

export const quiet: Noise = { errors: 'described', events: 'real' }

/** What begins every answer. */
export function head(hall: CityHall): object {
  return {
    tipoAmbiente: Number(hall.environment),
    versaoAplicativo: application,
    dataHoraProcessamento: written24(hall.now),
  }
}

export function refusal(
  hall: CityHall,
  status: number,
  problems: readonly Problem[],
  { errors }: Noise,
  extra: object = {},
): Answer {
  const described = problems.map(({ code, says, more }) => ({
    codigo: code,
    descricao: says,
    ...(more !== undefined && { complemento: more }),
  }))
  const pascal = described.map(one => ({
    Codigo: one.codigo,
    Descricao: one.descricao,
    ...(one.complemento !== undefined && { Complemento: one.complemento }),
  }))
  const bodies: Record<ErrorShape, unknown> = {
    described: { ...head(hall), ...extra, erros: described },
    object: { ...head(hall), ...extra, erro: described[0] },
    list: { ...head(hall), ...extra, erro: described },
    pascal: { ...head(hall), ...extra, Erros: pascal },
    bare: described,
  }
  return { status, body: bodies[errors] }
}

/** Amounts and rates as they are written. */
export function toJson(body: unknown): string {
  return JSON.stringify(body, (_, value: unknown) => (typeof value === 'bigint' ? written(value) : value))
}
