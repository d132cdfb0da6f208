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
  if (!(error instanceof Error)) return ofCopied(error)
  const state = sqlState(error)
  return {
    type: error.name,
    fault: faultOf(error),
    ...(state === null ? { message: error.message } : { sqlState: state }),
    stack: framesOf(error.stack ?? ''),
  }
}

/** The queue tells of its errors by copies of their fields: a DatabaseError's have a severity, and a message that quotes. */
function ofCopied(error: unknown): object {
  if (typeof error !== 'object' || error === null) return { type: typeof error }
  const text = (field: string): string | undefined => {
    const value: unknown = Reflect.get(error, field)
    return typeof value === 'string' ? value : undefined
  }
  const [code, message, stack] = [text('code'), text('message'), text('stack')]
  const isOfDatabase = text('severity') !== undefined || /^(?=.*\d)[0-9A-Z]{5}$/.test(code ?? '')
  return {
    type: /^([A-Za-z]{1,40})(:|$)/.exec(stack ?? '')?.[1] ?? 'object',
    ...(isOfDatabase ? { sqlState: code } : { code, message }),
    ...(stack === undefined ? {} : { stack: framesOf(stack) }),
  }
}

function framesOf(stack: string): string[] {
  const frames = stack.split('\n').filter(line => line.startsWith('    at '))
  return frames.slice(0, 12).map(line => line.trim())
}
