import { type ColumnKey, columnKeys, columns, headingOf, indispensable, type Level } from './columns.ts'

// What may stand in each column, for whoever fills in a file. Each example is one that its column reads.

const DAY = ['31/01/2026', '2026-01-31']

const forms: Record<ColumnKey, { form: string; examples: readonly string[] }> = {
  code: { form: 'o código do contrato; linhas com o mesmo código são um contrato só', examples: ['C-0042'] },
  contractId: {
    form: 'só num arquivo exportado: o contrato de que a linha veio, e a marca da conta',
    examples: ['ctr_12-7f3a9c2e'],
  },
  number: { form: 'o número do contrato', examples: ['2026/015'] },
  name: { form: 'o nome do contrato; o do serviço, se vazio', examples: ['Suporte de TI'] },
  situation: {
    form: 'ativo, se vazio; de um contrato novo',
    examples: ['ativo', 'rascunho', 'suspenso', 'encerrado', 'cancelado'],
  },
  organization: { form: 'o CNPJ de quem fatura, se a conta tem várias empresas', examples: ['11.222.333/0001-81'] },
  customerName: { form: 'o nome de quem paga', examples: ['Padaria Ipê Amarelo Ltda'] },
  taxId: { form: 'CPF ou CNPJ de quem paga; sem ele nada é faturado', examples: ['90.118.777/0001-48', '529.982.247-25'] },
  emails: { form: 'um, ou vários separados por |', examples: ['a@x.com.br', 'a@x.com.br|b@x.com.br'] },
  phone: { form: 'texto', examples: ['(41) 5555-0100'] },
  street: { form: 'texto', examples: ['Rua das Flores'] },
  streetNumber: { form: 'texto', examples: ['100', 's/n'] },
  complement: { form: 'texto', examples: ['Sala 3'] },
  district: { form: 'texto', examples: ['Centro'] },
  city: { form: 'texto', examples: ['Curitiba'] },
  uf: { form: 'a sigla', examples: ['PR'] },
  zipCode: { form: 'oito dígitos', examples: ['80010-000'] },
  startsOn: { form: 'o primeiro dia da vigência', examples: DAY },
  endsOn: { form: 'o último dia da vigência, contado; sem prazo, se vazio', examples: DAY },
  billWhileOverdue: { form: 'com "não", a fatura espera enquanto houver atraso; sim, se vazio', examples: ['sim', 'não'] },
  ruleTitle: { form: 'linhas de um contrato com a mesma regra saem na mesma fatura', examples: ['Mensalidade'] },
  ruleNumber: { form: 'separa regras de um contrato que têm o mesmo título', examples: ['1', '2'] },
  rhythm: { form: 'mensal, se vazio', examples: ['mensal', 'trimestral', 'anual', 'semanal', 'quinzenal', 'a cada 5 meses'] },
  billingDay: { form: 'o dia do mês, ou da semana', examples: ['1', '31', 'último dia', 'segunda'] },
  anchor: { form: 'um dia de faturamento, onde o dia e o início não o dizem', examples: DAY },
  timing: { form: 'antecipada, se vazio', examples: ['antecipada', 'postecipada'] },
  competenceShift: { form: 'mesmo mês, se vazio', examples: ['mês anterior', 'mesmo mês', 'mês seguinte'] },
  due: {
    form: 'quando vence',
    examples: [
      'dia 10',
      '10 dias',
      '10 dias úteis',
      'último dia do mês',
      'último dia útil',
      'dia 5 do mês seguinte',
      'dia 5 após 2 meses',
      'dia 10, adiado para dia útil',
    ],
  },
  installments: { form: '1, se vazio', examples: ['1', '120'] },
  paymentMethod: { form: 'boleto, se vazio', examples: ['boleto', 'pix', 'cartão', 'transferência', 'outra'] },
  management: { form: 'automática, se vazio', examples: ['automática', 'rascunho', 'sob demanda'] },
  approvalWanted: { form: 'se cada fatura espera aprovação; não, se vazio', examples: ['sim', 'não'] },
  cutStart: {
    form: 'o primeiro período, se começa no meio; se vazio, não cobrar na antecipada, e proporcional na postecipada',
    examples: ['integral', 'proporcional', 'não cobrar'],
  },
  cutEnd: {
    form: 'o último período, se termina no meio; se vazio, integral na antecipada, e proporcional na postecipada',
    examples: ['integral', 'proporcional', 'não cobrar'],
  },
  priceChange: { form: 'a partir de quando vale um preço novo', examples: ['próximo período', 'proporcional'] },
  ruleEndsOn: { form: 'o último dia da regra, se vem antes do fim do contrato', examples: DAY },
  maxAmountCents: { form: 'limite de segurança: uma fatura acima dele não sai sozinha', examples: ['2.500,00'] },
  maxGrowthPercent: { form: 'limite de segurança: quanto uma fatura pode crescer', examples: ['30%'] },
  withholdings: { form: 'o que o cliente retém', examples: ['ISS 2%', 'IRRF 1,5% | ISS 2%'] },
  invoiceDescription: { form: 'texto das faturas', examples: ['Serviços de suporte'] },
  readjustmentIndex: {
    form: 'o índice que reajusta os preços da regra; vazio, nenhum',
    examples: ['IGP-M', 'IPCA', 'IGP-DI', 'INPC', 'IPC-Fipe'],
  },
  readjustmentBase: { form: 'um dia de reajuste; os outros se contam dele', examples: DAY },
  lastReadjustment: { form: 'o último reajuste que o preço já tem; o próximo vem depois dele', examples: DAY },
  readjustmentMonths: { form: 'de quantos em quantos meses; 12, se vazio', examples: ['12', 'anual', '6'] },
  readjustmentLag: {
    form: 'quantos meses antes da data termina o índice; 1 no IGP-M e 2 nos outros, se vazio',
    examples: ['1', '2'],
  },
  readjustmentMethod: { form: 'mês a mês, se vazio', examples: ['mês a mês', 'acumulado publicado'] },
  negativeReadjustment: { form: 'se um índice negativo baixa o preço; não, se vazio', examples: ['sim', 'não'] },
  readjustmentApproval: { form: 'se cada reajuste espera aprovação; não, se vazio', examples: ['sim', 'não'] },
  readjustmentNotice: { form: 'quantos dias antes se avisa', examples: ['30'] },
  service: { form: 'o que se cobra', examples: ['Suporte de TI'] },
  serviceCode: { form: 'o código do serviço', examples: ['S-01'] },
  description: { form: 'texto do item na fatura; o nome do serviço, se vazio', examples: ['Suporte de TI, 10 horas'] },
  quantity: { form: '1, se vazio', examples: ['2', '1,5'] },
  unitPrice: { form: 'o preço de uma unidade, com vírgula', examples: ['1.234,56', 'R$ 89,90', '0,0375'] },
  discount: { form: 'com %, do item; sem, em reais', examples: ['10%', 'R$ 50,00'] },
  lineFrom: { form: 'o primeiro dia em que este item é cobrado', examples: DAY },
  lineUntil: { form: 'o último dia em que este item é cobrado', examples: DAY },
  billedThrough: {
    form: 'até quando outro sistema faturou: o último dia do último período; de um contrato novo',
    examples: DAY,
  },
  billFrom: { form: 'o primeiro dia a faturar aqui, também no passado; de um contrato novo', examples: DAY },
  openPeriods: { form: 'períodos antes de "faturado_ate" que ainda se faturam aqui', examples: ['01/02/2026 a 28/02/2026'] },
  suspensions: {
    form: 'quando esteve ou estará suspenso; de um contrato novo',
    examples: ['01/02/2026 a 28/02/2026', '15/05/2026, cobrar depois'],
  },
  openReceivables: {
    form: 'o que o cliente já devia, por vencimento; de um contrato novo',
    examples: ['31/01/2026=150,00|28/02/2026=150,00'],
  },
  system: { form: 'o sistema que deu o id externo', examples: ['sistema-antigo'] },
  externalIds: { form: 'o id do contrato noutro sistema, ou vários', examples: ['123', 'sistema-antigo=123|cobranca=55'] },
  comments: { form: 'texto', examples: ['cliente desde 2015'] },
}

export interface ColumnForm {
  key: ColumnKey
  heading: string
  /** Other headings that are read as the same column. */
  synonyms: readonly string[]
  level: Level
  isNeeded: boolean
  form: string
  examples: readonly string[]
}

/** Every column, in the order in which we write them. */
export const columnForms: readonly ColumnForm[] = columnKeys.map(key => ({
  key,
  heading: headingOf(key),
  synonyms: columns[key].headings.slice(1),
  level: columns[key].level,
  isNeeded: indispensable.some(each => each === key),
  ...forms[key],
}))
