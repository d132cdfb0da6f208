/** How a command ends, for scripts. Codes are stable. */
export const exitCodes = {
  ok: 0,
  /** The command did its work and found something that a person must look at, or was refused by a rule. */
  findings: 1,
  /** Asking again in the same words would not help: a word or a file is wrong. */
  usage: 2,
  /** No server answers, or none is known: one that has stopped, or is not ready yet. */
  unreachable: 3,
  denied: 4,
  failure: 5,
} as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

export const exitCodesHelp = `Códigos de saída:
  0  deu certo
  1  há algo a corrigir: linhas recusadas ou não aplicadas, achados do verify, um pedido que as regras recusaram
  2  o comando foi escrito errado, ou um arquivo que ele nomeia falta ou não serve
  3  nenhum servidor responde: não foi iniciado, ainda não está pronto ou já parou
  4  a chave não existe, foi revogada ou não tem a permissão
  5  algo falhou do lado do servidor ou do sistema
Um servidor que foi parado (Ctrl-C, SIGTERM) termina com 0; antes de estar pronto, ou num segundo
Ctrl-C, não espera por nada e termina com 130.`

/** What ends a command before its end: a message for the person, and the code for the script. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly exitCode: ExitCode
  /** Printed in place of a result where `--json` was asked. */
  readonly details: object

  constructor(exitCode: ExitCode, message: string, options: { details?: object; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.exitCode = exitCode
    this.details = options.details ?? {}
  }
}
