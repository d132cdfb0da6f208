import { MOST_EVERY_MONTHS } from '../../contracts/readjustment/readjustment.ts'
import type { Cut, Management, PaymentMethod, Terms, Timing } from '../../contracts/rules/terms.ts'
import type { FactorMethod, PriceIndex } from '../../indices/price-index.ts'
import { wholeNumber } from './numbers.ts'
import { plain } from './plain.ts'
import { type Kind, orMisread } from './reading.ts'

/** A closed list of words: for each value the one that we write, and the others that people write. */
function vocabulary<T>(entries: readonly (readonly [value: T, written: string, ...read: string[]])[]): Kind<T> {
  const values = new Map(entries.flatMap(([value, ...words]) => words.map(word => [plain(word), { value }] as const)))
  const written = new Map(entries.map(([value, word]) => [value, word]))
  const expected = entries.map(([, word]) => word).join(', ')
  return {
    parse: text => values.get(plain(text)) ?? { code: 'unknown_word', expected },
    format: value => written.get(value) ?? '',
  }
}

export const yesOrNo = vocabulary<boolean>([
  [true, 'sim', 's', 'x', '1', 'verdadeiro', 'true'],
  [false, 'não', 'n', '0', 'falso', 'false'],
])

export const timing = vocabulary<Timing>([
  ['advance', 'antecipada', 'antecipado', 'adiantada', 'adiantado', 'pré', 'pré-paga', 'pré-pago'],
  ['arrears', 'postecipada', 'postecipado', 'pós', 'pós-paga', 'pós-pago', 'vencida', 'vencido'],
])

export const competenceShift = vocabulary<number>([
  [-1, 'mês anterior', 'anterior', 'passado', 'mês passado'],
  [0, 'mesmo mês', 'mês atual', 'mesmo', 'atual', 'mês do faturamento'],
  [1, 'mês seguinte', 'seguinte', 'próximo mês', 'próximo'],
])

export const paymentMethod = vocabulary<PaymentMethod>([
  ['boleto', 'boleto', 'boleto bancário'],
  ['pix', 'pix'],
  ['card', 'cartão', 'cartão de crédito'],
  ['transfer', 'transferência', 'ted', 'doc', 'depósito', 'transferência bancária'],
  ['other', 'outra', 'outro', 'outros', 'dinheiro'],
])

export const management = vocabulary<Management>([
  ['automatic', 'automática', 'automático'],
  ['draft', 'rascunho', 'manual'],
  ['on_request', 'sob demanda', 'sob pedido'],
])

export const cut = vocabulary<Cut>([
  ['full', 'integral', 'cheio'],
  ['prorate', 'proporcional', 'pro rata'],
  ['none', 'não cobrar', 'nada', 'isento'],
])

export const priceChange = vocabulary<Terms['priceChange']>([
  ['next_period', 'próximo período'],
  ['prorate', 'proporcional', 'pro rata'],
])

export const priceIndex = vocabulary<PriceIndex>([
  ['igpm', 'IGP-M', 'IGPM', 'IGP M', 'IGP-M/FGV', 'IGPM/FGV', 'IGP-M (FGV)', 'IGPM (FGV)'],
  ['ipca', 'IPCA', 'IPCA/IBGE', 'IPCA (IBGE)'],
  ['igpdi', 'IGP-DI', 'IGPDI', 'IGP DI', 'IGP-DI/FGV', 'IGPDI/FGV', 'IGP-DI (FGV)', 'IGPDI (FGV)'],
  ['inpc', 'INPC', 'INPC/IBGE', 'INPC (IBGE)'],
  // Not "IPC" alone: FGV has one, too.
  ['ipcfipe', 'IPC-Fipe', 'IPC Fipe', 'IPCFipe', 'IPC/Fipe', 'IPC (Fipe)', 'Fipe'],
])

const rhythmNames = vocabulary<number>([
  [1, 'mensal'],
  [2, 'bimestral'],
  [3, 'trimestral'],
  [4, 'quadrimestral'],
  [6, 'semestral'],
  [12, 'anual'],
  [24, 'bienal'],
])
const countOfMonths = wholeNumber({ minimum: 1, maximum: MOST_EVERY_MONTHS })

/** '18', '18 meses', 'semestral'. */
export const readjustmentMonths: Kind<number> = {
  parse: text => {
    const named = rhythmNames.parse(text)
    return 'value' in named ? named : countOfMonths.parse(text.replace(/\s*m(?:[eê]s|eses)\s*$/iu, ''))
  },
  format: countOfMonths.format,
}

export const factorMethod = vocabulary<FactorMethod>([
  ['monthly_product', 'mês a mês', 'produto dos meses', 'variação mensal'],
  ['published_12m', 'acumulado publicado', 'acumulado em 12 meses', 'acumulado 12 meses'],
])

export type ContractSituation = 'draft' | 'active' | 'suspended' | 'ended' | 'cancelled'

export const situation = vocabulary<ContractSituation>([
  ['active', 'ativo', 'ativa', 'vigente'],
  ['draft', 'rascunho'],
  ['suspended', 'suspenso', 'suspensa'],
  ['ended', 'encerrado', 'encerrada'],
  ['cancelled', 'cancelado', 'cancelada'],
])

export interface Rhythm {
  readonly unit: 'week' | 'month'
  readonly every: number
}

const rhythms: readonly (readonly [string, Rhythm])[] = [
  ['mensal', { unit: 'month', every: 1 }],
  ['bimestral', { unit: 'month', every: 2 }],
  ['trimestral', { unit: 'month', every: 3 }],
  ['quadrimestral', { unit: 'month', every: 4 }],
  ['semestral', { unit: 'month', every: 6 }],
  ['anual', { unit: 'month', every: 12 }],
  ['bienal', { unit: 'month', every: 24 }],
  ['semanal', { unit: 'week', every: 1 }],
  // Every fourteen days. Twice a month is two rules.
  ['quinzenal', { unit: 'week', every: 2 }],
]
const MOST_UNITS = 120

/** 'trimestral', or in general 'a cada 5 meses'. */
export const rhythm: Kind<Rhythm> = {
  parse(text) {
    const word = plain(text)
    const named = rhythms.find(([name]) => name === word)?.[1]
    if (named) return { value: named }
    const counted = /^a cada (\d{1,4}) (mes|meses|semana|semanas)$/.exec(word)
    const every = Number(counted?.[1])
    if (counted && (every < 1 || every > MOST_UNITS)) return { code: 'out_of_bounds', expected: `de 1 a ${MOST_UNITS}` }
    const general: Rhythm | null = counted && { unit: counted[2]?.startsWith('m') ? 'month' : 'week', every }
    return orMisread(general, 'unknown_word', `${rhythms.map(([name]) => name).join(', ')} ou "a cada 5 meses"`)
  },
  format({ unit, every }) {
    const named = rhythms.find(([, it]) => it.unit === unit && it.every === every)?.[0]
    return named ?? `a cada ${every} ${unit === 'month' ? 'meses' : 'semanas'}`
  },
}
