import { DatabaseUnusable } from '../../platform/db/faults.ts'
import { PgliteSource } from '../../platform/db/pglite.ts'
import { CliError, exitCodes } from '../exit-codes.ts'

export type Row = Record<string, unknown>

/** Asks the embedded database of a folder that no server holds, as its owner, of all accounts, without changing anything. */
export async function queryFolder(dataDir: string, statement: string): Promise<Row[]> {
  const source = await open(dataDir)
  try {
    return await source.withOwner(async owner => {
      await owner.script('begin read only')
      // In parentheses it is one statement that answers rows.
      const { rows } = await owner.query(`select * from (\n${statement.trim().replace(/;$/, '')}\n) as answer`)
      return rows
    })
  } catch (error) {
    if (error instanceof CliError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new CliError(exitCodes.findings, `O banco recusou a consulta: ${reason}`, {
      cause: error,
      details: { code: 'query_refused' },
    })
  } finally {
    await source.close()
  }
}

async function open(dataDir: string): Promise<PgliteSource> {
  try {
    return await PgliteSource.open({ dataDir })
  } catch (error) {
    if (!(error instanceof DatabaseUnusable)) throw error
    throw new CliError(exitCodes.failure, error.message, { cause: error, details: { code: error.code } })
  }
}
