import type { IssCase } from './iss-case.ts'

// When ISS may not be retained by whoever takes the service. Source: government annex of rules, DPS, 30/12/2025 with the changes of
// 09/02/2026, field tpRetISSQN.

/** What retention hangs on. */
export type RetentionCase = Pick<
  IssCase,
  'opSimpNac' | 'tribISSQN' | 'tpRetISSQN' | 'regEspTrib' | 'isSuspended' | 'beneficio'
> & {
  /** The six digits of the national code of the service, where it is known. */
  readonly cTribNac?: string
}

export interface RetentionRule {
  readonly code: string
  readonly forbids: (it: RetentionCase) => boolean
  readonly message: string
}

const HIGHWAY_TOLL = '220101'

export const retentionRules: readonly RetentionRule[] = [
  {
    code: 'E0580',
    forbids: it => it.tribISSQN !== 1,
    message: 'Não há retenção do ISS em imunidade, exportação ou não incidência (E0580).',
  },
  { code: 'E0583', forbids: it => it.opSimpNac === 2, message: 'Não há retenção do ISS de prestador MEI (E0583).' },
  {
    code: 'E0588',
    forbids: it => it.regEspTrib !== 0,
    message: 'Não há retenção do ISS de prestador em regime especial de tributação (E0588).',
  },
  {
    code: 'E0589',
    forbids: it => it.isSuspended,
    message: 'Não há retenção do ISS com a exigibilidade suspensa (E0589).',
  },
  {
    code: 'E0594',
    forbids: it => it.beneficio === 'isencao',
    message: 'Não há retenção do ISS com benefício municipal de isenção (E0594).',
  },
  {
    code: 'E0596',
    forbids: it => it.cTribNac === HIGHWAY_TOLL,
    message: 'Não há retenção do ISS da exploração de rodovia, 22.01.01 (E0596).',
  },
]

/** All that forbids the retention that is asked for; none where none is. */
export function issRetentionFaults(it: RetentionCase): RetentionRule[] {
  return it.tpRetISSQN === 1 ? [] : retentionRules.filter(rule => rule.forbids(it))
}
