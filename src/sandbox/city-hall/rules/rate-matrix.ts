// Who says the rate: the document, or the city hall. A city with an active agreement knows its own rates, and a document that tells
// it one is refused; of any other city the document must say it.

import { type Hundredths, hundredths } from '../amounts.ts'
import { showsNetOnly } from '../issue/reckon.ts'
import { annexDps, type DpsCase, type Rule, type RuleSheet } from './rule.ts'

const field = 'valores/trib/tribMun/pAliq'

const highest = 500n
/** Of an optant from whom ISS is withheld. */
const lowestOfSimples = 180n

const said = ({ dps }: DpsCase): Hundredths | null => {
  const text = dps.text(field)
  return text === undefined ? null : hundredths(text)
}

/** One cell of the matrix: in this case a rate is forbidden, or demanded (of at least so much). */
function cell(
  code: string,
  says: string,
  demands: { rate: 'forbidden' } | { rate: 'demanded'; least?: Hundredths },
  applies: (asked: DpsCase) => boolean,
  level: 2 | 3 = 3,
): Rule<DpsCase> {
  return {
    code,
    level,
    field,
    says,
    refuses: asked => {
      if (!applies(asked)) return false
      const rate = said(asked)
      return demands.rate === 'forbidden' ? rate !== null : rate === null || rate < (demands.least ?? 0n)
    },
  }
}

const forbidden = { rate: 'forbidden' } as const

const isActive = ({ taxing }: DpsCase) => taxing !== null
/** There is a city that would tax, and it has no agreement in force. */
const isInactive = ({ taxing, incidence }: DpsCase) => taxing === null && incidence !== null
const isNoOptant = ({ dps }: DpsCase) => dps.simples === '1'
const paysOutsideSimples = ({ dps }: DpsCase) => dps.simples === '3' && !dps.paysThroughSimples
/** A benefit that sets the rate itself leaves nothing to say. */
const rateIsOfBenefit = ({ benefit }: DpsCase) => benefit?.kind === 'exemption' || benefit?.kind === 'rate'

export const rateRules: RuleSheet<DpsCase> = {
  stage: 'taxes',
  source: annexDps,
  rules: [
    {
      code: 'E0595',
      level: 2,
      field,
      says: 'A alíquota do ISS não passa de 5 %.',
      refuses: asked => (said(asked) ?? 0n) > highest,
    },
    cell('E0600', 'O MEI não informa alíquota.', forbidden, ({ dps }) => dps.isMei, 2),
    cell('E0602', 'Imunidade, exportação e não incidência não têm alíquota.', forbidden, ({ dps }) => !dps.isTaxable, 2),
    cell('E0604', 'Prestador com regime especial não informa alíquota.', forbidden, ({ dps }) => dps.hasSpecialRegime, 2),
    cell('E0606', 'ISS com exigibilidade suspensa não tem alíquota.', forbidden, ({ dps }) => dps.isSuspended, 2),
    cell('E0612', 'O benefício de isenção ou de alíquota diferenciada já diz a alíquota.', forbidden, rateIsOfBenefit),
    cell(
      'E0617',
      'O município tem convênio ativo: quem não é do Simples Nacional não informa a alíquota.',
      forbidden,
      asked => isNoOptant(asked) && isActive(asked),
    ),
    cell(
      'E0619',
      'O município de incidência não tem convênio ativo: informe a alíquota.',
      { rate: 'demanded' },
      asked => isNoOptant(asked) && isInactive(asked) && !showsNetOnly(asked),
    ),
    cell(
      'E0621',
      'ME ou EPP de quem se retém o ISS informa a alíquota, de pelo menos 1,80 %.',
      { rate: 'demanded', least: lowestOfSimples },
      asked =>
        asked.dps.paysThroughSimples &&
        isActive(asked) &&
        asked.dps.isWithheld &&
        !rateIsOfBenefit(asked) &&
        !showsNetOnly(asked),
    ),
    cell(
      'E0625',
      'ME ou EPP de quem não se retém o ISS não informa alíquota.',
      forbidden,
      asked => asked.dps.paysThroughSimples && isActive(asked) && !asked.dps.isWithheld && !rateIsOfBenefit(asked),
    ),
    cell(
      'E0628',
      'Num município sem convênio ativo, ME ou EPP de quem se retém o ISS informa a alíquota, de pelo menos 1,80 %.',
      { rate: 'demanded', least: lowestOfSimples },
      asked => asked.dps.paysThroughSimples && isInactive(asked) && asked.dps.isWithheld && !showsNetOnly(asked),
    ),
    cell(
      'E0631',
      'Num município sem convênio ativo, ME ou EPP de quem não se retém o ISS não informa alíquota.',
      forbidden,
      asked => asked.dps.paysThroughSimples && isInactive(asked) && !asked.dps.isWithheld,
    ),
    cell(
      'E0635',
      'O município tem convênio ativo: ME ou EPP que apura o ISS fora do Simples Nacional não informa a alíquota.',
      forbidden,
      asked => paysOutsideSimples(asked) && isActive(asked),
    ),
    cell(
      'E0640',
      'O município não tem convênio ativo: ME ou EPP que apura o ISS fora do Simples Nacional informa a alíquota.',
      { rate: 'demanded' },
      asked => paysOutsideSimples(asked) && isInactive(asked) && !showsNetOnly(asked),
    ),
  ],
}
