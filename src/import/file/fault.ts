/** What is wrong with one place of a file, for whoever has to mend it. */
export interface FileFault {
  /** As an editor counts: 1 is the first line of the file. */
  line: number
  /** The heading as the file spells it; null: the whole line, or the whole file. */
  column: string | null
  /** One of ours, or what the contract's own rules call it. */
  code: FaultCode | (string & {})
  expected: string
  /** What stands there, cut short. */
  found: string
  /** The whole as one Portuguese sentence. */
  message: string
}

/** Every code that a place of a file can be refused with. Codes are stable: clients and tests match them, never the sentence. */
const sentences = {
  // The file
  file_empty: 'O arquivo não tem linhas de dados.',
  file_too_large: 'O arquivo é grande demais.',
  not_text: 'O arquivo não é um texto CSV.',
  broken_encoding: 'O arquivo mistura codificações: há um byte que não é UTF-8.',
  unclosed_quote: 'Aspas abertas e nunca fechadas.',
  too_many_rows: 'Linhas demais.',
  too_many_columns: 'Colunas demais.',
  wrong_cell_count: 'A linha não tem o mesmo número de colunas do cabeçalho.',
  looks_like_total: 'A linha parece ser um total, e não um contrato: apague-a.',
  unknown_column: 'Coluna desconhecida.',
  repeated_column: 'Coluna repetida.',
  missing_column: 'Falta uma coluna.',
  // One cell
  required: 'Campo obrigatório vazio.',
  too_long: 'Texto longo demais.',
  control_character: 'O texto tem um caractere de controle.',
  invalid_number: 'Número inválido.',
  ambiguous_number: 'Número ambíguo: a vírgula separa os decimais, e o ponto só milhares.',
  negative_number: 'O número não pode ser negativo.',
  out_of_bounds: 'Valor fora dos limites.',
  invalid_date: 'Data inválida.',
  impossible_date: 'Esta data não existe.',
  invalid_period: 'Período inválido.',
  ambiguous_date: 'Data que pode ser lida de mais de um modo.',
  invalid_tax_id: 'CPF ou CNPJ inválido.',
  invalid_cnpj: 'CNPJ inválido.',
  lost_zeros: 'A planilha comeu os zeros à esquerda do número.',
  scientific_notation: 'A planilha trocou o número por notação científica, e os últimos dígitos se perderam.',
  invalid_email: 'E-mail inválido.',
  invalid_uf: 'Estado inválido.',
  invalid_zip_code: 'CEP inválido.',
  unknown_city: 'Não existe município com este nome neste estado.',
  unknown_word: 'Palavra desconhecida.',
  invalid_due_rule: 'Regra de vencimento não reconhecida.',
  ambiguous_due_rule: 'Regra de vencimento ambígua.',
  invalid_withholding: 'Retenção inválida.',
  invalid_open_receivable: 'Parcela em aberto inválida.',
  invalid_external_id: 'Id externo inválido.',
  reserved_system: 'Este nome de sistema é reservado.',
  // What cells say together
  unknown_organization: 'Nenhuma organização da conta tem este CNPJ.',
  organization_required: 'A conta tem mais de uma organização: diga qual.',
  no_organization: 'A conta ainda não tem organização: cadastre a empresa que fatura (npx bordero init) e importe de novo.',
  ambiguous_customer: 'Há mais de um cliente com este nome e a linha não traz CPF ou CNPJ.',
  customer_is_supplier: 'O cliente é a própria organização que fatura.',
  billing_day_required: 'Falta o dia de faturamento.',
  billing_day_unfit: 'O dia de faturamento não combina com a recorrência.',
  anchor_unfit: 'A âncora não cai no dia de faturamento.',
  invalid_billed_through: 'O "faturado até" está longe demais no futuro.',
  invalid_bill_from: 'O "faturar desde" está longe demais no futuro.',
  bill_from_unfit: 'O "faturar desde" não combina com o resto da linha.',
  open_period_unfit: 'O período em aberto não combina com o resto da linha.',
  situation_unfit: 'A situação não combina com o fim da vigência.',
  contradicts_earlier_row: 'Linhas com o mesmo código são um só contrato, e esta diz outra coisa.',
  refused_with_contract: 'Outra linha do mesmo contrato foi recusada.',
  repeated_contract: 'Outra linha do arquivo já fala deste contrato.',
  unmarked_id:
    'O id é de uma exportação antiga, que não diz de que conta, e o contrato que o tem aqui é outro, do mesmo cliente.',
  code_taken: 'Outro contrato já tem este código.',
  external_id_taken: 'Este id externo já é de outro contrato.',
  cannot_change: 'Este dado não muda num contrato que já existe.',
  // What is worth a look, and stops nothing
  customer_without_tax_id: 'Cliente sem CPF ou CNPJ: nada será faturado para ele até o cadastro ser completado.',
  past_not_billed: 'Há períodos antes do primeiro cobrado, e ninguém vai cobrá-los.',
  gap_not_billed: 'Há dias entre o "faturado até" e o "faturar desde", e ninguém vai faturá-los.',
  billed_ahead: 'Um período que ainda não se faturaria fica como já faturado em outro sistema.',
  billed_part_way: 'O "faturado até" fica dentro de um período, que conta como faturado inteiro.',
  billed_far_ahead: 'O "faturado até" está longe no futuro, e nada será faturado até lá.',
  nothing_to_bill: 'O fim vem antes do primeiro período a faturar.',
  ended_already: 'O fim já passou.',
  last_period_whole: 'O fim fica dentro do último período, que é cobrado inteiro.',
  line_ended: 'O fim do item vem antes do que há a faturar.',
  readjustment_missed: 'Um reajuste depois do último já passou, e não é feito.',
  readjustment_far_ahead: 'O próximo reajuste está longe no futuro.',
  readjustment_under_12_months: 'O reajuste por índice em menos de doze meses é nulo, salvo exceções (Lei 10.192/2001).',
  starts_far_ahead: 'O início está longe no futuro, e nada será faturado até lá.',
  customer_differs_in_file: 'O mesmo cliente aparece com outros dados numa linha anterior, que vale.',
  customer_has_other_name: 'O CPF ou CNPJ já é de um cliente com outro nome, e é no nome dele que a fatura sai.',
  planned_stays: 'Para mais tarde está planejada outra coisa para este item, e ela continua valendo.',
  planned_lost: 'Para depois do primeiro dia a faturar valia outra coisa para este item, e o arquivo a substitui.',
  price_before_readjustment: 'O preço é o de antes de um reajuste, e não é aplicado.',
  repeated_row: 'Outra linha é igual a esta, e o cliente será cobrado pelas duas.',
  repeated_service: 'Outra linha do mesmo contrato é do mesmo serviço, com outro preço, e as duas serão cobradas.',
  repeated_with_other_code: 'Outra linha, de outro contrato, tem o mesmo cliente, serviço, início e preço.',
  code_without_zeros: 'O código só difere nos zeros à esquerda do de um contrato do mesmo cliente, de que nenhuma linha fala.',
  stands_already: 'O cliente já tem um contrato igual, de que nenhuma linha do arquivo fala, e será cobrado pelos dois.',
  similar_row: 'Outra linha, também sem código, é do mesmo cliente, serviço e início: são dois contratos.',
  price_zero: 'O preço é zero.',
  price_rounded: 'Quantidade vezes preço não dá centavos inteiros, e o valor é arredondado.',
  discount_in_reais: 'O desconto, escrito sem % e sem centavos, foi lido em reais.',
  left_out: 'O arquivo não leva tudo de alguns contratos.',
} as const

