import { environment } from './environment.ts'
import { exitCodes } from './exit-codes.ts'
import { runCli } from './program.ts'
import { openTerminal } from './terminal.ts'

// Whoever started us through the bin is only a shell around this process: gone it, gone we, as if we were one.
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))
process.channel?.unref()

// A reader that has seen enough (`bordero invoices | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

process.exitCode = await runCli(process.argv.slice(2), {
  terminal: openTerminal(process.stdout, process.stderr),
  environment,
  fetch: globalThis.fetch,
  exitCode: exitCodes.ok,
})
