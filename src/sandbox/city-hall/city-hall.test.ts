import { X509Certificate } from 'node:crypto'
import { connect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Company, call, codesOf, operate, packed, unpacked } from '../../../test/city-hall/company.ts'
import { dpsText, ibsCbsText, provider, simples, taker } from '../../../test/city-hall/dps-text.ts'
import { noon } from '../../../test/city-hall/standing.ts'
import { addMillis } from '../../core/dates.ts'
import { makeAuthority } from '../../nfse/certificates/test-authority.ts'
import { readNfseKey } from '../../nfse/identifiers/nfse-key.ts'
import { parseXml, textAt } from '../../nfse/schema/parse-xml.ts'
import { validate } from '../../nfse/schema/validate.ts'
import { signerOf } from '../../nfse/signature/sign.ts'
import { signAny } from '../../nfse/signature/sign-any.ts'
import { verifySignature } from '../../nfse/signature/verify-signature.ts'
import { clockAt } from '../../platform/clock.ts'
import { type RunningCityHall, startCityHall } from './city-hall.ts'

let at: RunningCityHall
let company: Company
let number = 100

beforeAll(async () => {
  at = await startCityHall({ clock: clockAt(noon) })
  company = new Company(at)
})
afterAll(() => at.close())

/** Each test its own number. */
const next = () => ({ nDPS: String(number++) })

