import type { PaymentChannel } from '../../receivables/receipt.ts'

/**
 * How money comes, by their prefixes: those of their list, and `transferencia`, by which the text beside it knows a transfer
 * (vendors §2.3).
 */
export const paymentMeans = [
  { descricao: 'Boleto', prefixo: 'boleto', channel: 'boleto' },
  { descricao: 'Cartão de Crédito', prefixo: 'cartao_credito', channel: 'card' },
  { descricao: 'Cartão de Débito', prefixo: 'cartao_debito', channel: 'card' },
  { descricao: 'Cheque', prefixo: 'cheque', channel: 'other' },
  { descricao: 'Débito Automático', prefixo: 'debito_automatico', channel: 'other' },
  { descricao: 'Dinheiro', prefixo: 'dinheiro', channel: 'cash' },
  { descricao: 'PIX', prefixo: 'pix', channel: 'pix' },
  { descricao: 'Transferência Bancária', prefixo: 'transferencia_bancaria', channel: 'transfer' },
] as const satisfies readonly { descricao: string; prefixo: string; channel: PaymentChannel }[]

export const prefixes: readonly string[] = [...paymentMeans.map(({ prefixo }) => prefixo), 'transferencia']

export function channelOf(prefix: string): PaymentChannel {
  return paymentMeans.find(({ prefixo }) => prefixo === prefix || prefixo === `${prefix}_bancaria`)?.channel ?? 'other'
}
