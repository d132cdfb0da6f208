import type { ForeignAnswer } from '../../platform/http/foreign-route.ts'
import { Worded } from '../worded.ts'

/** How everything that does not succeed is answered: HTTP 500, the text before the code (vendors/README.md §1.5, measured bodies). */
export function faultAnswer(code: string, text: string): ForeignAnswer {
  return { status: 500, body: { faultstring: text, faultcode: `SOAP-ENV:${code}` } }
}

/** A fault that stands in their words already. */
export function fault(code: number, text: string): Worded {
  return new Worded(faultAnswer(`Client-${code}`, `ERROR: ${text}`))
}

export const unknownTag = (tag: string, type: string) =>
  fault(5001, `Tag [${tag.toUpperCase()}] não faz parte da estrutura do tipo complexo [${type}]!`)

export const noParam = () => fault(71, 'Nenhum parâmetro foi recebido em WS_PARAMS!')

export const noPage = (page: number) => fault(5113, `Não existem registros para a página [${page}]!`)

export const missingTag = (...tags: readonly string[]) =>
  fault(1000, `O preenchimento da tag ${tags.map(tag => `[${tag}]`).join(' ou ')} é obrigatório!`)

/** Two names that mean two things: whichever were taken, the other may be the one that was meant. */
export const twoNamed = (idTag: string, codeTag: string) =>
  wrongValue(codeTag, `ele é de outro cadastro que não o de [${idTag}]; informe só um dos dois.`)

/** The vendor's own words for it are not known; the code stands beside that of a tag that is missing. */
export const wrongValue = (tag: string, wanted: string) => fault(1003, `O valor da tag [${tag}] é inválido: ${wanted}`)
