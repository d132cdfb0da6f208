import type { Environment } from './target.ts'

/** The command line's only reader of the environment; the server's is app/config.ts. */
export const environment: Environment = process.env
