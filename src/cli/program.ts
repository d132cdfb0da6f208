import { Command, CommanderError } from 'commander'
import type { Cli } from './cli.ts'
import { addAccounts } from './commands/accounts.ts'
import { addBill } from './commands/bill.ts'
import { addCityHall } from './commands/city-hall.ts'
import { addClock } from './commands/clock.ts'
import { addClose } from './commands/close.ts'
import { addContracts } from './commands/contracts.ts'
import { addCustomers } from './commands/customers.ts'
import { addDemo } from './commands/demo.ts'
import { addEvents } from './commands/events.ts'
import { addExplain } from './commands/explain.ts'
import { addExport } from './commands/export.ts'
import { addImport } from './commands/import.ts'
import { addIndices } from './commands/indices.ts'
import { addInit } from './commands/init.ts'
import { addInvoices } from './commands/invoices.ts'
import { addKanban } from './commands/kanban.ts'
import { addKeys } from './commands/keys.ts'
import { addPlans } from './commands/plans.ts'
import { addPreview } from './commands/preview.ts'
import { addReadjustments } from './commands/readjustments.ts'
import { addReceivables } from './commands/receivables.ts'
import { addRenegotiations } from './commands/renegotiations.ts'
import { addRun } from './commands/run.ts'
import { addSchedules } from './commands/schedules.ts'
import { addServe } from './commands/serve.ts'
import { addSql } from './commands/sql.ts'
import { addSubscriptions } from './commands/subscriptions.ts'
import { addTemplates } from './commands/templates.ts'
import { addVerify } from './commands/verify.ts'
import { addWebhooks } from './commands/webhooks.ts'
import { addWithholdings } from './commands/withholdings.ts'
import { CliError, type ExitCode, exitCodes, exitCodesHelp } from './exit-codes.ts'
import { addPortugueseHelp, usageFault } from './portuguese.ts'
import { startedAs } from './started-as.ts'
import { printableLines } from './table.ts'

/** In the order in which somebody new meets them. */
const commands = [
  addDemo,
  addServe,
  addInit,
  addImport,
  addPreview,
  addBill,
  addRun,
  addExplain,
  addVerify,
  addKanban,
  addContracts,
  addCustomers,
  addInvoices,
  addReceivables,
  addRenegotiations,
  addAccounts,
  addClose,
  addEvents,
  addReadjustments,
  addIndices,
  addTemplates,
  addWithholdings,
  addPlans,
  addSchedules,
  addSubscriptions,
  addExport,
  addClock,
  addKeys,
  addWebhooks,
  addSql,
  addCityHall,
]

export function createProgram(cli: Cli): Command {
  const program = new Command(startedAs)
  program.description('Bordero: cada período de cada contrato faturado exatamente uma vez, e provado.')
  addPortugueseHelp(program)
  program
    .option('--json', 'responde em JSON, numa linha')
    .option('--url <endereço>', 'endereço do servidor (ou BORDERO_URL)')
    .option('--key <chave>', 'chave da API (ou BORDERO_KEY)')
    .option('--credentials-file <arquivo>', 'credenciais que o servidor gravou (ou BORDERO_CREDENTIALS_FILE)')
    .addHelpText('after', `\n${exitCodesHelp}\n\nPara começar: npm run demo, ou ${startedAs} serve --sandbox noutro terminal.`)
    .exitOverride()
    // What is wrong is said once, in Portuguese, where it is caught.
    .configureOutput({
      writeOut: text => cli.terminal.out(text.trimEnd()),
      writeErr: text => cli.terminal.note(text.trimEnd()),
      outputError() {},
      getOutHelpWidth: () => cli.terminal.columns,
    })
  for (const add of commands) add(program, cli)
  return program
}

/** Runs one command line to its end. */
export async function runCli(args: readonly string[], cli: Cli): Promise<ExitCode> {
  const program = createProgram(cli)
  const isJson = args.includes('--json')
  try {
    await program.parseAsync(args, { from: 'user' })
    return cli.exitCode
  } catch (error) {
    if (error instanceof CommanderError) return sayUsage(error, nameIn(program, args), cli, isJson)
    return sayWhatFailed(error, cli, isJson)
  }
}

function sayUsage(error: CommanderError, name: string, { terminal }: Cli, isJson: boolean): ExitCode {
  if (error.exitCode === 0) return exitCodes.ok
  // A command of several that was called without one: its help has been shown.
  if (error.code === 'commander.help') return exitCodes.usage
  const message = usageFault(error)
  terminal.note(printableLines(`bordero: ${message}\nVeja: ${name} --help`))
  if (isJson) terminal.out(JSON.stringify({ error: { message, code: 'usage' } }))
  return exitCodes.usage
}

/** 'bordero run list': the command that was meant, as far as there is one. */
function nameIn(program: Command, args: readonly string[]): string {
  let named = program
  for (const word of args) named = named.commands.find(command => command.name() === word) ?? named
  return nameOf(named)
}

function nameOf(command: Command): string {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`
}

function sayWhatFailed(error: unknown, { terminal }: Cli, isJson: boolean): ExitCode {
  const fault = error instanceof CliError ? error : new CliError(exitCodes.failure, reasonOf(error), { cause: error })
  terminal.note(printableLines(`bordero: ${fault.message}`))
  if (isJson) terminal.out(JSON.stringify({ error: { message: fault.message, ...fault.details } }))
  return fault.exitCode
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
