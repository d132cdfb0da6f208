import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Company, type Told } from '../../../../test/city-hall/company.ts'
import { florianopolis, taker } from '../../../../test/city-hall/dps-text.ts'
import { askerText, loteText, rpsText } from '../../../../test/city-hall/rps-text.ts'
import { noon } from '../../../../test/city-hall/standing.ts'
import { parseXml } from '../../../nfse/schema/parse-xml.ts'
import { validate } from '../../../nfse/schema/validate.ts'
import { escapeText } from '../../../nfse/xml/canonical.ts'
import { clockAt } from '../../../platform/clock.ts'
import { type RunningCityHall, startCityHall } from '../city-hall.ts'
import { Place } from '../reading/place.ts'
import { abrasfVersions } from './version.ts'

let at: RunningCityHall
let company: Company
let number = 1

beforeAll(async () => {
  at = await startCityHall({ clock: clockAt(noon) })
  company = new Company(at)
})
afterAll(() => at.close())

const next = () => String(number++)

async function soap(by: Company, path: string, operation: string, document: string): Promise<Told> {
  const header = escapeText('<cabecalho versao="2.04"><versaoDados>2.04</versaoDados></cabecalho>')
  const body = `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:n="http://nfse.abrasf.org.br"><soapenv:Body><n:${operation}Request><nfseCabecMsg>${header}</nfseCabecMsg><nfseDadosMsg>${escapeText(document)}</nfseDadosMsg></n:${operation}Request></soapenv:Body></soapenv:Envelope>`
  return by.post(path, body)
}

describe.each(abrasfVersions)('ABRASF $name', version => {
  const path = (city = florianopolis) => `/abrasf/${version.name}/${city}`

  /** What is answered: a document that the version's schema accepts. */
  async function ask(operation: string, document: string, by = company, where = path()): Promise<Place> {
    const told = await soap(by, where, operation, document)
    expect(told.status).toBe(200)
    const envelope = parseXml(told.text)
    if (!envelope.ok) throw new Error(envelope.fault.message)
    const output = new Place(envelope.root).text(`Body/${operation}Response/outputXML`) ?? ''
    expect(validate(version.schema, output).map(({ message }) => message)).toEqual([])
    const parsed = parseXml(output)
    if (!parsed.ok) throw new Error(parsed.fault.message)
    return new Place(parsed.root)
  }

  const send = (rps: readonly string[], quantity?: number, by = company, where = path()) =>
    ask('RecepcionarLoteRps', loteText(version, rps, 'EnviarLoteRpsEnvio', quantity), by, where)
  const consult = (protocol: string | undefined) =>
    ask(
      'ConsultarLoteRps',
      `<ConsultarLoteRpsEnvio xmlns="${version.namespace}">${askerText(version)}<Protocolo>${protocol}</Protocolo></ConsultarLoteRpsEnvio>`,
    )
  const codes = (answer: Place) =>
    ['ListaMensagemRetorno/MensagemRetorno', 'ListaMensagemRetornoLote/MensagemRetorno'].flatMap(list =>
      answer.places(list).map(one => one.text('Codigo')),
    )
  const findRps = (rps: string) =>
    ask(
      'ConsultarNfsePorRps',
      `<ConsultarNfseRpsEnvio xmlns="${version.namespace}"><IdentificacaoRps><Numero>${rps}</Numero><Serie>A</Serie><Tipo>1</Tipo></IdentificacaoRps>${askerText(version)}</ConsultarNfseRpsEnvio>`,
      company,
    )

  test('a lote is received, not processed at first, and gives a note for each RPS', async () => {
    const [first, second] = [next(), next()]
    const received = await send([rpsText(version, { number: first }), rpsText(version, { number: second })])
    expect(received.text('NumeroLote')).toBe('7')
    const protocol = received.text('Protocolo')
    expect(codes(await consult(protocol))).toEqual(['E92'])
    const done = await consult(protocol)
    expect(done.places('ListaNfse/CompNfse')).toHaveLength(2)
    if (version.name !== '1.00') expect(done.text('Situacao')).toBe('4')
    const values = version.name === '1.00' ? 'Servico/Valores' : 'ValoresNfse'
    expect(done.text(`ListaNfse/CompNfse/Nfse/InfNfse/${values}/ValorIss`)).toBe('50.00')
    expect(done.text(`ListaNfse/CompNfse/Nfse/InfNfse/${values}/ValorLiquidoNfse`)).toBe('1000.00')
    const found = await findRps(second)
    expect(found.text('CompNfse/Nfse/InfNfse/Numero')).toMatch(/^2026\d{11}$/)
  })

  test('a lote is all or nothing', async () => {
    const [good, bad] = [next(), next()]
    const { text } = await send([rpsText(version, { number: good }), rpsText(version, { number: bad, iss: '49.00' })]).then(
      one => ({
        text: one.text('Protocolo'),
      }),
    )
    await consult(text)
    const refused = await consult(text)
    expect(codes(refused)).toEqual(['E20'])
    if (version.name !== '1.00') expect(refused.text('Situacao')).toBe('3')
    expect(codes(await findRps(good))).toEqual(['E4'])
  })

  test('a rate in the other way of writing it is refused', async () => {
    // A percentage where a fraction is meant is 500 %, and a fraction where a percentage is meant passes the schema as 0.05 %.
    const rate = version.name === '1.00' ? '5.0000' : version.name === '2.02' ? '0.0500' : '0.05'
    const received = await send([rpsText(version, { number: next(), rate, iss: '0.00' })])
    await consult(received.text('Protocolo'))
    expect(codes(await consult(received.text('Protocolo')))).toContain('E17')
  })

  test('an RPS gives one note for ever', async () => {
    const rps = next()
    const twice = await send([
      rpsText(version, { number: rps }),
      rpsText(version, { number: rps }).replaceAll(`${rps}"`, `${rps}b"`),
    ])
    await consult(twice.text('Protocolo'))
    expect(codes(await consult(twice.text('Protocolo')))).toEqual(['E10'])
    await send([rpsText(version, { number: rps })])
    const again = await send([rpsText(version, { number: rps })])
    await consult(again.text('Protocolo'))
    expect(codes(await consult(again.text('Protocolo')))).toEqual(['E10'])
  })

  test('a lote is counted, of whoever sends it, and of a city that issues', async () => {
    expect(codes(await send([rpsText(version, { number: next() })], 2))).toEqual(['E69'])
    expect(codes(await send([rpsText(version, { number: next() })], 1, new Company(at, taker)))).toEqual(['E45'])
    const elsewhere = await send([rpsText(version, { number: next() })], 1, company, path('1100015'))
    await consult(elsewhere.text('Protocolo'))
    expect(codes(await consult(elsewhere.text('Protocolo')))).toContain('E50')
    expect(codes(await consult('nenhum'))).toEqual(['E86'])
  })

  test('a document that the schema refuses is told so', async () => {
    expect(codes(await send([rpsText(version, { number: 'um' })]))).toEqual(['E160'])
  })

  test('a note is cancelled once, by its provider', async () => {
    const rps = next()
    await send([rpsText(version, { number: rps })])
    const note = (await findRps(rps)).text('CompNfse/Nfse/InfNfse/Numero') ?? ''
    const id = version.name === '1.00' ? '<Cnpj>11222333000181</Cnpj>' : '<CpfCnpj><Cnpj>11222333000181</Cnpj></CpfCnpj>'
    const order = `<CancelarNfseEnvio xmlns="${version.namespace}"><Pedido><InfPedidoCancelamento ${version.id}="canc${note}"><IdentificacaoNfse><Numero>${note}</Numero>${id}<CodigoMunicipio>${florianopolis}</CodigoMunicipio></IdentificacaoNfse><CodigoCancelamento>2</CodigoCancelamento></InfPedidoCancelamento></Pedido></CancelarNfseEnvio>`
    expect(codes(await ask('CancelarNfse', order, new Company(at, taker)))).toEqual(['E78'])
    const done = await ask('CancelarNfse', order)
    expect(done.has(version.name === '1.00' ? 'Cancelamento/Confirmacao' : 'RetCancelamento/NfseCancelamento/Confirmacao')).toBe(
      true,
    )
    expect(codes(await ask('CancelarNfse', order))).toEqual(['E79'])
    expect((await findRps(rps)).has('CompNfse/NfseCancelamento')).toBe(true)
  })
})