export type FaultCode = keyof typeof sentences

/**
 * What is worth a look because of the money that it may cost, the dearest first: a customer charged twice, then a period that nobody
 * charges, then an amount that was meant otherwise. Whatever is not here comes after it.
 */
export const dearestFirst = [
  'code_without_zeros',
  'stands_already',
  'repeated_row',
  'repeated_service',
  'repeated_with_other_code',
  'similar_row',
  'planned_lost',
  'planned_stays',
  'price_before_readjustment',
  'gap_not_billed',
  'billed_ahead',
  'billed_part_way',
  'billed_far_ahead',
  'past_not_billed',
  'customer_without_tax_id',
  'nothing_to_bill',
  'ended_already',
  'line_ended',
  'last_period_whole',
  'readjustment_missed',
  'readjustment_far_ahead',
  'readjustment_under_12_months',
  'starts_far_ahead',
  'price_zero',
  'discount_in_reais',
  'price_rounded',
  'customer_has_other_name',
] as const satisfies readonly FaultCode[]

const ranks = new Map<string, number>(dearestFirst.map((code, rank) => [code, rank]))

/** Whether there is money in it. */
export function isDear({ code }: Pick<FileFault, 'code'>): boolean {
  return ranks.has(code)
}

export function rankOf({ code }: Pick<FileFault, 'code'>): number {
  return ranks.get(code) ?? dearestFirst.length
}

