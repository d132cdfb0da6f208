import { type StaticDecode, Type } from 'typebox'
import { showId } from '../../core/ids.ts'
import { Fields, IdOf, List, OneOf, OrNull, Whole } from '../../platform/http/fields.ts'
import { type Field, needed } from '../references/field.ts'
import { referenceKind } from '../references/reference.ts'

const MOST_STEPS = 50
const MOST_DAYS = 365
const channels = ['email', 'sms', 'whatsapp'] as const

const Step = Fields(
  {
    days: Whole(-MOST_DAYS, MOST_DAYS, { description: 'Dias depois do vencimento; negativo: antes dele; 0: no dia.' }),
    channel: Type.Optional(OneOf(channels, { description: 'email se não informado.' })),
    emailTemplateId: Type.Optional(OrNull(IdOf('email_template'))),
  },
  { title: 'NotificationStep' },
)

/** A message some days before or after an invoice falls due. */
export interface NotificationStep {
  days: number
  channel: (typeof channels)[number]
  emailTemplateId: number | null
}

const steps: Field<readonly NotificationStep[]> = {
  sent: Type.Optional(List(Step, MOST_STEPS)),
  shown: Type.Array(Type.Object({ days: Type.Integer(), channel: OneOf(channels), emailTemplateId: OrNull(Type.String()) })),
  sql: 'jsonb',
  // A list of steps by its schema, or what this field has read before.
  read: value => inOrder((value as StaticDecode<typeof Step>[] | null) ?? []),
  show: value =>
    value.map(({ emailTemplateId, ...step }) => ({
      ...step,
      emailTemplateId: emailTemplateId === null ? null : showId('email_template', emailTemplateId),
    })),
}

function inOrder(sent: readonly StaticDecode<typeof Step>[]): NotificationStep[] {
  return sent
    .map(({ days, channel = 'email', emailTemplateId = null }) => ({ days, channel, emailTemplateId }))
    .sort((a, b) => a.days - b.days)
}

/** When and by what a customer hears of an invoice, before and after its due date (*régua de cobrança*). */
export const notificationRulers = referenceKind({
  noun: 'notification_ruler',
  path: 'notification-rulers',
  called: { article: 'a', one: 'régua de cobrança', many: 'réguas de cobrança' },
  fields: { name: needed(200), steps },
  judge({ steps }, faults) {
    const seen = new Set<string>()
    for (const { days, channel, emailTemplateId } of steps) {
      const moment = `${days} ${channel}`
      if (seen.has(moment)) faults.add('/steps', 'step_repeated', 'Cada dia tem uma mensagem por canal.')
      seen.add(moment)
      if (channel === 'email' && emailTemplateId === null) {
        faults.add('/steps', 'required', 'Cada mensagem por e-mail precisa de um modelo (emailTemplateId).')
      }
    }
  },
  namesToo: ({ steps }) =>
    steps.flatMap(({ emailTemplateId: id }) => (id === null ? [] : [{ noun: 'email_template' as const, id, path: '/steps' }])),
})
