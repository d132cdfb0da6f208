// What is said in place of a template, where a rule or an invoice is made of it.

import { type StaticDecode, Type } from 'typebox'
import { Fields, Flag, IdOf, List, OneOf, OrNull, Partly, Text } from '../../platform/http/fields.ts'
import { NewReadjustment } from '../readjustment/readjustment-wire.ts'
import { MOST_LINES } from '../rules/read-terms.ts'
import { due, dueKinds, line, NewRule, recurrence } from '../rules/rule-wire.ts'
import type { RuleWish } from './rule-from-template.ts'

/** What names a line of the template. */
export const overriding = {
  templateLineId: Type.Optional(
    OrNull(IdOf('invoice_template_line', { description: 'O serviço do modelo que muda; sem ele, o serviço se acrescenta.' })),
  ),
  remove: Type.Optional(Flag({ description: 'true: este serviço do modelo não vem.' })),
}

export const DueOverride = Fields(
  { ...due.properties, kind: Type.Optional(OneOf(dueKinds, { description: 'O do modelo se não informado.' })) },
  { title: 'DueOverride', description: 'Completa ou muda o vencimento do modelo, campo por campo.' },
)

const LineOverride = Fields(
  { ...line.properties, serviceItemId: Type.Optional(line.properties.serviceItemId), ...overriding },
  { title: 'RuleLineOverride' },
)

const MOST_READJUSTMENTS = MOST_LINES + 1

const ReadjustmentOverride = Fields(
  {
    ...Partly(NewReadjustment).properties,
    templateReadjustmentId: Type.Optional(
      OrNull(IdOf('invoice_template_readjustment', { description: 'O reajuste do modelo; sem ele, este se acrescenta.' })),
    ),
    remove: Type.Optional(Flag({ description: 'true: este reajuste do modelo não vem.' })),
  },
  { title: 'RuleReadjustment' },
)

/** A rule of a contract: whole, or what a template does not say or says otherwise. */
export const NewRuleOfContract = Fields(
  {
    ...NewRule.properties,
    title: Type.Optional(Text(200, { description: 'O do primeiro serviço se não informado; com modelo, obrigatório.' })),
    templateId: Type.Optional(
      OrNull(
        IdOf('invoice_template', {
          description:
            'Um modelo com recorrência. O que vier aqui vale no lugar do que ele diz; sem modelo, recurrence, due e lines são obrigatórios.',
        }),
      ),
    ),
    recurrence: Type.Optional(
      Fields(
        { ...Partly(Fields(recurrence)).properties },
        { title: 'RecurrenceOverride', description: 'anchorOn é obrigatório.' },
      ),
    ),
    due: Type.Optional(DueOverride),
    lines: Type.Optional(List(LineOverride, MOST_LINES + 1)),
    readjustments: Type.Optional(
      List(ReadjustmentOverride, MOST_READJUSTMENTS, {
        description:
          'Cada reajuste do modelo precisa de startsOn, ou de remove; outros se acrescentam. Sem nenhum, os da regra substituída continuam; com [] ela começa sem.',
      }),
    ),
  },
  { title: 'NewRuleOfContract' },
)

// The decoded body is what the verb takes; the compiler checks it here.
export const asRuleWish = (body: StaticDecode<typeof NewRuleOfContract>): RuleWish => body
