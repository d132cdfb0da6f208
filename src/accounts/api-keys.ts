import { found } from '../core/current.ts'
import { readId } from '../core/ids.ts'
import { refuse } from '../core/refusal.ts'
import { given } from '../core/text.ts'
import type { Ctx } from '../platform/context.ts'
import type { Reader, Tx } from '../platform/db/db.ts'
import { record } from '../platform/history.ts'
import { everything, type KeyScope } from '../platform/http/access.ts'
import { hashOfKey } from '../platform/http/key-directory.ts'
import { takeIds } from '../platform/ids.ts'
import type { ApiKey } from './api-key.ts'
import { apiKeyOf, insertApiKey, listApiKeys, lockApiKey, saveRevocation } from './api-key-store.ts'
import { type CredentialForm, type Credentials, drawCredential } from './credential.ts'

export type GrantedScope = KeyScope | typeof everything

export interface NewApiKey {
  name: string
  scopes: readonly GrantedScope[]
  /** For whose client it is, and how that one says who it is; a token for nobody in particular, when it is not told. */
  purpose?: { client: string; form: CredentialForm } | undefined
  /** Of which organization that client speaks. */
  organizationId?: number | null | undefined
}

/** What keys must ask of organizations, which they do not know. */
export interface ApiKeyTies {
  /** It stays so until the transaction ends. */
  bindOrganization(tx: Tx, id: number): Promise<'in_use' | 'archived' | 'unknown'>
}

/** What stands here beside the key is in this answer and nowhere else: not in the database, not in the history, not in a log. */
export interface DrawnApiKey extends ApiKey {
  credentials: Credentials
  /** What is looked up: of a token, the token. */
  text: string
}

/** `ties` are asked where an organization is named. */
export function createApiKey(
  ctx: Ctx,
  { name, scopes, purpose, organizationId = null }: NewApiKey,
  ties?: ApiKeyTies,
): Promise<DrawnApiKey> {
  const shown = given(name) ?? refuse('blank', 'Diga para que serve a chave.', { path: '/name' })
  return ctx.transact(async tx => {
    const beyond = await scopesBeyond(tx, ctx, scopes)
    if (beyond.length > 0) {
      refuse('scope_not_held', `Uma chave só dá as permissões que tem; faltam: ${beyond.join(', ')}.`, {
        status: 403,
        path: '/scopes',
        details: { scopes: beyond },
      })
    }
    if (organizationId !== null) await requireOrganization(tx, ties, organizationId, purpose !== undefined)
    const form = purpose?.form ?? 'token'
    const { prefix, credentials, text, clientText } = drawCredential(form)
    const key: ApiKey = {
      id: await takeIds(tx, 'api_key'),
      name: shown,
      prefix,
      client: purpose?.client ?? null,
      form,
      organizationId,
      scopes: [...new Set(scopes)],
      createdAt: ctx.clock.now(),
      revokedAt: null,
      version: 1,
    }
    await insertApiKey(tx, key, hashOfKey(text), clientText === null ? null : hashOfKey(clientText))
    await record(tx, ctx, [{ action: 'create', subject: { noun: 'api_key', id: key.id, version: 1 }, after: key }])
    return { ...key, credentials, text }
  })
}

async function requireOrganization(tx: Tx, ties: ApiKeyTies | undefined, id: number, isForClient: boolean): Promise<void> {
  const path = '/organizationId'
  if (!isForClient) {
    refuse(
      'organization_without_client',
      'Só a chave do cliente de outro sistema (for) fala por uma organização: nesta API ela é dita em cada pedido.',
      { path },
    )
  }
  if (ties === undefined) throw new Error('nobody was given who knows organizations')
  switch (await ties.bindOrganization(tx, id)) {
    case 'unknown':
      return refuse('unknown_organization', 'Não há organização com este identificador.', { path })
    case 'archived':
      return refuse('archived_organization', 'Esta organização está arquivada; desarquive-a antes.', { path })
    case 'in_use':
  }
}

/** Of which organization the calling key speaks; null where it says none, and of whoever is no key. */
export async function organizationOfCaller(tx: Reader, ctx: Ctx): Promise<number | null> {
  if (ctx.actor.kind !== 'key') return null
  return (await apiKeyOf(tx, readId('api_key', ctx.actor.id) ?? 0))?.organizationId ?? null
}

/** Those that the calling key has not itself: one that could give them would have everything, one that could take them away would rule. */
async function scopesBeyond(tx: Tx, ctx: Ctx, scopes: readonly string[]): Promise<string[]> {
  if (ctx.actor.kind !== 'key') return []
  const own = await apiKeyOf(tx, readId('api_key', ctx.actor.id) ?? 0)
  const held = own?.scopes ?? []
  return held.includes(everything) ? [] : scopes.filter(scope => !held.includes(scope))
}

export function getApiKey(ctx: Ctx, id: number): Promise<ApiKey> {
  return ctx.transact(async tx => found(await apiKeyOf(tx, id), notFound))
}

/** In order of id, from the one after `after`; one more than `limit` when there are further ones. */
export function searchApiKeys(ctx: Ctx, after: number, limit: number): Promise<ApiKey[]> {
  return ctx.transact(tx => listApiKeys(tx, after, limit + 1))
}

/** It opens nothing from the next request on, nor do bearers that were given to it. Doing it again changes nothing. */
export function revokeApiKey(ctx: Ctx, id: number): Promise<ApiKey> {
  return ctx.transact(async tx => {
    const before = found(await lockApiKey(tx, id), notFound)
    const beyond = await scopesBeyond(tx, ctx, before.scopes)
    if (beyond.length > 0) {
      refuse('scope_not_held', `Uma chave só revoga outra que não pode mais do que ela; faltam: ${beyond.join(', ')}.`, {
        status: 403,
        details: { scopes: beyond },
      })
    }
    if (before.revokedAt !== null) return before
    const after = { ...before, revokedAt: ctx.clock.now(), version: before.version + 1 }
    await saveRevocation(tx, id, after.revokedAt, after.version)
    await record(tx, ctx, [{ action: 'revoke', subject: { noun: 'api_key', id, version: after.version }, before, after }])
    return after
  })
}

const notFound = 'Chave não encontrada.'
