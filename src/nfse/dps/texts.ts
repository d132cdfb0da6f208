// What the schema takes as text, field by field, and how a text that it would refuse is mended where that changes nothing of its meaning. What
// cannot be mended is told with the field and the character. Types are those of tiposSimples_v1.01.xsd, set of 27/07/2026.

import { characterName, characterOutsideXml } from '../xml/characters.ts'

/**
 * latin: TSString, U+0020 to U+00FF on one line, no blank at its edges. line: any character, one line. lines: any character, line breaks
 * are kept. digits: what people write between them is left out. exact: a code; nothing is mended. `shape` says what it is then.
 */
export type TextKind = 'latin' | 'line' | 'lines' | 'digits' | 'exact'

export interface TextField {
  kind: TextKind
  least: number
  most: number
  shape?: RegExp
  /** As the sentence calls it. */
  name: string
}

const latin = (name: string, most: number, least = 1): TextField => ({ kind: 'latin', least, most, name })
const line = (name: string, most: number): TextField => ({ kind: 'line', least: 1, most, name })
const digits = (name: string, shape: RegExp): TextField => ({
  kind: 'digits',
  least: 0,
  most: Number.MAX_SAFE_INTEGER,
  shape,
  name,
})
const exact = (name: string, shape: RegExp): TextField => ({
  kind: 'exact',
  least: 0,
  most: Number.MAX_SAFE_INTEGER,
  shape,
  name,
})

export const textFields = {
  application: latin('a versão do aplicativo', 20),
  street: latin('o logradouro', 255),
  number: latin('o número', 60),
  complement: latin('o complemento', 156),
  district: latin('o bairro', 60),
  email: latin('o e-mail', 80),
  reason: latin('o motivo', 255, 15),
  partyName: line('o nome', 300),
  recipientName: latin('o nome', 150),
  supplierName: latin('o nome do fornecedor', 150),
  municipalRegistration: line('a inscrição municipal', 15),
  nif: line('o NIF', 40),
  postalCode: line('o código postal', 11),
  city: line('a cidade', 60),
  region: line('o estado ou província', 60),
  description: { kind: 'lines', least: 1, most: 2000, name: 'a descrição do serviço' } satisfies TextField,
  further: latin('as informações complementares', 2000),
  technicalDocument: line('o documento de responsabilidade técnica', 40),
  referenceDocument: latin('o documento de referência', 255),
  order: latin('o pedido', 60),
  orderItem: latin('o item do pedido', 60),
  eventName: latin('o nome do evento', 255),
  eventId: line('a identificação do evento', 30),
  worksCode: line('o código da obra', 30),
  propertyRegistration: line('a inscrição imobiliária', 30),
  importDeclaration: latin('a declaração de importação', 12),
  exportRegistration: latin('o registro de exportação', 12),
  documentNumber: latin('o número do documento', 255),
  documentDescription: latin('a descrição do documento', 255),
  otherDeduction: latin('a descrição da dedução', 150),
  otherReimbursement: latin('a descrição do reembolso', 150),
  cTribNac: exact('o código de tributação nacional', /^\d{6}$/),
  cTribMun: exact('o código de tributação municipal', /^\d{3}$/),
  cNBS: exact('o código NBS', /^\d{9}$/),
  internalCode: exact('o código interno do serviço', /^[a-zA-Z0-9]{1,20}$/),
  cep: digits('o CEP', /^\d{8}$/),
  phone: digits('o telefone', /^\d{6,20}$/),
  caepf: digits('o CAEPF', /^\d{14}$/),
  currency: exact('o código da moeda', /^\d{3}$/),
  mecAFComexP: exact('o mecanismo de apoio ao prestador', /^0[0-8]$/),
  mecAFComexT: exact('o mecanismo de apoio ao tomador', /^(?:[01]\d|2[0-6])$/),
  cCIB: exact('o código CIB do imóvel', /^[!-~]{8}$/),
  nBM: exact('o número do benefício municipal', /^\d{14}$/),
  nProcesso: exact('o processo da suspensão', /^\d{30}$/),
  cstPisCofins: exact('o CST do PIS/COFINS', /^(?:0[1-9]|00|49|5[0-6]|6[0-7]|7[0-5]|9[89])$/),
  cIndOp: exact('o indicador da operação', /^\d{6}$/),
  cst: exact('o CST do IBS/CBS', /^\d{3}$/),
  cClassTrib: exact('a classificação tributária', /^\d{6}$/),
  cCredPres: exact('o crédito presumido', /^\d{2}$/),
  nfNumber: exact('o número da nota', /^\d{7}$/),
  nfModel: exact('o modelo da nota', /^\d{15}$/),
  nfSerie: exact('a série da nota', /^[a-zA-Z0-9]{1,15}$/),
  municipalNumber: exact('o número da NFS-e municipal', /^\d{15}$/),
  verificationCode: exact('o código de verificação', /^[a-zA-Z0-9]{1,9}$/),
  dfeKey: line('a chave do documento', 50),
} as const satisfies Record<string, TextField>

