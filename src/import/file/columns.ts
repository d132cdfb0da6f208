import { MOST_LAG_MONTHS, MOST_NOTICE_DAYS } from '../../contracts/readjustment/read-readjustment.ts'
import { dueRuleBounds } from '../../contracts/rules/due-dates.ts'
import { billingDay, cnpj, date, emails, externalIds, openReceivables, taxId, text, uf, withholdings, zipCode } from './cells.ts'
import { exportedId } from './contract-mark.ts'
import { dueWords } from './due-words.ts'
import { amount, discount, growth, price, quantity, wholeNumber } from './numbers.ts'
import { plain } from './plain.ts'
import type { Kind } from './reading.ts'
import { openSpans, suspensions } from './spans.ts'
import {
  competenceShift,
  cut,
  factorMethod,
  management,
  paymentMethod,
  priceChange,
  priceIndex,
  readjustmentMonths,
  rhythm,
  situation,
  timing,
  yesOrNo,
} from './words.ts'

/** Of what a column speaks. A contract of several rows says its own columns once; rows of one rule share the rule's. */
export type Level = 'customer' | 'contract' | 'rule' | 'line'

export interface Column<T> {
  level: Level
  kind: Kind<T>
  /** How people head it; the first is ours. Compared without accents, capitals and punctuation. */
  headings: readonly [string, ...string[]]
  /** A free text, which a spreadsheet might take for a formula. */
  isFree: boolean
}

function column<T>(level: Level, kind: Kind<T>, ...headings: [string, ...string[]]): Column<T> {
  return { level, kind, headings, isFree: false }
}

function free(level: Level, maxLength: number, ...headings: [string, ...string[]]): Column<string> {
  return { level, kind: text(maxLength), headings, isFree: true }
}

