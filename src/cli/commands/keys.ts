import type { Command } from 'commander'
import { credentialClients } from '../../dialects/credential-clients.ts'
import type { ApiKey, DrawnApiKey } from '../answers.ts'
import { type Cli, onServer } from '../cli.ts'
import type { Client } from '../client.ts'
import { CliError, exitCodes } from '../exit-codes.ts'
import { organizationId } from '../find.ts'
import { listWords } from '../list-words.ts'
import { areaList, scope, scopeWord } from '../scopes.ts'
import { startedAs } from '../started-as.ts'
import { idOf, oneOf, several } from '../values.ts'
import { momentWords } from '../words.ts'

// The table's keys are the clients.
const clients = Object.keys(credentialClients)

const example = `Exemplos:
  ${startedAs} keys create "Planilha do financeiro" --scope faturamento:ler --scope faturas:ler`

const keyColumns = [
  { head: 'Chave', of: (key: ApiKey) => key.id },
  { head: 'Começa com', of: (key: ApiKey) => (key.form === 'token' ? `bdr_${key.prefix}` : key.prefix) },
  { head: 'Para', of: (key: ApiKey) => key.for ?? '' },
  { head: 'Organização', of: (key: ApiKey) => key.organizationId ?? '' },
  { head: 'Nome', of: (key: ApiKey) => key.name, least: 12 },
  { head: 'Permissões', of: (key: ApiKey) => key.scopes.map(scopeWord).join(' '), least: 12 },
  { head: 'Criada', of: (key: ApiKey) => momentWords(key.createdAt) },
  { head: 'Revogada', of: (key: ApiKey) => (key.revokedAt === null ? '' : momentWords(key.revokedAt)) },
]

export function addKeys(program: Command, cli: Cli): void {
  const keys = program
    .command('keys')
    .description('cria, lista e revoga chaves da API')
    .addHelpText(
      'after',
      `
${example}
  ${startedAs} keys create "Cobrança do provedor" --for ${clients[1]}
  ${startedAs} keys list
  ${startedAs} keys revoke key_3`,
    )

  keys
    .command('create')
    .description('cria uma chave, ou o que pede o cliente de outro sistema; só é mostrada agora')
    .argument('<nome>', 'para que serve, ou onde fica')
    .option('--scope <permissão>', 'área:ler ou área:gravar; pode vir várias vezes; sem ela, a chave pode tudo', several(scope))
    .option(
      '--for <sistema>',
      `para um cliente de outro sistema, que recebe o que ele pede: ${clients.join(', ')}`,
      oneOf(...clients),
    )
    .option('--organization <id ou CNPJ>', 'com --for: a organização por que esse cliente fala; sem ela, a primeira')
    .addHelpText('after', `\n${areaList}\n\ngravar não inclui ler: quem faz os dois pede os dois.\n\n${example}`)
    .action(
      onServer<{ scope?: string[]; for?: string; organization?: string }, [string]>(
        cli,
        async ({ client, operands: [name], options: { scope = ['*'], for: whose, organization }, show }) => {
          const asked = {
            name,
            scopes: scope,
            ...(whose !== undefined && { for: whose }),
            ...(organization !== undefined && { organizationId: await organizationId(client, organization) }),
          }
          const key = await client.post<DrawnApiKey>('/v1/api-keys', asked)
          show(key, () => `${secretsOf(key)}\n\n${aboutKey(key)} Guarde agora: não será mostrada de novo.`)
        },
      ),
    )

  keys
    .command('list')
    .description('lista as chaves, sem seus segredos')
    .action(
      onServer(cli, async ({ client, terminal, show }) => {
        const data = await client.all<ApiKey>('/v1/api-keys')
        show({ data }, () => listWords(keyColumns, { data, nextCursor: null }, terminal.columns))
      }),
    )

  keys
    .command('revoke')
    .description('revoga uma chave: ela não abre mais nada')
    .argument('<chave>', 'key_3, por exemplo', idOf('api_key', 'key_3'))
    .option('--yes', 'também a chave com que este comando entra')
    .action(
      onServer<{ yes?: true }, [string]>(cli, async ({ client, operands: [id], options: { yes }, show }) => {
        if (yes !== true) await refuseOwnKey(client, id)
        const key = await client.post<ApiKey>(`/v1/api-keys/${id}/revoke`)
        show(key, () => `${key.id}, "${key.name}", foi revogada.`)
      }),
    )
}

/** A key alone, which scripts take as it is; the parts of any other credential each on a line, by the names that its client has for them. */
function secretsOf({ key, credentials }: DrawnApiKey): string {
  if (key !== null) return key
  const widest = Math.max(...Object.keys(credentials).map(name => name.length))
  return Object.entries(credentials)
    .map(([name, value]) => `${name.padEnd(widest)}  ${value}`)
    .join('\n')
}

function aboutKey({ id, name, for: whose, organizationId: speaksFor, scopes }: DrawnApiKey): string {
  const client = whose === null ? '' : `, para ${whose}${speaksFor === null ? '' : `, que fala por ${speaksFor}`}`
  return `${id}, "${name}"${client}, pode ${scopes.map(scopeWord).join(' ')}.`
}

/** The key that this command itself brings: without it the next one opens nothing. A key that may not see keys may revoke one all the same. */
async function refuseOwnKey(client: Client, id: string): Promise<void> {
  const all = await keysUnlessDenied(client)
  const own = all.find(key => key.id === id)
  if (own === undefined || own.revokedAt !== null || !client.target.key.startsWith(`bdr_${own.prefix}_`)) return
  throw new CliError(
    exitCodes.usage,
    `${id} é a chave com que este comando entra (${client.target.source}): revogada, nenhum comando dela funciona mais. Crie outra antes, ou repita com --yes.`,
    { details: { code: 'own_key' } },
  )
}

async function keysUnlessDenied(client: Client): Promise<ApiKey[]> {
  try {
    return await client.all<ApiKey>('/v1/api-keys')
  } catch (error) {
    if (error instanceof CliError && error.exitCode === exitCodes.denied) return []
    throw error
  }
}
