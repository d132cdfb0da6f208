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
import type { Decimal } from '../../core/money.ts'
import { given } from '../../core/text.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Reader, Tx } from '../../platform/db/db.ts'
import type { Operation } from '../dialect.ts'
import { contractAt } from './contracts.ts'
import { type DetailsSent, factsOver, readDetails } from './details.ts'
import { Form } from './form.ts'
import { billingFacts } from './invoice-facts.ts'
import { readGross, readManagement, readPaymentMethod } from './invoice-form.ts'
import { type Facts, factsOf, saveFacts } from './kept.ts'
import { readDue, readRhythm, storedGross, ruleWords as words } from './rule-form.ts'
import { readUpdates, saveUpdates } from './rule-updates.ts'
import { servicesOf, showRules, termsNow } from './rule-view.ts'
import { readServices, type ServiceSent } from './service-lines.ts'
import { readNumber } from './values.ts'
import { blank, notThere, type Words } from './words.ts'

const writes = { needs: ['contracts:write'], words } as const
const at = '/api/v1/contracts/:contract/invoice_rules' as const

export const invoiceRuleOperations: readonly Operation<Words>[] = [
  {
    ...writes,
    name: 'create-invoice-rule',
    at: [`POST ${at}`],
    run: (ctx, { body, params }) =>
      ctx.transact(async tx => {
        const contract = await contractAt(tx, params.contract)
        const form = Form.of(body, 'invoice_rule')
        const id = await make(tx, ctx, form, contract)
        return {
          status: 201,
          body: { invoice_rule: await shown(tx, id, 'made') },
          about: showId('customer', contract.customerId),
        }
      }),
  },
  {
    needs: ['contracts:read'],
    reads: true,
    name: 'list-invoice-rules',
    at: [`GET ${at}`],
    run: (ctx, { params }) =>
      ctx.transact(async tx => {
        const { id } = await contractAt(tx, params.contract)
        const rules = (await rulesOfContract(tx, id)).filter(({ archivedAt }) => archivedAt === null)
        return { status: 200, body: { invoice_rules: await showRules(tx, rules.toReversed(), 'found') } }
      }),
  },
  {
    ...writes,
    name: 'update-invoice-rule',
    at: [`PATCH ${at}/:id`, `PUT ${at}/:id`],
    run: (ctx, { body, params }) =>
      ctx.transact(async tx => {
        const { rule } = await holdLivingRule(tx, ctx, await idAt(tx, params))
        await change(tx, ctx, Form.of(body, 'invoice_rule'), rule)
        return { status: 200, body: { invoice_rule: await shown(tx, rule.id, 'found') } }
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

async function shown(tx: Reader, id: number, showing: 'made' | 'found') {
  const rule = (await ruleOf(tx, id)) ?? notThere()
  return (await showRules(tx, [rule], showing))[0] ?? notThere()
}

// --- Making ---

async function make(tx: Tx, ctx: Ctx, form: Form, { id: contractId, organizationId }: Contract): Promise<number> {
  if (form.has('invoice_template_id')) form.fault('invoice_template_id', 'modelos de faturamento ainda não são aceitos')
  const description = form.needed('description', true, 2000) ?? ''
  form.needed('nfe_body', true, 5000)
  const { title, recurrence, endsOn, competenceShift } = readRhythm(form, null)
  const due = readDue(form, null)
  const services = readServices(form.children('services') ?? [], [], 0)
  const gross = readGross(form) ?? null
  if (services.length === 0 && gross === null) form.fault('gross_value', blank)
  const management = readManagement(form) ?? 'draft'
  const paymentMethod = readPaymentMethod(form) ?? 'boleto'
  const details = await readDetails(tx, form, { organizationId, before: null, paymentMethod })
  const updates = readUpdates(form) ?? []
  form.refuseIfAny(words)
  if (recurrence === undefined || due === undefined) throw new Error('a rule was read without its rhythm or its due date')
  const facts: Facts = { ...factsSent(form, {}, details), ...(gross !== null && { gross_value: gross }) }
  return withLines(ctx, facts, title ?? description, { services, gross }, async (lines, after) => {
    const rule = await createRule(ctx, contractId, {
      title: title ?? null,
      recurrence,
      due,
      lines,
      management,
      description,
      ...(endsOn !== undefined && { endsOn }),
      ...(competenceShift !== undefined && { competenceShift }),
      paymentMethod,
      details: details.input,
    })
    await saveUpdates(tx, ctx, rule.id, updates, form.flag('apply_negative_updates') ?? undefined)
    await saveFacts(tx, 'invoice_rule', rule.id, {}, after)
    return rule.id
  })
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

interface Priced {
  services: readonly ServiceSent[]
  gross: Decimal | null
}

/**
 * Runs with the lines that the services are. Without services there is one line of the gross value: with us every line is of a service,
 * so the rule has one of its own, which is out of every list before and after.
 */
async function withLines<T>(
  ctx: Ctx,
  facts: Facts,
  title: string,
  { services, gross }: Priced,
  work: (lines: LineInput[], facts: Facts) => Promise<T>,
): Promise<T> {
  if (services.length > 0) {
    let next = Math.max(0, ...services.map(({ position = 0 }) => position)) + 1
    const places = services.map(({ position }) => position ?? next++)
    return work(
      services.map(({ position: _, ...line }) => line),
      { ...facts, places },
    )
  }
  const plain = typeof facts.plainService === 'number' ? await unarchiveServiceItem(ctx, facts.plainService) : null
  const { id } = plain ?? (await createServiceItem(ctx, { name: given(title)?.slice(0, 200) ?? '-' }))
  const done = await work([{ serviceItemId: id, unitPrice: gross, description: title }], {
    ...facts,
    plainService: id,
    places: [],
  })
  await archiveServiceItem(ctx, id)
  return done
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
  const management = readManagement(form)
  const paymentMethod = readPaymentMethod(form) ?? terms.paymentMethod
  const said = await detailsBehind(tx, rule.detailsId)
  const details = await readDetails(tx, form, { organizationId: rule.organizationId, before: said, paymentMethod })
  const updates = readUpdates(form) ?? []
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
    await saveUpdates(tx, ctx, rule.id, updates, form.flag('apply_negative_updates') ?? undefined)
    await saveFacts(tx, 'invoice_rule', rule.id, facts, kept)
  }
  if (saysLines) await withLines(ctx, after, title ?? rule.title, { services, gross: stored }, save)
  else await save(undefined, after)
}

/** Of ours that they have a name for. */
function ordinary({ management }: Terms): 'automatic' | 'draft' {
  return management === 'automatic' ? 'automatic' : 'draft'
}
