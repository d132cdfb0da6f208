import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { refuse } from '../core/refusal.ts'

const KEY_BYTES = 32
const IV_BYTES = 12
const TAG_BYTES = 16
const FORM = 'v1'

/** A secret as it is kept: form, id of the key, and in base64url what AES-256-GCM made of it. */
export type Sealed = string & { readonly __brand: 'Sealed' }

/**
 * Encrypts what must be kept and given back to nobody (AES-256-GCM). What is sealed names its key, so that the key can be changed: new
 * secrets are sealed under the first key, old ones are opened by whichever key sealed them. `of` says whose secret it is and is bound
 * to it: moved to another row, it does not open.
 */
export class Secrets {
  readonly #keys: ReadonlyMap<string, Buffer>
  readonly #current: string | null

  /** The key in use first, then those before it. Without any, nothing can be sealed or opened, and whoever tries is told how to mend that. */
  constructor(keys: readonly Buffer[]) {
    for (const key of keys) if (key.length !== KEY_BYTES) throw new RangeError(`a key has ${KEY_BYTES} bytes, not ${key.length}`)
    this.#keys = new Map(keys.map(key => [idOfKey(key), key]))
    this.#current = keys[0] === undefined ? null : idOfKey(keys[0])
  }

  get hasKey(): boolean {
    return this.#current !== null
  }

  seal(secret: string, of: string): Sealed {
    if (this.#current === null) return refuseKeyless()
    const iv = randomBytes(IV_BYTES)
    const cipher = createCipheriv('aes-256-gcm', this.#keyOf(this.#current), iv)
    cipher.setAAD(Buffer.from(of))
    const hidden = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
    // Made here, in the form that `open` reads.
    return `${FORM}.${this.#current}.${Buffer.concat([iv, hidden, cipher.getAuthTag()]).toString('base64url')}` as Sealed
  }

  /** Throws SecretUnreadable: the key is missing, or what was kept has been changed. */
  open(sealed: Sealed, of: string): string {
    const [form, keyId = '', text = ''] = sealed.split('.')
    const bytes = Buffer.from(text, 'base64url')
    if (form !== FORM || bytes.length < IV_BYTES + TAG_BYTES) throw new SecretUnreadable('it is not in a form that is known here')
    const decipher = createDecipheriv('aes-256-gcm', this.#keyOf(keyId), bytes.subarray(0, IV_BYTES))
    decipher.setAAD(Buffer.from(of))
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
    try {
      return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8')
    } catch {
      // The reason would be the library's, and says nothing more.
      throw new SecretUnreadable('it has been changed, or belongs to something else')
    }
  }

  #keyOf(id: string): Buffer {
    const key = this.#keys.get(id)
    if (key === undefined) throw new SecretUnreadable(`its key ${/^[0-9a-f]{8}$/.test(id) ? id : ''} is not configured`)
    return key
  }
}

/** A kept secret does not open: an operator has to act. The message never holds any of it. */
export class SecretUnreadable extends Error {
  override readonly name = 'SecretUnreadable'

  constructor(why: string) {
    super(`a kept secret cannot be read: ${why}`)
  }
}

/** A key as it is written in the environment: 32 bytes in hexadecimal or base64; null for anything else. */
export function parseSecretKey(text: string): Buffer | null {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex')
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return null
  const key = Buffer.from(text, 'base64')
  return key.length === KEY_BYTES ? key : null
}

/** Tells keys apart, and says nothing about them. */
function idOfKey(key: Buffer): string {
  return createHash('sha256').update('bordero secret key').update(key).digest('hex').slice(0, 8)
}

function refuseKeyless(): never {
  refuse(
    'secret_key_missing',
    'Este servidor não tem chave para guardar segredos: quem o opera deve informar BORDERO_SECRET_KEY com 32 bytes em base64 (openssl rand -base64 32).',
    { status: 503 },
  )
}
