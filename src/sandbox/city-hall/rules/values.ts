import { type Hundredths, hundredths } from '../amounts.ts'
import { type Reckoned, reckon } from '../issue/reckon.ts'
import type { DeductionKind } from '../register/city.ts'
import { annexDps, type DpsCase, type RuleSheet } from './rule.ts'

/** The lowest rate that reductions may lead to, of the price (LC 116/2003, art. 8-A). */
const floor = 200n

/** Works and the catering of 16.01 may fall below the floor. */
const withoutFloor = ['0702', '0705', '1601']

/** Whether the ISS of a base falls below the floor; never where no rate is reckoned. */
function isBelowFloor({ dps }: DpsCase, { rate }: Reckoned, base: Hundredths): boolean {
  if (rate === null || dps.isOf(...withoutFloor)) return false
  // Before anything is rounded.
  return base * rate < dps.price * floor
}

/** What of the floor's breach a reduction is to blame for: with it the base is too low, without it it was not. */
function breaksFloor(
  asked: DpsCase,
  before: (reckoned: Reckoned) => Hundredths,
  cut: (reckoned: Reckoned) => Hundredths,
): boolean {
  const reckoned = reckon(asked)
  const whole = before(reckoned)
  return !isBelowFloor(asked, reckoned, whole) && isBelowFloor(asked, reckoned, whole - cut(reckoned))
}

const afterDiscount = (asked: DpsCase) => (reckoned: Reckoned) => asked.dps.price - reckoned.discount
const afterDeduction = (asked: DpsCase) => (reckoned: Reckoned) => asked.dps.price - reckoned.discount - reckoned.deduction

/** Whether the city lets the base of the service be reduced in this way; only an active city has a say. */
function forbids({ dps, taxing }: DpsCase, kind: DeductionKind): boolean {
  return taxing !== null && !(taxing.services[dps.service]?.deductions ?? []).includes(kind)
}

const isPartOf = (dps: DpsCase['dps'], path: string) => {
  const amount = dps.text(path)
  return amount === undefined || (hundredths(amount) > 0n && hundredths(amount) < dps.price)
}

/** ME and EPP deduct in these services alone. */
const deductibleInSimples = ['0601', '0602', '0702', '0705']

