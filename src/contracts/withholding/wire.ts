import { Type } from 'typebox'
import { rawTaxText } from '../../core/money.ts'
import { customerKinds } from '../../customers/customer.ts'
import { WITHHELD_TAXES } from '../../nfse/withholding/tax-calendar.ts'
import { allOutcomes, type TaxDecision } from '../../nfse/withholding/withhold.ts'
import { explainTax } from '../../nfse/withholding/withholding-words.ts'
import { Day, Fields, IdOf, Money, Month, OneOf, OrNull, Text, Whole } from '../../platform/http/fields.ts'
import type { TriedTemplate } from './try-template.ts'

export const AtNfseTemplate = Fields({ id: IdOf('nfse_template') })

export const TemplateTrialQuery = Fields({
  baseCents: Money({ description: 'O valor do serviço, menos os descontos incondicionados.' }),
  competence: Type.Optional(Month({ description: 'Hoje, se não informada. De 2027 em diante não há PIS nem COFINS.' })),
  customerKind: Type.Optional(OneOf(customerKinds, { description: 'Quem toma o serviço; company se não informado.' })),
  installments: Type.Optional(
    Whole(1, 120, { description: 'Em quantas parcelas se paga: avisa onde cada uma seria dispensada.' }),
  ),
})

export const Retaking = Fields(
  {
    validFrom: Type.Optional(Day({ description: 'A partir de quando; hoje se não informado.' })),
    cause: Type.Optional(Text(500, { description: 'O motivo da mudança.' })),
  },
  { title: 'Retaking' },
)

export const RetakenAnswer = Type.Object(
  {
    changed: Type.Integer({ description: 'Regras que diziam outra coisa.' }),
    isDone: Type.Boolean({ description: 'false: há mais regras; peça outra vez.' }),
  },
  { title: 'Retaken' },
)

const Warning = Type.Object({ code: Type.String(), path: Type.String(), message: Type.String(), source: Type.String() })

export const TemplateTrialAnswer = Type.Object(
  {
    competence: Type.String(),
    baseCents: Type.Integer(),
    withheldCents: Type.Integer(),
    netCents: Type.Integer(),
    vRetCSLLCents: Type.Integer({ description: 'PIS, COFINS e CSLL retidos, num só valor da nota.' }),
    tpRetPisCofins: Type.Integer(),
    taxes: Type.Array(
      Type.Object({
        tax: OneOf(WITHHELD_TAXES),
        outcome: OneOf(allOutcomes),
        percent: OrNull(Type.String()),
        baseCents: Type.Integer(),
        raw: OrNull(Type.String({ description: 'O imposto antes de arredondar, em reais.' })),
        groupRaw: OrNull(Type.String({ description: 'A soma a que se pergunta a dispensa: das três contribuições.' })),
        thresholdCents: OrNull(Type.Integer()),
        thresholdOf: OrNull(OneOf(['tax', 'base'])),
        amountCents: Type.Integer(),
        source: OrNull(Type.String()),
        sentence: Type.String(),
      }),
    ),
    warnings: Type.Array(Warning),
    faults: Type.Array(Type.Object({ code: Type.String(), path: Type.String(), message: Type.String() })),
  },
  { title: 'WithholdingTrial' },
)

export function showTrial({ competence, baseCents, netCents, withheld, warnings, faults }: TriedTemplate) {
  return {
    competence,
    baseCents,
    withheldCents: withheld.withheldCents,
    netCents,
    vRetCSLLCents: withheld.vRetCsllCents,
    tpRetPisCofins: withheld.tpRetPisCofins,
    taxes: withheld.taxes.map(showTax),
    warnings: warnings.map(warning => ({ ...warning })),
    faults,
  }
}

function showTax(it: TaxDecision) {
  return {
    tax: it.tax,
    outcome: it.outcome,
    percent: it.percent,
    baseCents: it.baseCents,
    raw: it.raw === null ? null : rawTaxText(it.raw),
    groupRaw: it.groupRaw === null ? null : rawTaxText(it.groupRaw),
    thresholdCents: it.threshold?.cents ?? null,
    thresholdOf: it.threshold?.of ?? null,
    amountCents: it.amountCents,
    source: it.source,
    sentence: explainTax(it),
  }
}
