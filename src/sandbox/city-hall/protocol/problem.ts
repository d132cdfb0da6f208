/** Why something is refused, as it will be told. */
export interface Problem {
  readonly code: string
  readonly says: string
  /** What in the document it is about. */
  readonly more?: string
}

/** Codes of transport and envelope stand in the manual, not in the annexes: meanings by analogy with NF-e where only the number is known. */
export const envelopeProblems = {
  notBase64: { code: 'E1225', says: 'O documento não está em base64.' },
  notGzip: { code: 'E1226', says: 'O documento não está compactado com gzip, ou não é um XML bem formado.' },
  prefixed: { code: 'E1228', says: 'O XML não usa prefixos de namespace.' },
  notUtf8: { code: 'E1229', says: 'O XML não está em UTF-8.' },
  schema: { code: 'E1235', says: 'O XML não obedece ao esquema.' },
  unknownKind: { code: 'E1242', says: 'O documento não é do tipo que este serviço recebe.' },
  /** What has no code of its own. */
  other: { code: 'RNG9999', says: 'A requisição não é a que este serviço recebe.' },
} as const satisfies Record<string, Problem>

export function about(problem: Problem, more: string): Problem {
  return { ...problem, more: more.slice(0, 500) }
}
