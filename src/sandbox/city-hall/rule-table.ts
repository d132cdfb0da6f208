import { dpsRules } from './issue/judge-dps.ts'
import { eventRules } from './rules/event-rules.ts'
import { annexDps, annexEvents, type Stage } from './rules/rule.ts'

export interface TableRow {
  readonly code: string
  readonly level: number
  readonly stage: Stage | 'transport' | 'envelope' | 'schema'
  readonly field: string
  readonly says: string
  readonly source: string
}

const manual = 'Manual da API (código; o sentido dos de transporte, por analogia com a NF-e)'

const row = (code: string, stage: TableRow['stage'], field: string, says: string, source: string): TableRow => ({
  code,
  level: 1,
  stage,
  field,
  says,
  source,
})

/** What is asked before there is a document that rules could be asked about. */
const before: readonly TableRow[] = [
  row('E1200', 'transport', 'TLS', 'Sem certificado de cliente, ou com um que não serve para isso.', manual),
  row('E1203', 'transport', 'TLS', 'Certificado de cliente fora da validade.', manual),
  row('E1205', 'transport', 'TLS', 'Certificado de cliente de autoridade desconhecida.', manual),
  row('E1207', 'transport', 'TLS', 'Certificado de cliente revogado.', manual),
  row('E1208', 'transport', 'TLS', 'Certificado de cliente cuja raiz não é a ICP-Brasil.', manual),
  row('E1209', 'transport', 'TLS', 'Certificado de cliente sem CNPJ nem CPF.', manual),
  row('E1225', 'envelope', 'dpsXmlGZipB64', 'O documento não está em base64.', manual),
  row('E1226', 'envelope', 'dpsXmlGZipB64', 'Não é gzip, não é XML bem formado, é grande demais ou tem DOCTYPE.', manual),
  row('E1228', 'envelope', 'dpsXmlGZipB64', 'O XML usa ou declara prefixos de namespace.', manual),
  row('E1229', 'envelope', 'dpsXmlGZipB64', 'O XML não está em UTF-8.', manual),
  row('E1242', 'envelope', 'dpsXmlGZipB64', 'O documento não é do tipo que o serviço recebe.', manual),
  row('RNG9999', 'envelope', 'corpo', 'Não é JSON, falta o membro, ou há um membro a mais.', 'Visto em produção'),
  row('E1235', 'schema', 'DPS, pedRegEvento', 'O XML não obedece ao esquema de 27/07/2026.', manual),
  row('E0717', 'signature', 'Signature', 'A DPS não está assinada.', annexDps),
  row('E0714', 'signature', 'Signature', 'A assinatura da DPS não confere.', annexDps),
  row(
    'E0715',
    'signature',
    'Signature',
    'O certificado que assina venceu, foi revogado ou é de autoridade desconhecida.',
    annexDps,
  ),
  row('E0716', 'signature', 'Signature', 'O certificado que assina está fora do padrão da ICP-Brasil.', annexDps),
  row('E0718', 'signature', 'Signature', 'O certificado que assina não é do emitente.', annexDps),
  row('E1989', 'signature', 'Signature', 'O pedido de evento não está assinado.', annexEvents),
  row('E1980', 'signature', 'Signature', 'A assinatura do pedido de evento não confere.', annexEvents),
  row(
    'E1983',
    'signature',
    'Signature',
    'O certificado que assina o pedido venceu, foi revogado ou é de autoridade desconhecida.',
    annexEvents,
  ),
  row('E1986', 'signature', 'Signature', 'O certificado que assina o pedido está fora do padrão da ICP-Brasil.', annexEvents),
  row(
    'E1991',
    'signature',
    'Signature',
    'O certificado que assina o pedido não é do autor (aqui E0812 e E0815 o dizem).',
    annexEvents,
  ),
]

/** Everything that is asked of a request, in the order in which it is asked, as people read it. */
export function ruleTable(): TableRow[] {
  const asked = [...dpsRules, eventRules].flatMap(({ stage, source, rules }) =>
    rules.map(({ code, level, field, says }) => ({ code, level, stage, field, says, source })),
  )
  return [...before, ...asked]
}
