import { type Noun, readShownId } from '../core/ids.ts'

const ofOurs = / \((?:no comando, |(?:GET|POST|PUT|PATCH|DELETE) \/v1\/|[a-z]+[A-Z]|(?:bill|run [a-z]+)(?=\)))[^()]*\)/g

/**
 * A sentence of ours for a vendor's clients, who have neither our commands nor our addresses and fields: those stand in brackets. Ids stand
 * in it as `idOf` has them: their number alone, unless told.
 */
export function withoutOurs(sentence: string, idOf: (noun: Noun, id: number) => string = (_, id) => String(id)): string {
  return sentence.replace(ofOurs, '').replace(/\b[a-z]{3}_[1-9]\d{0,15}\b/g, text => {
    const shown = readShownId(text)
    return shown === null ? text : idOf(shown.noun, shown.id)
  })
}
