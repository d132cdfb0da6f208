import { timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { showId } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import { clockAt } from '../clock.ts'
import { type Ctx, openCtx } from '../context.ts'
import { type Access, allows, type KeyScope } from './access.ts'
import { type AccountEntry, findAccount, findOpened, hashOfKey, takeAccountNumber } from './key-directory.ts'
import type { Caller, Services } from './services.ts'

/** Before anything of the body is read: who asks, and may they? */
export function authenticate(
  services: Services,
  access: Access,
  alsoNeeds: readonly KeyScope[] = [],
): (request: FastifyRequest) => Promise<void> {
  return async request => admit(services, request, bearerOf(request), access, alsoNeeds)
}

/** Whose key this is, wherever in the request it stood; refused when it does not open what is asked. Null: any key does. */
export async function admit(
  services: Services,
  request: FastifyRequest,
  key: string,
  access: Access | null,
  alsoNeeds: readonly KeyScope[],
): Promise<void> {
  request.caller = isOperator(services, key) ? admitOperator(access) : await admitTenant(services, key, access, alsoNeeds)
}

function bearerOf(request: FastifyRequest): string {
  const header = request.headers.authorization
  if (header === undefined) refuse('missing_key', 'Envie a chave de acesso: Authorization: Bearer bdr_…', { status: 401 })
  const match = /^Bearer +([\x21-\x7e]{1,200})$/i.exec(header)
  return match?.[1] ?? refuseKey()
}

function isOperator({ operatorKey }: Services, key: string): boolean {
  return operatorKey !== undefined && timingSafeEqual(Buffer.from(hashOfKey(key)), Buffer.from(hashOfKey(operatorKey)))
}

function admitOperator(access: Access | null): Caller {
  if (access !== 'operator') {
    refuse('operator_has_no_account', 'A chave do operador só administra contas; use a chave de uma conta.', { status: 403 })
  }
  return { kind: 'operator', entry: null }
}

async function admitTenant(
  services: Services,
  key: string,
  access: Access | null,
  alsoNeeds: readonly KeyScope[],
): Promise<Caller> {
  // Read at each request: a revoked key ends at once, and a sandbox clock may have moved.
  const entry = await findOpened(services.db, key, services.clock.now())
  if (entry === null || entry.isRevoked) return refuseKey()
  if (entry.state === 'closed') refuse('account_closed', 'Esta conta está encerrada.', { status: 403 })
  if (access === 'operator')
    refuse(
      'operator_only',
      'Isto é do operador: esta chave é de uma conta. A do operador é a BORDERO_OPERATOR_KEY com que o servidor foi iniciado, ou a operatorKey do arquivo de credenciais.',
      { status: 403 },
    )
  const missing = (access === null ? [] : [access, ...alsoNeeds]).filter(scope => !allows(entry.scopes, scope))
  if (missing.length > 0) refuseScope(missing)
  return { kind: 'key', entry }
}

function refuseKey(): never {
  refuse('invalid_key', 'A chave de acesso não existe ou foi revogada.', { status: 401 })
}

function refuseScope(missing: readonly KeyScope[]): never {
  const [wanted] = missing
  const told =
    missing.length === 1
      ? `A chave não tem a permissão ${wanted}.`
      : `Para isto a chave precisa também das permissões ${missing.join(', ')}.`
  refuse('insufficient_scope', told, { status: 403, details: { wanted, missing } })
}

/** The context in which the route's verb acts. */
export async function contextOf(services: Services, request: FastifyRequest, isEffect: boolean): Promise<Ctx> {
  const { caller } = request
  if (caller === null) throw new Error('a context was asked for by a route without access')
  const entry = caller.kind === 'key' ? caller.entry : await administered(services, request)
  if (caller.kind === 'operator') request.caller = { kind: 'operator', entry }
  const account = entry?.account ?? (isEffect ? await services.db.transact('dispatch', takeAccountNumber) : noAccount)
  return openCtx({
    account,
    actor:
      caller.kind === 'key' ? { kind: 'key', id: showId('api_key', caller.entry.key) } : { kind: 'operator', id: 'operator' },
    requestId: request.id,
    clock: entry?.sandboxNow ? clockAt(entry.sandboxNow) : services.clock,
    db: services.db,
    log: services.log.child({ requestId: request.id, account }),
  })
}

/** Lists of accounts belong to none: a transaction for this number is refused. */
const noAccount = 0

/** The account that the operator's path names; null when it names none. */
async function administered(services: Services, request: FastifyRequest): Promise<AccountEntry | null> {
  const { account } = request.params as { account?: unknown } // decoded by the route's schema, where it has one
  if (typeof account !== 'number') return null
  const entry = await findAccount(services.db, account)
  return entry ?? refuse('not_found', 'Conta não encontrada.', { status: 404 })
}