describe('a note', () => {
  test('is issued: valid, signed by the city hall, with the DPS in it byte for byte', async () => {
    const parts = next()
    const sent = company.sign(dpsText(parts))
    const told = await company.post('/SefinNacional/nfse', { dpsXmlGZipB64: packed(sent) })
    expect(told.status).toBe(201)
    expect(told.body).toMatchObject({ tipoAmbiente: 2, idDps: /Id="([^"]*)"/.exec(sent)?.[1], alertas: [] })
    const xml = unpacked(told.body.nfseXmlGZipB64)
    expect(validate('NFSe', xml)).toEqual([])
    expect(xml).toContain(sent)
    const outer = verifySignature(xml, 'infNFSe')
    expect(outer).toMatchObject({
      ok: true,
      id: `NFS${told.body.chaveAcesso}`,
      profile: { canonicalization: 'exc-c14n-with-comments', signature: 'rsa-sha256', digest: 'sha256' },
    })
    expect(verifySignature(xml, 'infDPS')).toMatchObject({ ok: true })
    expect(readNfseKey(told.body.chaveAcesso)).toMatchObject({ municipio: '4205407', generator: '2', issuedIn: '2026-11' })
  })

  test('may be signed in each of the ways that are in use', async () => {
    for (const canonicalization of ['c14n', 'exc-c14n'] as const) {
      for (const signature of ['rsa-sha1', 'rsa-sha256'] as const) {
        const digest = signature === 'rsa-sha1' ? 'sha1' : 'sha256'
        const sent = company.sign(dpsText(next()), { canonicalization, signature, digest })
        expect((await company.post('/SefinNacional/nfse', { dpsXmlGZipB64: packed(sent) })).status).toBe(201)
      }
    }
  })

  test('tells what follows from its values: the worked case of ISS, withholding, IBS and CBS', async () => {
    const told = await company.issue({
      ...next(),
      vServ: '10000.00',
      tribFed:
        '<piscofins><CST>01</CST><vBCPisCofins>10000.00</vBCPisCofins><pAliqPis>0.65</pAliqPis><pAliqCofins>3.00</pAliqCofins><vPis>65.00</vPis><vCofins>300.00</vCofins><tpRetPisCofins>3</tpRetPisCofins></piscofins><vRetIRRF>150.00</vRetIRRF><vRetCSLL>465.00</vRetCSLL>',
      ibsCbs: ibsCbsText(),
    })
    const parsed = parseXml(unpacked(told.body.nfseXmlGZipB64))
    if (!parsed.ok) throw new Error(parsed.fault.message)
    const says = (...path: string[]) => textAt(parsed.root, 'infNFSe', ...path)
    expect({
      vBC: says('valores', 'vBC'),
      pAliqAplic: says('valores', 'pAliqAplic'),
      vISSQN: says('valores', 'vISSQN'),
      vTotalRet: says('valores', 'vTotalRet'),
      vLiq: says('valores', 'vLiq'),
      cLocIncid: says('cLocIncid'),
    }).toEqual({
      vBC: '10000.00',
      pAliqAplic: '5.00',
      vISSQN: '500.00',
      vTotalRet: '615.00',
      vLiq: '9385.00',
      cLocIncid: '4205407',
    })
    const ibs = (...path: string[]) => says('IBSCBS', ...path)
    expect({
      vBC: ibs('valores', 'vBC'),
      pIBSUF: ibs('valores', 'uf', 'pIBSUF'),
      pIBSMun: ibs('valores', 'mun', 'pIBSMun'),
      pCBS: ibs('valores', 'fed', 'pCBS'),
      vIBSTot: ibs('totCIBS', 'gIBS', 'vIBSTot'),
      vCBS: ibs('totCIBS', 'gCBS', 'vCBS'),
      vTotNF: ibs('totCIBS', 'vTotNF'),
    }).toEqual({
      vBC: '9135.00',
      pIBSUF: '0.10',
      pIBSMun: '0.00',
      pCBS: '0.90',
      vIBSTot: '9.14',
      vCBS: '82.22',
      vTotNF: '9385.00',
    })
  })

  test('of ME or EPP without retention shows its net value alone, and with retention the tax that the taker keeps', async () => {
    const values = async (tribMun: string) => {
      const told = await company.issue({ ...next(), ...simples, tribMun })
      const xml = unpacked(told.body.nfseXmlGZipB64)
      return /<\/emit>(<valores>.*?<\/valores>)/.exec(xml)?.[1]
    }
    expect(await values('<tribISSQN>1</tribISSQN><tpRetISSQN>1</tpRetISSQN>')).toBe('<valores><vLiq>1000.00</vLiq></valores>')
    expect(await values('<tribISSQN>1</tribISSQN><tpRetISSQN>2</tpRetISSQN><pAliq>2.79</pAliq>')).toBe(
      '<valores><vBC>1000.00</vBC><pAliqAplic>2.79</pAliqAplic><vISSQN>27.90</vISSQN><vTotalRet>27.90</vTotalRet><vLiq>972.10</vLiq></valores>',
    )
  })

  test('is numbered per issuer and city, without a gap for what was refused', async () => {
    const other = new Company(at, '44556677000186')
    const numberOf = async (parts: object) => {
      const { body } = await other.issue({ ...next(), prest: '<CNPJ>44556677000186</CNPJ>', ...parts })
      return body.chaveAcesso === undefined ? null : readNfseKey(body.chaveAcesso)?.number
    }
    expect(await numberOf({})).toBe(1)
    expect(await numberOf({ cTribNac: '990303' })).toBeNull()
    expect(await numberOf({})).toBe(2)
    expect(await numberOf({ cLocEmi: '3304557' })).toBe(1)
  })

  test('is one, however many send it at once', async () => {
    const parts = next()
    const told = await Promise.all(Array.from({ length: 8 }, () => company.issue(parts)))
    expect(told.map(({ status }) => status).sort()).toEqual([201, 400, 400, 400, 400, 400, 400, 400])
    expect(told.filter(({ status }) => status === 400).map(codesOf)).toEqual(Array.from({ length: 7 }, () => ['E0014']))
  })

  test('is found by its key and by the Id of its DPS: by its parties, and whether there is one by anybody', async () => {
    const told = await company.issue(next())
    const { chaveAcesso, idDps, nfseXmlGZipB64 } = told.body
    expect((await company.get(`/SefinNacional/nfse/${chaveAcesso}`)).body).toMatchObject({ chaveAcesso, nfseXmlGZipB64 })
    expect((await company.get(`/API/SefinNacional/dps/${idDps}`)).body).toMatchObject({ chaveAcesso, idDps })
    expect((await new Company(at, taker).get(`/SefinNacional/dps/${idDps}`)).status).toBe(200)
    const stranger = new Company(at, '55667788000186')
    expect((await stranger.get(`/SefinNacional/nfse/${chaveAcesso}`)).status).toBe(403)
    expect((await stranger.get(`/SefinNacional/dps/${idDps}`)).status).toBe(404)
    expect((await stranger.head(`/SefinNacional/dps/${idDps}`)).status).toBe(200)
    expect((await stranger.head(`/SefinNacional/dps/${idDps.slice(0, -1)}9`)).status).toBe(404)
    expect((await company.get('/SefinNacional/nfse/123')).status).toBe(400)
    expect((await company.get('/SefinNacional/dps/DPS1')).status).toBe(400)
    expect((await company.get(`/SefinNacional/nfse/${'9'.repeat(50)}`)).status).toBe(404)
  })
})

