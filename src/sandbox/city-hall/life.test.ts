import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Company, codesOf, operate, packed, pedRegEvento, type Told, unpacked } from '../../../test/city-hall/company.ts'
import { dpsText, provider, taker } from '../../../test/city-hall/dps-text.ts'
import { noon } from '../../../test/city-hall/standing.ts'
import { validate } from '../../nfse/schema/validate.ts'
import { verifySignature } from '../../nfse/signature/verify-signature.ts'
import { clockAt } from '../../platform/clock.ts'
import { type RunningCityHall, startCityHall } from './city-hall.ts'
import { isCancelled } from './notes.ts'

let at: RunningCityHall
let company: Company
let number = 100

beforeAll(async () => {
  at = await startCityHall({ clock: clockAt(noon) })
  company = new Company(at)
})
afterAll(() => at.close())

const next = () => ({ nDPS: String(number++) })
const issued = async (parts: object = {}): Promise<string> => (await company.issue({ ...next(), ...parts })).body.chaveAcesso
const why = '<xMotivo>Nota emitida em duplicidade para o cliente</xMotivo>'
const cancellation = `<xDesc>Cancelamento de NFS-e</xDesc><cMotivo>1</cMotivo>${why}`
const analysis = `<xDesc>Solicitação de Análise Fiscal para Cancelamento de NFS-e</xDesc><cMotivo>1</cMotivo>${why}`
const cancelled = (key: string) => {
  const note = at.hall.note(key)
  return note !== null && isCancelled(note)
}

describe('a cancellation', () => {
  test('is entered as an event, signed, and once', async () => {
    const key = await issued()
    const told = await company.event(key, '101101', cancellation)
    expect(told.status).toBe(201)
    const xml = unpacked(told.body.eventoXmlGZipB64)
    expect(validate('evento', xml)).toEqual([])
    expect(verifySignature(xml, 'infEvento')).toMatchObject({ ok: true, id: `EVT${key}101101001` })
    expect(verifySignature(xml, 'infPedReg')).toMatchObject({ ok: true })
    expect(codesOf(await company.event(key, '101101', cancellation))).toEqual(['E0840'])
    expect(cancelled(key)).toBe(true)
  })

  test('is the issuer’s to ask for', async () => {
    const key = await issued()
    expect(codesOf(await new Company(at, taker).event(key, '101101', cancellation, taker))).toEqual(['E0813'])
    expect(codesOf(await new Company(at, taker).event(key, '101101', cancellation))).toEqual(['E0812'])
    expect(cancelled(key)).toBe(false)
  })

  test('after the city’s window is asked of the city, and granted by it', async () => {
    const key = await issued()
    await operate(at, 'PUT', '/settings', { now: '2027-06-20T15:00:00Z' })
    expect(codesOf(await company.event(key, '101101', cancellation))).toEqual(['E0822'])
    expect((await company.event(key, '101103', analysis)).status).toBe(201)
    const granted = await operate(at, 'POST', `/notes/${key}/events`, {
      code: '105104',
      own: { CPFAgTrib: '52998224725', cMotivo: '1', xMotivo: 'Deferido pela fiscalização municipal' },
    })
    expect(granted.status).toBe(201)
    expect(validate('evento', granted.body.xml)).toEqual([])
    expect(cancelled(key)).toBe(true)
    await operate(at, 'PUT', '/settings', { now: null })
  })

  test('that the city has blocked waits until the block is lifted', async () => {
    const key = await issued()
    const own = { CPFAgTrib: '52998224725', codEvento: 'e101101', xMotivo: 'Nota sob fiscalização do município' }
    expect((await operate(at, 'POST', `/notes/${key}/events`, { code: '305102', own })).status).toBe(201)
    expect(codesOf(await company.event(key, '101101', cancellation))).toEqual(['E0840'])
    const lifted = { CPFAgTrib: '52998224725', idBloqOfic: `${key}305102` }
    expect((await operate(at, 'POST', `/notes/${key}/events`, { code: '305103', own: lifted })).status).toBe(201)
    expect((await company.event(key, '101101', cancellation)).status).toBe(201)
  })

  test('is refused with a signature that is not there, not right, or in another address', async () => {
    const key = await issued()
    const other = await issued()
    const send = async (xml: string, to = key) =>
      codesOf(await company.post(`/SefinNacional/nfse/${to}/eventos`, { pedidoRegistroEventoXmlGZipB64: packed(xml) }))
    const xml = pedRegEvento(key, '101101', cancellation)
    expect(await send(xml)).toEqual(['E1989'])
    expect(await send(company.sign(xml).replace('duplicidade', 'duplicata'))).toEqual(['E1980'])
    expect(await send(company.sign(xml), other)).toEqual(['RNG9999'])
  })
})

