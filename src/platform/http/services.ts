import type { Clock } from '../clock.ts'
import type { Db } from '../db/db.ts'
import type { Logger } from '../log.ts'
import type { Access } from './access.ts'
import type { ForeignDocument } from './foreign-document.ts'
import type { ForeignPlaces } from './foreign-places.ts'
import type { AccountEntry, KeyEntry } from './key-directory.ts'
import type { UploadGate } from './upload-gate.ts'

/** What routes stand on; the app hands it over once. */
export interface Services {
  readonly db: Db
  /** The machine's; a sandbox account has its own. */
  readonly clock: Clock
  readonly log: Logger
  /** Without one, no route of the operator opens. */
  readonly operatorKey: string | undefined
  /** Aborted when the server stops: what takes long leaves off. */
  readonly stopping?: AbortSignal
  /** An effect was committed in the account. */
  onChange(account: number): void
  /** The account has due work: look now instead of at the next regular look. Never needed for correctness. */
  onDueWork(account: number): void
}

export type Caller = { kind: 'key'; entry: KeyEntry } | { kind: 'operator'; entry: AccountEntry | null }

declare module 'fastify' {
  interface FastifyInstance {
    services: Services
    uploads: UploadGate
    foreignPlaces: ForeignPlaces
    foreignDocument: ForeignDocument
    countBroken(route: string): void
  }
  interface FastifyRequest {
    caller: Caller | null
  }
  interface FastifyContextConfig {
    access?: Access
    ifMatch?: boolean
  }
}
