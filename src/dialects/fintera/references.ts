// What contracts, rules and invoices name, as theirs lists it: of an organization, those that are everybody's included.

import { chargeTemplates } from '../../catalog/collection/charge-template.ts'
import { chargingAccounts } from '../../catalog/collection/charging-account.ts'
import { financialAccounts } from '../../catalog/collection/financial-account.ts'
import { nfseTemplates } from '../../catalog/nfse-templates/nfse-template.ts'
import { emailTemplates } from '../../catalog/notices/email-template.ts'
import type { Reference, ReferenceFields, ReferenceKind } from '../../catalog/references/reference.ts'
import { type Listed, listReferences, type ReferencePlace, referenceOf } from '../../catalog/references/reference-store.ts'
import type { Decimal } from '../../core/money.ts'
import type { Organization } from '../../organizations/organization.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { Operation } from '../dialect.ts'
import { everyPage } from '../every-page.ts'
import { numberOfOrganization } from './numbers.ts'
import { organizationAt } from './parties/organizations.ts'
import { readNumber, showDecimal, showIsoStamp, showStamp } from './values.ts'
import { notThere, type Words } from './words.ts'

interface Listing<F extends ReferenceFields> {
  kind: ReferenceKind<F>
  one: string
  many: string
  newestFirst?: boolean
  /** Theirs shows one by its number too. */
  isShownAlone?: boolean
  show(tx: Reader, reference: Reference<F>, organization: Organization): Promise<object>
}

const reads = { needs: ['catalog:read'], reads: true } as const

function operationsOf<F extends ReferenceFields>({
  kind,
  one,
  many,
  newestFirst,
  isShownAlone,
  show,
}: Listing<F>): Operation<Words>[] {
  const at = `/api/v1/organizations/:organization/${many}` as const
  const words = many.replaceAll('_', '-')
  const list: Operation<Words> = {
    ...reads,
    name: `list-${words}`,
    at: [`GET ${at}`],
    run: (ctx, { params }) =>
      ctx.transact(async tx => {
        const organization = await organizationAt(tx, params.organization)
        const all = await everyPage<Listed<F>, ReferencePlace | null>(
          null,
          last => ({ name: last.place, id: last.id }),
          (after, limit) => listReferences(tx, kind, { archived: false, organizationId: organization.id }, after, limit),
        )
        const shown: object[] = []
        const inOrder = all.toSorted((a, b) => (newestFirst ? b.id - a.id : a.id - b.id))
        for (const reference of inOrder) shown.push(await show(tx, reference, organization))
        return { status: 200, body: { [many]: shown } }
      }),
  }
  if (!isShownAlone) return [list]
  const alone: Operation<Words> = {
    ...reads,
    name: `show-${one.replaceAll('_', '-')}`,
    at: [`GET ${at}/:id`],
    run: (ctx, { params }) =>
      ctx.transact(async tx => {
        const organization = await organizationAt(tx, params.organization)
        const reference = (await referenceOf(tx, kind, readNumber(params.id) ?? 0)) ?? notThere()
        const isTheirs = reference.organizationId === null || reference.organizationId === organization.id
        if (reference.archivedAt !== null || !isTheirs) notThere()
        return { status: 200, body: { [one]: await show(tx, reference, organization) } }
      }),
  }
  return [list, alone]
}

const decimalOrNull = (value: Decimal | null) => (value === null ? null : showDecimal(value))
const stamps = (
  { createdAt, updatedAt }: { createdAt: Parameters<typeof showIsoStamp>[0]; updatedAt: Parameters<typeof showIsoStamp>[0] },
  zone: string,
) => ({
  created_at: showIsoStamp(createdAt, zone),
  updated_at: showIsoStamp(updatedAt, zone),
})

/** As notes name them; ours are the names of the taxes. */
const withheld = { irrf: 'IR', pis: 'PIS', cofins: 'COFINS', csll: 'CSLL', inss: 'INSS', iss: 'ISS' } as const

