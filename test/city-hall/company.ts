import { request } from 'node:https'
import { gunzipSync, gzipSync } from 'node:zlib'
import { ours, type Profile } from '../../src/nfse/signature/profile.ts'
import { type Signer, signerOf } from '../../src/nfse/signature/sign.ts'
import { signAny } from '../../src/nfse/signature/sign-any.ts'
import type { RunningCityHall } from '../../src/sandbox/city-hall/city-hall.ts'
import { type DpsParts, dpsText, provider } from './dps-text.ts'

export interface Told {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
  // Whatever the other side says: tests look at it.
  // biome-ignore lint/suspicious/noExplicitAny: a test's view of JSON
  body: any
}

interface Tls {
  key?: string
  cert?: string
}

/** A company that issues: its certificate, and a connection for each call. */
export class Company {
  readonly at: RunningCityHall
  readonly signer: Signer
  readonly tls: Tls

  constructor(at: RunningCityHall, cnpj = provider) {
    this.at = at
    const { certificatePem, privateKeyPem } = at.certificate(cnpj)
    this.signer = signerOf({ certificatePem, privateKeyPem })
    this.tls = { key: privateKeyPem, cert: certificatePem }
  }

  sign(xml: string, profile: Profile = ours): string {
    return signAny(xml, xml.includes('<infPedReg') ? 'infPedReg' : 'infDPS', this.signer, profile)
  }

  issue(parts: DpsParts = {}): Promise<Told> {
    return this.post('/SefinNacional/nfse', { dpsXmlGZipB64: packed(this.sign(dpsText(parts))) })
  }

  /** A request to register an event, by whoever this is. */
  event(key: string, code: string, own: string, author = provider): Promise<Told> {
    const xml = pedRegEvento(key, code, own, author)
    return this.post(`/SefinNacional/nfse/${key}/eventos`, { pedidoRegistroEventoXmlGZipB64: packed(this.sign(xml)) })
  }

  get(path: string): Promise<Told> {
    return call(this.at, 'GET', path, undefined, this.tls)
  }

  head(path: string): Promise<Told> {
    return call(this.at, 'HEAD', path, undefined, this.tls)
  }

  post(path: string, body: unknown): Promise<Told> {
    return call(this.at, 'POST', path, typeof body === 'string' ? body : JSON.stringify(body), this.tls)
  }
}

export function pedRegEvento(key: string, code: string, own: string, author = provider): string {
  return `<pedRegEvento xmlns="http://www.sped.fazenda.gov.br/nfse" versao="1.01"><infPedReg Id="PRE${key}${code}"><tpAmb>2</tpAmb><verAplic>teste-1.0</verAplic><dhEvento>2026-11-20T11:00:00-03:00</dhEvento><${author.length === 11 ? 'CPFAutor' : 'CNPJAutor'}>${author}</${author.length === 11 ? 'CPFAutor' : 'CNPJAutor'}><chNFSe>${key}</chNFSe><e${code}>${own}</e${code}></infPedReg></pedRegEvento>`
}

/** An operator, who shows no certificate. */
export function operate(at: RunningCityHall, method: string, path: string, body?: unknown): Promise<Told> {
  return call(at, method, `/_sandbox${path}`, body === undefined ? undefined : JSON.stringify(body), {})
}

export const packed = (xml: string) => gzipSync(xml).toString('base64')
export const unpacked = (base64: string) => gunzipSync(Buffer.from(base64, 'base64')).toString('utf8')

export function call(at: RunningCityHall, method: string, path: string, body: string | undefined, tls: Tls): Promise<Told> {
  return new Promise((resolve, reject) => {
    const ca = at.credentials.authority.certificatePem
    const asked = request(`${at.url}${path}`, { method, ca, agent: false, ...tls }, answer => {
      const parts: Buffer[] = []
      answer.on('data', (part: Buffer) => parts.push(part))
      answer.on('error', reject)
      answer.on('end', () => {
        const text = Buffer.concat(parts).toString('utf8')
        const isJson = answer.headers['content-type']?.startsWith('application/json') === true
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text, body: isJson ? JSON.parse(text) : undefined })
      })
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

export const codesOf = ({ body }: Told): string[] => (body.erros ?? body.erro).map(({ codigo }: { codigo: string }) => codigo)
