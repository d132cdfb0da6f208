import { type ExitCode, exitCodes } from '../../src/cli/exit-codes.ts'
import { runCli } from '../../src/cli/program.ts'
import type { Environment } from '../../src/cli/target.ts'

export interface Asked {
  method: string
  /** With its query: '/v1/invoices?limit=50'. */
  path: string
  headers: Record<string, string>
  body: unknown
}

export interface Ran {
  exitCode: ExitCode
  out: string
  notes: string
  asked: Asked[]
}

type Answer = { status?: number; body: unknown } | Error
/** Answers of a server, by 'METHOD /path' without query; several answers to the same request are given one after the other. */
export type Answers = Readonly<Record<string, Answer | readonly Answer[]>>

const address: Environment = { BORDERO_URL: 'http://bordero.test', BORDERO_KEY: 'bdr_key' }

/** Runs a command line against a server that answers what the test says, and nothing else; or against a real one, with `fetch`. */
export async function command(
  args: readonly string[],
  server: Answers | typeof globalThis.fetch = {},
  environment: Environment = address,
): Promise<Ran> {
  const out: string[] = []
  const notes: string[] = []
  const asked: Asked[] = []
  const terminal = {
    out: (text: string) => void out.push(text),
    note: (text: string) => void notes.push(text),
    draw() {},
    isWatched: false,
    columns: 100,
  }
  const given = new Map<string, number>()
  const fetch = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(String(input))
    const request = {
      method: init.method ?? 'GET',
      path: url.pathname + url.search,
      headers: Object.fromEntries(new Headers(init.headers)),
      body: bodyOf(init),
    }
    asked.push(request)
    if (typeof server === 'function') return server(input, init)
    const route = `${request.method} ${url.pathname}`
    const turn = given.get(route) ?? 0
    given.set(route, turn + 1)
    return answerOf(route, [server[route] ?? []].flat(), turn)
  }
  const exitCode = await runCli(args, { terminal, environment, fetch, exitCode: exitCodes.ok })
  return { exitCode, out: out.join('\n'), notes: notes.join('\n'), asked }
}

function bodyOf({ body }: RequestInit): unknown {
  if (body instanceof Uint8Array) return new TextDecoder().decode(body)
  return typeof body === 'string' ? JSON.parse(body) : undefined
}

function answerOf(route: string, answers: readonly Answer[], turn: number): Response {
  const answer = answers[Math.min(turn, answers.length - 1)]
  if (answer === undefined) throw new Error(`the command asked for ${route}, which this test does not answer`)
  if (answer instanceof Error) throw answer
  const { status = 200, body } = answer
  const type = status >= 400 ? 'application/problem+json' : 'application/json'
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': type } })
}

/** What fetch throws when there is no connection. */
export function noConnection(code: string): Error {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) })
}

export function problem(
  status: number,
  code: string,
  detail: string,
  faults: { path: string; code: string; message: string }[] = [],
) {
  return { status, body: { type: 'about:blank', title: 'x', status, code, detail, faults, requestId: 'req-1' } }
}

/** A run that met no invoice of before. */
export const noEmissions = {
  ...{ due: 0, pending: 0, emitted: 0, notEmitted: 0, parked: 0, pendingCents: 0, emittedCents: 0 },
  ...{
    goingOut: 0,
    goingOutCents: 0,
    awaitingApproval: 0,
    awaitingApprovalCents: 0,
    customerOverdue: 0,
    customerOverdueCents: 0,
  },
}
