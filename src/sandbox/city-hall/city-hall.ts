// The city hall as a server: Sefin Nacional's protocol over mutual TLS, HTTP/1.1 only, as `README.md` tells.

import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { signerOf } from '../../nfse/signature/sign.ts'
import { type Clock, systemClock } from '../../platform/clock.ts'
import { type Credentials, certificateOf, makeCredentials, openFolder, passwordOfClients, x509 } from './authority-folder.ts'
import { CityHall } from './hall.ts'
import { openJournal } from './journal.ts'
import { quiet } from './protocol/answer.ts'
import { Faults } from './protocol/faults.ts'
import type { Desk } from './protocol/operator.ts'
import { serve } from './protocol/serve.ts'

export interface CityHallOptions {
  /** 0: whichever is free. */
  readonly port?: number
  readonly host?: string
  /** Where what stands is written down; without it everything is forgotten at the end. */
  readonly stateFile?: string
  /** Where the authority's files are, or will be; without it there is a new authority that no file knows. */
  readonly authorityFolder?: string
  readonly environment?: '1' | '2'
  readonly clock?: Clock
}

export interface RunningCityHall {
  /** 'https://127.0.0.1:8443' */
  readonly url: string
  readonly port: number
  readonly hall: CityHall
  readonly faults: Faults
  /** What was answered and what went wrong on demand, counted. */
  readonly counters: ReadonlyMap<string, number>
  readonly credentials: Credentials
  /** A client's certificate, as a company would have it. */
  certificate(taxId: string): ReturnType<typeof certificateOf>
  close(): Promise<void>
}

export async function startCityHall(options: CityHallOptions = {}): Promise<RunningCityHall> {
  const clock = options.clock ?? systemClock
  const hall = new CityHall({ environment: options.environment ?? '2', clock })
  const { stateFile, authorityFolder } = options
  if (stateFile !== undefined) hall.keepIn(replay => openJournal(stateFile, replay))
  const credentials = authorityFolder === undefined ? makeCredentials(clock.now()) : openFolder(authorityFolder, clock.now())
  const { authority, serverKeyPem, serverChainPem } = credentials
  const desk: Desk = {
    office: {
      hall,
      signer: signerOf({ privateKeyPem: serverKeyPem, certificatePem: serverChainPem }),
      authority: x509(authority.certificatePem),
    },
    faults: new Faults(),
    noise: quiet,
    counters: new Map(),
    issueCertificate: (taxId, name) => {
      const issued = certificateOf(authority, clock.now(), taxId, name)
      return {
        taxId,
        certificatePem: issued.chainPem,
        privateKeyPem: issued.privateKeyPem,
        pkcs12: issued.pkcs12(passwordOfClients).toString('base64'),
        password: passwordOfClients,
      }
    },
  }
  const server = createServer({
    key: serverKeyPem,
    cert: serverChainPem,
    ca: authority.certificatePem,
    requestCert: true,
    // Whoever has none, or a wrong one, is told so in an answer, with its code.
    rejectUnauthorized: false,
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['http/1.1'],
  })
  server.on('request', (request, response) => {
    serve(desk, request, response).catch((error: unknown) => {
      // A mistake of ours, which whoever watches has to see; the client is told as much as the real one tells.
      process.emitWarning(error instanceof Error ? error : String(error))
      if (response.headersSent) response.destroy()
      else response.writeHead(500, { 'content-type': 'application/json' }).end('{"mensagem":"Falha durante o processamento."}')
    })
  })
  // A client that breaks off is no reason to stop.
  server.on('tlsClientError', () => {})
  await listen(server, options.port ?? 0, options.host ?? '127.0.0.1')
  // It listens on a port.
  const { port } = server.address() as AddressInfo
  return {
    url: `https://${options.host ?? '127.0.0.1'}:${port}`,
    port,
    hall,
    faults: desk.faults,
    counters: desk.counters,
    credentials,
    certificate: taxId => certificateOf(authority, clock.now(), taxId),
    close: async () => {
      server.closeAllConnections()
      await new Promise<void>(resolve => server.close(() => resolve()))
      hall.close()
    },
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
