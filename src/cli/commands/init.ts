import type { Command } from 'commander'
import { formatCnpj, parseCnpj } from '../../core/brazil/cnpj.ts'
import { taxRegimes } from '../../organizations/organization.ts'
import type { Organization, Page } from '../answers.ts'
import { type Cli, onServer } from '../cli.ts'
import type { Client } from '../client.ts'
import { nextCommand } from '../next-command.ts'
import { startedAs } from '../started-as.ts'
import { oneOf, whole } from '../values.ts'

interface InitOptions {
  cnpj: string
  nome: string
  regime: string
  inscricaoMunicipal?: string
  fuso?: string
  hora?: number
  rateio?: true
}

export function addInit(program: Command, cli: Cli): void {
  program
    .command('init')
    .description('cadastra a organização que fatura')
    .requiredOption('--cnpj <cnpj>', 'CNPJ, com ou sem pontos; letras são aceitas')
    .requiredOption('--nome <razão social>', 'razão social')
    .option('--regime <regime>', `regime tributário: ${taxRegimes.join(', ')}`, oneOf(...taxRegimes), 'simples_nacional')
    .option('--inscricao-municipal <número>', 'inscrição municipal')
    .option('--fuso <fuso>', 'fuso horário; America/Sao_Paulo, se não informado')
    .option('--hora <hora>', 'hora local do faturamento automático; 6, se não informada', whole(0, 23))
    .option('--rateio', 'divide valores entre vários centros de custo ou departamentos')
    .addHelpText(
      'after',
      `
Com um CNPJ que a conta já tem, nada muda.

Exemplos:
  ${startedAs} init --cnpj 12.345.678/0001-95 --nome "Horizonte Serviços Ltda."
  ${startedAs} init --cnpj 12ABC34501DE35 --nome "Alfa Ltda." --regime lucro_presumido --fuso America/Manaus`,
    )
    .action(
      onServer<InitOptions>(cli, async ({ client, options, show }) => {
        const known = await knownOrganization(client, options.cnpj)
        const organization = known ?? (await client.post<Organization>('/v1/organizations', newOrganization(options)))
        show(organization, () => initWords(organization, known !== undefined, nextCommand(client.target)))
      }),
    )
}

async function knownOrganization(client: Client, text: string): Promise<Organization | undefined> {
  const cnpj = parseCnpj(text)
  // A wrong one is for the server to refuse, with its own words.
  if (cnpj === null) return undefined
  return (await client.get<Page<Organization>>('/v1/organizations', { cnpj, limit: 1 })).data[0]
}

function newOrganization({ cnpj, nome, regime, inscricaoMunicipal, fuso, hora, rateio }: InitOptions): object {
  return {
    legalName: nome,
    cnpj,
    taxRegime: regime,
    municipalRegistration: inscricaoMunicipal,
    timeZone: fuso,
    billingHour: hora,
    apportionmentEnabled: rateio,
  }
}

function initWords({ id, legalName, cnpj }: Organization, isKnown: boolean, command: (args: string) => string): string {
  const shown = parseCnpj(cnpj)
  const who = `${legalName}, CNPJ ${shown === null ? cnpj : formatCnpj(shown)} (${id})`
  return isKnown
    ? `A conta já tem ${who}.`
    : `${who} foi cadastrada. Agora, os contratos:\n  ${command('import contratos.csv --dry-run')}`
}
