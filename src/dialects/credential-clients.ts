import type { CredentialClients } from '../accounts/credential.ts'

/** Whose clients keys are made for, and how each of those says who it is. A token is an API key as any other. */
export const credentialClients = {
  omie: 'app_key',
  hubsoft: 'password_grant',
  nibo: 'token',
  fintera: 'token',
  emites: 'token',
} as const satisfies CredentialClients
