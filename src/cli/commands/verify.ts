import type { Command } from 'commander'
import type { Verification } from '../answers.ts'
import { type Cli, onServer } from '../cli.ts'
import { exitCodes } from '../exit-codes.ts'
import { nextCommand } from '../next-command.ts'
import { startedAs } from '../started-as.ts'
import { followVerification } from '../verify/follow-verification.ts'
import { verificationWords } from '../verify/verification-words.ts'

interface VerifyOptions {
  full?: true
  since?: string
}

export function addVerify(program: Command, cli: Cli): void {
  program
    .command('verify')
    .description('decide tudo de novo, por outro caminho, e aponta onde o que está gravado difere')
    .option('--full', 'confere tudo, e não só o que mudou desde a última verificação limpa')
    .option('--since <ponto>', 'confere se o histórico até o ponto anotado ainda é o mesmo, e o que mudou depois')
    .addHelpText(
      'after',
      `
Termina com 0 quando nada está errado e com 1 quando algo está. O que venceu e não foi faturado é contado por motivo, com o
comando que resolve, e não é erro.

Exemplos:
  ${startedAs} verify
  ${startedAs} verify --full --json
  ${startedAs} verify --since 4f1c…`,
    )
    .action(
      onServer<VerifyOptions>(cli, async ({ client, options: { full, since }, terminal, show }) => {
        const asked = await client.post<Verification>('/v1/verifications', { full, since })
        terminal.draw('Conferindo…')
        const verification = await followVerification(client, asked)
        show(verification, () => verificationWords(verification, nextCommand(client.target)))
        return verification.result?.clean ? exitCodes.ok : exitCodes.findings
      }),
    )
}