describe('transport', () => {
  const asWith = async (tls: object) => call(at, 'GET', `/SefinNacional/nfse/${'9'.repeat(50)}`, undefined, tls)

  test('asks for a certificate', async () => {
    const told = await asWith({})
    expect([told.status, codesOf(told)]).toEqual([403, ['E1200']])
  })

  test('speaks HTTP/1.1 and nothing else', async () => {
    const agreed = (ALPNProtocols: string[]) =>
      new Promise<string>(resolve => {
        const socket = connect({ port: at.port, host: '127.0.0.1', ca: at.credentials.authority.certificatePem, ALPNProtocols })
        socket.on('secureConnect', () => resolve(String(socket.alpnProtocol)))
        socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'))
        socket.on('close', () => resolve('closed'))
        socket.on('secureConnect', () => socket.destroy())
      })
    expect(await agreed(['h2', 'http/1.1'])).toBe('http/1.1')
    expect(await agreed(['h2'])).not.toBe('h2')
    expect(await agreed(['h2'])).toMatch(/ALPN|ALERT|PROTOCOL|closed|RESET/)
  })

  test('believes no other authority', async () => {
    const authority = makeAuthority({ notBefore: addMillis(noon, -1000), notAfter: addMillis(noon, 1_000_000_000) })
    const { certificatePem, privateKeyPem } = authority.issue({
      notBefore: addMillis(noon, -1000),
      notAfter: addMillis(noon, 1_000_000_000),
      cnpj: provider,
    })
    expect(codesOf(await asWith({ cert: certificatePem, key: privateKeyPem }))).toEqual(['E1205'])
  })

  test.each([
    ['expired', { notBefore: addMillis(noon, -2000), notAfter: addMillis(noon, -1000) }, ['E1203']],
    ['of nobody', { wrong: 'no_owner' }, ['E1209']],
    ['that cannot sign', { wrong: 'no_digital_signature' }, ['E1200']],
  ] as const)('refuses a certificate %s', async (_how, wish, codes) => {
    const { certificatePem, privateKeyPem } = at.credentials.authority.issue({
      notBefore: addMillis(noon, -2000),
      notAfter: addMillis(noon, 1_000_000_000),
      cnpj: provider,
      ...wish,
    })
    expect(codesOf(await asWith({ cert: certificatePem, key: privateKeyPem }))).toEqual(codes)
  })

  test('refuses a certificate that the operator has revoked, in a connection and in a signature', async () => {
    const revoked = new Company(at, provider)
    const serial = at.hall.settings.revoked
    const { serialNumber } = new X509Certificate(revoked.tls.cert ?? '')
    await operate(at, 'PUT', '/settings', { revoked: [...serial, serialNumber] })
    expect(codesOf(await revoked.get('/SefinNacional/dps/DPS1'))).toEqual(['E1207'])
    const signed = revoked.sign(dpsText(next()))
    expect(codesOf(await company.post('/SefinNacional/nfse', { dpsXmlGZipB64: packed(signed) }))).toEqual(['E0715'])
  })
})