const SHOWN_CHARACTERS = 80

/** No list of a report grows beyond this, nor what is collected of one code; the count goes on. */
export const MOST_LISTED = 1_000

/** Collects what is wrong with a file, so that whoever sent it is told everything at once. */
export class FileFaults {
  readonly list: FileFault[] = []
  /** The columns of each line that has a fault. */
  readonly #places = new Map<number, Set<string | null>>()
  /** How many of each code are listed: so many of one keep no other out. */
  readonly #listed = new Map<string, number>()
  #count = 0

  /** Another collection that begins with the same faults. */
  copy(): FileFaults {
    const copy = new FileFaults()
    copy.list.push(...this.list)
    for (const [line, columns] of this.#places) copy.#places.set(line, new Set(columns))
    for (const [code, listed] of this.#listed) copy.#listed.set(code, listed)
    copy.#count = this.#count
    return copy
  }

  get count(): number {
    return this.#count
  }

  /** Answers null, to stand where the value would have stood. */
  add(line: number, column: string | null, code: FaultCode, expected: string, found: string): null {
    this.#count++
    this.#note(line, column)
    if (this.#mayList(code)) this.list.push(worded(line, column, code, sentences[code], expected, found))
    return null
  }

  /** As `add`, of what is worth a look: what was seen, and what to do about it. */
  note(line: number, column: string | null, code: FaultCode, sentence: string): void {
    this.#count++
    this.#note(line, column)
    if (this.#mayList(code)) this.list.push(worded(line, column, code, sentence, '', ''))
  }

  /** What the rules of a noun refuse, in their own words. */
  addRefused(line: number, column: string | null, { code, message }: { code: string; message: string }, found: string): void {
    this.#count++
    this.#note(line, column)
    if (this.#mayList(code)) this.list.push(worded(line, column, code, message, '', found))
  }

  has(line: number): boolean {
    return this.#places.has(line)
  }

  /** Headings of the cells of the line that have a fault; null stands for the whole line. */
  columnsOf(line: number): ReadonlySet<string | null> {
    return this.#places.get(line) ?? new Set()
  }

  /** Takes one over that was found by itself. */
  take(fault: FileFault): void {
    this.#count++
    this.#note(fault.line, fault.column)
    if (this.#mayList(fault.code)) this.list.push(fault)
  }

  #mayList(code: string): boolean {
    const listed = this.#listed.get(code) ?? 0
    if (listed < MOST_LISTED) this.#listed.set(code, listed + 1)
    return listed < MOST_LISTED
  }

  #note(line: number, column: string | null): void {
    const columns = this.#places.get(line)
    if (columns) columns.add(column)
    else this.#places.set(line, new Set([column]))
  }
}

/** The same fault without anything that a cell or a heading of the file said. */
export function withoutTexts({ line, column, code }: FileFault, isOurs: (heading: string) => boolean): FileFault {
  const sentence = code in sentences ? sentences[code as FaultCode] : 'Valor recusado.'
  return worded(line, column !== null && isOurs(column) ? column : null, code, `${sentence} ${ERASED}.`, '', '')
}

/** What stands where the text of a cell stood. */
export const ERASED = 'Texto apagado (LGPD)'

function worded(
  line: number,
  column: string | null,
  code: FileFault['code'],
  sentence: string,
  expected: string,
  found: string,
): FileFault {
  const shown = found.length > SHOWN_CHARACTERS ? `${found.slice(0, SHOWN_CHARACTERS)}…` : found
  const where = column === null ? `Linha ${line}` : `Linha ${line}, coluna "${column}"`
  const parts = [
    `${where}: ${sentence}`,
    expected === '' ? '' : `Esperado: ${expected}.`,
    shown === '' ? '' : `Encontrado: ${shown}.`,
  ]
  return { line, column, code, expected, found: shown, message: parts.filter(part => part !== '').join(' ') }
}
