/** 1 none, 2 MEI, 3 micro or small company (*ME/EPP*). */
export type OpSimpNac = 1 | 2 | 3
/** Of ME/EPP: 1 all within the Simples, 2 ISS outside of it, 3 all outside. */
export type RegApTribSn = 1 | 2 | 3
/** 0 none; 1 cooperative act, 2 estimate, 3 municipal micro-company, 4 notary, 5 self-employed, 6 professional society, 9 other. */
export type RegEspTrib = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 9
/** 1 taxable, 2 immune, 3 export, 4 no incidence. */
export type IssqnTaxation = 1 | 2 | 3 | 4
/** 1 not retained, 2 by the taker, 3 by the intermediary. */
export type TpRetIssqn = 1 | 2 | 3
/** What a benefit of the city does. */
export type Beneficio = 'isencao' | 'reducao_base' | 'aliquota_diferenciada'

/** What the rate of ISS on a note hangs on. */
export interface IssCase {
  readonly opSimpNac: OpSimpNac
  /** Null of whoever is no ME/EPP. */
  readonly regApTribSN: RegApTribSn | null
  readonly regEspTrib: RegEspTrib
  readonly tribISSQN: IssqnTaxation
  readonly tpRetISSQN: TpRetIssqn
  /** Payment is suspended, in court or by the administration (`exigSusp`). */
  readonly isSuspended: boolean
  readonly beneficio: Beneficio | null
  /** Whether the convention of the city of incidence is active at the competence. */
  readonly cityIsActive: boolean
}