test('1.00 tells the situation of a lote, and later versions answer at once', async () => {
  const [first, , , last] = abrasfVersions
  if (first === undefined || last === undefined) throw new Error('no versions')
  const question = `<ConsultarSituacaoLoteRpsEnvio xmlns="${first.namespace}">${askerText(first)}<Protocolo>x</Protocolo></ConsultarSituacaoLoteRpsEnvio>`
  expect((await soap(company, `/abrasf/1.00/${florianopolis}`, 'ConsultarSituacaoLoteRps', question)).text).toContain('E86')
  const atOnce = loteText(last, [rpsText(last, { number: next() })], 'EnviarLoteRpsSincronoEnvio')
  const told = await soap(company, `/abrasf/2.04/${florianopolis}`, 'RecepcionarLoteRpsSincrono', atOnce)
  expect(told.text).toContain('CompNfse')
  const single = `<GerarNfseEnvio xmlns="${last.namespace}">${rpsText(last, { number: next() })}</GerarNfseEnvio>`
  expect((await soap(company, `/abrasf/2.04/${florianopolis}`, 'GerarNfse', single)).text).toContain('CompNfse')
  const unknown = await soap(company, `/abrasf/1.00/${florianopolis}`, 'RecepcionarLoteRpsSincrono', atOnce)
  expect([unknown.status, unknown.text.includes('soap:Fault')]).toEqual([500, true])
  expect((await company.post(`/abrasf/2.04/${florianopolis}`, 'não é XML')).status).toBe(500)
})

test('lotes outlive the process', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'abrasf-'))
  const options = { clock: clockAt(noon), stateFile: join(folder, 'state.jsonl'), authorityFolder: join(folder, 'authority') }
  const version = abrasfVersions[3]
  if (version === undefined) throw new Error('no version')
  try {
    const before = await startCityHall(options)
    await soap(new Company(before), `/abrasf/2.04/${florianopolis}`, 'RecepcionarLoteRps', loteText(version, [rpsText(version)]))
    await before.close()
    const after = await startCityHall(options)
    expect(after.hall.lotes.note(florianopolis, 202600000000001)?.provider).toBe('11222333000181')
    expect(after.hall.lotes.nextNumber(florianopolis, '2026')).toBe(202600000000002)
    await after.close()
  } finally {
    rmSync(folder, { recursive: true })
  }
})
