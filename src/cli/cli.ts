import type { Command } from 'commander'
import { Client } from './client.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { withCommands } from './paging.ts'
import { printableLines } from './table.ts'
import { type Environment, findTarget, type TargetOptions } from './target.ts'
import type { Terminal } from './terminal.ts'

/** What commands stand on; a test brings its own. */
export interface Cli {
  readonly terminal: Terminal
  readonly environment: Environment
  readonly fetch: typeof globalThis.fetch
  /** Of the command that ran. */
  exitCode: ExitCode
}

export interface GlobalOptions extends TargetOptions {
  json?: true
}

/** One call of a command: its operands, its options, and where its answer goes. */
export interface Call<Options, Operands extends readonly unknown[]> {
  readonly options: Options & GlobalOptions
  readonly operands: Operands
  readonly terminal: Terminal
  readonly isJson: boolean
  /** The answer as it is with `--json`, else as `words` tell it. */
  show(answer: unknown, words: () => string): void
}

export interface ServerCall<Options, Operands extends readonly unknown[]> extends Call<Options, Operands> {
  readonly client: Client
}

/** Nothing stands for `ok`. */
type Ending = Promise<ExitCode | undefined> | Promise<void>

/**
 * The action of a command without a server. Options and operands have the types that the command's own declarations give
 * them: commander knows those only as it runs, so a command and its types are kept side by side.
 */
export function locally<Options, Operands extends readonly unknown[] = []>(
  cli: Cli,
  work: (call: Call<Options, Operands>) => Ending,
): (...parameters: unknown[]) => Promise<void> {
  return async (...parameters) => {
    // Commander calls an action with its operands, its options, and the command itself last.
    const command = parameters.at(-1) as Command
    cli.exitCode = (await work(callOf<Options, Operands>(cli, command))) ?? exitCodes.ok
  }
}

/** The action of a command that is a client of the API. */
export function onServer<Options, Operands extends readonly unknown[] = []>(
  cli: Cli,
  work: (call: ServerCall<Options, Operands>) => Ending,
): (...parameters: unknown[]) => Promise<void> {
  return locally<Options, Operands>(cli, async call => {
    const client = new Client(findTarget(call.options, cli.environment), cli.fetch)
    return (await work({ ...call, client })) ?? undefined
  })
}

/** What was typed after the program's name. */
function typedIn(command: Command): readonly string[] {
  let program = command
  while (program.parent !== null) program = program.parent
  // As commander keeps what it was given, without a declaration.
  return (program as Command & { rawArgs?: string[] }).rawArgs ?? []
}

function callOf<Options, Operands extends readonly unknown[]>(cli: Cli, command: Command): Call<Options, Operands> {
  const options = command.optsWithGlobals<Options & GlobalOptions>()
  const isJson = options.json === true
  return {
    options,
    // See `locally`.
    operands: command.processedArgs as unknown as Operands,
    terminal: cli.terminal,
    isJson,
    show: (answer, words) =>
      cli.terminal.out(isJson ? JSON.stringify(answer) : printableLines(withCommands(words(), typedIn(command)))),
  }
}
