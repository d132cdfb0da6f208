import { type StaticDecode, Type } from 'typebox'
import { showId } from '../../core/ids.ts'
import type { Cents, Decimal } from '../../core/money.ts'
import { given } from '../../core/text.ts'
import { Fields, IdOf, List, Money, OrNull, Percent, Text } from '../../platform/http/fields.ts'
import type { Field } from '../references/field.ts'
import type { Named } from '../references/field-set.ts'
import type { ReferenceFields, ReferenceKind } from '../references/reference.ts'
import { apportion, MOST_SHARES, type Share, waySaid } from './apportionment.ts'

/** An apportionment as a field: its parts are kept in a table of their own, in their order. */
export interface SharesField extends Omit<Field<readonly Share[]>, 'show'> {
  readonly among: Pick<ReferenceKind, 'noun' | 'called'>
  /** What the id of a part's target is called on the wire. */
  readonly idName: string
  /** With what each part is of a total, where that is known. */
  show(shares: readonly Share[], total?: Cents | null): object[]
}

/** Parts of an amount among those of one kind. */
export function sharesAmong<F extends ReferenceFields>(kind: ReferenceKind<F>, idName: string): SharesField {
  const { noun, called } = kind
  const title = `${noun.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())}Share`
  const sent = Fields(
    {
      [idName]: IdOf(noun),
      percent: Type.Optional(Percent({ description: 'A parte em porcentagem; todas somam exatamente 100.' })),
      valueCents: Type.Optional(Money({ description: 'No lugar da porcentagem, em todas: a parte em centavos.' })),
      description: Type.Optional(OrNull(Text(500))),
    },
    { title: `${title}Input` },
  )
  const shown = Type.Object(
    {
      [idName]: Type.String(),
      percent: OrNull(Type.String()),
      valueCents: OrNull(Type.Integer()),
      description: OrNull(Type.String()),
      amountCents: OrNull(Type.Integer({ description: 'De uma fatura: quanto é a parte do bruto menos os descontos.' })),
    },
    { title },
  )
  // Its own names, beside that of the id.
  type Said = { percent?: Decimal; valueCents?: Cents; description?: string | null }
  const read = (each: StaticDecode<typeof sent>): Share => {
    const { percent, valueCents, description } = each as Said
    // What was read before has its target under its own name.
    const targetId = 'targetId' in each ? each.targetId : each[idName]
    if (typeof targetId !== 'number') throw new TypeError(`a share without ${idName} came through its schema`)
    const said = { ...(percent !== undefined && { percent }), ...(valueCents !== undefined && { valueCents }) }
    return { targetId, description: given(description ?? null), ...said } as Share // what is missing or said twice is judged with the others
  }
  return {
    among: { noun, called },
    idName,
    sent: Type.Optional(
      List(sent, MOST_SHARES, {
        description: `O rateio entre ${called.many}: cada parte por percent, ou cada uma por valueCents. Uma lista vazia o apaga.`,
      }),
    ),
    shown: Type.Array(shown),
    sql: 'jsonb',
    read: value => (Array.isArray(value) ? value.map(read) : []),
    show(shares, total = null) {
      const amounts = total === null ? [] : apportion(total, shares, waySaid(shares))
      return shares.map((share, i) => ({
        [idName]: showId(noun, share.targetId),
        percent: 'percent' in share ? share.percent : null,
        valueCents: 'valueCents' in share ? share.valueCents : null,
        description: share.description,
        amountCents: amounts[i] ?? null,
      }))
    },
  }
}

/** The references that its parts name. */
export function namedByShares({ among, idName }: SharesField, shares: readonly Share[], path: string): Named[] {
  return shares.map(({ targetId }, i) => ({ noun: among.noun, id: targetId, path: `${path}/${i}/${idName}` }))
}
