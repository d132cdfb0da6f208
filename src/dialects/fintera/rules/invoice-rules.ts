import type { Contract } from '../../../contracts/contract.ts'
import { detailsBehind } from '../../../contracts/details/say-details.ts'
import { type ChangeTermsInput, changeTermsUnasked } from '../../../contracts/rules/change-terms.ts'
import { createRule } from '../../../contracts/rules/create-rule.ts'
import { deleteRule } from '../../../contracts/rules/delete-rule.ts'
import { type HeldRule, holdRule } from '../../../contracts/rules/held-rule.ts'
import type { LineInput } from '../../../contracts/rules/read-terms.ts'
import { ruleOf, rulesOfContract } from '../../../contracts/rules/rule-store.ts'
import type { Terms } from '../../../contracts/rules/terms.ts'
import { termsOf } from '../../../contracts/rules/terms-store.ts'
import { updateRule } from '../../../contracts/rules/update-rule.ts'
import { showId } from '../../../core/ids.ts'
import { decimal, decimalOf } from '../../../core/money.ts'
import { given } from '../../../core/text.ts'
import { attachmentsOfRule } from '../../../invoices/attachments/attachment-store.ts'
import type { Ctx } from '../../../platform/context.ts'
import type { Reader, Tx } from '../../../platform/db/db.ts'
import type { Operation } from '../../dialect.ts'
import { contractAt, heldContractAt } from '../contracts/contracts.ts'
import { type DetailsSent, factsOver, readDetails } from '../contracts/details.ts'
import { Form } from '../form.ts'
import { MOST_BODY_BYTES, readAttachments, saveAttachmentsOfRule } from '../invoices/attachments.ts'
import { billingFacts } from '../invoices/invoice-facts.ts'
import { askForGross, readGross, readManagement, readPaymentMethod } from '../invoices/invoice-form.ts'
import { type Facts, factsOf, saveFacts } from '../kept.ts'
import { type LinesOver, readDueOver, readLinesOver, readRhythmOver, readUpdatesOver } from '../templates/overrides.ts'
import { factsOfTemplate, readOfTemplate } from '../templates/template-sent.ts'
import { readNumber } from '../values.ts'
import { notThere, type Words } from '../words.ts'
import { readDue, readManagementOver, readPaymentMethodOver, readRhythm, ruleWords as words } from './rule-form.ts'
import { readLines, withLines } from './rule-lines.ts'
import { readNewUpdates, readUpdates, saveUpdates } from './rule-updates.ts'
import { type RuleShowing, servicesPlaced, showRules, termsOn } from './rule-view.ts'
import { readNewServices, undescribedIn } from './service-lines.ts'

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
        const contract = await heldContractAt(tx, ctx, params.contract)
        const id = await make(tx, ctx, body, contract)
        return {
          status: 201,
          body: { invoice_rule: await shown(tx, ctx, id, { showing: 'made', origin }) },
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
        const showing = { showing: 'found', origin, now: ctx.clock.now() } as const
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
        const found = await heldRuleAt(tx, ctx, params)
        const { rule } = found
        await change(tx, ctx, Form.of(body, 'invoice_rule'), found)
        const invoice_rule = await shown(tx, ctx, rule.id, { showing: 'found', origin })
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
        const { rule } = await heldRuleAt(tx, ctx, params)
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

/** One that somebody deleted in the meantime, alone or with its contract, is not there either. */
async function heldRuleAt(tx: Tx, ctx: Ctx, params: Readonly<Record<string, string>>): Promise<HeldRule> {
  const found = await holdRule(tx, ctx, await idAt(tx, params))
  return found.rule.archivedAt === null && found.held.contract.archivedAt === null ? found : notThere()
}

async function shown(tx: Reader, ctx: Ctx, id: number, showing: Omit<RuleShowing, 'now'>) {
  const rule = (await ruleOf(tx, id)) ?? notThere()
  return (await showRules(tx, [rule], { ...showing, now: ctx.clock.now() }))[0] ?? notThere()
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
  if (said.count === 0 && gross === null) askForGross(form)
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
  return withLines(ctx, facts, title ?? description, priced, async (wishes, after) => {
    const rule = await createRule(ctx, contractId, {
      ...(title !== undefined && { title }),
      ...(template && { templateId: template.id }),
      ...(recurrence && { recurrence }),
      ...(due && { due }),
      lines: wishes,
      ...(management && { management }),
      ...(form.has('description') && { description }),
      ...(endsOn !== undefined && { endsOn }),
      ...(competenceShift !== undefined && { competenceShift }),
      ...(sentMethod && { paymentMethod: sentMethod }),
      ...(details.input && { details: details.input }),
      ...withholdingBy(details.input?.nfseTemplateId ?? known?.details?.nfseTemplateId ?? null, null),
      readjustments,
      // Theirs has no field for the rule that one replaces: made again after it was deleted, it goes on.
      beginsAfterBilled: true,
    })
    await saveAttachmentsOfRule(ctx, rule.id, attachments)
    const [made] = (await termsOf(tx, [rule.id])).get(rule.id) ?? []
    const lines = made?.lines ?? []
    const kept = { ...after, ...servicesPlaced(lines, after), ...undescribedIn(lines, said.undescribed) }
    await saveFacts(tx, 'invoice_rule', rule.id, {}, kept)
    return rule.id
  })
}

/**
 * Their template of notes says what is withheld too, by its rates and its `limite_retencao_*`, as it stands when it is named. Taken away, it
 * takes along what came from it, and not what somebody gave.
 */
function withholdingBy(
  id: number | null,
  before: Pick<Terms, 'withholdingTemplate'> | null,
): { withholdingTemplateId?: number | null } {
  return id === null && before?.withholdingTemplate === undefined ? {} : { withholdingTemplateId: id }
}

/** The services of a rule that is made of nothing else. */
function wholeLines(form: Form): LinesOver {
  const services = readNewServices(form.children('services') ?? [])
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

// --- Changing ---

async function change(tx: Tx, ctx: Ctx, form: Form, { held, rule }: HeldRule): Promise<void> {
  const facts = await factsOf(tx, 'invoice_rule', rule.id)
  const versions = (await termsOf(tx, [rule.id])).get(rule.id) ?? []
  const terms = termsOn(versions, held.today)
  const said = await detailsBehind(tx, rule.detailsId)
  const description = form.neededOver('description', terms.description, 2000)
  form.neededOver('nfe_body', said?.nfseBody ?? null, 5000)
  const { title, recurrence, endsOn, competenceShift } = readRhythm(form, terms)
  const due = readDue(form, terms.due)
  const { priced, places, gross } = readLines(form, rule.id, terms, facts)
  const management = readManagementOver(form, terms, said?.emailTemplateId ?? numberIn(facts.automatic_email_template_id))
  const paymentMethod = readPaymentMethodOver(form, terms)
  const asked = { organizationId: rule.organizationId, before: said, paymentMethod: paymentMethod ?? terms.paymentMethod }
  const details = await readDetails(tx, form, asked)
  const updates = readUpdates(form) ?? []
  const attachments = readAttachments(form, await attachmentsOfRule(tx, rule.id))
  form.refuseIfAny(words)

  const others: ChangeTermsInput = {
    ...(description !== undefined && given(description) !== terms.description && { description }),
    ...(recurrence && { recurrence }),
    ...(endsOn !== undefined && { endsOn }),
    ...(competenceShift !== undefined && { competenceShift }),
    ...(due && { due }),
    ...(management && { management }),
    ...(paymentMethod && { paymentMethod }),
    ...(details.input?.nfseTemplateId !== undefined && withholdingBy(details.input.nfseTemplateId, terms)),
  }
  const isPlanned = held.facts.validity !== null && versions.some(({ validFrom }) => validFrom > held.today)
  const after = { ...factsSent(form, facts, details), ...(gross !== null && { gross_value: gross }) }
  const save = async (lines: LineInput[] | null, kept: Facts) => {
    // What is planned for later keeps what this leaves as it is.
    const goingOn = isPlanned ? { validFrom: held.today, goingOn: { places, today: held.today } } : {}
    await changeInTurn(tx, ctx, rule.id, others, lines && { lines, ...goingOn })
    const current = (await ruleOf(tx, rule.id)) ?? notThere()
    const isCalledAnew = title !== undefined && title !== current.title
    if (isCalledAnew || details.input) await updateRule(ctx, rule.id, current.version, { title, details: details.input })
    await saveUpdates(tx, ctx, rule.id, updates, form.flag('apply_negative_updates') ?? undefined, facts)
    await saveAttachmentsOfRule(ctx, rule.id, attachments)
    await saveFacts(tx, 'invoice_rule', rule.id, facts, lines ? { ...kept, ...servicesPlaced(lines, kept) } : kept)
  }
  if (priced) await withLines(ctx, after, title ?? rule.title, priced, save)
  else await save(null, after)
}

/** As one change, unless the lines begin on another day than the rest; what other rules bill is asked when both are said. */
async function changeInTurn(
  tx: Tx,
  ctx: Ctx,
  ruleId: number,
  others: ChangeTermsInput,
  lines: ChangeTermsInput | null,
): Promise<void> {
  const isApart = others.recurrence !== undefined && lines?.validFrom !== undefined
  const changes = isApart ? [others, lines] : [{ ...others, ...lines }]
  const asked: ((tx: Reader) => Promise<void>)[] = []
  for (const change of changes) {
    if (Object.keys(change).length > 0) asked.push((await changeTermsUnasked(ctx, ruleId, change)).refuseServices)
  }
  for (const refuseServices of asked) await refuseServices(tx)
}

function numberIn(value: unknown): number | null {
  return typeof value === 'number' ? value : null
}
