import { archiveServiceItem, unarchiveServiceItem } from '../../catalog/archive-service-item.ts'
import { createServiceItem } from '../../catalog/create-service-item.ts'
import type { Contract } from '../../contracts/contract.ts'
import { detailsBehind } from '../../contracts/details/say-details.ts'
import { changeTerms } from '../../contracts/rules/change-terms.ts'
import { createRule } from '../../contracts/rules/create-rule.ts'
import { deleteRule } from '../../contracts/rules/delete-rule.ts'
import { holdLivingRule } from '../../contracts/rules/held-rule.ts'
import type { InvoiceRule } from '../../contracts/rules/invoice-rule.ts'
import type { LineInput } from '../../contracts/rules/read-terms.ts'
import { ruleOf, rulesOfContract } from '../../contracts/rules/rule-store.ts'
import type { Terms } from '../../contracts/rules/terms.ts'
import { updateRule } from '../../contracts/rules/update-rule.ts'
import { showId } from '../../core/ids.ts'
import { type Decimal, decimal, decimalOf } from '../../core/money.ts'
import { given } from '../../core/text.ts'
import { attachmentsOfRule } from '../../invoices/attachments/attachment-store.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Reader, Tx } from '../../platform/db/db.ts'
import type { Operation } from '../dialect.ts'
import { MOST_BODY_BYTES, readAttachments, saveAttachmentsOfRule } from './attachments.ts'
import { contractAt } from './contracts.ts'
import { type DetailsSent, factsOver, readDetails } from './details.ts'
import { Form } from './form.ts'
import { billingFacts } from './invoice-facts.ts'
import { readGross, readManagement, readPaymentMethod } from './invoice-form.ts'
import { type Facts, factsOf, saveFacts } from './kept.ts'
import { readDue, readRhythm, storedGross, ruleWords as words } from './rule-form.ts'
import { readNewUpdates, readUpdates, saveUpdates } from './rule-updates.ts'
import { type RuleShowing, servicesOf, showRules, termsNow } from './rule-view.ts'
import { readServices, type ServiceSent, undescribedIn } from './service-lines.ts'
import { type LinesOver, readDueOver, readLinesOver, readRhythmOver, readUpdatesOver } from './templates/overrides.ts'
import { factsOfTemplate, readOfTemplate } from './templates/template-sent.ts'
import { readNumber } from './values.ts'
import { blank, notThere, type Words } from './words.ts'

const writes = { needs: ['contracts:write'], words } as const
const at = '/api/v1/contracts/:contract/invoice_rules' as const

export const invoiceRuleOperations: readonly Operation<Words>[] = [
  {
    ...writes,
    name: 'create-invoice-rule',
    maxBytes: MOST_BODY_BYTES,
    at: [`POST ${at}`],
    run: (ctx, { body, params, origin }) =>
      ctx.transact(async tx => {
        const contract = await contractAt(tx, params.contract)
        const id = await make(tx, ctx, body, contract)
        return {
          status: 201,
          body: { invoice_rule: await shown(tx, id, { showing: 'made', origin }) },
          about: showId('customer', contract.customerId),
        }
      }),
  },
  {
    needs: ['contracts:read'],
    reads: true,
    name: 'list-invoice-rules',
    at: [`GET ${at}`],
    run: (ctx, { params, origin }) =>
      ctx.transact(async tx => {
        const { id } = await contractAt(tx, params.contract)
        const rules = (await rulesOfContract(tx, id)).filter(({ archivedAt }) => archivedAt === null)
        const showing = { showing: 'found', origin } as const
        return { status: 200, body: { invoice_rules: await showRules(tx, rules.toReversed(), showing) } }
      }),
  },
  {
    ...writes,
    name: 'update-invoice-rule',
    maxBytes: MOST_BODY_BYTES,
    at: [`PATCH ${at}/:id`, `PUT ${at}/:id`],
    run: (ctx, { body, params, origin }) =>
      ctx.transact(async tx => {
        const { rule } = await holdLivingRule(tx, ctx, await idAt(tx, params))
        await change(tx, ctx, Form.of(body, 'invoice_rule'), rule)
        const invoice_rule = await shown(tx, rule.id, { showing: 'found', origin })
        return { status: 200, body: { invoice_rule }, about: showId('customer', rule.customerId) }
      }),
  },
  {
    ...writes,
    name: 'delete-invoice-rule',
    at: [`DELETE ${at}/:id`],
    words: { shape: 'action' },
    run: (ctx, { params }) =>
      ctx.transact(async tx => {
        const { rule } = await holdLivingRule(tx, ctx, await idAt(tx, params))
        await deleteRule(ctx, rule.id, rule.version)
        return { status: 204 }
      }),
  },
]

