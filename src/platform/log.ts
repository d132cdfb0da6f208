import { type DestinationStream, type Logger, pino } from 'pino'
import { faultOf, sqlState } from './db/faults.ts'

export type { Logger }

export interface LogConfig {
  level: string
  destination?: DestinationStream
}

/** Lines of JSON without personal data: no bodies, no query strings, and of errors only what cannot carry a value. */
export function openLog({ level, destination }: LogConfig): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: withoutValues, req: nothing, res: nothing },
  }
  return destination ? pino(options, destination) : pino(options)
}

/** Of requests as the framework would print them: their address holds the query. */
function nothing(): undefined {}

/** PostgreSQL's messages quote what was sent ("Key (tax_id)=(…) already exists"), so of its errors the code must do. */
export function withoutValues(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error }
  const state = sqlState(error)
  const frames = (error.stack ?? '').split('\n').filter(line => line.startsWith('    at '))
  return {
    type: error.name,
    fault: faultOf(error),
    ...(state === null ? { message: error.message } : { sqlState: state }),
    stack: frames.slice(0, 12).map(line => line.trim()),
  }
}
