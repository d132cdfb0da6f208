import { randomBytes, randomInt } from 'node:crypto'

/** How a client says who it is: by one text, by a number and a secret, or by a client and a user who are given a bearer (OAuth 2.0, RFC 6749 §4.3). */
export const credentialForms = ['token', 'app_key', 'password_grant'] as const
export type CredentialForm = (typeof credentialForms)[number]

/** Clients that keys are made for, each with the form that it asks for. */
export type CredentialClients = Readonly<Record<string, CredentialForm>>

/** As the client asks for it, by its own names of fields. */
export type Credentials = Readonly<Record<string, string>>

export interface DrawnCredential {
  /** What may be shown, so that people tell them apart. */
  prefix: string
  credentials: Credentials
  /** What is looked up at each request: only its hash is kept. */
  text: string
  /** Of client and secret, without the user. */
  clientText: string | null
}

const PREFIX_PLACES = 8
/**
 * 256 bits: a hash without salt or stretching is enough to keep. Stretching (scrypt) makes guesses dear where people choose what is
 * guessed; here nobody chooses, no guess ever comes near, and each request would pay for it.
 */
const SECRET_BYTES = 32
const letters = 'abcdefghijklmnopqrstuvwxyz0123456789'

export function drawCredential(form: CredentialForm): DrawnCredential {
  switch (form) {
    case 'token':
      return drawToken()
    case 'app_key':
      return drawAppKey()
    case 'password_grant':
      return drawPasswordGrant()
  }
}

/** `bdr_<prefix>_<random>`, shown once. */
function drawToken(): DrawnCredential {
  const prefix = drawPrefix()
  const text = `bdr_${prefix}_${drawSecret()}`
  return { prefix, credentials: { token: text }, text, clientText: null }
}

function drawAppKey(): DrawnCredential {
  const [app_key, app_secret] = [drawNumber(13), drawSecret()]
  return { prefix: app_key, credentials: { app_key, app_secret }, text: appKeyText(app_key, app_secret), clientText: null }
}

function drawPasswordGrant(): DrawnCredential {
  const [client_id, client_secret, password] = [drawNumber(9), drawSecret(), drawSecret()]
  const username = `api.${drawPrefix()}@bordero.example`
  return {
    prefix: client_id,
    credentials: { client_id, client_secret, username, password },
    text: grantText({ clientId: client_id, clientSecret: client_secret, username, password }),
    clientText: clientText(client_id, client_secret),
  }
}

// A line break stands in no header: what comes in parts in a body is never taken for a key that was sent as one.

/** What a number and its secret are looked up by; clients send the number as a number or as its digits. */
export function appKeyText(appKey: string | number, appSecret: string): string {
  return `app_key\n${appKey}\n${appSecret}`
}

export interface GrantParts {
  clientId: string
  clientSecret: string
  username: string
  password: string
}

/** What client and user together are looked up by. */
export function grantText({ clientId, clientSecret, username, password }: GrantParts): string {
  return `password_grant\n${clientId}\n${clientSecret}\n${username.trim().toLowerCase()}\n${password}`
}

export function clientText(clientId: string, clientSecret: string): string {
  return `client\n${clientId}\n${clientSecret}`
}

/** What credentials that were shown are looked up by; null when parts of theirs are missing. */
export function textOf({ token, app_key, app_secret, client_id, client_secret, username, password }: Credentials): string | null {
  if (token !== undefined) return token
  if (app_key !== undefined && app_secret !== undefined) return appKeyText(app_key, app_secret)
  if (client_id === undefined || client_secret === undefined || username === undefined || password === undefined) return null
  return grantText({ clientId: client_id, clientSecret: client_secret, username, password })
}

function drawPrefix(): string {
  return Array.from({ length: PREFIX_PLACES }, () => letters[randomInt(letters.length)]).join('')
}

function drawSecret(): string {
  return randomBytes(SECRET_BYTES).toString('hex')
}

function drawNumber(digits: number): string {
  return String(randomInt(10 ** (digits - 1), 10 ** digits))
}