test('an event is found by kind and sequence, in the shape it is described and in the one it really has', async () => {
  const key = await issued()
  await company.event(key, '101101', cancellation)
  const real = (await company.get(`/SefinNacional/nfse/${key}/eventos/101101/1`)).body.eventos[0]
  const twice = Buffer.from(real.arquivoXml, 'base64').toString('utf8')
  expect(unpacked(twice)).toContain(`EVT${key}101101001`)
  await operate(at, 'PUT', '/noise', { events: 'described' })
  const described = await company.get(`/SefinNacional/nfse/${key}/eventos/101101/1`)
  expect(unpacked(described.body.eventoXmlGZipB64)).toContain(`EVT${key}101101001`)
  await operate(at, 'PUT', '/noise', {})
  expect((await company.get(`/SefinNacional/nfse/${key}/eventos/101101/2`)).status).toBe(404)
  expect((await company.get(`/SefinNacional/nfse/${key}/eventos/x/1`)).status).toBe(422)
  expect((await new Company(at, '55667788000186').get(`/SefinNacional/nfse/${key}/eventos/101101/1`)).status).toBe(401)
})

describe('a substitution', () => {
  test('enters the new note and the end of the old one together', async () => {
    const old = await issued()
    const told = await company.issue({ ...next(), subst: `<chSubstda>${old}</chSubstda><cMotivo>05</cMotivo>` })
    expect(told.status).toBe(201)
    const event = at.hall.note(old)?.events[0]
    expect(event?.code).toBe('105102')
    expect(validate('evento', event?.xml ?? '')).toEqual([])
    expect(event?.xml).toContain(`<chSubstituta>${told.body.chaveAcesso}</chSubstituta>`)
    expect(codesOf(await company.issue({ ...next(), subst: `<chSubstda>${old}</chSubstda><cMotivo>05</cMotivo>` }))).toEqual([
      'E0046',
    ])
  })
})

describe('distribution', () => {
  test('tells each party its documents by number, fifty at a time', async () => {
    const seller = new Company(at, '44556677000186')
    for (let i = 0; i < 51; i++) await seller.issue({ ...next(), prest: '<CNPJ>44556677000186</CNPJ>', toma: '' })
    const first = await seller.get('/contribuintes/DFe/0')
    expect(first.body).toMatchObject({ StatusProcessamento: 'DOCUMENTOS_LOCALIZADOS', TipoAmbiente: 'HOMOLOGACAO' })
    expect(first.body.LoteDFe).toHaveLength(50)
    expect(first.body.LoteDFe[49]).toMatchObject({ NSU: 50, TipoDocumento: 'NFSE', TipoEvento: null })
    const rest = await seller.get('/contribuintes/DFe/50')
    expect(rest.body.LoteDFe.map(({ NSU }: { NSU: number }) => NSU)).toEqual([51])
    expect((await seller.get('/contribuintes/DFe/51?lote=false')).body.LoteDFe).toHaveLength(1)
    const none = await seller.get('/contribuintes/DFe/51')
    expect([none.status, none.body.StatusProcessamento]).toEqual([404, 'NENHUM_DOCUMENTO_LOCALIZADO'])
  })

  test('tells a taker of a note and of its cancellation, and nobody of another’s', async () => {
    const key = await issued()
    await company.event(key, '101101', cancellation)
    const told = await new Company(at, taker).get('/contribuintes/DFe/0')
    const documents = told.body.LoteDFe.filter(({ ChaveAcesso }: { ChaveAcesso: string }) => ChaveAcesso === key)
    expect(documents.map(({ TipoDocumento, TipoEvento }: Record<string, string>) => [TipoDocumento, TipoEvento])).toEqual([
      ['NFSE', null],
      ['EVENTO', 'CANCELAMENTO'],
    ])
    expect(unpacked(documents[0].ArquivoXml)).toContain(`NFS${key}`)
    const foreign = await company.get(`/contribuintes/DFe/0?cnpjConsulta=${taker}`)
    expect([foreign.status, foreign.body.StatusProcessamento]).toEqual([400, 'REJEICAO'])
    expect((await company.get(`/contribuintes/NFSe/${key}/Eventos`)).body.LoteDFe).toHaveLength(1)
  })
})

