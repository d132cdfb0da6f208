// The 26 states and the Federal District, by the abbreviations that addresses and the fiscal documents use (IBGE).

const names = {
  AC: 'Acre',
  AL: 'Alagoas',
  AM: 'Amazonas',
  AP: 'Amapá',
  BA: 'Bahia',
  CE: 'Ceará',
  DF: 'Distrito Federal',
  ES: 'Espírito Santo',
  GO: 'Goiás',
  MA: 'Maranhão',
  MG: 'Minas Gerais',
  MS: 'Mato Grosso do Sul',
  MT: 'Mato Grosso',
  PA: 'Pará',
  PB: 'Paraíba',
  PE: 'Pernambuco',
  PI: 'Piauí',
  PR: 'Paraná',
  RJ: 'Rio de Janeiro',
  RN: 'Rio Grande do Norte',
  RO: 'Rondônia',
  RR: 'Roraima',
  RS: 'Rio Grande do Sul',
  SC: 'Santa Catarina',
  SE: 'Sergipe',
  SP: 'São Paulo',
  TO: 'Tocantins',
} as const

export type Uf = keyof typeof names

export const ufs = Object.keys(names) as readonly Uf[] // the table's keys are exactly the abbreviations

/** 'sp' and 'SP' are São Paulo; anything else that is not an abbreviation is null. */
export function parseUf(text: string): Uf | null {
  const upper = text.trim().toUpperCase()
  return ufs.find(uf => uf === upper) ?? null
}

export function nameOfUf(uf: Uf): string {
  return names[uf]
}