/** Every column of a file of contracts, in the order in which we write them. */
export const columns = {
  code: free('contract', 60, 'codigo', 'codigo do contrato', 'cod contrato', 'cod'),
  contractId: column('contract', exportedId, 'id_bordero'),
  number: free('contract', 60, 'numero', 'numero do contrato', 'no contrato', 'no do contrato'),
  name: free('contract', 200, 'contrato', 'nome do contrato'),
  situation: column('contract', situation, 'situacao', 'situacao do contrato', 'status'),
  organization: column(
    'contract',
    cnpj,
    'empresa_cnpj',
    'cnpj da empresa',
    'empresa',
    'organizacao',
    'cnpj emitente',
    'cnpj prestador',
    'prestador',
  ),
  customerName: free('customer', 200, 'cliente', 'nome do cliente', 'razao social', 'nome', 'tomador'),
  taxId: column('customer', taxId, 'cpf_cnpj', 'cnpj_cpf', 'cpf', 'cnpj', 'cpf ou cnpj', 'cnpj ou cpf', 'documento'),
  emails: { ...column('customer', emails, 'email', 'emails', 'e-mail', 'e-mails', 'email de cobranca'), isFree: true },
  phone: free('customer', 40, 'telefone', 'fone', 'celular', 'whatsapp'),
  street: free('customer', 200, 'endereco', 'logradouro', 'rua'),
  streetNumber: free('customer', 30, 'endereco_numero', 'numero do endereco', 'numero do logradouro'),
  complement: free('customer', 100, 'complemento'),
  district: free('customer', 100, 'bairro'),
  city: free('customer', 100, 'cidade', 'municipio'),
  uf: column('customer', uf, 'uf', 'estado'),
  zipCode: column('customer', zipCode, 'cep'),
  startsOn: column('contract', date, 'inicio', 'data de inicio', 'inicio da vigencia', 'vigencia inicial', 'data inicial'),
  endsOn: column('contract', date, 'fim', 'data de fim', 'fim da vigencia', 'vigencia final', 'data final', 'termino'),
  billWhileOverdue: column('contract', yesOrNo, 'faturar_inadimplente', 'fatura inadimplente'),
  ruleTitle: free('rule', 200, 'regra', 'regra de faturamento'),
  ruleNumber: column('rule', wholeNumber({ minimum: 1, maximum: 999 }), 'regra_numero', 'numero da regra'),
  rhythm: column('rule', rhythm, 'recorrencia', 'periodicidade', 'frequencia'),
  billingDay: column('rule', billingDay, 'dia_faturamento', 'dia de faturamento', 'dia do faturamento', 'dia faturar'),
  anchor: column('rule', date, 'ancora', 'data ancora'),
  timing: column('rule', timing, 'cobranca', 'tipo de cobranca'),
  competenceShift: column('rule', competenceShift, 'competencia', 'mes de competencia'),
  due: column('rule', dueWords, 'vencimento', 'regra de vencimento', 'prazo', 'condicao de pagamento'),
  installments: column('rule', wholeNumber(dueRuleBounds.installments), 'parcelas', 'numero de parcelas', 'qtd parcelas'),
  paymentMethod: column('rule', paymentMethod, 'forma_pagamento', 'forma de pagamento', 'meio de pagamento'),
  management: column('rule', management, 'gestao', 'gestao do faturamento'),
  approvalWanted: column('rule', yesOrNo, 'aprovacao', 'exige aprovacao'),
  cutStart: column('rule', cut, 'inicio_parcial', 'primeiro periodo parcial'),
  cutEnd: column('rule', cut, 'fim_parcial', 'ultimo periodo parcial'),
  priceChange: column('rule', priceChange, 'mudanca_preco', 'mudanca de preco'),
  ruleEndsOn: column('rule', date, 'regra_fim', 'fim da regra'),
  maxAmountCents: column('rule', amount({ zeroAllowed: false }), 'valor_maximo', 'limite de valor'),
  maxGrowthPercent: column('rule', growth, 'crescimento_maximo', 'limite de crescimento'),
  withholdings: column('rule', withholdings, 'retencoes', 'retencao', 'impostos retidos'),
  invoiceDescription: free('rule', 2_000, 'descricao_fatura', 'descricao da fatura'),
  readjustmentIndex: column('rule', priceIndex, 'indice_reajuste', 'indice', 'indice de reajuste', 'indexador'),
  readjustmentBase: column('rule', date, 'data_base_reajuste', 'data base', 'data base do reajuste'),
  lastReadjustment: column('rule', date, 'ultimo_reajuste', 'ultimo reajuste', 'data do ultimo reajuste'),
  readjustmentMonths: column('rule', readjustmentMonths, 'meses_reajuste', 'periodicidade do reajuste'),
  readjustmentLag: column(
    'rule',
    wholeNumber({ minimum: 0, maximum: MOST_LAG_MONTHS }),
    'defasagem_reajuste',
    'defasagem do indice',
  ),
  readjustmentMethod: column('rule', factorMethod, 'metodo_reajuste', 'metodo do reajuste'),
  negativeReadjustment: column('rule', yesOrNo, 'reajuste_negativo'),
  readjustmentApproval: column('rule', yesOrNo, 'aprovacao_reajuste', 'aprovacao do reajuste'),
  readjustmentNotice: column(
    'rule',
    wholeNumber({ minimum: 0, maximum: MOST_NOTICE_DAYS }),
    'aviso_reajuste',
    'dias de aviso do reajuste',
  ),
  service: free('line', 200, 'servico', 'nome do servico', 'produto', 'item', 'plano'),
  serviceCode: free('line', 60, 'codigo_servico', 'codigo do servico', 'cod servico'),
  description: free('line', 1_000, 'descricao', 'descricao do servico', 'discriminacao'),
  quantity: column('line', quantity, 'quantidade', 'qtd', 'qtde'),
  unitPrice: column('line', price, 'valor', 'valor unitario', 'preco', 'preco unitario', 'mensalidade'),
  discount: column('line', discount, 'desconto'),
  lineFrom: column('line', date, 'item_inicio', 'inicio do item'),
  lineUntil: column('line', date, 'item_fim', 'fim do item'),
  billedThrough: column('rule', date, 'faturado_ate', 'faturado ate'),
  billFrom: column('rule', date, 'faturar_desde', 'faturar desde', 'cobrar desde'),
  openPeriods: column('rule', openSpans, 'periodos_em_aberto', 'periodos em aberto'),
  suspensions: column('contract', suspensions, 'suspensoes', 'suspensao'),
  openReceivables: column('contract', openReceivables, 'em_aberto', 'parcelas em aberto', 'titulos em aberto'),
  system: free('contract', 60, 'sistema', 'sistema de origem'),
  externalIds: { ...column('contract', externalIds, 'id_externo', 'ids externos', 'id no sistema'), isFree: true },
  comments: free('contract', 5_000, 'observacoes', 'observacao', 'obs'),
} as const

/** What the columns cannot say of a contract, in a column that an import ignores but for saying that it is there. */
export const LEFT_OUT = '#fica_de_fora'

export type ColumnKey = keyof typeof columns
type ValueOf<K extends ColumnKey> = (typeof columns)[K] extends { kind: Kind<infer T> } ? T : never

/** What a row says: a column that the file does not have is absent, an empty cell is null. */
export type Cells = { [K in ColumnKey]?: ValueOf<K> | null }

export const columnKeys = Object.keys(columns) as readonly ColumnKey[] // the table's keys are exactly the columns

/** A file without one of these says too little to bill anything. */
export const indispensable = ['customerName', 'service', 'unitPrice', 'startsOn', 'due'] as const satisfies readonly ColumnKey[]

/** Our own heading of a column. */
export function headingOf(key: ColumnKey): string {
  return columns[key].headings[0]
}

export function columnOfHeading(heading: string): ColumnKey | null {
  return byHeading.get(asHeading(heading)) ?? null
}

/** 'Valor (R$)', 'VALOR' and 'valor' are one heading. */
export function asHeading(heading: string): string {
  return plain(heading.replace(/\([^)]*\)/g, ''))
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
}

const byHeading = new Map(columnKeys.flatMap(key => columns[key].headings.map(heading => [asHeading(heading), key] as const)))

/** For whoever goes through all columns alike: a value comes from the kind that it is given back to. */
export function kindOf(key: ColumnKey): Kind<unknown> {
  return columns[key].kind as Kind<unknown>
}

/** The text of a cell. */
export function showCell<K extends ColumnKey>(key: K, value: Cells[K]): string {
  return value === null || value === undefined ? '' : kindOf(key).format(value)
}