test('the parameters of a city are told as the operator has laid them down', async () => {
  await operate(at, 'PUT', '/cities', {
    code: '3106200',
    rate: '3.00',
    services: {
      '010701': {
        rates: [
          { from: '2023-01-01', rate: '2.00' },
          { from: '2026-01-01', rate: '2.50' },
        ],
      },
    },
    specialRegimes: ['6'],
    benefits: [{ number: '31062000200001', kind: 'percent', percent: '40.00' }],
  })
  const ask = async (path: string) => (await company.get(`/parametrizacao/3106200/${path}`)).body
  expect((await ask('convenio')).parametrosConvenio.aderenteAmbienteNacional).toBe(1)
  expect((await ask('010701000/2025-11-20/aliquota')).aliquotas['010701000'][0].Aliq).toBe(2)
  expect((await ask('010701000/2026-11-20/aliquota')).aliquotas['010701000'][0].Aliq).toBe(2.5)
  expect((await ask('170101000/2026-11-20/aliquota')).aliquotas['170101000'][0].Aliq).toBe(3)
  expect((await ask('010701000/historicoaliquotas')).aliquotas['010701000']).toHaveLength(2)
  expect(Object.keys((await ask('010701000/2026-11-20/regimes_especiais')).regimesEspeciais['010701000'])).toEqual(['6'])
  expect((await ask('31062000200001/2026-11-20/beneficio')).beneficio).toMatchObject({
    tipoBeneficio: 2,
    reducaoPercentualBC: 40,
  })
  expect((await ask('2026-11-20/retencoes')).retencoes.artigoSexto.habilitado).toBe(true)
  expect((await company.get('/parametrizacao/1100015/convenio')).status).toBe(404)
  expect((await company.get('/parametrizacao/31/convenio')).status).toBe(400)
})

describe('the operator', () => {
  test.each([
    ['an unknown member', '/cities', { code: '3106200', taxa: '5.00' }],
    ['a city that does not exist', '/cities', { code: '1234567' }],
    ['a rate that is not written out', '/cities', { code: '3106200', rate: '5' }],
    ['a taxpayer with wrong digits', '/taxpayers', { taxId: '11222333000182' }],
    ['a fault that nobody knows', '/faults', { faults: [{ kind: 'flood' }] }],
    ['a setting that is not one', '/settings', { register: 'ajar' }],
  ])('is told of %s', async (_what, path, body) => {
    const told = await operate(at, 'PUT', path, body)
    expect(told.status).toBe(400)
    expect(told.body.erro).not.toBe('')
  })

  test('gets a certificate for any company, and sees notes and rules', async () => {
    const made = await operate(at, 'POST', '/certificates', { taxId: '55667788000186' })
    expect(made.body).toMatchObject({ taxId: '55667788000186', password: 'bordero' })
    const key = await issued()
    const { body } = await operate(at, 'GET', `/notes/${key}`)
    expect(body).toMatchObject({ key, parties: [provider, taker], events: [] })
    const list = await operate(at, 'GET', `/notes?issuer=${provider}`)
    expect(list.body.map((note: { key: string }) => note.key)).toContain(key)
    expect((await operate(at, 'GET', '/rules')).body.length).toBeGreaterThan(200)
    expect((await operate(at, 'GET', '/cities')).body.find(({ code }: { code: string }) => code === '3550308').rate).toBe('5.00')
  })
})

