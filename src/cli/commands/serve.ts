import type { Command } from 'commander'
import { type Cli, locally } from '../cli.ts'
import type { ServeOptions, StartedServer } from '../serve/start-server.ts'
import { startedAs } from '../started-as.ts'
import { day, oneOf, several, whole } from '../values.ts'

export function addServe(program: Command, cli: Cli): void {
  program
    .command('serve')
    .description('inicia o servidor, com o banco de dados embutido ou com o PostgreSQL de DATABASE_URL')
    .option('--sandbox', 'com uma conta de testes, cujo relógio só anda quando alguém o adianta')
    .option('--sandbox-day <dia>', 'o dia em que começa o relógio de uma conta de testes nova; hoje, se não informado', day)
    .option('--port <porta>', 'a porta; 0 escolhe uma livre; 8080, se não informada', whole(0, 65_535))
    .option('--host <endereço>', 'onde atende; 127.0.0.1, se não informado')
    .option('--data <pasta>', 'a pasta do banco embutido, ou memory:; data/bordero, se não informada')
    .option(
      '--role <papel>',
      'api, worker ou scheduler; pode vir várias vezes; os três, se não informado',
      several(oneOf('api', 'worker', 'scheduler')),
    )
    .option('--tls-cert <arquivo>', 'certificado PEM; com --tls-key, atende por https')
    .option('--tls-key <arquivo>', 'a chave PEM do certificado')
    .addHelpText(
      'after',
      `
Quando o servidor está pronto, grava em --credentials-file (credentials.json na pasta de dados, se não informado) um JSON
com baseUrl, accountId, apiKey e operatorKey, que só o dono do arquivo lê. A chave fica nesse arquivo e em nenhum outro
lugar; se ele sumir, o próximo início cria outra. Ctrl-C termina o que foi começado e para.

Exemplos:
  ${startedAs} serve --sandbox
  ${startedAs} serve --port 0 --data memory: --sandbox --sandbox-day 2027-01-31
  DATABASE_URL=postgres://bordero@localhost/bordero ${startedAs} serve --role worker`,
    )
    .action(
      locally<ServeOptions>(cli, async ({ options, terminal, isJson }) => {
        // The server and its database are loaded only where one is started.
        const { startServer } = await import('../serve/start-server.ts')
        const { untilStopped } = await import('../serve/until-stopped.ts')
        // A person who watches wants to know what is wrong; whoever collects the lines wants them all.
        const environment = { ...(terminal.isWatched && { BORDERO_LOG: 'warn' }), ...cli.environment }
        const { started: server, stopped } = await untilStopped(() => startServer(options, environment))
        if (isJson)
          terminal.out(JSON.stringify({ baseUrl: server.url, credentialsFile: server.account?.credentialsFile ?? null }))
        else terminal.note(readyWords(server))
        if (isJson && server.isDatabaseIgnored) terminal.note(databaseIgnored)
        await stopped
        terminal.note('Parando…')
        await server.close()
      }),
    )
}

const databaseIgnored =
  'DATABASE_URL está no ambiente e não é usado: --data escolhe o banco embutido da pasta. Sem --data, o servidor usa o PostgreSQL.'

export function readyWords({ url, config, account, isDatabaseIgnored }: StartedServer): string {
  const { databaseUrl, dataDir } = config
  const data =
    databaseUrl !== undefined
      ? 'no PostgreSQL de DATABASE_URL'
      : dataDir === 'memory:'
        ? 'na memória: somem quando ele parar'
        : `em ${dataDir}`
  const lines = [`O Bordero atende em ${url}. Os dados estão ${data}.`]
  if (isDatabaseIgnored) lines.push(databaseIgnored)
  if (account !== null) {
    const kind = account.mode === 'sandbox' ? 'de testes' : 'real'
    lines.push(
      `A chave da conta ${account.accountId} (${kind}) está em ${account.credentialsFile}; os outros comandos a encontram lá.`,
    )
    if (account.isDayIgnored)
      lines.push(
        `--sandbox-day só vale para uma conta nova, e esta já tem o seu relógio: veja-o, e adiante-o, com "${startedAs} clock".`,
      )
  }
  return [...lines, `Documentação da API: ${url}/docs. Ctrl-C para.`].join('\n')
}
