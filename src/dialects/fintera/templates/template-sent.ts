// Which template a rule or an invoice is to be made of, and how what stands beside its number is read.

import { bindTemplate } from '../../../contracts/templates/bind-template.ts'
import { type TemplateType, typeOf } from '../../../contracts/templates/invoice-template.ts'
import type { KnownTemplate } from '../../../contracts/templates/override.ts'
import { templateOf } from '../../../contracts/templates/template-store.ts'
import { Faults } from '../../../core/faults.ts'
import type { Reader, Tx } from '../../../platform/db/db.ts'
import { Form } from '../form.ts'
import type { Facts } from '../kept.ts'
import { notThere, type Words } from '../words.ts'
import { textsOfTemplates } from './template-view.ts'

export interface OfTemplate {
  form: Form
  /** Until the transaction ends it stays as it is read. Null: none was named. */
  template: KnownTemplate | null
}

interface Asked {
  wrapper: 'invoice' | 'invoice_rule'
  organizationId: number
  words: Words
}

const periodicity: Readonly<Record<TemplateType, string>> = {
  invoice: 'deve ter periodicidade "uma única vez"',
  invoice_rule: 'não pode ter periodicidade "uma única vez"',
}

/**
 * Reads what was sent. One that nobody here has, that is archived, or of another organization, is not there (404). Beside a template null
 * is as if it had not been sent: their clients send whatever they have not been told as null, and the template says it.
 */
export async function readOfTemplate(tx: Tx, body: unknown, { wrapper, organizationId, words }: Asked): Promise<OfTemplate> {
  const whole = Form.of(body, wrapper)
  const sent = whole.raw('invoice_template_id')
  if (sent === undefined || sent === null || sent === '') return { form: whole, template: null }
  const found = (await templateOf(tx, whole.whole('invoice_template_id') ?? 0, 'use')) ?? notThere()
  if (found.archivedAt !== null || found.organizationId !== organizationId) notThere()
  const form = Form.of(withoutNulls(body), wrapper)
  if (typeOf(found) !== wrapper) form.fault('invoice_template_id', periodicity[wrapper])
  // What it says would be missed everywhere.
  form.refuseIfAny(words)
  return { form, template: await bindTemplate(tx, found.id, organizationId, new Faults()) }
}

/** What theirs has nests no deeper: a wrapper, a form, a list, its entries, their fields. */
const DEPTH = 6

export function withoutNulls(value: unknown, depth = DEPTH): unknown {
  if (depth === 0 || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(one => withoutNulls(one, depth - 1))
  const said = Object.entries(value).filter(([, inner]) => inner !== null)
  return Object.fromEntries(said.map(([name, inner]) => [name, withoutNulls(inner, depth - 1)]))
}

/** What is kept of theirs goes along from the template into what is made of it. */
export async function factsOfTemplate(tx: Reader, { template, details }: KnownTemplate): Promise<Facts> {
  const texts = (await textsOfTemplates(tx, [details]))(details)
  return {
    ...texts,
    notify_customer: template.notifyCustomer,
    apply_negative_updates: template.allowsNegative,
    hasNoParcels: !template.createParcels || template.due?.installments == null,
  }
}
