import type { Instant } from '../core/dates.ts'
import type { CredentialForm } from './credential.ts'

/** A secret that opens the API for one account, within its scopes. Only its hash is kept. */
export interface ApiKey {
  id: number
  name: string
  /** The part of it that may be shown, so that people tell their keys apart. */
  prefix: string
  /** Whose client it was made for, by that client's name; null: nobody's in particular. */
  client: string | null
  form: CredentialForm
  /** Whose things that client means where its format has no place to say so; null: not said. */
  organizationId: number | null
  scopes: string[]
  createdAt: Instant
  revokedAt: Instant | null
  version: number
}