export const valueRules: RuleSheet<DpsCase> = {
  stage: 'values',
  source: annexDps,
  rules: [
    {
      code: 'E0424',
      level: 1,
      field: 'valores/vServPrest/vReceb',
      says: 'Só o intermediário que emite informa o valor recebido.',
      refuses: ({ dps }) => dps.emitter !== 'interm' && dps.has('valores/vServPrest/vReceb'),
    },
    {
      code: 'E0425',
      level: 1,
      field: 'valores/vServPrest/vReceb',
      says: 'O valor recebido é menor que o do serviço.',
      refuses: ({ dps }) => dps.has('valores/vServPrest/vReceb') && dps.amount('valores/vServPrest/vReceb') < dps.price,
    },
    {
      code: 'E0427',
      level: 2,
      field: 'valores/vServPrest/vServ',
      says: 'Desconto incondicionado, dedução e benefício somam mais que o valor do serviço.',
      refuses: asked => reckon(asked).base < 0n,
    },
    {
      code: 'E0428',
      level: 2,
      field: 'valores/vServPrest/vServ',
      says: 'Descontos e retenções somam mais que o valor do serviço.',
      refuses: asked => reckon(asked).net < 0n,
    },
    {
      code: 'E0429',
      level: 2,
      field: 'valores/vServPrest/vServ',
      says: 'As reduções da base levam o ISS a menos de 2 % do preço do serviço.',
      refuses: asked =>
        breaksFloor(
          asked,
          () => asked.dps.price,
          reckoned => asked.dps.price - reckoned.base,
        ),
    },
    {
      code: 'E0430',
      level: 2,
      field: 'valores/vDescCondIncond/vDescIncond',
      says: 'O desconto incondicionado leva o ISS a menos de 2 % do preço do serviço.',
      refuses: asked =>
        breaksFloor(
          asked,
          () => asked.dps.price,
          reckoned => reckoned.discount,
        ),
    },
    {
      code: 'E0431',
      level: 2,
      field: 'valores/vDescCondIncond/vDescIncond',
      says: 'O desconto incondicionado é maior que zero e menor que o valor do serviço.',
      refuses: ({ dps }) => !isPartOf(dps, 'valores/vDescCondIncond/vDescIncond'),
    },
    {
      code: 'E0432',
      level: 2,
      field: 'valores/vDescCondIncond/vDescCond',
      says: 'O desconto condicionado é maior que zero e menor que o valor do serviço.',
      refuses: ({ dps }) => !isPartOf(dps, 'valores/vDescCondIncond/vDescCond'),
    },
    {
      code: 'E0435',
      level: 2,
      field: 'valores/vDedRed',
      says: 'Imunidade, exportação e não incidência não têm dedução.',
      refuses: ({ dps }) => dps.has('valores/vDedRed') && !dps.isTaxable,
    },
    {
      code: 'E0436',
      level: 2,
      field: 'valores/vDedRed',
      says: 'O MEI não informa dedução.',
      refuses: ({ dps }) => dps.has('valores/vDedRed') && dps.isMei,
    },
    {
      code: 'E0437',
      level: 2,
      field: 'valores/vDedRed',
      says: 'ISS com exigibilidade suspensa não tem dedução.',
      refuses: ({ dps }) => dps.has('valores/vDedRed') && dps.isSuspended,
    },
    {
      code: 'E0438',
      level: 2,
      field: 'valores/vDedRed',
      says: 'Prestador com regime especial não informa dedução.',
      refuses: ({ dps }) => dps.has('valores/vDedRed') && dps.hasSpecialRegime,
    },
    {
      code: 'E0439',
      level: 2,
      field: 'valores/vDedRed',
      says: 'O benefício de isenção não admite dedução.',
      refuses: ({ dps, benefit }) => dps.has('valores/vDedRed') && benefit?.kind === 'exemption',
    },
    {
      code: 'E0441',
      level: 2,
      field: 'valores/vDedRed',
      says: 'ME ou EPP do Simples Nacional só deduz nos serviços 06.01, 06.02, 07.02 e 07.05.',
      refuses: ({ dps, taxing }) =>
        dps.has('valores/vDedRed') && dps.paysThroughSimples && taxing !== null && !dps.isOf(...deductibleInSimples),
    },
    {
      code: 'E0442',
      level: 2,
      field: 'valores/vDedRed',
      says: 'Num município sem convênio ativo, ME ou EPP do Simples Nacional só deduz nos serviços 06.01, 06.02, 07.02 e 07.05.',
      refuses: ({ dps, taxing }) =>
        dps.has('valores/vDedRed') && dps.paysThroughSimples && taxing === null && !dps.isOf(...deductibleInSimples),
    },
    {
      code: 'E0453',
      level: 1,
      field: 'valores/vDedRed/pDR',
      says: 'O percentual de dedução é maior que 0 e até 100.',
      refuses: ({ dps }) => {
        const percent = dps.text('valores/vDedRed/pDR')
        return percent !== undefined && (hundredths(percent) === 0n || hundredths(percent) > 10_000n)
      },
    },
    {
      code: 'E0454',
      level: 3,
      field: 'valores/vDedRed/pDR',
      says: 'O município não admite dedução por percentual neste serviço.',
      refuses: asked => asked.dps.has('valores/vDedRed/pDR') && forbids(asked, 'percent'),
    },
    {
      code: 'E0444',
      level: 2,
      field: 'valores/vDedRed/pDR',
      says: 'O percentual de dedução leva o ISS a menos de 2 % do preço do serviço.',
      refuses: asked =>
        asked.dps.has('valores/vDedRed/pDR') && breaksFloor(asked, afterDiscount(asked), ({ deduction }) => deduction),
    },
    {
      code: 'E0446',
      level: 3,
      field: 'valores/vDedRed/vDR',
      says: 'O município não admite dedução por valor neste serviço.',
      refuses: asked => asked.dps.has('valores/vDedRed/vDR') && forbids(asked, 'value'),
    },
    {
      code: 'E0447',
      level: 2,
      field: 'valores/vDedRed/vDR',
      says: 'O valor deduzido leva o ISS a menos de 2 % do preço do serviço.',
      refuses: asked =>
        asked.dps.has('valores/vDedRed/vDR') && breaksFloor(asked, afterDiscount(asked), ({ deduction }) => deduction),
    },
    {
      code: 'E0449',
      level: 3,
      field: 'valores/vDedRed/documentos',
      says: 'O município não admite dedução por documentos neste serviço.',
      refuses: asked => asked.dps.has('valores/vDedRed/documentos') && forbids(asked, 'documents'),
    },
    {
      code: 'E0575',
      level: 2,
      field: 'valores/trib/tribMun/BM/vRedBCBM',
      says: 'O valor do benefício leva o ISS a menos de 2 % do preço do serviço.',
      refuses: asked =>
        asked.dps.has('valores/trib/tribMun/BM/vRedBCBM') && breaksFloor(asked, afterDeduction(asked), ({ benefit }) => benefit),
    },
    {
      code: 'E0587',
      level: 2,
      field: 'valores/trib/tribMun/BM/pRedBCBM',
      says: 'O percentual do benefício leva o ISS a menos de 2 % do preço do serviço.',
      refuses: asked =>
        asked.dps.has('valores/trib/tribMun/BM/pRedBCBM') && breaksFloor(asked, afterDeduction(asked), ({ benefit }) => benefit),
    },
  ],
}
