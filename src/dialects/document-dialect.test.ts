import { describe, expect, test } from 'vitest'
import { fakeApp } from '../../test/http/fake-app.ts'
import { contractTies, customerTies, organizationTies } from '../app/ties.ts'
import { type Dialect, registerDialect } from './dialect.ts'
import { fintera } from './fintera/fintera.ts'
import { hubsoft } from './hubsoft/hubsoft.ts'
import { nibo } from './nibo/nibo.ts'
import { omie } from './omie/omie.ts'

const ties = { organizations: organizationTies, customers: customerTies, contracts: contractTies }
/** Those that are done: each operation of theirs says what it does. */
const whole: Dialect<unknown>[] = [fintera(ties), hubsoft(), nibo(ties), omie(ties)]

async function documentWith<W>(dialect: Dialect<W>) {
  const app = await fakeApp(app => registerDialect(app, dialect))
  const document = JSON.parse((await app.inject('/openapi.json')).body)
  await app.close()
  return document
}

describe.each(whole)('$name in the document', dialect => {
  const { operations, about } = dialect

  test('stands under a name of its own, with its way to sign in and where its format is told', async () => {
    const { tags, components } = await documentWith(dialect)
    expect(tags).toEqual([{ name: about?.title, description: expect.stringContaining(`src/dialects/${dialect.name}/README.md`) }])
    // No scheme where the key goes in the body.
    expect(components.securitySchemes[dialect.name]).toEqual(about?.scheme ?? undefined)
  })

  test('shows each operation at each of its addresses, by what it does', async () => {
    const { paths } = await documentWith(dialect)
    const ids = new Set<string>()
    const addresses = new Set<string>()
    for (const { name, call, at, says } of operations) {
      expect(says, name).toMatch(/^[A-Z].* /)
      for (const address of at.filter(each => !each.endsWith('/'))) {
        const [method = '', url = ''] = address.split(' ')
        const shown = paths[url.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()]
        expect(shown, address).toMatchObject({ tags: [about?.title], security: about?.scheme ? [{ [dialect.name]: [] }] : [] })
        if (call === undefined) expect(shown.summary).toBe(says)
        else expect(`${shown.summary} ${shown.description}`, call).toContain(`\`${call}\`: ${says}.`)
        ids.add(shown.operationId)
        addresses.add(address)
      }
    }
    expect(ids.size).toBe(addresses.size)
  })
})

test('an operation is shown as the vendor has it: what is sent and answered, with nothing that only a server can know', async () => {
  const { paths } = await documentWith(fintera(ties))
  const create = paths['/api/v1/companies'].post
  expect(create.requestBody.content['application/json'].example.company).toHaveProperty('cnpj')
  expect(create.responses['201'].content['application/json'].example.company).toHaveProperty('cnpj')
  expect(paths['/api/v1/organizations/{organization}/contracts'].get.parameters).toMatchObject([
    { name: 'organization', in: 'path', required: true },
  ])
  expect(JSON.stringify(paths)).not.toContain('{{')
  // Refused in the vendor's words, not in ours.
  expect(JSON.stringify(paths)).not.toContain('schemas/Problem')
})

test('operations that share an address are one in the document, and each is named there', async () => {
  const call = (name: string, says: string) => ({
    name,
    says,
    call: name,
    at: ['POST /theirs/', 'POST /theirs'] as const,
    needs: ['customers:write'] as const,
    run: async () => ({ status: 200 }),
  })
  const theirs: Dialect<unknown> = {
    name: 'theirs',
    prefixes: ['/theirs'],
    readsBodyFirst: true,
    keyOf: () => null,
    callOf: () => null,
    tell: ({ status }) => ({ status }),
    operations: [call('Incluir', 'Cria'), call('Alterar', 'Altera')],
  }
  const { paths } = await documentWith(theirs)
  expect(Object.keys(paths)).toEqual(['/theirs'])
  expect(paths['/theirs'].post).toMatchObject({
    summary: 'Chamadas: Incluir, Alterar',
    description: expect.stringContaining('`Alterar`: Altera.'),
    requestBody: { content: { 'application/json': { schema: { properties: { call: { enum: ['Incluir', 'Alterar'] } } } } } },
    security: [],
  })
})