const LATIN_AS_IT_IS = /^[!-ÿ](?:[ -ÿ]*[!-ÿ])?$/
const LINE_AS_IT_IS = /^[!-~](?:[ -~]*[!-~])?$/

/** The text as the note will say it. Where it cannot be mended it comes back as it is, and `textFault` says why. */
export function mended(field: TextField, text: string): string {
  switch (field.kind) {
    case 'latin':
      return LATIN_AS_IT_IS.test(text) ? text : onOneLine(text.normalize('NFC').replace(/[^\n\r\t -ÿ]/gu, inLatin))
    case 'line':
      return LINE_AS_IT_IS.test(text) ? text : onOneLine(text.normalize('NFC'))
    case 'lines':
      return text.replaceAll(/\r\n?/g, '\n').trim()
    case 'digits':
      return text.replace(/[\s().+\-/]/g, '')
    case 'exact':
      return text.trim() === '' ? '' : text
  }
}

/** Why the mended text is still refused, for people; null: it is not. */
export function textFault(field: TextField, text: string): string | null {
  const said = mended(field, text)
  if (field.shape !== undefined && !field.shape.test(said))
    return `${sentence(field.name)} "${shown(said)}" não tem o formato que a NFS-e aceita.`
  if (said.length < field.least || said.trim() === '') {
    return field.least > 1 ? `${sentence(field.name)} tem ao menos ${field.least} caracteres.` : `Informe ${field.name}.`
  }
  // The schema counts characters, where a text of the language counts pairs of them twice.
  const length = said.length > field.most ? [...said].length : said.length
  if (length > field.most)
    return `${sentence(field.name)} tem no máximo ${field.most} caracteres, e não ${length}. Encurte o texto.`
  const control = characterOutsideXml(said)
  if (control !== null)
    return `${sentence(field.name)} tem um caractere de controle (${characterName(control)}). Apague-o e digite de novo.`
  const foreign = field.kind === 'latin' ? /[^ -ÿ]/u.exec(said)?.[0] : undefined
  if (foreign === undefined) return null
  return `${sentence(field.name)} tem o caractere "${foreign}" (${characterName(foreign)}), que a NFS-e não aceita. Escreva-o de outro jeito.`
}

/** Characters outside of U+0020 to U+00FF that mean the same as one inside: by class, with what is written for them. */
export const mendings: readonly { characters: string; becomes: string }[] = [
  { characters: '‐‑‒–—―−﹘﹣－', becomes: '-' },
  { characters: '‘’‚‛′‵＇ʼ', becomes: "'" },
  { characters: '“”„‟″‶＂', becomes: '"' },
  { characters: '‹', becomes: '<' },
  { characters: '›', becomes: '>' },
  { characters: '…', becomes: '...' },
  { characters: '•‣∙●', becomes: '-' },
  { characters: '\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000', becomes: ' ' },
  { characters: '\u200b\u200c\u200d\u2060\ufeff', becomes: '' },
  { characters: '\u2028\u2029', becomes: ' ' },
  { characters: '™', becomes: 'TM' },
  { characters: '€', becomes: 'EUR' },
  { characters: '№', becomes: 'No.' },
  { characters: '⁄∕', becomes: '/' },
  { characters: 'Œ', becomes: 'OE' },
  { characters: 'œ', becomes: 'oe' },
  { characters: 'Ł', becomes: 'L' },
  { characters: 'ł', becomes: 'l' },
  { characters: 'Đ', becomes: 'D' },
  { characters: 'đ', becomes: 'd' },
  { characters: 'ı', becomes: 'i' },
  { characters: 'ẞ', becomes: 'SS' },
]

const mending = new Map(mendings.flatMap(({ characters, becomes }) => [...characters].map(one => [one, becomes] as const)))

/** A letter with a mark that Latin-1 lacks loses the mark: a street abroad could not be written otherwise. */
function inLatin(character: string): string {
  const known = mending.get(character)
  if (known !== undefined) return known
  const bare = character.normalize('NFKD').replace(/\p{M}/gu, '')
  return /^[ -ÿ]+$/.test(bare) ? bare : character
}

function onOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

function sentence(name: string): string {
  return name[0]?.toUpperCase() + name.slice(1)
}

function shown(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}