async function idAt(tx: Reader, params: Readonly<Record<string, string>>): Promise<number> {
  const contract = await contractAt(tx, params.contract)
  const rule = await ruleOf(tx, readNumber(params.id) ?? 0)
  return rule === null || rule.contractId !== contract.id || rule.archivedAt !== null ? notThere() : rule.id
}

async function shown(tx: Reader, id: number, showing: RuleShowing) {
  const rule = (await ruleOf(tx, id)) ?? notThere()
  return (await showRules(tx, [rule], showing))[0] ?? notThere()
}

// --- Making ---

async function make(tx: Tx, ctx: Ctx, body: unknown, { id: contractId, organizationId }: Contract): Promise<number> {
  const { form, template: known } = await readOfTemplate(tx, body, { wrapper: 'invoice_rule', organizationId, words })
  const template = known?.template ?? null
  const description = form.needed('description', template?.description == null, 2000) ?? template?.description ?? ''
  form.needed('nfe_body', known?.details?.nfseBody == null, 5000)
  const { title, recurrence, endsOn, competenceShift } = template ? readRhythmOver(form, template) : readRhythm(form, null)
  const due = template ? readDueOver(form, template) : readDue(form, null)
  const said = template ? readLinesOver(form, template) : wholeLines(form)
  const gross = readGross(form) ?? (template?.grossCents == null ? null : decimal(decimalOf(template.grossCents)))
  if (said.count === 0 && gross === null) form.fault('gross_value', blank)
  const management = readManagement(form, known?.details?.emailTemplateId) ?? (template ? undefined : 'draft')
  const sentMethod = readPaymentMethod(form)
  const paymentMethod = sentMethod ?? template?.paymentMethod ?? 'boleto'
  const details = await readDetails(tx, form, { organizationId, before: known?.details ?? null, paymentMethod })
  const readjustments = template ? readUpdatesOver(form, template) : readNewUpdates(form)
  const attachments = readAttachments(form, [])
  form.refuseIfAny(words)
  const before = known === null ? {} : await factsOfTemplate(tx, known)
  const facts: Facts = { ...factsSent(form, before, details), ...(gross !== null && { gross_value: gross }) }
  const places = Array.from({ length: said.count }, (_, i) => i + 1)
  const priced = { lines: said.wishes, places, gross }
  return withLines(ctx, facts, title ?? description, priced, async (lines, after) => {
    const rule = await createRule(ctx, contractId, {
      ...(title !== undefined && { title }),
      ...(template && { templateId: template.id }),
      ...(recurrence && { recurrence }),
      ...(due && { due }),
      lines,
      ...(management && { management }),
      ...(form.has('description') && { description }),
      ...(endsOn !== undefined && { endsOn }),
      ...(competenceShift !== undefined && { competenceShift }),
      ...(sentMethod && { paymentMethod: sentMethod }),
      ...(details.input && { details: details.input }),
      readjustments,
    })
    await saveAttachmentsOfRule(ctx, rule.id, attachments)
    const made = (await termsNow(tx, [rule])).get(rule.id)
    await saveFacts(tx, 'invoice_rule', rule.id, {}, { ...after, ...undescribedIn(made?.lines ?? [], said.undescribed) })
    return rule.id
  })
}

/** The services of a rule that is made of nothing else. */
function wholeLines(form: Form): LinesOver {
  const services = readServices(form.children('services') ?? [], [], 0)
  return { wishes: services.map(({ position: _, ...line }) => line), count: services.length, undescribed: [] }
}

function factsSent(form: Form, before: Facts, { kept }: DetailsSent): Facts {
  const info = form.child('receivables_additional_information')
  const hasNoParcels = info?.has('parcel_number') ? info.whole('parcel_number') == null : before.hasNoParcels !== false
  const flags = { notify_customer: form.flag('notify_customer'), apply_negative_updates: form.flag('apply_negative_updates') }
  return {
    ...factsOver(billingFacts(form, before), kept),
    ...Object.fromEntries(Object.entries(flags).filter(([, value]) => value != null)),
    hasNoParcels,
  }
}

// --- Lines ---