describe('what goes wrong on demand', () => {
  const withFaults = async <T>(faults: object[], work: () => Promise<T>, seed = 7): Promise<T> => {
    await operate(at, 'PUT', '/faults', { seed, faults })
    try {
      return await work()
    } finally {
      await operate(at, 'PUT', '/faults', { faults: [] })
    }
  }
  const stands = async (parts: { nDPS: string }) =>
    (await company.head(`/SefinNacional/dps/DPS42054072${provider}00001${parts.nDPS.padStart(15, '0')}`)).status

  test('an answer is lost and the note stands', async () => {
    const parts = next()
    await withFaults([{ kind: 'lost', on: 'issue', times: 1 }], () => expect(company.issue(parts)).rejects.toThrow())
    expect(await stands(parts)).toBe(200)
    expect(codesOf(await company.issue(parts))).toEqual(['E0014'])
  })

  test('a connection ends before anything is entered', async () => {
    const parts = next()
    await withFaults([{ kind: 'reset' }], () => expect(company.issue(parts)).rejects.toThrow())
    expect(await stands(parts)).toBe(404)
  })

  test.each([
    ['unavailable', 503],
    ['throttled', 429],
    ['broken', 500],
    ['html', 200],
    ['rng9999', 400],
  ])('%s is answered with %i, and nothing is entered', async (kind, status) => {
    const parts = next()
    const told = await withFaults([{ kind }], () => company.issue(parts))
    expect(told.status).toBe(status)
    expect(await stands(parts)).toBe(404)
  })

  test('a proxy sends twice: the answer is of the second time', async () => {
    const parts = next()
    expect(codesOf(await withFaults([{ kind: 'twice' }], () => company.issue(parts)))).toEqual(['E0014'])
    expect(await stands(parts)).toBe(200)
  })

  test('the note is entered and no answer comes', async () => {
    const parts = next()
    await withFaults([{ kind: 'timeout' }], async () => {
      // Nobody waits for what never comes; it ends with the city hall.
      void company.issue(parts).catch(() => {})
      await expect.poll(() => at.counters.get('fault timeout')).toBe(1)
    })
    expect(await stands(parts)).toBe(200)
  })

  test('one city is down and others are not, and a share of answers is lost by lot, the same for the same seed', async () => {
    const run = (seed: number) =>
      withFaults(
        [
          { kind: 'unavailable', city: '3304557' },
          { kind: 'lost', percent: 40, on: 'issue' },
        ],
        async () => {
          const outcomes: (number | 'lost')[] = []
          for (let i = 0; i < 12; i++) {
            const answer: Told | null = await company.issue(next()).catch(() => null)
            outcomes.push(answer?.status ?? 'lost')
          }
          expect((await company.issue({ ...next(), cLocEmi: '3304557' })).status).toBe(503)
          return outcomes
        },
        seed,
      )
    const first = await run(3)
    expect(new Set(first)).toEqual(new Set([201, 'lost']))
    expect(await run(3)).toEqual(first)
    expect(await run(4)).not.toEqual(first)
  })

  test.each([
    ['object', (body: { erro: { codigo: string } }) => body.erro.codigo],
    ['list', (body: { erro: { codigo: string }[] }) => body.erro[0]?.codigo],
    ['pascal', (body: { Erros: { Codigo: string }[] }) => body.Erros[0]?.Codigo],
    ['bare', (body: { codigo: string }[]) => body[0]?.codigo],
  ])('errors come as %s', async (errors, code) => {
    await operate(at, 'PUT', '/noise', { errors })
    const told = await company.issue({ ...next(), tpAmb: '1' })
    await operate(at, 'PUT', '/noise', {})
    expect(code(told.body)).toBe('E0006')
  })
})

