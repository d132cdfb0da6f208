import { InvalidArgumentError } from 'commander'
import type { Area, KeyScope } from '../platform/http/access.ts'
import { isSameWord } from './values.ts'

/** Each area with its word, and what lies in it. */
const areaWords: Readonly<Record<Area, readonly [word: string, what: string]>> = {
  organizations: ['organizações', 'quem fatura, com feriados'],
  customers: ['clientes', 'cadastro, créditos e eliminação de dados'],
  catalog: ['serviços', 'o que se vende'],
  contracts: ['contratos', 'contratos, regras e eventos de faturamento, e sua planilha'],
  billing: ['faturamento', 'prévias e execuções'],
  invoices: ['faturas', 'faturas, sua emissão e sua planilha'],
  receivables: ['parcelas', 'parcelas, suas baixas e sua planilha'],
  imports: ['importações', 'importação de planilhas; pede também contratos, clientes, serviços e parcelas'],
  webhooks: ['webhooks', 'quem é avisado, e o que lhe foi enviado'],
  history: ['histórico', 'a verificação, e quem fez o quê'],
  sandbox: ['relógio', 'o relógio da conta de testes'],
  keys: ['chaves', 'as chaves da API'],
}

const verbs = ['read', 'write'] as const
const verbWords = { read: 'ler', write: 'gravar' } as const

// The keys of the table are exactly its areas.
const areas = Object.keys(areaWords) as Area[]

/** 'faturas:ler', or 'invoices:read' as the API writes it. */
export function scope(text: string): KeyScope | '*' {
  if (text === '*') return text
  const [said = '', verb = ''] = text.split(':')
  const area = areas.find(known => isSameWord(said, known) || isSameWord(said, areaWords[known][0]))
  const may = verbs.find(known => isSameWord(verb, known) || isSameWord(verb, verbWords[known]))
  if (area !== undefined && may !== undefined) return `${area}:${may}`
  throw new InvalidArgumentError(`"${text}" não é uma permissão: escreva área:ler ou área:gravar, como faturas:ler.`)
}

/** 'faturas:ler' of 'invoices:read', as a person types it. */
export function scopeWord(known: string): string {
  if (known === '*') return 'tudo'
  const [area = '', verb = ''] = known.split(':')
  const word = areas.find(one => one === area)
  const may = verbs.find(one => one === verb)
  return word === undefined || may === undefined ? known : `${areaWords[word][0]}:${verbWords[may]}`
}

const widest = Math.max(...areas.map(area => areaWords[area][0].length))

export const areaList = `Áreas (entre parênteses, como a API as escreve):
${areas.map(area => `  ${areaWords[area][0].padEnd(widest)}  ${areaWords[area][1]} (${area})`).join('\n')}`

/** A sentence of the API with each permission as it is typed here: 'faturamento:gravar' for 'billing:write'. */
export function inScopeWords(sentence: string): string {
  return sentence.replace(/\b([a-z]+):(read|write)\b/g, (said, area: string, verb: string) => {
    const known = areas.find(one => one === area)
    return known === undefined ? said : `${areaWords[known][0]}:${verb === 'read' ? verbWords.read : verbWords.write}`
  })
}
