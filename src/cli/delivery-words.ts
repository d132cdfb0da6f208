// What became of an attempt to tell somebody: in Portuguese, and the code beside it, which is what one searches for.

import type { AttemptOutcome } from '../webhooks/delivery.ts'
import type { DeliveryDetail } from './answers.ts'

const outcomeWords: Record<AttemptOutcome, string> = {
  delivered: 'entregue',
  refused: 'recusado',
  ping_refused: 'recusado já no teste que vem antes do aviso',
  unreachable: 'não se chegou ao endereço',
  ping_unreachable: 'não se chegou ao endereço, já no teste que vem antes do aviso',
  timeout: 'não respondeu a tempo',
  ping_timeout: 'não respondeu a tempo, já no teste que vem antes do aviso',
  address_refused: 'o endereço não é permitido',
}

/** Of the system's codes those that are seen again and again. */
const faultWords: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nada atende nesta porta',
  ECONNRESET: 'a conexão foi interrompida',
  ENOTFOUND: 'o nome não existe no DNS',
  EAI_AGAIN: 'o DNS não respondeu',
  EHOSTUNREACH: 'não há caminho até a máquina',
  ENETUNREACH: 'não há caminho até a rede',
  EPIPE: 'a conexão foi interrompida',
  ETIMEDOUT: 'a conexão não se abriu a tempo',
  HPE_CLOSED_CONNECTION: 'a conexão foi fechada antes da resposta',
  HPE_INVALID_CONSTANT: 'o que respondeu não fala HTTP',
  CERT_HAS_EXPIRED: 'o certificado venceu',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'o certificado é autoassinado',
  SELF_SIGNED_CERT_IN_CHAIN: 'o certificado é autoassinado',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'não se confirma quem assinou o certificado',
  ERR_TLS_CERT_ALTNAME_INVALID: 'o certificado é de outro nome',
  broken: 'a conexão foi interrompida',
}

type Try = DeliveryDetail['tries'][number]

/** 'entregue (delivered, HTTP 200)'; of one that is under way, or whose sender died, that nothing is known. */
export function outcomeWord({ outcome, status, detail }: Pick<Try, 'outcome' | 'status' | 'detail'>): string {
  if (outcome === null) return 'sem resposta conhecida'
  const why = detail === null ? undefined : faultWords[detail]
  const codes = [outcome, status === null ? null : `HTTP ${status}`, detail].filter(part => part !== null)
  return `${outcomeWords[outcome]}${why === undefined ? '' : `: ${why}`} (${codes.join(', ')})`
}