interface Priced<L> {
  lines: readonly L[]
  /** By which its services are named, each by one. */
  places: number[]
  gross: Decimal | null
}

/**
 * Runs with the lines that the services are. Without services there is one line of the gross value: with us every line is of a service,
 * so the rule has one of its own, which is out of every list before and after.
 */
async function withLines<L, T>(
  ctx: Ctx,
  facts: Facts,
  title: string,
  { lines, places, gross }: Priced<L>,
  work: (lines: (L | LineInput)[], facts: Facts) => Promise<T>,
): Promise<T> {
  if (places.length > 0) return work([...lines], { ...facts, places })
  const plain = typeof facts.plainService === 'number' ? await unarchiveServiceItem(ctx, facts.plainService) : null
  const { id } = plain ?? (await createServiceItem(ctx, { name: given(title)?.slice(0, 200) ?? '-' }))
  const plainLine = { serviceItemId: id, unitPrice: gross, description: title }
  const done = await work([...lines, plainLine], { ...facts, plainService: id, places: [] })
  await archiveServiceItem(ctx, id)
  return done
}

/** What stays keeps its place, what comes gets the next one. */
function placed(services: readonly ServiceSent[], gross: Decimal | null): Priced<LineInput> {
  let next = Math.max(0, ...services.map(({ position = 0 }) => position)) + 1
  const places = services.map(({ position }) => position ?? next++)
  return { lines: services.map(({ position: _, ...line }) => line), places, gross }
}

// --- Changing ---

async function change(tx: Tx, ctx: Ctx, form: Form, rule: InvoiceRule): Promise<void> {
  const facts = await factsOf(tx, 'invoice_rule', rule.id)
  const terms = (await termsNow(tx, [rule])).get(rule.id) ?? notThere()
  const description = form.needed('description', false, 2000)
  form.needed('nfe_body', false, 5000)
  const { title, recurrence, endsOn, competenceShift } = readRhythm(form, terms)
  const due = readDue(form, terms.due)
  const sent = form.children('services')
  const gross = readGross(form)
  const services = readServices(sent ?? [], servicesOf(terms, facts), rule.id)
  const said = await detailsBehind(tx, rule.detailsId)
  const management = readManagement(form, said?.emailTemplateId)
  const paymentMethod = readPaymentMethod(form) ?? terms.paymentMethod
  const details = await readDetails(tx, form, { organizationId: rule.organizationId, before: said, paymentMethod })
  const updates = readUpdates(form) ?? []
  const attachments = readAttachments(form, await attachmentsOfRule(tx, rule.id))
  const stored = gross ?? storedGross(facts.gross_value)
  const saysLines = sent !== undefined || (gross !== undefined && services.length === 0)
  if (saysLines && services.length === 0 && stored === null) form.fault('gross_value', blank)
  form.refuseIfAny(words)

  const others = {
    ...(description !== undefined && { description }),
    ...(recurrence && { recurrence }),
    ...(endsOn !== undefined && { endsOn }),
    ...(competenceShift !== undefined && { competenceShift }),
    ...(due && { due }),
    ...(management && management !== ordinary(terms) && { management }),
    ...(paymentMethod !== terms.paymentMethod && { paymentMethod }),
  }
  const after = { ...factsSent(form, facts, details), ...(gross != null && { gross_value: gross }) }
  const save = async (lines: LineInput[] | undefined, kept: Facts) => {
    if (lines || Object.keys(others).length > 0) await changeTerms(ctx, rule.id, { ...others, ...(lines && { lines }) })
    const current = (await ruleOf(tx, rule.id)) ?? notThere()
    const isCalledAnew = title !== undefined && title !== current.title
    if (isCalledAnew || details.input) await updateRule(ctx, rule.id, current.version, { title, details: details.input })
    // A clause that comes later goes by what the rule is shown to say.
    const allowsNegative = form.flag('apply_negative_updates') ?? (facts.apply_negative_updates === true ? true : undefined)
    await saveUpdates(tx, ctx, rule.id, updates, allowsNegative)
    await saveAttachmentsOfRule(ctx, rule.id, attachments)
    await saveFacts(tx, 'invoice_rule', rule.id, facts, kept)
  }
  if (saysLines) await withLines(ctx, after, title ?? rule.title, placed(services, stored), save)
  else await save(undefined, after)
}

/** Of ours that they have a name for. */
function ordinary({ management }: Terms): 'automatic' | 'draft' {
  return management === 'automatic' ? 'automatic' : 'draft'
}