describe('what is written down', () => {
  test('outlives the process: notes, numbers, events, cities, and a line that was cut off is forgotten', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'city-hall-'))
    const options = { clock: clockAt(noon), stateFile: join(folder, 'state.jsonl'), authorityFolder: join(folder, 'authority') }
    try {
      const before = await startCityHall(options)
      const issuer = new Company(before)
      await operate(before, 'PUT', '/cities', { code: '4205407', rate: '2.00' })
      const { chaveAcesso, idDps, nfseXmlGZipB64 } = (await issuer.issue({ nDPS: '1' })).body
      await issuer.event(chaveAcesso, '101101', cancellation)
      await before.close()
      writeFileSync(options.stateFile, '{"is":"note","note":{"key":"', { flag: 'a' })

      const after = await startCityHall(options)
      const again = new Company(after)
      expect(after.credentials.authority.certificatePem).toBe(before.credentials.authority.certificatePem)
      expect((await again.get(`/SefinNacional/nfse/${chaveAcesso}`)).body.nfseXmlGZipB64).toBe(nfseXmlGZipB64)
      expect((await again.get(`/SefinNacional/dps/${idDps}`)).body.chaveAcesso).toBe(chaveAcesso)
      expect(codesOf(await again.issue({ nDPS: '1' }))).toEqual(['E0014'])
      expect(codesOf(await again.event(chaveAcesso, '101101', cancellation))).toEqual(['E0840'])
      const second = unpacked((await again.issue({ nDPS: '2' })).body.nfseXmlGZipB64)
      expect(second).toContain('<nNFSe>2</nNFSe>')
      expect(second).toContain('<pAliqAplic>2.00</pAliqAplic>')
      await after.close()
      expect(readFileSync(options.stateFile, 'utf8').endsWith('\n')).toBe(true)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe.skipIf(spawnSync('xmlsec1', ['--version']).error !== undefined)('xmlsec1, an independent judge', () => {
  const folder = mkdtempSync(join(tmpdir(), 'xmlsec-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  /** Whether the signature beside the element of that name is right. */
  const judges = (xml: string, element: string): boolean => {
    const file = join(folder, `${element}.xml`)
    writeFileSync(file, xml)
    const ids = ['infNFSe', 'infDPS', 'infEvento', 'infPedReg'].flatMap(name => ['--id-attr:Id', name])
    const beside = `//*[local-name()='${element}']/following-sibling::*[local-name()='Signature']`
    return spawnSync('xmlsec1', ['--verify', '--insecure', ...ids, '--node-xpath', beside, file]).status === 0
  }

  test('agrees with the signatures of a note and of its cancellation', async () => {
    const key = await issued()
    const note = at.hall.note(key)?.xml ?? ''
    expect([judges(note, 'infNFSe'), judges(note, 'infDPS')]).toEqual([true, true])
    expect(judges(note.replace('<vLiq>1000.00', '<vLiq>1000.01'), 'infNFSe')).toBe(false)
    const event = unpacked((await company.event(key, '101101', cancellation)).body.eventoXmlGZipB64)
    expect([judges(event, 'infEvento'), judges(event, 'infPedReg')]).toEqual([true, true])
  })
})

test('a DPS keeps comments, line breaks and forms of its own in the note', async () => {
  const text = dpsText(next())
    .replace('<xDescServ>Suporte mensal', '<xDescServ>Suporte &#x6d;ensal\nsegunda linha')
    .replace('<serv>', '<!-- de fora --><serv>')
  const sent = company.sign(text)
  const told = await company.post('/SefinNacional/nfse', {
    dpsXmlGZipB64: packed(`<?xml version="1.0" encoding="utf-8"?>\n<!-- antes -->\n${sent}\n`),
  })
  expect(told.status).toBe(201)
  const xml = unpacked(told.body.nfseXmlGZipB64)
  expect(xml).toContain(sent)
  expect([verifySignature(xml, 'infNFSe').ok, verifySignature(xml, 'infDPS').ok]).toEqual([true, true])
})
