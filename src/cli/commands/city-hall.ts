import type { Command } from 'commander'
import { type Cli, locally } from '../cli.ts'
import type { CityHallChoices, StartedCityHall } from '../serve/start-city-hall.ts'
import { startedAs } from '../started-as.ts'
import { whole } from '../values.ts'

export function addCityHall(program: Command, cli: Cli): void {
  program
    .command('city-hall')
    .description('inicia uma prefeitura de testes, que fala o protocolo da Sefin Nacional da NFS-e')
    .option('--port <porta>', 'a porta; 0 escolhe uma livre; 8443, se não informada', whole(0, 65_535))
    .option('--host <endereço>', 'onde atende; 127.0.0.1, se não informado')
    .option('--state <arquivo>', 'onde guarda as notas; sem ele, esquece tudo ao parar')
    .option('--authority <pasta>', 'os certificados de teste; data/city-hall, se não informada')
    .addHelpText(
      'after',
      `
Na primeira vez cria na pasta uma autoridade certificadora de teste, o certificado do servidor e o de uma empresa
(client.p12, senha bordero). Só confia nessa autoridade. O caminho /_sandbox/ é de quem opera: cidades, cadastros,
falhas de propósito, notas. O que confere está em src/sandbox/city-hall/README.md.

Exemplos:
  ${startedAs} city-hall --port 8443
  ${startedAs} city-hall --port 0 --state notas.jsonl --authority /tmp/autoridade`,
    )
    .action(
      locally<CityHallChoices>(cli, async ({ options, terminal, isJson }) => {
        // The server is loaded only where one is started.
        const { startTestCityHall } = await import('../serve/start-city-hall.ts')
        const { untilStopped } = await import('../serve/until-stopped.ts')
        const { started, stopped } = await untilStopped(() => startTestCityHall(options))
        if (isJson) terminal.out(JSON.stringify({ baseUrl: started.url, ...started.files, password: started.password }))
        else terminal.note(readyWords(started))
        await stopped
        terminal.note('Parando…')
        await started.close()
      }),
    )
}

export function readyWords({ url, files, password, stateFile }: StartedCityHall): string {
  const kept = stateFile === undefined ? 'na memória: somem quando ela parar' : `em ${stateFile}`
  return [
    `A prefeitura de testes atende em ${url}. As notas ficam ${kept}.`,
    `Certificado de cliente: ${files.clientPkcs12} (senha ${password}); em PEM, ${files.client} e ${files.clientKey}.`,
    `Autoridade em que confiar: ${files.authority}.`,
    'Experimente:',
    `  curl --cacert ${files.authority} --cert ${files.client} --key ${files.clientKey} ${url}/parametrizacao/4205407/convenio`,
    `  curl --cacert ${files.authority} ${url}/_sandbox/counters`,
    'Ctrl-C para.',
  ].join('\n')
}
