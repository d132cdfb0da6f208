import { type DestinationFault, readDestination } from '../platform/net/destination.ts'

const words: Record<DestinationFault, string> = {
  invalid_address: 'Informe um endereço como https://exemplo.com.br/avisos.',
  https_required: 'O endereço deve ser https; http, só numa conta de testes, para esta mesma máquina.',
  userinfo_not_allowed: 'O endereço não leva usuário nem senha: confira a assinatura de cada aviso em vez disso.',
  port_not_allowed: 'A porta deve ser 443, ou de 1024 a 65535.',
  host_not_allowed: 'O nome deve ser público e completo, como avisos.exemplo.com.br, sem ponto no fim.',
  address_not_public: 'O endereço deve ser público: redes internas e esta máquina não são avisadas.',
}

/** What is wrong with an address before anybody is asked; its names are judged again, by what they resolve to, at each sending. */
export function addressFault(address: string, allowLoopback: boolean): { code: DestinationFault; message: string } | null {
  const read = readDestination(address, allowLoopback)
  return typeof read === 'string' ? { code: read, message: words[read] } : null
}
