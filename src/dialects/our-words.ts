const ofOurs = / \((?:no comando, |(?:GET|POST|PUT|PATCH|DELETE) \/v1\/|[a-z]+[A-Z]|(?:bill|run [a-z]+)(?=\)))[^()]*\)/g

/** A sentence of ours for a vendor's clients, who have neither our commands nor our addresses and fields: those stand in brackets. */
export function withoutOurs(sentence: string): string {
  return sentence.replace(ofOurs, '')
}
