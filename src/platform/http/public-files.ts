import type { Readable } from 'node:stream'
import type { Noun } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import { clockAt } from '../clock.ts'
import { type Ctx, openCtx } from '../context.ts'
import { findAddressed } from '../file-address-store.ts'
import { type FileToSend, headersOfFile } from './file-headers.ts'
import { findAccount } from './key-directory.ts'
import type { App } from './route.ts'
import type { Services } from './services.ts'

export interface PublicFile extends FileToSend {
  /** Read while it is sent. */
  content: Readable
}

/** How the file of a subject is read, by noun; null when it is gone. */
export type PublicFiles = Partial<Record<Noun, (ctx: Ctx, id: number) => Promise<PublicFile | null>>>

/** Behind the token there may be an ending, for whoever tells by it what a file is; nothing is found by that. */
const NAME = /^([A-Za-z0-9_-]{32})(?:\.[A-Za-z0-9]{1,8})?$/

/** Where the file with that token is read, by anybody; `ending`: '.pdf'. */
export function publicPath(token: string, ending: '' | `.${string}` = ''): string {
  return `/files/${token}${ending}`
}

/** `GET /files/:name`: the address is the key. What is wrong with one is told to nobody: there is nothing there. */
export function registerPublicFiles(app: App, files: PublicFiles): void {
  app.get<{ Params: { name: string } }>('/files/:name', { schema: { hide: true } }, async (request, reply) => {
    const file = await fileUnder(app.services, files, request.params.name, request.id)
    if (file === null) return refuse('not_found', 'Não há nada neste endereço.', { status: 404 })
    return reply.headers({ ...headersOfFile(file), 'x-robots-tag': 'noindex, nofollow' }).send(file.content)
  })
}

async function fileUnder(services: Services, files: PublicFiles, name: string, requestId: string): Promise<PublicFile | null> {
  const token = NAME.exec(name)?.[1]
  if (token === undefined) return null
  const addressed = await services.db.transact('dispatch', tx => findAddressed(tx, token))
  if (addressed === null) return null
  const { account, noun, id } = addressed
  const entry = await findAccount(services.db, account)
  if (entry?.state !== 'active') return null
  const ctx = openCtx({
    account,
    actor: { kind: 'system', id: 'file_address' },
    requestId,
    clock: entry.sandboxNow ? clockAt(entry.sandboxNow) : services.clock,
    db: services.db,
    log: services.log.child({ requestId, account }),
  })
  return (await files[noun]?.(ctx, id)) ?? null
}