describe('the envelope', () => {
  const send = async (body: unknown) => codesOf(await company.post('/SefinNacional/nfse', body))
  const dps = (edit: (xml: string) => string) => ({ dpsXmlGZipB64: packed(edit(dpsText(next()))) })

  test.each([
    ['no JSON', 'certamente não', ['RNG9999']],
    ['a list', [], ['RNG9999']],
    ['an unknown member', { dpsXmlGZipB64: packed('<DPS/>'), outro: 1 }, ['RNG9999']],
    ['no member', {}, ['RNG9999']],
    ['no base64', { dpsXmlGZipB64: '<DPS/>' }, ['E1225']],
    ['no gzip', { dpsXmlGZipB64: Buffer.from('<DPS/>').toString('base64') }, ['E1226']],
    ['a bomb', { dpsXmlGZipB64: packed('<DPS>'.padEnd(50_000_000, ' ')) }, ['E1226']],
    ['no XML', { dpsXmlGZipB64: packed('<DPS>') }, ['E1226']],
    ['a DOCTYPE', dps(xml => `<!DOCTYPE DPS [<!ENTITY a "b">]>${xml}`), ['E1226']],
    ['another document', { dpsXmlGZipB64: packed('<nota xmlns="http://www.sped.fazenda.gov.br/nfse"/>') }, ['E1242']],
    ['a prefix', dps(xml => xml.replace('<DPS xmlns=', '<n:DPS xmlns:n=').replace('</DPS>', '</n:DPS>')), ['E1228']],
    [
      'a prefix that is not used',
      dps(xml => xml.replace('<DPS ', '<DPS xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ')),
      ['E1228'],
    ],
    ['another encoding', dps(xml => `<?xml version="1.0" encoding="ISO-8859-1"?>${xml}`), ['E1229']],
    ['what the schema refuses', dps(xml => xml.replace('<vServ>1000.00<', '<vServ>1000,00<')), ['E1235']],
  ])('with %s is refused', async (_what, body, codes) => {
    expect(await send(body)).toEqual(codes)
  })
})

describe('the signature', () => {
  const send = async (signed: string) => codesOf(await company.post('/SefinNacional/nfse', { dpsXmlGZipB64: packed(signed) }))

  test('has to be there', async () => {
    expect(await send(dpsText(next()))).toEqual(['E0717'])
  })

  test('has to be of what was sent', async () => {
    expect(await send(company.sign(dpsText(next())).replace('<vServ>1000.00', '<vServ>9000.00'))).toEqual(['E0714'])
  })

  test('has to be of the element, not of something else', async () => {
    expect(await send(company.sign(dpsText(next())).replace(/URI="#[^"]*"/, 'URI=""'))).toEqual(['E0714'])
  })

  test('has to be of whoever emits', async () => {
    expect(await send(new Company(at, '44556677000186').sign(dpsText(next())))).toEqual(['E0718'])
  })

  test('may be of another establishment of the company, unless the operator wants it exact', async () => {
    const branch = new Company(at, '11222333000262')
    const signed = branch.sign(dpsText(next()))
    await operate(at, 'PUT', '/settings', { signer: 'exact' })
    expect(await send(signed)).toEqual(['E0718'])
    await operate(at, 'PUT', '/settings', { signer: 'root' })
    expect((await company.post('/SefinNacional/nfse', { dpsXmlGZipB64: packed(signed) })).status).toBe(201)
  })

  test('has to be by a certificate that may sign', async () => {
    const { certificatePem, privateKeyPem } = at.credentials.authority.issue({
      notBefore: addMillis(noon, -2000),
      notAfter: addMillis(noon, 1_000_000_000),
      cnpj: provider,
      wrong: 'no_non_repudiation',
    })
    expect(await send(signAny(dpsText(next()), 'infDPS', signerOf({ certificatePem, privateKeyPem })))).toEqual(['E0716'])
  })
})

test('everything that is wrong with the business of a note is told at once', async () => {
  const told = await company.issue({
    ...next(),
    tpAmb: '1',
    cTribNac: '990303',
    toma: '<CNPJ>91712343000135</CNPJ><xNome>Tomador</xNome>',
  })
  expect(told.status).toBe(400)
  expect(told.body.idDPS).toMatch(/^DPS4205407/)
  expect(codesOf(told).sort()).toEqual(['E0006', 'E0188', 'E0310'])
})

test('what has moved says so, and the PDF of the government is gone', async () => {
  expect((await company.get('/SefinNacional/DANFSe')).status).toBe(501)
  expect((await company.get('/SefinNacional/ParametrosMunicipais/4205407')).status).toBe(501)
  expect((await company.get(`/danfse/${'9'.repeat(50)}`)).status).toBe(503)
  expect((await company.post('/SefinNacional/decisao-judicial/nfse', {})).status).toBe(403)
  expect((await company.get('/SefinNacional/outra')).status).toBe(404)
})