export const referenceOperations: readonly Operation<Words>[] = [
  ...operationsOf({
    kind: emailTemplates,
    one: 'email_template',
    many: 'email_templates',
    newestFirst: true,
    show: async (_tx, it, { id, timeZone }) => ({
      id: it.id,
      company_id: numberOfOrganization(it.organizationId ?? id),
      name: it.name,
      cc: it.cc,
      from: it.fromAddress,
      body: it.body,
      subject: it.subject,
      description: it.description,
      include_billet: it.includeBoleto,
      include_nfse_pdf: it.includeNfsePdf,
      include_nfse_xml: it.includeNfseXml,
      include_attachments: it.includeAttachments,
      include_invoice_pdf: it.includeInvoicePdf,
      default_template: it.defaultTemplate,
      subscription_default_template: it.subscriptionDefaultTemplate,
      created_at: showStamp(it.createdAt, timeZone),
    }),
  }),
  ...operationsOf({
    kind: nfseTemplates,
    one: 'nfse_template',
    many: 'nfse_templates',
    show: async (_tx, it, { id, timeZone }) => ({
      id: it.id,
      company_id: numberOfOrganization(it.organizationId ?? id),
      name: it.name,
      codigo_servico_municipal: it.codigoServicoMunicipal ?? '',
      item_lista_servico: it.itemListaServico ?? '',
      cnae: it.cnae ?? '',
      servico_prestado_municipio_cliente: it.servicoPrestadoMunicipioCliente,
      iss_retido_fonte: it.issRetidoFonte,
      aliquota_iss: decimalOrNull(it.aliquotaIss),
      aliquota_ir: decimalOrNull(it.aliquotaIrrf),
      aliquota_pis: decimalOrNull(it.aliquotaPis),
      aliquota_cofins: decimalOrNull(it.aliquotaCofins),
      aliquota_csll: decimalOrNull(it.aliquotaCsll),
      aliquota_inss: decimalOrNull(it.aliquotaInss),
      aliquota_iss_retido: decimalOrNull(it.aliquotaIssRetido),
      retencoes_destacadas_nota: it.retencoesDestacadas.map(tax => withheld[tax]),
      percentual_carga_tributaria: showDecimal(it.percentualCargaTributaria),
      fonte_carga_tributaria: it.fonteCargaTributaria ?? '',
      limite_retencao_ir: decimalOrNull(it.limiteRetencaoIrrf),
      limite_retencao_pcc: decimalOrNull(it.limiteRetencaoPcc),
      limite_retencao_inss: decimalOrNull(it.limiteRetencaoInss),
      limite_retencao_iss: decimalOrNull(it.limiteRetencaoIss),
      ...stamps(it, timeZone),
      external_service_id: it.externalServiceId ?? '',
      external_service_description: it.externalServiceDescription ?? '',
    }),
  }),
  ...operationsOf({
    kind: chargeTemplates,
    one: 'charge_template',
    many: 'charge_templates',
    isShownAlone: true,
    show: async (tx, it, { id, timeZone }) => ({
      id: it.id,
      name: it.name,
      interest_value: showDecimal(it.interestValue),
      fine_value: showDecimal(it.fineValue),
      instructions: it.instructions ?? '',
      organization_id: numberOfOrganization(it.organizationId ?? id),
      financial_account_id: it.financialAccountId,
      charging_account_id:
        it.chargingAccountId && ((await referenceOf(tx, chargingAccounts, it.chargingAccountId))?.uuid ?? null),
      payment_method: it.paymentMethod,
      fine_type: it.fineType,
      interest_type: it.interestType,
      ...stamps(it, timeZone),
    }),
  }),
  ...operationsOf({
    kind: financialAccounts,
    one: 'financial_account',
    many: 'financial_accounts',
    isShownAlone: true,
    show: async (_tx, it, { id, timeZone }) => ({
      id: it.id,
      status: it.status,
      bank_code: it.bankCode,
      bank_branch: it.bankBranch,
      bank_account: it.bankAccount,
      organization_id: numberOfOrganization(it.organizationId ?? id),
      payout_bank_code: it.payoutBankCode,
      payout_bank_branch: it.payoutBankBranch,
      payout_bank_account: it.payoutBankAccount,
      payment_methods: it.paymentMethods,
      accept_fixed_fine: it.acceptFixedFine,
      ...stamps(it, timeZone),
    }),
  }),
]
