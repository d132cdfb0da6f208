// Requests for events of a note (pedRegEvento): written as a DPS is, canonical, ready to be signed, and judged before. Rules: annex II of 26/12/2025.

import { formatTaxId, type TaxId } from '../../core/brazil/tax-id.ts'
import type { Instant } from '../../core/dates.ts'
import { hasRightDigits, isSame } from '../dps/identity.ts'
import { momentText } from '../dps/moment.ts'
import { textFault, textFields } from '../dps/texts.ts'
import { NFSE_NAMESPACE } from '../dps/write-dps.ts'
import { code, text } from '../dps/write-text.ts'
import type { OfficialFault } from '../fault.ts'
import { eventRequestId, eventTypes } from '../identifiers/event-id.ts'
import { canBeReferred, readNfseKey } from '../identifiers/nfse-key.ts'
import { group, leaf, nothing, withAttributes, XML_DECLARATION, type Xml } from '../xml/canonical.ts'

export interface EventRequest {
  /** tpAmb: 1 production, 2 restricted production. */
  environment: 1 | 2
  application: string
  at: Instant
  timeZone: string
  /** Who asks: the certificate is of the same root. */
  author: TaxId
  /** Of the note that it happens to. */
  key: string
  event: RequestedEvent
}

export type RequestedEvent =
  /** 1 error of issue, 2 not provided, 9 other. */
  | { kind: 'cancellation'; reason: '1' | '2' | '9'; text: string }
  /** The city's time for cancelling is over: the same, to be decided by its administration. */
  | { kind: 'fiscalAnalysis'; reason: '1' | '2' | '9'; text: string }
  /** The national system writes it itself when a DPS substitutes a note; a city's own system is asked for it. Reasons as in a DPS. */
  | {
      kind: 'cancellationBySubstitution'
      reason: '01' | '02' | '03' | '04' | '05' | '99'
      text: string | null
      substitute: string
    }

/** xDesc: fixed texts of the schema. */
const descriptions = {
  cancellation: 'Cancelamento de NFS-e',
  fiscalAnalysis: 'Solicitação de Análise Fiscal para Cancelamento de NFS-e',
  cancellationBySubstitution: 'Cancelamento de NFS-e por Substituição',
} as const satisfies Record<RequestedEvent['kind'], string>

/** The Id of the request. A note has one of each kind. */
export function requestIdOf({ key, event }: EventRequest): string {
  return eventRequestId(key, eventTypes[event.kind])
}

/** The document, not signed yet. */
export function writeEventRequest(request: EventRequest): string {
  const { event, author } = request
  const inside = group(
    'infPedReg',
    code('tpAmb', request.environment),
    text('verAplic', textFields.application, request.application),
    leaf('dhEvento', momentText(request.at, request.timeZone)),
    leaf(author.kind === 'company' ? 'CNPJAutor' : 'CPFAutor', author.taxId),
    leaf('chNFSe', request.key),
    group(
      `e${eventTypes[event.kind]}`,
      leaf('xDesc', descriptions[event.kind]),
      leaf('cMotivo', event.reason),
      text('xMotivo', textFields.reason, event.text),
      event.kind === 'cancellationBySubstitution' ? leaf('chSubstituta', event.substitute) : nothing,
    ),
  )
  const withId = `<infPedReg Id="${requestIdOf(request)}">${inside.slice('<infPedReg>'.length)}` as Xml
  return XML_DECLARATION + withAttributes('pedRegEvento', { xmlns: NFSE_NAMESPACE, versao: '1.01' }, withId)
}

/** Everything wrong with it, before a byte exists; empty: it may be written. */
export function judgeEventRequest(request: EventRequest): OfficialFault[] {
  const faults: OfficialFault[] = []
  const add = (path: string, code: string, official: string | null, message: string) =>
    faults.push({ path, code, official, message })
  const refusedText = (path: string, field: (typeof textFields)['reason' | 'application'], said: string) => {
    const message = textFault(field, said)
    if (message !== null) add(path, 'text_refused', 'E1235', message)
  }
  const { event, author } = request
  refusedText('/application', textFields.application, request.application)
  if (!hasRightDigits(author)) {
    add(
      '/author',
      'invalid_author',
      null,
      `O ${author.kind === 'company' ? 'CNPJ' : 'CPF'} de quem pede o evento tem dígito errado.`,
    )
  }
  judgeKey(request.key, '/key', add)
  const issuer = readNfseKey(request.key)?.issuer
  if (issuer !== undefined && !isSame(issuer, author)) {
    add(
      '/author',
      'author_of_another',
      author.kind === 'company' ? 'E0813' : 'E0816',
      `A nota é de ${formatTaxId(issuer)}: só o emitente pede este evento.`,
    )
  }
  if (event.kind === 'cancellationBySubstitution') {
    judgeKey(event.substitute, '/event/substitute', add)
    if (event.reason === '99' && (event.text ?? '').trim() === '') {
      add('/event/text', 'substitution_without_text', 'E0078', 'Com o motivo 99 - Outros, descreva por que a nota é substituída.')
    }
    if ((event.text ?? '').trim() !== '') refusedText('/event/text', textFields.reason, event.text ?? '')
  } else refusedText('/event/text', textFields.reason, event.text)
  return faults
}

type Add = (path: string, code: string, official: string | null, message: string) => void

function judgeKey(key: string, path: string, add: Add): void {
  if (readNfseKey(key) === null) add(path, 'invalid_key', 'E1831', 'A chave da nota está errada. Confira os 50 caracteres.')
  else if (!canBeReferred(key)) {
    add(
      path,
      'key_refused_by_schema',
      'E1235',
      'O esquema oficial recusa chaves de CNPJ com letra na 12ª posição (defeito do governo): peça o evento no portal nacional.',
    )
  }
}
