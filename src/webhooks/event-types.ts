import type { Noun } from '../core/ids.ts'

/** 'invoice.emit': of what, and what was done to it. */
export type EventType = `${Noun}.${string}`

/** Of an invoice, whose events other systems act upon, every one is known by name: a slip of the pen is told at once. */
export const invoiceEvents = [
  'create',
  'update',
  'emit',
  'undo_emission',
  'cancel',
  'undo_cancellation',
  'confirm_receival',
  'undo_receival',
  'receivement_error',
] as const

/** Of which things others are told. */
const tellingNouns = [
  'organization',
  'customer',
  'service_item',
  'nfse_template',
  'charge_template',
  'financial_account',
  'charging_account',
  'email_template',
  'notification_ruler',
  'category',
  'revenue_centre',
  'cost_centre',
  'department',
  'project',
  'service_type',
  'contract',
  'invoice_rule',
  'invoice_template',
  'readjustment',
  'plan',
  'subscription',
  'billing_event',
  'invoice',
  'receivable',
  'schedule',
  'renegotiation',
  'import',
  'webhook_endpoint',
] as const satisfies readonly Noun[]

/** '*', 'invoice.*' or 'invoice.emit': what an endpoint wants to be told of. */
export type EventChoice = string

/** What is wrong with a choice, as a sentence; null when it is one. */
export function choiceFault(choice: EventChoice, told: readonly EventType[] | null): string | null {
  if (choice === '*') return null
  const [noun = '', event = '', ...more] = choice.split('.')
  if (more.length > 0 || !/^(?:\*|[a-z_]+)$/.test(event)) return 'Escreva "*", ou um tipo como "invoice.emit" ou "invoice.*".'
  if (!tellingNouns.some(known => known === noun)) return `De "${noun}" não há avisos; há de ${tellingNouns.join(', ')}.`
  if (told !== null) return told.some(type => isChosen([choice], type)) ? null : `Este formato só avisa de ${told.join(', ')}.`
  if (noun === 'invoice' && event !== '*' && !invoiceEvents.some(known => known === event))
    return `De uma fatura há ${invoiceEvents.map(known => `invoice.${known}`).join(', ')}.`
  return null
}

export function isChosen(choices: readonly EventChoice[], type: EventType): boolean {
  return choices.some(
    choice => choice === '*' || choice === type || (choice.endsWith('.*') && type.startsWith(choice.slice(0, -1))),
  )
}

export function typeOf({ noun, event }: { noun: Noun; event: string }): EventType {
  return `${noun}.${event}`
}
